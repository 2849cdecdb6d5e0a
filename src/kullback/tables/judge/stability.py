"""The population stability index of columns, for who is asked for it."""

from collections.abc import Iterable
from dataclasses import replace

from kullback.counts.estimators.psi import psi_of
from kullback.counts.rows.pair import CountPair, pair
from kullback.tables.judge import extent
from kullback.tables.profiles import align
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.results.comparison import ColumnComparison, Skipped

Judged = ColumnComparison | Skipped

SHARE = 0.05  # of the reference that a bin holds at least: the index knows no tails
ROWS = 5  # that are a bin anyway


def with_index(
    columns: Iterable[Judged], q: Profile, p: Profile, level: float
) -> tuple[Judged, ...]:
    """Give each column that was compared its index, in nats."""
    sides = [{c.name: c for c in side if isinstance(c, ColumnProfile)} for side in (q, p)]

    def each(column: Judged) -> Judged:
        both = [side.get(column.name) for side in sides]
        if isinstance(column, Skipped) or both[0] is None or both[1] is None:
            return column
        return replace(column, psi=psi_of(_counts(both[0], both[1]), level))

    return tuple(each(column) for column in columns)


def _counts(reference: ColumnProfile, current: ColumnProfile) -> CountPair:
    """Return the counts in bins of a twentieth of the reference, the outer ones open; by value."""
    reference, current = align.in_same_bins(reference, current)
    inner = extent.within(reference, reference), extent.within(current, reference)
    rows = SHARE * reference.counted / ROWS
    aligned = align.align(*extent.fewer_bins(*inner, rows))
    names = [str(label) for label in aligned.labels]
    return pair(dict(zip(names, aligned.x, strict=True)), dict(zip(names, aligned.y, strict=True)))
