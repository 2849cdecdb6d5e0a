"""A column of too many values to list: its divergence from a draw of values and all rows by hash.

Both sides draw the same values, by their hash, each with its exact count: where one in 2^L is
drawn, the drawn rows are a table 2^L times thinner that has the divergence of the whole in it.
Values that are frequent would be hit or missed by such a draw; but rows of all values are counted
by hash too, and a bucket that holds far more rows than most is that of a frequent value. So the
frequent ones are taken from their buckets, as many times thinned, and the others from the draw.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.rows.pair import pair
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.counts.tests.p_values import sidak
from kullback.tables.profiles import drawn
from kullback.tables.profiles.align import Aligned, special_rows
from kullback.tables.profiles.drawn import Drawn, DrawnValue, Value
from kullback.tables.profiles.identity import drawn_texts
from kullback.tables.profiles.labels import Special
from kullback.tables.profiles.merge import count_of
from kullback.tables.profiles.profile import Binned, ColumnProfile, Listed

Array = NDArray[np.float64]

FREQUENT = 3.0  # times the usual bucket: more is the bucket of a frequent value
ITS_OWN = 0.9  # of the rows of a bucket are those of the value that it is called by


@dataclass(frozen=True, slots=True, eq=False)
class ThinnedTable:
    """Two rows of counts that stand for those of a whole column.

    Parameters
    ----------
    aligned : Aligned
        The outcomes; counts are thinned, those of drawn values exact.
    level : int
        One value in 2^level is drawn.
    light : ndarray of bool
        Which outcomes are drawn values, that stand for others.
    p_value : float
        Of all rows by hash, and of the drawn values.
    least : (ndarray, ndarray)
        All rows by hash: what they show is no more than the truth.
    hidden : float
        Nats that frequent values in one bucket may hide.
    scale : int
        By what numbers were multiplied to be whole.
    """

    aligned: Aligned
    level: int
    light: NDArray[np.bool_]
    p_value: float
    least: tuple[Array, Array]
    hidden: float
    scale: int = 1


class _Sides(NamedTuple):
    """Draws of both sides at one level: rows of P and Q by bucket, and of the drawn values."""

    level: int
    buckets: tuple[Array, Array]
    values: list[DrawnValue]
    x: Array
    y: Array


class _Named(NamedTuple):
    """A frequent value, and its rows of P and Q."""

    value: Value
    rows: tuple[int, int]


def thinned(
    reference: ColumnProfile, current: ColumnProfile, worth: tuple[float, float]
) -> ThinnedTable | None:
    """Return the table that stands for a column; None where all is listed, or nothing was drawn.

    Parameters
    ----------
    reference, current : ColumnProfile
        Of one column.
    worth : (float, float)
        How many current rows, and reference rows, say as much as an independent one.
    """
    bodies = reference.body, current.body
    if not any(isinstance(body, Listed) and body.other for body in bodies):
        return None
    q, p = drawn_texts(reference), drawn_texts(current)
    if q is None or p is None:
        return None
    sides = _at_one_level(q, p)
    special = [row for row in special_rows(reference, current) if row[1] or row[2]]
    beside = tuple(np.array([row[i] for row in special], dtype=np.float64) for i in (1, 2))
    least = tuple(
        np.concatenate([own, more]) / rows
        for own, more, rows in zip(sides.buckets, beside, worth, strict=True)
    )
    names = _names(reference, current, sides)
    table = _table(sides, names, [row[0] for row in special], (beside[0], beside[1]))
    aligned, light, hidden = table
    aligned = aligned._replace(x=aligned.x / worth[0], y=aligned.y / worth[1])
    p_value = _p_value(sides, (least[0], least[1]), worth)
    return ThinnedTable(aligned, sides.level, light, p_value, (least[0], least[1]), hidden)


def thinned_numbers(
    reference: ColumnProfile, current: ColumnProfile, worth: tuple[float, float]
) -> ThinnedTable | None:
    """Return the drawn numbers of a column that is counted in bins, which hold many each.

    None where none were drawn, or too few of them to say anything. What the bins show is the least.
    """
    q, p, bodies = reference.drawn, current.drawn, (current.body, reference.body)
    if (
        q is None
        or p is None
        or q.scale != p.scale
        or not all(isinstance(body, Binned) for body in bodies)
    ):
        return None
    level = max(q.level, p.level)
    ours, theirs = drawn.at_level(q, level), drawn.at_level(p, level)
    values = sorted({*ours, *theirs}, key=lambda value: int(str(value)))
    x, y = (np.array([side.get(v, 0) for v in values], dtype=np.float64) for side in (theirs, ours))
    if len(values) < 2 or not (x.any() and y.any()):
        return None
    x, y = x / worth[0], y / worth[1]
    counts = (np.array(body.counts, dtype=np.float64) for body in bodies)
    first, second = (side / rows for side, rows in zip(counts, worth, strict=True))
    rest = [max(0.0, whole.sum() - own.sum()) for whole, own in ((first, x), (second, y))]
    both = (np.append(own, more) for own, more in zip((x, y), rest, strict=True))
    p_value = homogeneity_of(pair(*both)).p_value
    drawn_all = np.ones(len(values), dtype=bool)
    return ThinnedTable(
        Aligned(tuple(values), x, y), level, drawn_all, p_value, (first, second), 0.0, q.scale
    )


def _at_one_level(q: Drawn, p: Drawn) -> _Sides:
    level = max(q.level, p.level)
    ours, theirs = drawn.at_level(q, level), drawn.at_level(p, level)
    ours, theirs = drawn.named_alike(ours, theirs)
    values = sorted({*ours, *theirs}, key=str)
    x, y = (np.array([side.get(v, 0) for v in values], dtype=np.float64) for side in (theirs, ours))
    buckets = tuple(np.array(side.buckets, dtype=np.float64) for side in (p, q))
    return _Sides(level, (buckets[0], buckets[1]), values, x, y)


def _table(
    sides: _Sides, names: dict[int, _Named], special: list[Hashable], beside: tuple[Array, Array]
) -> tuple[Aligned, NDArray[np.bool_], float]:
    """Return the thinned table, which outcomes are drawn, and what it may hide."""
    if sides.level == 0:
        x, y = (np.concatenate(ends) for ends in zip((sides.x, sides.y), beside, strict=True))
        return Aligned((*sides.values, *special), x, y), np.zeros(len(x), dtype=bool), 0.0
    share = 2.0**-sides.level
    in_buckets, drawn_rows = sides.buckets, (sides.x, sides.y)
    n, m = (rows.sum() + more.sum() for rows, more in zip(in_buckets, beside, strict=True))
    mass = in_buckets[0] / n + in_buckets[1] / m
    usual = _most(len(sides.values) / share / drawn.BUCKETS) * float(np.median(mass))
    heavy = np.flatnonzero(mass > usual)
    light = sides.x / n + sides.y / m <= usual
    over = _frequent(sides, names, heavy, mass <= usual)
    counts = [
        np.concatenate([rows[light], more * share, extra * share])
        for rows, more, extra in zip(drawn_rows, beside, over, strict=True)
    ]
    kept = [value for value, own in zip(sides.values, light, strict=True) if own]
    called = [
        names[int(b)].value if int(b) in names else Special(f"values of hash {b:03x}…")
        for b in heavy
    ]
    whose = (v for v, own in zip(sides.values, light, strict=True) if not own)
    places = np.array([drawn.bucket(value) for value in whose], dtype=np.int64)
    inside = _inside(
        (sides.x[~light] / n, sides.y[~light] / m),
        (in_buckets[0][places] / n, in_buckets[1][places] / m),
    )
    which = np.arange(len(counts[0])) < len(kept)
    aligned = Aligned((*kept, *special, *called), counts[0], counts[1])
    occurs = aligned.x + aligned.y > 0
    names_left = tuple(name for name, here in zip(aligned.labels, occurs, strict=True) if here)
    aligned = Aligned(names_left, aligned.x[occurs], aligned.y[occurs])
    return aligned, which[occurs], inside / share


def _most(values: float) -> float:
    """Return how many times the usual a bucket may hold where so many alike fall into each."""
    return max(FREQUENT, 1 + (5 * math.sqrt(values) + 4) / values)


def _inside(own: tuple[Array, Array], whole: tuple[Array, Array]) -> float:
    """Return by how much values differ from the direction of their bucket, in nats of JS."""
    middle, of_whole = own[0] + own[1], whole[0] + whole[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [
            np.where(p > 0, p * np.log((p / middle) / (w / of_whole)), 0.0)
            for p, w in zip(own, whole, strict=True)
        ]
    return float(sum(part.sum() for part in parts)) / 2


def _frequent(
    sides: _Sides, names: dict[int, _Named], heavy: NDArray[np.int64], usual: NDArray[np.bool_]
) -> list[Array]:
    """Return the rows of the frequent values: those counted, else what a bucket has beyond most.

    A bucket that holds a row is not called empty.
    """
    found = []
    for i, rows in enumerate(sides.buckets):
        beyond = np.maximum(rows[heavy] - rows[usual].mean(), np.minimum(rows[heavy], 1.0))
        for place, b in enumerate(heavy):
            named = names.get(int(b))
            if named is not None:
                beyond[place] = named.rows[i]
        found.append(beyond)
    return found


def _names(reference: ColumnProfile, current: ColumnProfile, sides: _Sides) -> dict[int, _Named]:
    """Return the value that nearly all rows of a bucket are of, where both sides know its count."""
    found: dict[int, _Named] = {}
    for side, rows in ((current, sides.buckets[0]), (reference, sides.buckets[1])):
        listed = side.body.counts if isinstance(side.body, Listed) else {}
        fewest = ITS_OWN * rows[rows > 0].min(initial=np.inf)
        for value, n in listed.items():
            if n < fewest:  # of no bucket nearly all rows: its hash need not be found
                continue
            place = drawn.bucket(value)
            if n >= ITS_OWN * rows[place] > 0 and place not in found:
                p, q = count_of(current, value), count_of(reference, value)
                if p is not None and q is not None:
                    found[place] = _Named(value, (p, q))
    return found


def _p_value(sides: _Sides, least: tuple[Array, Array], worth: tuple[float, float]) -> float:
    """Test all rows by hash, and the drawn values beside the rest of the rows."""
    tests = [] if sides.level == 0 else [homogeneity_of(pair(*least)).p_value]
    x, y = sides.x / worth[0], sides.y / worth[1]
    rest = [max(0.0, rows.sum() - own.sum()) for rows, own in zip(least, (x, y), strict=True)]
    both = [np.append(own, more) for own, more in zip((x, y), rest, strict=True)]
    if (both[0] + both[1] > 0).sum() > 1:
        tests.append(homogeneity_of(pair(*both)).p_value)
    return sidak(*tests)
