"""Two profiles in, one verdict a column out; the q-value waits for all that is tested beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.counts.estimators.detectable import detectable_of
from kullback.counts.estimators.jensen_shannon import jensen_shannon_of
from kullback.counts.estimators.kl import kl_of
from kullback.counts.rows.pair import pair
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.outcomes import outcomes
from kullback.results import Note
from kullback.statistics.false_discovery import q_values
from kullback.tables.counting.column_counts import Measured
from kullback.tables.judge import reasons
from kullback.tables.judge import verdict as verdicts
from kullback.tables.judge.uncompared import both_skipped, moved_on, one_sided, suggested
from kullback.tables.judge.verdict import Criteria
from kullback.tables.profiles import align as aligning
from kullback.tables.profiles import labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.types import written
from kullback.tables.results.comparison import ColumnComparison, Missing, Role, Skipped
from kullback.units import nats_per

Judged = ColumnComparison | Skipped


def judge(
    q: Profile, p: Profile, columns: Sequence[str] | None, criteria: Criteria
) -> list[Judged]:
    """Compare two profiles column by column; `decided` gives q-values and verdicts.

    Parameters
    ----------
    q, p : Profile
        The reference, and the current data counted in its bins.
    columns : sequence of str or None
        Only these.
    criteria : Criteria
        What the verdicts are measured by.
    """
    reference, current = ({column.name: column for column in side} for side in (q, p))
    wanted = {**reference, **current} if columns is None else set(columns)
    limit = max(q.max_outcomes, p.max_outcomes)
    return suggested(
        [
            _column(name, (reference.get(name), current.get(name)), criteria, limit)
            for name in {**reference, **current}
            if name in wanted
        ]
    )


def decided(families: Sequence[Sequence[Judged]], criteria: Criteria) -> list[tuple[Judged, ...]]:
    """Give each column of each table its q-value, its verdict and its reason.

    The q-values are Benjamini and Hochberg's (1995) over all columns of all tables: windows and
    segments are looked at together, so they are tested together.

    Parameters
    ----------
    families : sequence of sequences of ColumnComparison or Skipped
        The columns of each table.
    criteria : Criteria
        What the verdicts are measured by.
    """
    p_values = [c.p_value for table in families for c in table if isinstance(c, ColumnComparison)]
    remaining = iter(q_values(p_values))
    return [tuple(_each_decided(table, remaining, criteria)) for table in families]


def _each_decided(
    columns: Sequence[Judged], q_values: Iterator[float], criteria: Criteria
) -> Iterator[Judged]:
    for column in columns:
        yield column if isinstance(column, Skipped) else _decide(column, next(q_values), criteria)


def _column(
    name: str, sides: tuple[Measured | None, Measured | None], criteria: Criteria, limit: int
) -> Judged:
    """Compare one column; the q-value and the verdict wait for the others."""
    reference, current = sides
    if reference is None or current is None:
        return one_sided(name, lost=current is None)
    if isinstance(reference, Skipped) or isinstance(current, Skipped):
        return both_skipped(reference, current, criteria)
    try:
        return _compared(reference, current, criteria, limit)
    except aligning.DifferentBinsError as error:
        return Skipped(name, str(error), unlike=("the bins differ",))
    except Exception as error:  # noqa: BLE001  one column never takes the others down
        reason = f"failed: {type(error).__name__}: {error}"
        return Skipped(name, reason, unlike=("it could not be compared",))


def _compared(
    reference: ColumnProfile, current: ColumnProfile, criteria: Criteria, limit: int
) -> Judged:
    gone_on = moved_on(reference, current, criteria)
    if gone_on is not None:
        return gone_on
    aligned = aligning.align(reference, current, limit)
    if len(aligned.labels) < 2:
        return Skipped(reference.name, _constant(reference, aligned))
    found = compared(reference.name, reference.role, aligned, criteria)
    return replace(
        found,
        type_changed=type_change(reference, current),
        extent=aligning.extent(reference, current),
        notes=_pooled(aligned),
    )


def _pooled(aligned: Aligned) -> tuple[Note, ...]:
    if labels.OTHER not in aligned.labels:
        return ()
    place = aligned.labels.index(labels.OTHER)
    p, q = (c[place] / c.sum() for c in (aligned.x, aligned.y))
    text = (
        f"The values that are frequent on both sides together are compared by name; the others, "
        f"{reasons.percent(float(p))} of current rows and {reasons.percent(float(q))} of reference "
        "rows, are one outcome: the divergence is a lower bound."
    )
    return (Note("pooled", text),)


def compared(name: str, role: Role, aligned: Aligned, criteria: Criteria) -> ColumnComparison:
    """Estimate everything that two rows of counts say of a column, its verdict apart.

    Parameters
    ----------
    name, role : str
        What is compared.
    aligned : Aligned
        Two outcomes or more.
    criteria : Criteria
        The level and the unit.
    """
    x, y = aligned.x, aligned.y
    # Read once: the law of the counts under no change serves every estimate.
    both = pair(x, y)
    p_value = homogeneity_of(both).p_value
    level, unit = criteria.level, criteria.unit
    return ColumnComparison(
        name=name,
        role=role,
        kl=kl_of(both, level=level, p_value=p_value).to(unit),
        reverse_kl=kl_of(both.reverse(), level=level, p_value=p_value, quantity="KL(Q‖P)").to(unit),
        jensen_shannon=jensen_shannon_of(both, level, p_value).to(unit),
        p_value=p_value,
        q_value=1.0,
        verdict="undecided",
        reason=reasons.explain(aligned),
        outcomes=outcomes(aligned.labels, x / both.n, y / both.m).to(1 / nats_per(unit)),
        new=_seen_only(aligned, x, y),
        gone=_seen_only(aligned, y, x),
        missing=Missing(_missing(aligned, y), _missing(aligned, x)),
        detectable=detectable_of(both) / nats_per(unit),
    )


def _missing(aligned: Aligned, counts: NDArray[np.float64]) -> float:
    if labels.MISSING not in aligned.labels:
        return 0.0
    return float(counts[aligned.labels.index(labels.MISSING)] / counts.sum())


def _constant(reference: ColumnProfile, aligned: Aligned) -> str:
    if reference.missing == reference.rows:
        return "all values are missing on both sides"
    if aligned.labels[0] == labels.ANY_VALUE:
        return "the profiles have one bin, which tells no values apart: profile the data anew"
    if aligned.labels[0] == labels.OTHER:
        return "too many values, and none of them is frequent enough to be compared by name"
    label = reasons.spoken(aligned.labels[0])
    return f"constant: always {label} on both sides"


def _seen_only(
    aligned: Aligned, here: NDArray[np.float64], there: NDArray[np.float64]
) -> tuple[Any, ...]:
    only = (here > 0) & (there == 0)
    return tuple(
        aligned.labels[i] for i in np.flatnonzero(only) if reasons.is_named(aligned.labels[i])
    )


def type_change(reference: ColumnProfile, current: ColumnProfile) -> tuple[str, str] | None:
    """Return both types where they are of different kinds, and both sides hold values."""
    empty = any(side.missing == side.rows for side in (reference, current))
    alike = reference.kind == current.kind and reference.spelling == current.spelling
    if empty or alike:
        return None
    first, second = (written(side.type, side.spelling) for side in (reference, current))
    return (first, second)


def _decide(column: ColumnComparison, q_value: float, criteria: Criteria) -> ColumnComparison:
    tolerance = criteria.tolerance_of(column.name)
    verdict = verdicts.verdict(q_value, column.jensen_shannon, criteria.alpha, tolerance)
    smallest = column.detectable if verdict == "undecided" else None
    said = None if smallest is None else reasons.amount(smallest, criteria.unit)
    reason = reasons.sentence(verdict, q_value, criteria.alpha, column.reason, said)
    if column.type_changed:
        reason = "type changed from {} to {}; ".format(*column.type_changed) + reason
    return replace(
        column,
        q_value=q_value,
        verdict="retyped" if column.type_changed else verdict,
        reason=reason,
        tolerance=tolerance,
        detectable=smallest,
    )
