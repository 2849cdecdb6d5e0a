"""What is kept of values that are too many to be listed: a draw of them, and all rows by hash.

A value is drawn by its own hash, so that two tables, or two parts of one, draw the same values.
The count of a drawn value is exact. How few are drawn depends on the values alone: the draws of
two parts have all that is needed for the draw of the whole, in whatever order parts are merged.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import md5
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class HashedText:
    """A text of which only the hash is kept: a file holds no values that name rows."""

    digest: str

    def __str__(self) -> str:
        return f"a value of hash {self.digest[:8]}…"


Value = str | bool | int | float | Decimal
DrawnValue = Value | HashedText

SEED = "kullback"  # stands before the text of which the MD5 is taken
KEPT = 8192  # at most so many texts are drawn
KEPT_INTEGERS = 1024
BUCKETS = 4096  # by the first three hexadecimal digits of the hash; the next eight draw
_DIGITS = 3
_BITS = 32
# Whole numbers are drawn by arithmetic that every engine does alike, and does fast.
PRIME, FACTOR = 2**31 - 1, 1103515245
DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Drawn:
    """Some values of a column with their counts, and the rows of all values by hash.

    Parameters
    ----------
    level : int
        One value in 2^level is drawn; at 0 each is.
    values : dict of value to int
        The drawn values and their rows.
    buckets : tuple of int
        The rows of all values in 4096 buckets of their hash; empty for whole numbers.
    scale : int
        Of numbers, by which each is multiplied before it is rounded to a whole one: 100 of cents.
    """

    level: int
    values: dict[DrawnValue, int]
    buckets: tuple[int, ...] = ()
    scale: int = 1


def digest(value: DrawnValue) -> str:
    """Return the hash of a text in hexadecimal, as the engines find it.

    Examples
    --------
    >>> digest("red")
    'a42dcf70280d642cf61f14e15635b117'
    """
    if isinstance(value, HashedText):
        return value.digest
    return md5(f"{SEED}{value}".encode(), usedforsecurity=False).hexdigest()


def depth(value: DrawnValue) -> int:
    """Return the deepest level at which a value is drawn."""
    if isinstance(value, str | HashedText):
        return depth_of(digest(value))
    place = abs(int(value)) % PRIME * FACTOR % PRIME
    return min(DEEPEST, (PRIME // place).bit_length() - 1) if place else DEEPEST


def depth_of(digits: str) -> int:
    """Return the deepest level at which a text is drawn, by the first digits of its hash."""
    return _BITS - int(digits[_DIGITS : _DIGITS + _BITS // 4], 16).bit_length()


def places_of(digits: Sequence[str]) -> tuple[Integers, Integers]:
    """Return buckets and depths of texts by the first eleven digits of their hashes, all at once.

    Examples
    --------
    >>> places, depths = places_of([digest("red")[:11]])
    >>> (places[0], depths[0]) == (bucket("red"), depth("red"))
    True
    """
    every = np.frombuffer(bytes.fromhex("".join(f"{own}0" for own in digits)), np.uint8)
    places = every.reshape(-1, 6).astype(np.int64) @ (1 << np.arange(40, -1, -8))
    lengths = np.frexp((places >> 4 & (1 << _BITS) - 1).astype(np.float64))[1]
    return places >> 4 + _BITS, _BITS - lengths.astype(np.int64)


def depths_of(values: Sequence[DrawnValue]) -> list[int]:
    """Return the depth of each value; those of whole numbers all at once.

    Examples
    --------
    >>> depths_of([3, 4, 0]) == [depth(3), depth(4), depth(0)]
    True
    """
    if any(issubclass(kind, str | HashedText) for kind in set(map(type, values))):
        return [depth(value) for value in values]
    whole = np.fromiter(map(int, values), dtype=np.int64, count=len(values))  # type: ignore[arg-type]  # numbers
    places = np.abs(whole) % PRIME * FACTOR % PRIME
    lengths = np.frexp((PRIME // np.maximum(places, 1)).astype(np.float64))[1]
    found: list[int] = np.where(places > 0, np.minimum(lengths - 1, DEEPEST), DEEPEST).tolist()
    return found


def last(level: int) -> str:
    """Return the last eight digits of a hash, of which the values are drawn at a level."""
    return f"{2 ** (_BITS - level) - 1:08x}"


def first_level(distinct: int, kept: int) -> int:
    """Return a level at which more than `kept` of so many values are drawn for sure, or 0.

    Examples
    --------
    >>> first_level(30_000, KEPT), first_level(3_000_000, KEPT)
    (0, 7)
    """
    return max(0, (distinct // kept).bit_length() - 2)


def settled(
    level: int,
    values: Mapping[Any, int],
    buckets: Iterable[int] = (),
    scale: int = 1,
    depths: Sequence[int] | Integers | None = None,
) -> Drawn:
    """Return the draw of the least level that keeps few values, from one that draws more.

    Their depths may be known already.
    """
    held = tuple(buckets)
    kept = KEPT if held else KEPT_INTEGERS
    if len(values) <= kept:
        return Drawn(level, dict(values), held, scale)
    deep = np.asarray(depths_of(tuple(values)) if depths is None else depths)
    many = np.bincount(deep, minlength=DEEPEST)
    left = len(values)
    while left > kept and level < DEEPEST:
        left -= int(many[level])
        level += 1
    kept_values = compress(values.items(), (deep >= level).tolist())
    return Drawn(level, dict(kept_values), held, scale)


def drawn_from(counts: Mapping[Value, int]) -> Drawn:
    """Return the draw of texts that are all listed."""
    values = {value: n for value, n in counts.items() if n}
    return of_hashes(0, [digest(value)[:11] for value in values], values)


def of_hashes(
    level: int, digits: Sequence[str], values: Mapping[Any, int], rest: Iterable[int] = ()
) -> Drawn:
    """Return the draw of texts by the first eleven digits of their hashes.

    `rest` are the rows by bucket of what is not drawn.
    """
    places, depths = places_of(digits)
    buckets = np.array(tuple(rest) or (0,) * BUCKETS, dtype=np.int64)
    np.add.at(buckets, places, np.array(list(values.values()), dtype=np.int64))
    return settled(level, values, buckets.tolist(), depths=depths)


def bucket(value: DrawnValue) -> int:
    """Return the bucket of a text."""
    return int(digest(value)[:_DIGITS], 16)


def at_level(drawn: Drawn, level: int) -> dict[DrawnValue, int]:
    """Return the values that are drawn at a level, no finer than that of the draw."""
    if level == drawn.level:
        return drawn.values
    return {value: n for value, n in drawn.values.items() if depth(value) >= level}


def joined(first: Drawn, second: Drawn) -> Drawn:
    """Return the draw of both parts together: the same as that of all rows at once."""
    level = max(first.level, second.level)
    mine, theirs = named_alike(at_level(first, level), at_level(second, level))
    values = Counter(mine)
    values.update(theirs)
    buckets = (n + m for n, m in zip(first.buckets, second.buckets, strict=True))
    return settled(level, values, buckets, first.scale)


def named_alike(
    first: dict[DrawnValue, int], second: dict[DrawnValue, int]
) -> tuple[dict[DrawnValue, int], dict[DrawnValue, int]]:
    """Return both draws by one name a value, where one of them may hold only its hash."""
    if not any(isinstance(value, HashedText) for side in (first, second) for value in side):
        return first, second
    names = {
        digest(value): value
        for side in (first, second)
        for value in side
        if not isinstance(value, HashedText)
    }
    mine, theirs = (
        {names.get(digest(value), value): n for value, n in side.items()}
        for side in (first, second)
    )
    return mine, theirs


def hashed(drawn: Drawn) -> Drawn:
    """Return a draw of texts by their hashes only."""
    values: dict[DrawnValue, int] = {HashedText(digest(v)): n for v, n in drawn.values.items()}
    return Drawn(drawn.level, values, drawn.buckets)
