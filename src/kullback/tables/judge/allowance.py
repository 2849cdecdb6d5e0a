"""Rows that are not independent: verdicts for what they are worth."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kullback.results import Estimate, Interval, Note
from kullback.tables.judge import reasons
from kullback.tables.judge.judge import column_compared
from kullback.tables.judge.verdict import Criteria
from kullback.tables.judge.worth import Worth, shrunk, wider_share
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.results.comparison import ColumnComparison, Skipped

Judged = ColumnComparison | Skipped


def allowed(
    columns: Sequence[Judged],
    sides: tuple[Profile, Profile],
    criteria: Criteria,
    worth: Mapping[str, tuple[Worth, Worth]],
    order: str,
) -> list[Judged]:
    """Judge those columns again whose rows are not independent, for what they are worth.

    Parameters
    ----------
    columns : sequence of ColumnComparison or Skipped
        As `judge` gave them.
    sides : (Profile, Profile)
        Q's and P's.
    criteria : Criteria
        What the verdicts are measured by.
    worth : mapping of str to (Worth, Worth)
        What P's rows, and Q's, are worth beside independent ones.
    order : str
        The column of the order that this was seen in, or "" for the rows as they lie.
    """
    limit = max(side.max_outcomes for side in sides)

    def each(column: Judged) -> Judged:
        factors = worth.get(column.name)
        q, p = ((side[column.name] if factors else None) for side in sides)
        if factors is None or not (isinstance(q, ColumnProfile) and isinstance(p, ColumnProfile)):
            return column
        found = column_compared(q, p, criteria, limit, factors)
        if isinstance(found, Skipped):
            return column
        worst = [max(side.score, side.missing, side.new) for side in factors]
        note = Note("autocorrelated", reasons.alike(order, *worst))
        shares = tuple(
            wider_share(share, max(side.of(share.name) / side.rows for side in factors))
            for share in found.shares
        )
        found = widened(found, max(side.score / side.rows for side in factors))
        return replace(found, shares=shares, notes=(*found.notes, note))

    return [each(column) for column in columns]


def widened(column: ColumnComparison, factor: float) -> ColumnComparison:
    """Widen the intervals of its divergences as if their variance were so many times larger.

    A p-value becomes that of a normal deviate so much smaller.
    """
    if factor <= 1:
        return column
    return replace(
        column,
        kl=_wider(column.kl, factor),
        reverse_kl=_wider(column.reverse_kl, factor),
        jensen_shannon=_wider(column.jensen_shannon, factor),
        p_value=shrunk(column.p_value, factor),
        detectable=column.detectable and column.detectable * math.sqrt(factor),
    )


def _wider(estimate: Estimate, factor: float) -> Estimate:
    found, value, root = estimate.interval, estimate.value, math.sqrt(factor)
    interval = found
    if found is not None:
        low = max(0.0, value - root * (value - found.low))
        highest = {"nats": math.log(2), "bits": 1.0, "bans": math.log10(2)}
        high = value + root * (found.high - value)
        if estimate.quantity.startswith("JS"):
            high = min(high, highest[estimate.unit])
        interval = Interval(low, high, found.level, found.method)
    return replace(
        estimate,
        interval=interval,
        standard_error=estimate.standard_error * root,
        p_value=estimate.p_value and shrunk(estimate.p_value, factor),
    )
