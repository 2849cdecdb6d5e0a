"""Where the rows of two sides stand in one text, however each side cuts it into tokens and chunks.

Files that know all their tokens are laid along the whole text: chunks of as many tokens are other
bytes on either side, and a chunk's first tokens are read and not scored. Where only scored tokens
are known, or the chunks are no running text, each chunk or document is a text of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError
from kullback.lm.files.logits_file import LogitsFile

Whole = NDArray[np.int64]
SPACE = b" "


@dataclass(frozen=True, slots=True, eq=False)
class TokenRows:
    """One side: its rows, what its tokens write, and the token that came after each row.

    Parameters
    ----------
    file : LogitsFile
        The rows.
    written : list of bytes
        What each token writes, by its id.
    targets : ndarray of int64
        The token that came, a row each.
    """

    file: LogitsFile
    written: list[bytes]
    targets: Whole


class CommonText(NamedTuple):
    """Two sides on one axis of bytes.

    Parameters
    ----------
    rows : (ndarray, ndarray)
        The rows of both sides that stand at one place, in pairs.
    used : (ndarray, ndarray)
        Of the token after each row, how many of its bytes both sides score.
    size : int
        The bytes that both score.
    other_chunks : bool
        Whether the chunks of both sides begin at other bytes.
    """

    rows: tuple[NDArray[np.intp], NDArray[np.intp]]
    used: tuple[Whole, Whole]
    size: int
    other_chunks: bool


class _Laid(NamedTuple):
    """A text by its number, and for each row the number of its text and the byte it stands at."""

    texts: dict[int, bytes]
    of: Whole
    places: Whole


def common_text(base: TokenRows, model: TokenRows) -> CommonText:
    """Lay both sides along the text that they share.

    Raises
    ------
    InputError
        If their texts are not one.
    """
    along = [_along(side) for side in (base, model)]
    if along[0] is not None and along[1] is not None:
        first, second = _without_lead(along[0], along[1])
        if _parting(first.texts[0], second.texts[0]) is None:
            return _together(base, model, (first, second))
    laid = _without_lead(_by_chunk(base), _by_chunk(model))
    _check_same(*laid)
    return _together(base, model, laid)


def _along(side: TokenRows) -> _Laid | None:
    """Lay the rows along the text of all tokens, where the file knows them."""
    file = side.file
    if file.contexts is None or (file.clusters.max() >= len(file.contexts)):
        return None
    pieces = [side.written[i] for i in file.contexts.ravel()]
    starts = np.cumsum([0, *map(len, pieces)])
    place = file.clusters * file.contexts.shape[1] + file.positions + 1
    if not np.array_equal(file.contexts.ravel()[place], side.targets):
        return None
    return _Laid({0: b"".join(pieces)}, np.zeros(len(file), np.int64), starts[place])


def _by_chunk(side: TokenRows) -> _Laid:
    """Take the tokens that came in each chunk or document for a text from its first byte on."""
    texts, places = {}, np.zeros(len(side.file), np.int64)
    for cluster in np.unique(side.file.clusters):
        here = np.flatnonzero(side.file.clusters == cluster)
        pieces = [side.written[i] for i in side.targets[here]]
        places[here] = np.cumsum([0, *map(len, pieces[:-1])])
        texts[int(cluster)] = b"".join(pieces)
    return _Laid(texts, side.file.clusters, places)


def _without_lead(first: _Laid, second: _Laid) -> tuple[_Laid, _Laid]:
    """Take off the space that some tokenisers put before a text, where one side has it alone."""
    both = (first, second)
    for side, other in (both, both[::-1]):
        for key, text in side.texts.items():
            if text[:1] == SPACE and other.texts.get(key, SPACE)[:1] != SPACE:
                side.texts[key] = text[1:]
                side.places[side.of == key] -= 1
    return both


def _parting(first: bytes, second: bytes) -> int | None:
    """Return the first byte at which two texts part, as far as both go."""
    size = min(len(first), len(second))
    if first[:size] == second[:size]:
        return None
    return next(i for i in range(size) if first[i] != second[i])


def _check_same(first: _Laid, second: _Laid) -> None:
    if first.texts.keys() != second.texts.keys():
        raise InputError(
            f"base has {len(first.texts)} clusters of text and model {len(second.texts)}; give "
            f"both the same documents, each from its beginning, or files that know all their "
            f"tokens, as kullback lm record writes them"
        )
    for key, text in first.texts.items():
        other = second.texts[key]
        if (at := _parting(text, other)) is not None:
            raise InputError(
                f"the texts of cluster {key} part at byte {at}: {text[at : at + 20]!r} and "
                f"{other[at : at + 20]!r}; both sides must score the same text from one place on"
            )


def _together(base: TokenRows, model: TokenRows, laid: tuple[_Laid, _Laid]) -> CommonText:
    """Number the bytes of all texts in a row, and find what both sides score."""
    ends = {key: max(len(side.texts[key]) for side in laid) + 1 for key in laid[0].texts}
    offset = dict(zip(ends, np.cumsum([0, *ends.values()]).tolist(), strict=False))
    total = sum(ends.values()) + 1
    starts = [x.places + np.array([offset[int(i)] for i in x.of], np.int64) for x in laid]
    stops = [
        a + np.array([len(side.written[i]) for i in side.targets], np.int64)
        for a, side in zip(starts, (base, model), strict=True)
    ]
    scored = [_scored(a, b, total) for a, b in zip(starts, stops, strict=True)]
    before = np.append(0, np.cumsum(scored[0] & scored[1]))
    used = [before[b] - before[np.maximum(a, 0)] for a, b in zip(starts, stops, strict=True)]
    begun = [a[_firsts(side.file)] for a, side in zip(starts, (base, model), strict=True)]
    other = any(a != b for a, b in zip(*begun, strict=False))
    return CommonText(_pairs(starts), (used[0], used[1]), int(before[-1]), other)


def _firsts(file: LogitsFile) -> NDArray[np.intp]:
    """Return the first row of each chunk."""
    return np.unique(file.clusters, return_index=True)[1]


def _scored(starts: Whole, stops: Whole, total: int) -> NDArray[np.bool_]:
    """Return of each byte whether a token that came writes it."""
    change = np.zeros(total + 1, np.int64)
    np.add.at(change, np.maximum(starts, 0), 1)
    np.add.at(change, stops, -1)
    return np.cumsum(change)[:total] > 0


def _pairs(starts: Sequence[Whole]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of both sides at one place; of tokens that write nothing, the last."""
    last = [dict(zip(each.tolist(), range(len(each)), strict=True)) for each in starts]
    both = sorted(last[0].keys() & last[1].keys())
    rows = [np.array([side[place] for place in both], np.intp) for side in last]
    return rows[0], rows[1]
