"""Two profiles in, one verdict a column out; the q-value waits for all that is tested beside it."""

import math
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
from kullback.counts.tests.ordered import anderson_darling
from kullback.counts.tests.p_values import sidak
from kullback.outcomes import outcomes
from kullback.results import Estimate, Interval, Note
from kullback.statistics.false_discovery import q_values
from kullback.tables.counting.column_counts import Measured
from kullback.tables.judge import constancy, cuts, effect, extent, neighbours, reasons
from kullback.tables.judge import verdict as verdicts
from kullback.tables.judge.shares import share_changes
from kullback.tables.judge.uncompared import both_skipped, one_sided, suggested
from kullback.tables.judge.verdict import Criteria
from kullback.tables.judge.worth import INDEPENDENT, Worth
from kullback.tables.profiles import align as aligning
from kullback.tables.profiles import labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.aspects import with_aspects
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.types import written
from kullback.tables.results.comparison import ColumnComparison, Missing, Role, Skipped
from kullback.units import nats_per

Array = NDArray[np.float64]
Judged = ColumnComparison | Skipped


def judge(
    q: Profile,
    p: Profile,
    columns: Sequence[str] | None,
    criteria: Criteria,
    named: Sequence[str] = (),
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
    named : sequence of str
        Columns to compare also if they only cut the data.
    """
    reference, current = ({column.name: column for column in side} for side in (q, p))
    every = {**reference, **current}
    wanted = {*(every if columns is None else with_aspects(columns, every))}
    limit = max(q.max_outcomes, p.max_outcomes)
    sides = {n: (reference.get(n), current.get(n)) for n in {**reference, **current} if n in wanted}
    left = {n: cuts.cut(*ends, criteria) for n, ends in sides.items() if n not in named}
    if all(left.get(name) for name in sides):  # with nothing else to compare they are the question
        left = {n: found for n, found in left.items() if cuts.goes_on(*sides[n])}
    columns_found = (left.get(n) or _column(n, ends, criteria, limit) for n, ends in sides.items())
    return suggested(list(columns_found))


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
    p_values = [p for table in families for column in table for p in _tests(column)]
    remaining = iter(q_values(p_values))
    return [tuple(_each_decided(table, remaining, criteria)) for table in families]


def _tests(column: Judged) -> list[float]:
    """Return the p-values of a column: that of its divergence, then those of its shares."""
    if isinstance(column, Skipped):
        return []
    return [column.p_value, *(change.p_value for change in column.shares)]


def _each_decided(
    columns: Sequence[Judged], remaining: Iterator[float], criteria: Criteria
) -> Iterator[Judged]:
    for column in columns:
        if isinstance(column, Skipped):
            yield column
            continue
        q_value = next(remaining)
        shares = tuple(
            verdicts.share_verdict(change, next(remaining), criteria.alpha)
            for change in column.shares
        )
        yield _decide(replace(column, shares=shares), q_value, criteria)


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
        return column_compared(reference, current, criteria, limit)
    except aligning.DifferentBinsError as error:
        return Skipped(name, str(error), unlike=("the bins differ",))
    except Exception as error:  # noqa: BLE001  one column never takes the others down
        reason = f"failed: {type(error).__name__}: {error}"
        return Skipped(name, reason, unlike=("it could not be compared",))


def column_compared(
    reference: ColumnProfile,
    current: ColumnProfile,
    criteria: Criteria,
    limit: int,
    worth: tuple[Worth, Worth] = INDEPENDENT,
) -> Judged:
    """Compare one column; the q-values and the verdict wait for the others.

    Parameters
    ----------
    reference, current : ColumnProfile
        Of Q and of P.
    criteria : Criteria
        What the verdicts are measured by.
    limit : int
        How many values each profile was asked to list.
    worth : (Worth, Worth)
        How many rows of the current data, and of the reference, say as much as an independent one.
    """
    reference, current = aligning.in_same_bins(reference, current)
    beyond = extent.outside(reference, current, worth)
    inner = reference, current
    if beyond is None or beyond.p_value > 1 - criteria.level:  # no more than chance puts there
        inner = extent.within(reference, reference), extent.within(current, reference)
    aligned = aligning.align(*extent.fewer_bins(*inner, worth[1].rows), limit)
    if len(aligned.labels) < 2:
        return Skipped(reference.name, _constant(reference, aligned))
    aligned = aligned._replace(
        x=_worth(aligned.x, worth[0].rows), y=_worth(aligned.y, worth[1].rows)
    )
    order = extent.in_order(reference.role, reference.type, aligned)
    found = compared(reference.name, reference.role, aligned, criteria, order, beyond)
    cells = effect.number_cells(reference, current)
    moved = constancy.said(reference, current, found.reason) or (
        cells and effect.effect(cells, reference.kind)
    )
    return replace(
        found,
        reason=moved or found.reason,
        type_changed=type_change(reference, current),
        extent=aligning.extent(reference, current),
        jensen_shannon=_up_to_pooled(found.jensen_shannon, aligned),
        notes=(*found.notes, *_pooled(aligned)),
        quantiles=cells and effect.quantiles(cells),
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


def _up_to_pooled(estimate: Estimate, aligned: Aligned) -> Estimate:
    """Open the upper end by what pooled values may hide: at most a bit for each row in them.

    By the chain rule the divergence is that of the pooled table and, weighted by the share of the
    pooled outcome on both sides, what goes on inside it.
    """
    interval = estimate.interval
    if labels.OTHER not in aligned.labels or interval is None:
        return estimate
    place = aligned.labels.index(labels.OTHER)
    p, q = (float(c[place] / c.sum()) for c in (aligned.x, aligned.y))
    most = math.log(2) / nats_per(estimate.unit)
    high = min(most, interval.high + (p + q) / 2 * most)
    method = f"{interval.method}, up to what pooled values may hide"
    return replace(estimate, interval=Interval(interval.low, high, interval.level, method))


def _worth(counts: Array, rows: float) -> Array:
    """Return the counts of independent rows: one for so many, and two at least of all."""
    return counts / min(rows, max(1.0, float(counts.sum()) / 2))


def compared(
    name: str,
    role: Role,
    aligned: Aligned,
    criteria: Criteria,
    order: list[int] | None = None,
    beyond: extent.BeyondRange | None = None,
) -> ColumnComparison:
    """Estimate everything that two rows of counts say of a column, its verdict apart.

    Parameters
    ----------
    name, role : str
        What is compared.
    aligned : Aligned
        Two outcomes or more.
    criteria : Criteria
        The level and the unit.
    order : list of int or None
        The places of the outcomes that have an order, in it.
    beyond : BeyondRange or None
        The current rows outside the reference's extent, where they were counted.
    """
    x, y = aligned.x, aligned.y
    # Read once: the law of the counts under no change serves every estimate.
    both = pair(x, y)
    # Bins of equal counts are chosen by one side: their rare ones tell nothing.
    chosen = any(isinstance(label, labels.Bin) for label in aligned.labels)
    tests = [homogeneity_of(both, "exact-moments" if chosen else "auto").p_value]
    tests += [] if order is None else [anderson_darling(x[order], y[order])]
    tests += [] if beyond is None else [beyond.p_value]
    p_value = sidak(*tests)
    level, unit = criteria.level, criteria.unit
    jensen_shannon = jensen_shannon_of(both, level, p_value, chosen=chosen)
    if order is not None and not chosen:
        jensen_shannon = neighbours.raised(jensen_shannon, aligned, order, level, p_value)
    kl = kl_of(both, level=level, p_value=p_value).to(unit)
    reverse = kl_of(both.reverse(), level=level, p_value=p_value, quantity="KL(Q‖P)").to(unit)
    return ColumnComparison(
        name=name,
        role=role,
        kl=opened(kl, aligned, x, y, "the reference"),
        reverse_kl=opened(reverse, aligned, y, x, "the current data"),
        jensen_shannon=jensen_shannon.to(unit),
        p_value=p_value,
        q_value=1.0,
        verdict="undecided",
        reason=reasons.explain(aligned, None if beyond is None else beyond.said),
        outcomes=outcomes(aligned.labels, x / both.n, y / both.m).to(1 / nats_per(unit)),
        new=_seen_only(aligned, x, y),
        gone=_seen_only(aligned, y, x),
        missing=Missing(_missing(aligned, y), _missing(aligned, x)),
        detectable=detectable_of(both) / nats_per(unit),
        shares=tuple(share_changes(aligned, beyond, level, criteria.shares)),
    )


def opened(estimate: Estimate, aligned: Aligned, here: Array, there: Array, other: str) -> Estimate:
    """Open the upper end of a KL where outcomes are new beyond chance, and name them.

    The finite estimate is of what both sides show; a value in its interval is shown, 0 for less.
    """
    interval = estimate.interval
    if interval is None:
        return estimate
    value = min(max(estimate.value, interval.low), interval.high)
    notes = estimate.notes
    if value != estimate.value:
        text = f"The estimate itself is {estimate.value:.3g} {estimate.unit}, by chance below 0."
        notes = (*notes, Note("raw-value", text))
    chance = here.sum() / (here.sum() + there.sum())
    only = (here > 0) & (there == 0)
    # Each is new by chance in chance^count of the cases.
    if not only.any() or float((chance ** here[only]).prod()) > 1 - interval.level:
        return replace(estimate, value=value, notes=notes)
    largest = sorted(np.flatnonzero(only), key=lambda i: -here[i])[:3]
    names = ", ".join(reasons.spoken(aligned.labels[i]) for i in largest)
    more = f" and {only.sum() - 3} more" if only.sum() > 3 else ""
    share = reasons.percent(float(here[only].sum() / here.sum()))
    text = (
        f"The truth may be infinite: {names}{more} hold {share} and {other} never shows them. The "
        "upper end is open; the value is of what was seen."
    )
    ends = Interval(
        interval.low, math.inf, interval.level, f"{interval.method}, open: new outcomes"
    )
    return replace(
        estimate, value=value, interval=ends, notes=(*notes, Note("may-be-infinite", text))
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
    own = verdicts.verdict(q_value, column.jensen_shannon, criteria.alpha, tolerance)
    verdict = verdicts.worst([own, *(change.verdict for change in column.shares)])
    smallest = column.detectable if own == "undecided" else None
    said = None if smallest is None else reasons.amount(smallest, criteria.unit)
    whole = reasons.sentence(own, q_value, criteria.alpha, column.reason, said)
    reason = reasons.with_shares(own, whole, verdict, column.shares, criteria.alpha)
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
