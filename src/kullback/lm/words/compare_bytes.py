"""Two language models with different tokenisers on the same text, in bits per byte."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import kernels
from kullback.errors import InputError, ShapeError
from kullback.lm.clusters import Clusters, mean_of_tokens
from kullback.lm.files.given import Given, as_file
from kullback.lm.words.cells import CommonCells, as_bytes, common_cells, in_cells
from kullback.lm.words.common_text import CommonText, TokenRows, common_text
from kullback.renderable import Renderable
from kullback.results import Estimate, Note
from kullback.results.facts import facts

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document

Array = NDArray[np.float64]
Tokens = str | Mapping[int, bytes] | Sequence[bytes]
# Numbers of one side that are read at a time.
BATCH = 1 << 22
BITS = 1 / np.log(2.0)


@dataclass(frozen=True, eq=False, repr=False)
class ByteComparison(Renderable):
    """Two models on the same text, whatever their tokens are: P is the base, Q the model.

    Parameters
    ----------
    base, model : str
        The names of both sides.
    kl, reverse_kl : Estimate
        KL of what comes next, in bits, a mean over the places where a token of both sides begins:
        of the token where both have the same ones, else of the finest events that both know, which
        is at most KL of the text that follows.
    kl_per_byte : float
        KL(base‖model) over all such places, divided by the bytes of the text: by the chain rule no
        more than what each byte of the text costs to believe the model.
    bits_per_byte_base, bits_per_byte_model : Estimate
        −log₂ of the probability of the text, divided by its bytes: a mean over clusters of text.
    exact : bool
        Whether both sides have the same tokens, so that `kl` is that of the next token.
    places, bytes : int
        Places where both begin a token, and bytes of text.
    cells : int
        Events that both know.
    notes : tuple of Note
        What was decided on the way.
    """

    base: str
    model: str
    kl: Estimate
    reverse_kl: Estimate
    kl_per_byte: float
    bits_per_byte_base: Estimate
    bits_per_byte_model: Estimate
    exact: bool
    places: int
    bytes: int
    cells: int
    notes: tuple[Note, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {field.name: facts(getattr(self, field.name)) for field in fields(self)}

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.lm.words.bytes_document import document

        return document(self)


def compare_bytes(
    base: Given,
    model: Given,
    *,
    base_tokens: Tokens,
    model_tokens: Tokens,
    base_targets: ArrayLike | None = None,
    model_targets: ArrayLike | None = None,
) -> ByteComparison:
    """Compare two models that cut text into different tokens, in bits and bits per byte.

    Parameters
    ----------
    base, model : path, LogitsFile or array
        P and Q, on the same text. Files that know all their tokens (as `lm.record` and llama.cpp
        write them) may be cut into other chunks; of others the tokens that came write, cluster by
        cluster (chunk or document), the same bytes from the first on. A space that one side's
        tokeniser puts before the text is left out.
    base_tokens, model_tokens : path, mapping or sequence of bytes
        What each token writes, by its id: a tokenizer.json, a GGUF model, tiktoken's ranks, or the
        bytes themselves. Tokens that write nothing are one event, that the text ends.
    base_targets, model_targets : array of int, shape (rows,), optional
        The ids of the tokens that came, where the file does not know them.

    Returns
    -------
    ByteComparison
        KL both ways at synchronised places, and what the text costs each side.

    Raises
    ------
    InputError
        The texts differ, no place is shared, or what came is not known.
    ShapeError, FormatError
        A side is not what it should be.

    Notes
    -----
    A model of tokens says exactly how likely each first byte is, and each longer beginning of which
    no token is a part. Those events make a coarser distribution of both models, and KL of that is
    at most KL of all that may follow (data processing). Other ways to cut the same text before the
    place are not looked at: models are taken at the tokens that they were given.

    References
    ----------
    Cover and Thomas (2006), Elements of information theory, theorems 2.5.3 and 2.8.1.

    Examples
    --------
    >>> import numpy as np
    >>> p, q = np.log([[0.5, 0.3, 0.2]]), np.log([[0.4, 0.1, 0.1, 0.4]])
    >>> found = compare_bytes(
    ...     p, q, base_tokens=[b"a", b"ab", b"b"], model_tokens=[b"a", b"aa", b"ba", b"b"],
    ...     base_targets=[1], model_targets=[0])
    >>> round(found.kl.value, 4), found.exact, found.cells
    (0.2781, False, 2)
    """
    sides = (
        _side(base, base_tokens, base_targets, "base"),
        _side(model, model_tokens, model_targets, "model"),
    )
    cells = common_cells(sides[0].written, sides[1].written)
    text = common_text(*sides)
    if not text.size or not len(text.rows[0]):
        raise InputError(
            f"both sides score {text.size} bytes of one text, and at {len(text.rows[0])} places "
            f"both begin a token; give the same text, and tokens that write something"
        )
    costs = [_cost(side, used) for side, used in zip(sides, text.used, strict=True)]
    kl, reverse = _divergences(sides, text.rows, cells)
    clusters = Clusters.of(sides[0].file.clusters[text.rows[0]], "chunk")
    names = ("KL(base‖model)", "KL(model‖base)")
    means = [
        mean_of_tokens(x, clusters, n, unit="bits")
        for x, n in zip((kl, reverse), names, strict=True)
    ]
    return ByteComparison(
        base=sides[0].file.path,
        model=sides[1].file.path,
        kl=means[0],
        reverse_kl=means[1],
        kl_per_byte=float(kl.sum()) / text.size,
        bits_per_byte_base=costs[0],
        bits_per_byte_model=costs[1],
        exact=cells.same,
        places=len(kl),
        bytes=text.size,
        cells=len(cells.names),
        notes=_notes(cells, len(kl), text),
    )


def _side(given: Given, tokens: Tokens, targets: ArrayLike | None, name: str) -> TokenRows:
    file = as_file(given, name)
    ids = file.targets if targets is None else np.asarray(targets)
    if ids is None:
        raise InputError(f"{name} does not say which tokens came; give {name}_targets")
    if ids.dtype.kind not in "iu" or ids.size != len(file):
        raise ShapeError(f"{name}_targets has {ids.size} {ids.dtype} for {len(file)} rows")
    ids = ids.ravel().astype(np.int64)
    if ids.min() < 0 or ids.max() >= file.vocabulary:
        raise InputError(f"{name}_targets reach from {ids.min()} to {ids.max()}")
    written = as_bytes(tokens, file.vocabulary, f"{name}_tokens")
    return TokenRows(file, written, ids)


def _log_probabilities(side: TokenRows, rows: NDArray[np.intp]) -> Array:
    starts = np.flatnonzero(np.diff(rows, prepend=rows[0] - 2) != 1)
    runs = zip(rows[starts], np.append(rows[starts[1:] - 1], rows[-1]), strict=True)
    parts = [side.file.read(int(first), int(last) + 1) for first, last in runs]
    values = np.vstack(parts).astype(np.float64)
    return np.asarray(values - kernels.normalizers(values)[:, :1])


def _divergences(
    sides: tuple[TokenRows, TokenRows], rows: tuple[NDArray[np.intp], ...], cells: CommonCells
) -> tuple[Array, Array]:
    size = max(1, BATCH // max(side.file.vocabulary for side in sides))
    kl, reverse = [], []
    for start in range(0, len(rows[0]), size):
        p, q = (
            in_cells(_log_probabilities(side, here[start : start + size]), of, len(cells.names))
            for side, here, of in zip(sides, rows, (cells.first, cells.second), strict=True)
        )
        p, q = (x / x.sum(axis=1, keepdims=True) for x in (p, q))
        kl.append(kernels.kl(p, q) * BITS)
        reverse.append(kernels.kl(q, p) * BITS)
    return np.concatenate(kl), np.concatenate(reverse)


def _cost(side: TokenRows, used: NDArray[np.int64]) -> Estimate:
    """Return bits per byte of what both score; the bits of a token are shared among its bytes."""
    size = max(1, BATCH // side.file.vocabulary)
    bits = np.zeros(len(side.file))
    for start in range(0, len(bits), size):
        rows = np.arange(start, min(len(bits), start + size))
        log_p = _log_probabilities(side, rows)
        bits[rows] = -log_p[np.arange(len(rows)), side.targets[rows]] * BITS
    length = np.array([len(side.written[i]) for i in side.targets])
    per_byte = np.repeat(bits / np.maximum(length, 1), used)
    clusters = Clusters.of(np.repeat(side.file.clusters, used), "chunk")
    return mean_of_tokens(per_byte, clusters, "bits per byte", unit="bits")


def _notes(cells: CommonCells, places: int, text: CommonText) -> tuple[Note, ...]:
    return (*_of_cells(cells, places, text.size), *_of_chunks(text))


def _of_cells(cells: CommonCells, places: int, total: int) -> tuple[Note, ...]:
    if cells.same:
        return (
            Note("same-tokens", "Both sides have the same tokens: KL is that of the next one."),
        )
    longest = max(map(len, cells.names))
    return (
        Note(
            "data-processing",
            f"The tokens differ: KL is that of {len(cells.names)} beginnings of 1 to {longest} "
            f"bytes which both sides know, at {places} places of {total} bytes where both begin a "
            f"token. KL of the text is at least that.",
        ),
    )


def _of_chunks(text: CommonText) -> tuple[Note, ...]:
    if not text.other_chunks:
        return ()
    return (
        Note(
            "other-chunks",
            f"The chunks begin at other bytes on either side: both were laid along one text, of "
            f"which both score {text.size} bytes. Before a place one side may have read more "
            f"than the other.",
        ),
    )
