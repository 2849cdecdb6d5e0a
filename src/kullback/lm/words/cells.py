"""Events of the text that comes next which two tokenisers both know, whatever their tokens are.

A cell is "the text goes on with these bytes". Its probability is the sum over the tokens that begin
so, as long as no shorter token begins it: such a token leaves open what comes after. So the finest
cells are the tokens, of either side, that no other token begins; where each byte is a token those
are the first bytes. What is no text (the end, a control token) is a cell of its own. Two sides
with the same tokens share more than the text: then each token is a cell.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError

Cells = NDArray[np.int64]


class CommonCells(NamedTuple):
    """The cell of each token of two vocabularies.

    Parameters
    ----------
    first, second : ndarray of int64
        For each id the number of its cell.
    names : tuple of bytes
        What the text goes on with in each cell; empty for what is no text.
    same : bool
        Whether both vocabularies are the same tokens, so that each is a cell.
    """

    first: Cells
    second: Cells
    names: tuple[bytes, ...]
    same: bool


def common_cells(first: Sequence[bytes], second: Sequence[bytes]) -> CommonCells:
    """Return the finest cells whose probability both vocabularies know.

    Parameters
    ----------
    first, second : sequence of bytes
        What each token writes, by its id; empty for a token that writes nothing.

    Examples
    --------
    >>> found = common_cells([b"a", b"ab", b"cd", b"ce"], [b"a", b"ac", b"cdx", b"ceee"])
    >>> found.names, found.first.tolist(), found.second.tolist()
    ((b'a', b'cd', b'ce'), [0, 0, 1, 2], [0, 0, 1, 2])
    """
    both = {*first, *second}
    if both == {b""}:
        raise InputError("no token writes anything; give the bytes of each token")
    same = set(first) == set(second) and all(_alone(side) for side in (first, second))
    cell = {token: token if same else _first_token(token, both) for token in both}
    place = {name: i for i, name in enumerate(sorted(set(cell.values())))}
    of = [np.array([place[cell[token]] for token in side], np.int64) for side in (first, second)]
    return CommonCells(of[0], of[1], tuple(place), same)


def _alone(side: Sequence[bytes]) -> bool:
    """Whether no two tokens write the same."""
    texts = [token for token in side if token]
    return len(set(texts)) == len(texts)


def _first_token(token: bytes, both: set[bytes]) -> bytes:
    """Return the shortest token that begins this one."""
    return next((token[:end] for end in range(1, len(token)) if token[:end] in both), token)


def in_cells(log_p: NDArray[np.float64], cells: Cells, count: int) -> NDArray[np.float64]:
    """Return the probability of each cell, row by row."""
    order = np.argsort(cells, kind="stable")
    starts = np.searchsorted(cells[order], np.arange(count))
    p = np.exp(log_p[:, order])
    whole = np.add.reduceat(np.hstack([p, np.zeros((len(p), 1))]), starts, axis=1)
    empty = np.diff(np.append(starts, len(order))) == 0
    return np.where(empty, 0.0, whole)


def as_bytes(given: Any, vocabulary: int, name: str) -> list[bytes]:
    """Return the bytes of each id: from a mapping, a sequence, or a tokeniser's file.

    Raises
    ------
    InputError
        If it says nothing of an id, or what it says is no bytes.
    """
    from kullback.lm.words.pieces import silent_tokens, token_bytes

    known = given
    if isinstance(given, str) or hasattr(given, "__fspath__"):
        known = token_bytes(given) | dict.fromkeys(silent_tokens(given), b"")
    if not isinstance(known, Mapping):
        known = dict(enumerate(known))
    missing = [i for i in range(vocabulary) if i not in known]
    if len(missing) == vocabulary:
        raise InputError(f"{name} names no token of the {vocabulary} ids")
    # Padding that no text is made of: it is known to write nothing.
    return [bytes(known.get(i, b"")) for i in range(vocabulary)]
