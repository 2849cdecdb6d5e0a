"""Two profiles in, one verdict a column out; the q-value waits for all that is tested beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.counts.detection import detectable_of
from kullback.counts.divergence import kl_of
from kullback.counts.g_test import homogeneity_of
from kullback.counts.null_centred import jensen_shannon_of
from kullback.counts.pair import pair
from kullback.outcomes import outcomes
from kullback.tables import aligning, reasons, verdicts
from kullback.tables.aligning import Aligned
from kullback.tables.comparison import ColumnComparison, Missing, Skipped
from kullback.tables.profiles import ColumnProfile, Profile
from kullback.tables.verdicts import Criteria
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
    names = dict.fromkeys([*(column.name for column in q), *(column.name for column in p)])
    return [_column(n, q, p, criteria) for n in names if columns is None or n in columns]


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
    remaining = iter(verdicts.q_values(p_values))
    return [tuple(_each_decided(table, remaining, criteria)) for table in families]


def _each_decided(
    columns: Sequence[Judged], q_values: Iterator[float], criteria: Criteria
) -> Iterator[Judged]:
    for column in columns:
        yield column if isinstance(column, Skipped) else _decide(column, next(q_values), criteria)


def _column(name: str, q: Profile, p: Profile, criteria: Criteria) -> ColumnComparison | Skipped:
    """Compare one column; the q-value and the verdict wait for the others."""
    sides = [{column.name: column for column in profile}.get(name) for profile in (q, p)]
    reference, current = sides
    if current is None:
        return Skipped(name, "only in the reference")
    if reference is None:
        return Skipped(name, "only in the current data")
    for side in (reference, current):
        if isinstance(side, Skipped):
            return side
    assert isinstance(reference, ColumnProfile)
    assert isinstance(current, ColumnProfile)
    try:
        return _compared(reference, current, criteria)
    except aligning.DifferentBinsError as error:
        return Skipped(name, str(error))
    except Exception as error:  # noqa: BLE001  one column never takes the others down
        return Skipped(name, f"failed: {type(error).__name__}: {error}")


def _compared(
    reference: ColumnProfile, current: ColumnProfile, criteria: Criteria
) -> ColumnComparison | Skipped:
    aligned = aligning.align(reference, current)
    if len(aligned.labels) < 2:
        return Skipped(reference.name, _constant(reference, aligned))
    x, y = aligned.x, aligned.y
    # Read once: the law of the counts under no change serves every estimate.
    both = pair(x, y)
    p_value = homogeneity_of(both).p_value
    level, unit = criteria.level, criteria.unit
    return ColumnComparison(
        name=reference.name,
        role=reference.role,
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
        missing=Missing(reference.missing / reference.rows, current.missing / current.rows),
        type_changed=type_change(reference, current),
        detectable=detectable_of(both) / nats_per(unit),
        extent=aligning.extent(reference, current),
    )


def _constant(reference: ColumnProfile, aligned: Aligned) -> str:
    if reference.missing == reference.rows:
        return "all values are missing on both sides"
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
    if empty or reference.kind == current.kind:
        return None
    return (reference.type, current.type)


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
        verdict=verdict,
        reason=reason,
        tolerance=tolerance,
        detectable=smallest,
    )
