"""What two rows of counts say of a column, the verdict apart."""

import math
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
from kullback.tables.judge import extent, reasons, tail
from kullback.tables.judge.shares import share_changes
from kullback.tables.judge.tail import ThinnedTable
from kullback.tables.judge.verdict import Criteria
from kullback.tables.profiles import labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.profile import ColumnProfile
from kullback.tables.results.comparison import ColumnComparison, Missing, Role
from kullback.units import nats_per

Array = NDArray[np.float64]


def worth_less(counts: Array, rows: float) -> Array:
    """Return the counts of independent rows: one for so many, and two at least of all."""
    return counts / min(rows, max(1.0, float(counts.sum()) / 2))


def compared(
    name: str,
    role: Role,
    aligned: Aligned,
    criteria: Criteria,
    order: tuple[Array, Array] | None = None,
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
    order : (ndarray, ndarray) or None
        The counts of the outcomes that have an order, in it.
    beyond : BeyondRange or None
        The current rows outside the reference's extent, where they were counted.
    p_value : float, optional
        Where more was tested than the outcomes.
    """
    x, y = aligned.x, aligned.y
    # Read once: the law of the counts under no change serves every estimate.
    both = pair(x, y)
    # Bins of equal counts are chosen by one side: their rare ones tell nothing.
    chosen = any(isinstance(label, labels.Bin) for label in aligned.labels)
    if p_value is None:
        tests = [homogeneity_of(both, "exact-moments" if chosen else "auto").p_value]
        tests += [] if order is None else [anderson_darling(*order)]
        tests += [] if beyond is None else [beyond.p_value]
        p_value = sidak(*tests)
    level, unit = criteria.level, criteria.unit
    kl = kl_of(both, level=level, p_value=p_value).to(unit)
    reverse = kl_of(both.reverse(), level=level, p_value=p_value, quantity="KL(Q‖P)").to(unit)
    return ColumnComparison(
        name=name,
        role=role,
        kl=opened(kl, aligned, x, y, "the reference"),
        reverse_kl=opened(reverse, aligned, y, x, "the current data"),
        jensen_shannon=jensen_shannon_of(both, level, p_value, chosen=chosen).to(unit),
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
        kl=tail.widened(found.kl, many, level),
        reverse_kl=tail.widened(found.reverse_kl, many, level),
        jensen_shannon=tail.widened(found.jensen_shannon, many, level),
        reason=reasons.explain(many.aligned, each=2**many.level),
        notes=(*found.notes, tail.note(many)),
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
