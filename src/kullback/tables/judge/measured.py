"""What two rows of counts say of a column, the verdict apart."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from kullback.counts.estimators.detectable import detectable_of
from kullback.counts.estimators.expected import expect
from kullback.counts.estimators.jensen_shannon import jensen_shannon_of
from kullback.counts.estimators.kl import kl_of
from kullback.counts.intervals.unseen_tail import new_beyond_chance
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.counts.tests.ordered import anderson_darling
from kullback.counts.tests.p_values import sidak
from kullback.outcomes import outcomes
from kullback.results import Estimate, Interval, Note
from kullback.statistics.level import quantile
from kullback.tables.judge import extent, reasons
from kullback.tables.judge.shares import share_changes
from kullback.tables.judge.verdict import Criteria
from kullback.tables.profiles import labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.profile import ColumnProfile
from kullback.tables.profiles.thinned import ThinnedTable
from kullback.tables.results.comparison import ColumnComparison, Missing, Role
from kullback.units import nats_per

Array = NDArray[np.float64]
HALF = 0.5  # of the rows in values that come once, and all may be other ones next time
STEPS = (10_000, 1000, 100, 10, 5, 2)  # to which numbers may be rounded, in their last digit
NEARLY_ALL = 0.99  # of the rows of one side are so
GROUPS = 20  # of neighbouring values, of about as many rows of both sides together


def worth_less(counts: Array, rows: float) -> Array:
    """Return the counts of independent rows: one for so many, and two at least of all."""
    return counts / min(rows, max(1.0, float(counts.sum()) / 2))


def compared(
    name: str,
    role: Role,
    aligned: Aligned,
    criteria: Criteria,
    order: list[int] | None = None,
    beyond: extent.BeyondRange | None = None,
    p_value: float | None = None,
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
    p_value : float, optional
        Where more was tested than the outcomes.
    """
    x, y = aligned.x, aligned.y
    # Read once: the law of the counts under no change serves every estimate.
    both = pair(x, y)
    # Bins of equal counts are chosen by one side: their rare ones tell nothing.
    chosen = has_bins(aligned)
    expect(both, tested=p_value is None)
    if p_value is None:
        p_value = tested(both, aligned, order, beyond)
    level, unit = criteria.level, criteria.unit

    def estimates(of: CountPair) -> list[Estimate]:
        return [
            jensen_shannon_of(of, level, p_value, chosen=chosen),
            kl_of(of, level=level, p_value=p_value),
            kl_of(of.reverse(), level=level, p_value=p_value, quantity="KL(Q‖P)"),
        ]

    found = estimates(both)
    if order is not None and len(order) > GROUPS and not chosen and p_value <= 1 - level:
        groups = estimates(pair(*(_grouped(side, aligned, order) for side in (x, y))))
        found = [raised(*known, aligned) for known in zip(found, groups, strict=True)]
    jensen_shannon, kl, reverse = (estimate.to(unit) for estimate in found)
    return ColumnComparison(
        name=name,
        role=role,
        kl=opened(kl, aligned, x, y, "the reference"),
        reverse_kl=opened(reverse, aligned, y, x, "the current data"),
        jensen_shannon=jensen_shannon,
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


def has_bins(aligned: Aligned) -> bool:
    """Return whether outcomes are bins, which the reference's values chose."""
    return any(isinstance(label, labels.Bin) for label in aligned.labels)


def tested(
    both: CountPair,
    aligned: Aligned,
    order: list[int] | None,
    beyond: extent.BeyondRange | None,
) -> float:
    """Return the p-value of the outcomes, of their order and of what lies beyond, all together."""
    tests = [homogeneity_of(both, "exact-moments" if has_bins(aligned) else "auto").p_value]
    tests += [] if order is None else [anderson_darling(aligned.x[order], aligned.y[order])]
    tests += [] if beyond is None else [beyond.p_value]
    return sidak(*tests)


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
    only = (here > 0) & (there == 0)
    if not new_beyond_chance(here, there, interval.level):
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
    place = aligned.place_of(labels.MISSING)
    return 0.0 if place is None else float(counts[place] / counts.sum())


def _seen_only(
    aligned: Aligned, here: NDArray[np.float64], there: NDArray[np.float64]
) -> tuple[Any, ...]:
    only = (here > 0) & (there == 0)
    return tuple(
        aligned.labels[i] for i in np.flatnonzero(only) if reasons.is_named(aligned.labels[i])
    )


def of_many(
    reference: ColumnProfile,
    named: Aligned,
    many: ThinnedTable,
    criteria: Criteria,
    worth: tuple[float, float],
) -> ColumnComparison:
    """Compare a column of too many values to list: shown by name, measured by the thinned table."""
    name, role, level = reference.name, reference.role, criteria.level
    found = compared(name, role, many.aligned, criteria, p_value=many.p_value)
    found = replace(
        found,
        kl=widened(found.kl, many, level),
        reverse_kl=widened(found.reverse_kl, many, level),
        jensen_shannon=widened(found.jensen_shannon, many, level),
        reason=reasons.explain(many.aligned, each=2**many.level),
        notes=(*found.notes, of_draw(many)),
    )
    if len(named.labels) < 2:
        return found
    named = named._replace(x=worth_less(named.x, worth[0]), y=worth_less(named.y, worth[1]))
    shown = compared(name, role, named, criteria, p_value=many.p_value)
    shares = [share for share in found.shares if share.name == "new"]
    shares += [share for share in shown.shares if share.name != "new"]
    return replace(
        found,
        outcomes=shown.outcomes,
        new=shown.new,
        gone=shown.gone,
        missing=shown.missing,
        shares=tuple(shares),
    )


def widened(estimate: Estimate, table: ThinnedTable, level: float) -> Estimate:
    """Widen an interval by what the draw of the values adds; JS also by its sure ends."""
    interval = estimate.interval
    if table.level == 0 or interval is None:
        return estimate
    is_js = estimate.quantity.startswith("JS")
    x, y = (table.aligned.x, table.aligned.y)
    reverse = estimate.quantity.startswith("KL(Q")
    influence = _of_js(x, y) if is_js else _of_kl(*((y, x) if reverse else (x, y)))
    spread = math.sqrt((1 - 2.0**-table.level) * float((influence[table.light] ** 2).sum()))
    spread /= nats_per(estimate.unit)
    reach = quantile(level) * spread
    value = estimate.value
    low = value - math.hypot(value - interval.low, reach)
    high = value + math.hypot(interval.high - value, reach)
    error = math.hypot(estimate.standard_error, spread)
    if is_js:
        unit, most = nats_per(estimate.unit), math.log(2.0)
        sure = jensen_shannon_of(pair(*table.least), level, table.p_value).interval
        low = max(0.0, low, 0.0 if sure is None else sure.low / unit)
        high = min(most / unit, max(high + table.hidden / unit, low))
        high = most / unit if _lone(table) > HALF else high
        value = min(max(value, low), high)
    ends = Interval(low, high, interval.level, f"{interval.method}, and the draw of values")
    return replace(estimate, value=value, standard_error=error, interval=ends)


def _lone(table: ThinnedTable) -> float:
    """Return the share of rows in values that come once in all: nothing says where else they do."""
    x, y = table.aligned.x, table.aligned.y
    once = x + y <= min(x[x > 0].min(initial=1), y[y > 0].min(initial=1))
    return float((x[once].sum() / x.sum() + y[once].sum() / y.sum()) / 2)


def _of_js(x: Array, y: Array) -> Array:
    """Return what each outcome moves JS by when it is drawn."""
    p, q = x / x.sum(), y / y.sum()
    middle = (p + q) / 2
    of_p, of_q = ((xlogy(side, side) - xlogy(side, middle)) / 2 for side in (p, q))
    moved: Array = of_p + of_q - p * of_p.sum() - q * of_q.sum()
    return moved


def _of_kl(x: Array, y: Array) -> Array:
    p, q = x / x.sum(), y / y.sum()
    shown = (p > 0) & (q > 0)
    own = np.zeros(len(p))
    own[shown] = p[shown] * np.log(p[shown] / q[shown])
    moved: Array = np.where(shown, own - (own.sum() + 1) * p + q, 0.0)
    return moved


def of_draw(table: ThinnedTable) -> Note:
    """Say what a divergence of so many values rests on, and what share was never seen."""
    x, y = table.aligned.x, table.aligned.y
    never = reasons.percent(float(x[y == 0].sum() / x.sum()))
    if table.level == 0:
        said = "All values are counted, though not all are kept by name"
    else:
        drew, of = int(table.light.sum()), 2**table.level
        said = (
            f"Of the values, one in {of:,} is drawn by its hash, {drew:,} in all, each with its "
            "exact count on both sides; frequent ones are all counted, by their hash. The error is "
            "that of rows and of the draw"
        )
    text = f"{said}. {never} of current rows hold values that the reference never shows."
    return Note("drawn-values", text)


def raised(estimate: Estimate, coarse: Estimate, aligned: Aligned) -> Estimate:
    """Raise the lower end of a divergence to that of neighbours taken together.

    What is taken together never differs more than its parts, so that the divergence by value is
    at least that of groups of neighbours; which has an order and fewer outcomes, and so is known
    better where each value holds few rows. The upper end is no lower than that of the values.

    Parameters
    ----------
    estimate, coarse : Estimate
        By value, and of groups, in nats.
    aligned : Aligned
        The counts by value.
    """
    found = estimate.interval
    if found is None or coarse.interval is None or coarse.interval.low <= found.low:
        return estimate
    low, high = coarse.interval.low, max(coarse.interval.high, found.high)
    value = min(max(estimate.value, coarse.value, low), high)
    parts = _shared_out(estimate, aligned, value)
    method = f"{found.method}; the lower end by {GROUPS} groups of neighbours"
    interval = Interval(low, high, found.level, method)
    return replace(estimate, value=value, interval=interval, contributions=parts)


def by_number(
    found: ColumnComparison, numbers: ThinnedTable, aligned: Aligned, criteria: Criteria
) -> ColumnComparison:
    """Say what single numbers say of a column whose bins hold many of them each.

    A comb against its gaps is the same in bins, and so are numbers that were rounded. Where the
    drawn numbers differ, the divergence is at least what they show; the order in which they lie
    is in the bins.
    """
    p_value = sidak(found.p_value, numbers.p_value)
    estimate, unit = found.jensen_shannon, criteria.unit
    as_it_was = replace(found, p_value=p_value, jensen_shannon=replace(estimate, p_value=p_value))
    if numbers.p_value > 1 - criteria.level:
        return as_it_was
    fine = jensen_shannon_of(pair(numbers.aligned.x, numbers.aligned.y), criteria.level, p_value)
    fine = widened(fine.to(unit), numbers, criteria.level)
    own, ends = estimate.interval, fine.interval
    if own is None or ends is None or ends.low <= own.low:
        return as_it_was
    high = max(own.high, ends.high)
    value = min(max(estimate.value, fine.value, ends.low), high)
    method = f"{ends.method} of single numbers, drawn"
    raised_to = replace(
        estimate,
        value=value,
        p_value=p_value,
        interval=Interval(ends.low, high, own.level, method),
        contributions=_shared_out(estimate, aligned, value),
    )
    return replace(
        found,
        p_value=p_value,
        kl=_kl_by_number(found.kl, numbers, p_value, criteria),
        reverse_kl=_kl_by_number(found.reverse_kl, numbers, p_value, criteria),
        jensen_shannon=raised_to,
        reason=_of_numbers(numbers.aligned, numbers.scale),
    )


def _kl_by_number(
    known: Estimate, numbers: ThinnedTable, p_value: float, criteria: Criteria
) -> Estimate:
    """Return the KL of drawn numbers, which is no less than that of bins, and open where new."""
    reverse = known.quantity.startswith("KL(Q")
    x, y = numbers.aligned.x, numbers.aligned.y
    here, there, other = (y, x, "the current data") if reverse else (x, y, "the reference")
    fine = kl_of(
        pair(here, there), level=criteria.level, p_value=p_value, quantity=known.quantity
    ).to(criteria.unit)
    fine = widened(fine, numbers, criteria.level)
    names = tuple(f"{int(str(label)) / numbers.scale:.15g}" for label in numbers.aligned.labels)
    fine = opened(fine, numbers.aligned._replace(labels=names), here, there, other)
    return fine if fine.value > known.value else known


def _of_numbers(aligned: Aligned, scale: int) -> str:
    """Say what became of single numbers times a scale, of those that were drawn."""
    for step in STEPS:
        divided = np.array([int(str(label)) % step == 0 for label in aligned.labels])
        p, q = (float(side[divided].sum() / side.sum()) for side in (aligned.x, aligned.y))
        if max(p, q) >= NEARLY_ALL and min(p, q) < HALF:
            return (
                f"{reasons.percent(round(p, 3))} of current values are multiples of "
                f"{step / scale:g}, of reference values {reasons.percent(round(q, 3))}"
            )
    new = float(aligned.x[aligned.y == 0].sum() / aligned.x.sum())
    gone = float(aligned.y[aligned.x == 0].sum() / aligned.y.sum())
    return (
        f"single numbers differ: about {reasons.percent(round(new, 3))} of current rows hold "
        f"ones that the reference never shows, {reasons.percent(round(gone, 3))} of reference rows "
        "ones that are gone"
    )


def _shared_out(estimate: Estimate, aligned: Aligned, value: float) -> Array | None:
    """Return contributions that sum to a value, in the proportions of an estimate's own."""
    parts = estimate.contributions
    if parts is None:
        return None
    whole = math.fsum(parts)
    x, y = aligned.x, aligned.y
    terms = parts if whole > 0 else np.abs(x / x.sum() - y / y.sum()) + 1 / len(x)
    return np.asarray(terms * (value / math.fsum(terms)))


def _grouped(side: Array, aligned: Aligned, order: list[int]) -> Array:
    both = (aligned.x / aligned.x.sum() + aligned.y / aligned.y.sum())[order]
    below = np.cumsum(both) - both / 2
    group = np.minimum((below / both.sum() * GROUPS).astype(np.intp), GROUPS - 1)
    others = np.delete(side, order)
    return np.concatenate([np.bincount(group, side[order], GROUPS), others])
