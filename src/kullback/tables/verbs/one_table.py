"""One table beside itself: counts that two samples would not give are no estimate of anything.

Verdicts allow for chance, since the rows of two sides are taken to be two samples. Those of a
table and its copy are not: where both sides hold the same counts in every column, and two samples
of one source would hardly do so, there is nothing left to be undecided about.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import gammaln

from kullback.results import Note
from kullback.tables.profiles.profile import Binned, ColumnProfile, Profile
from kullback.tables.results.comparison import ColumnComparison, Skipped

Judged = ColumnComparison | Skipped
CHANCE = 0.001  # by which two samples may give the same counts and be taken for one table
_TOLD = ("drawn", "minimum", "maximum")  # not of every column
_REASON = "no difference: both sides hold the same counts"


def settled(
    columns: tuple[Judged, ...], q: Profile, p: Profile, alpha: float, *, one: bool
) -> tuple[tuple[Judged, ...], tuple[Note, ...]]:
    """Return the columns without doubts about what is the same, and a note that says so.

    Parameters
    ----------
    columns : tuple of ColumnComparison or Skipped
        With their verdicts.
    q, p : Profile
        The counts of both sides, in the same outcomes.
    alpha : float
        Where some columns differ, the others are settled only if two samples would give the same
        counts by no more than this chance.
    one : bool
        Whether both sides are given as the same object or file.
    """
    chances = {name: chance for name, chance in _alike(q, p) if chance is not None}
    compared = [c.name for c in columns if isinstance(c, ColumnComparison)]
    alike = [name for name in compared if name in chances]
    if q.rows != p.rows or not (one or min(map(chances.__getitem__, alike), default=1.0) < CHANCE):
        return columns, ()
    whole = len(alike) == len(compared)
    sure = {name for name in alike if whole or chances[name] <= alpha}
    found = tuple(
        _same(c) if isinstance(c, ColumnComparison) and c.name in sure else c for c in columns
    )
    if found == columns or not whole:
        return found, ()
    text = "Both sides hold the same counts in every column: they are one table, and no two samples"
    return found, (Note("one-table", f"{text}."),)


def same_source(reference: Any, current: Any) -> bool:
    """Return whether both sides are given as one object, or as one path."""
    if isinstance(reference, str | Path) and isinstance(current, str | Path):
        return str(reference) == str(current)
    return reference is current


def _same(column: ColumnComparison) -> ColumnComparison:
    if column.verdict != "undecided":
        return column
    shares = tuple(replace(share, verdict="same") for share in column.shares)
    return replace(column, verdict="same", reason=_REASON, detectable=None, shares=shares)


def _alike(q: Profile, p: Profile) -> Iterator[tuple[str, float | None]]:
    others = {column.name: column for column in p}
    for column in q:
        other = others.get(column.name)
        if isinstance(column, ColumnProfile) and isinstance(other, ColumnProfile):
            yield column.name, chance(column, other)


def chance(reference: ColumnProfile, current: ColumnProfile) -> float | None:
    """Return the chance that two samples of one source give the same counts; None if they do not.

    Given both together, each row was on either side by chance: 2c rows of an outcome part into
    c and c in one of so many ways. Of sources that differ it is smaller still.

    Parameters
    ----------
    reference, current : ColumnProfile
        In the same outcomes.
    """
    counts = _counts(reference)
    told = [(getattr(c, name) for c in (reference, current)) for name in _TOLD]
    if counts != _counts(current) or any(a != b for a, b in told if None not in (a, b)):
        return None
    held = np.array([n for n in counts.values() if n], dtype=np.float64)
    return float(math.exp(float(_ways(held).sum() - _ways(held.sum()))))


def _ways(n: Any) -> Any:
    return gammaln(2 * n + 1) - 2 * gammaln(n + 1)


def _counts(column: ColumnProfile) -> dict[Any, float]:
    """Return the rows of each outcome."""
    body = column.body
    held: Sequence[tuple[Any, float]] = (
        list(enumerate(body.counts))
        if isinstance(body, Binned)
        else [*body.counts.items(), (("other",), body.other)]
    )
    special = ("missing", "plus_infinity", "minus_infinity", "unreadable")
    named = [((name,), getattr(column, name)) for name in special]
    return {outcome: n for outcome, n in (*held, *named) if n}
