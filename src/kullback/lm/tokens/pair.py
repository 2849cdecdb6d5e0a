"""Two sides become two files whose rows belong together, or an error that says why not."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.errors import InputError, ShapeError
from kullback.lm.files.given import Given, as_file
from kullback.lm.files.logits_file import LogitsFile

Ids = NDArray[np.int64]
CLUSTERS = ("chunk", "document", "token")


@dataclass(frozen=True, slots=True, eq=False)
class FilePair:
    """Two files, row by row about the same tokens.

    Parameters
    ----------
    base, model : LogitsFile
        P and Q.
    targets : ndarray of int64, shape (rows,), or None
        The id of the token that came, from whichever side knows it.
    clusters, positions : ndarray of int64, shape (rows,)
        Where each token is.
    cluster : str
        What a cluster is.
    contexts : ndarray or None
        All token ids.
    text : str or None
        SHA-256 of the ids.
    """

    base: LogitsFile
    model: LogitsFile
    targets: Ids | None
    clusters: Ids
    positions: Ids
    cluster: str
    contexts: Ids | None
    text: str | None


def pair(
    base: Given, model: Given, cluster: str | ArrayLike, targets: ArrayLike | None
) -> FilePair:
    """Open both sides and check that they belong together.

    Parameters
    ----------
    base, model : path, LogitsFile or array of logits
        P and Q.
    cluster : {"chunk", "document", "token"} or array of int
        What holds tokens that are alike.
    targets : array of int or None
        The ids of the tokens that came, where no file knows them.

    Returns
    -------
    FilePair
        With the text from the side that knows it.

    Raises
    ------
    ShapeError
        Different numbers of rows or tokens.
    InputError
        Different texts, or clusters that are none.
    """
    p, q = as_file(base, "base"), as_file(model, "model")
    _same_sizes(p, q)
    _same_text(p, q)
    knows = p if p.targets is not None or q.targets is None else q
    ids = knows.targets if targets is None else _ids("targets", targets, len(p))
    if ids is not None and len(ids) and not (ids.min() >= 0 and ids.max() < p.vocabulary):
        raise InputError(
            f"targets reach from {ids.min()} to {ids.max()}, and ids are from 0 to "
            f"{p.vocabulary - 1}"
        )
    sides = (knows, p, q)
    told = next((file for file in sides if file.documents), max(sides, key=_chunks))
    groups, kind = _clusters(cluster, told)
    places = knows if told.documents else told
    # Text is found by the number of the chunk, which is the cluster only then.
    contexts = knows.contexts if kind in ("chunk", "document") and told is knows else None
    text = None if ids is None else hashlib.sha256(ids.astype("<i8").tobytes()).hexdigest()
    return FilePair(p, q, ids, groups, places.positions, kind, contexts, text)


def _chunks(file: LogitsFile) -> int:
    """Count the chunks of a file: rows that were written flat look like a single one."""
    return len(np.unique(file.clusters))


def _same_sizes(p: LogitsFile, q: LogitsFile) -> None:
    if p.vocabulary != q.vocabulary:
        raise ShapeError(
            f"{p.path} has {p.vocabulary} tokens a row and {q.path} has {q.vocabulary}: they are "
            f"of different vocabularies, or one is padded; cut both to the tokens they share"
        )
    if len(p) != len(q):
        raise ShapeError(
            f"{p.path} has {len(p)} rows and {q.path} has {len(q)}: they are not of the same "
            f"text and context length"
        )


def _same_text(p: LogitsFile, q: LogitsFile) -> None:
    for name, first, second in (
        ("token ids", p.contexts, q.contexts),
        ("targets", p.targets, q.targets),
    ):
        if first is None or second is None:
            continue
        if first.shape != second.shape:
            raise InputError(
                f"{p.path} and {q.path} are of different texts: their {name} have shapes "
                f"{first.shape} and {second.shape}"
            )
        differ = np.argwhere(first != second)
        if len(differ):
            where = tuple(map(int, differ[0]))
            raise InputError(
                f"{p.path} and {q.path} are of different texts or tokenisers: {len(differ)} of "
                f"{first.size} {name} differ, first at {list(where)} ({first[where]} and "
                f"{second[where]})"
            )


def _clusters(cluster: str | ArrayLike, file: LogitsFile) -> tuple[Ids, str]:
    if isinstance(cluster, str):
        if cluster not in CLUSTERS:
            raise InputError(
                f"cluster={cluster!r} is unknown; choose one of {', '.join(CLUSTERS)}, or give "
                f"the number of each token's document"
            )
        groups = np.arange(len(file)) if cluster == "token" else file.clusters
        return groups.astype(np.int64), cluster
    return _ids("cluster", cluster, len(file)), "given"


def _ids(name: str, given: ArrayLike, count: int) -> Ids:
    values = np.asarray(given)
    if values.dtype.kind not in "iu":
        raise InputError(f"{name} holds {values.dtype.name} values; give whole numbers")
    if values.size != count:
        raise ShapeError(f"{name} has {values.size} numbers, and there are {count} rows")
    return np.ravel(values).astype(np.int64)
