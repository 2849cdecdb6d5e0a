"""KL of columns of several kinds, by the chain rule.

KL(P‖Q) = KL between the strata + Σ p(stratum) KL of the numbers within the stratum, a stratum
being one combination of categories and atoms. Strata are matched by label, never by position.
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback import counts
from kullback.errors import InputError, MethodError
from kullback.results import Estimate, Interval, Note
from kullback.samples.estimators.columns import ColumnKinds
from kullback.samples.estimators.estimation import kl_of
from kullback.samples.estimators.methods import SampleSettings
from kullback.samples.estimators.strata import Strata, strata
from kullback.samples.estimators.uncertainty import sampling_interval
from kullback.samples.points.hull import Outside
from kullback.samples.points.pair import SamplePair, ordered
from kullback.samples.points.points import Points
from kullback.statistics.level import quantile

Array = NDArray[np.float64]

NAMED = 3  # strata that a note names before it counts the rest


class Within(NamedTuple):
    """KL of the numbers in each stratum with its error; 0 where there are too few rows."""

    values: Array
    errors: Array
    found: list[Estimate]
    outside: dict[int, Outside]
    refused: dict[int, str]

    def notable(self, share: Array) -> bool:
        """Whether more of P lies outside the range of Q than chance, over all strata."""
        together = (
            sum(share[i] * getattr(one, name) for i, one in self.outside.items())
            for name in Outside._fields
        )
        return Outside(*map(float, together)).notable


def chain_rule(
    x: Points, y: Points, method: str, settings: SampleSettings, found: ColumnKinds | None = None
) -> Estimate:
    """Estimate KL of mixed columns, in nats."""
    parts = strata(x, y, found, settings.seed)
    sizes, others = parts.sizes
    between = counts.kl(sizes, others, level=settings.level)
    within = _within(parts, method, settings)
    share = sizes / sizes.sum()
    inside = float(share @ within.values)
    value = (between.value if between.raw is None else between.raw) + inside
    error = _error(between, within, share)
    how, least = "sampling interval, chain rule", (between.value + inside,)
    interval = sampling_interval(value, error, settings.level, how, others=least)
    notes = list(_left_out(parts, within, share))
    lost = 0.0 if found is None else found.lost
    if lost > 0:
        notes.append(_lost(lost, len(y.numbers)))
    if interval is not None:
        interval = _widened(interval, between, within, share)
        interval = replace(interval, high=math.inf if lost > 0 else interval.high)
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=interval,
        method="atoms" if x.labels is None else "chain rule",
        n=len(x.numbers),
        m=len(y.numbers),
        outcomes=len(parts.labels),
        quantity="KL(P‖Q)",
        unseen=between.unseen,
        contributions=_contributions(between) + share * within.values,
        notes=(
            *(() if x.labels is None else (_summary(x, between, inside, within),)),
            *(() if found is None else found.notes()),
            *notes,
            *(note for note in between.notes if note.code != "negative"),
        ),
    )


def _widened(interval: Interval, between: Estimate, within: Within, share: Array) -> Interval:
    """Let the interval reach as far further as the counts say, and as what was left out may."""
    reach = quantile(interval.level) * between.standard_error
    low, high = interval.low, interval.high
    if between.interval is not None:
        low -= max(0.0, between.value - reach - between.interval.low)
        high += max(0.0, between.interval.high - max(between.value, 0.0) - reach)
    missing = float(share[list(within.refused)].sum())
    if missing > 0 and within.found:
        high += missing * max(max(0.0, e.value) + 2 * e.standard_error for e in within.found)
    modelled = any(one.method == "classifier" for one in within.found)
    if modelled or within.notable(share):
        high = math.inf
    return replace(interval, low=max(0.0, low), high=high)


def _within(parts: Strata, method: str, settings: SampleSettings) -> Within:
    size = len(parts.labels)
    found = Within(np.zeros(size), np.zeros(size), [], {}, {})
    counted = False
    for i, (rows, others) in enumerate(zip(parts.x, parts.y, strict=True)):
        if not len(rows):
            continue  # p is 0 there, and so is the term
        if not rows.shape[1]:
            counted = True
            continue
        try:
            pair = _pair(rows, others, settings)
            one = kl_of(pair, method, settings, alone=True)
        except (InputError, MethodError) as error:
            found.refused[i] = str(error)
            continue
        found.values[i], found.errors[i] = one.value, one.standard_error
        found.found.append(one)
        found.outside[i] = pair.outside
    if not found.found and not counted:
        raise InputError(
            f"in none of the {size} combinations of categories could the numbers be compared "
            f"({next(iter(found.refused.values()))}); leave a categorical column out, or merge "
            f"rare categories"
        )
    return found


def _pair(rows: Array, others: Array, settings: SampleSettings) -> SamplePair:
    least = settings.neighbours(rows.shape[1]) + 2
    if min(len(rows), len(others)) < least:
        raise InputError(
            f"{len(rows)} rows of x and {len(others)} of y, where {least} are the least"
        )
    return SamplePair(ordered(rows), ordered(others))


def _contributions(between: Estimate) -> Array:
    assert between.contributions is not None
    return between.contributions


def _error(between: Estimate, within: Within, share: Array) -> float:
    """Combine the errors: between strata, within them, and their common dependence on shares."""
    seen = share > 0
    p = share[seen]
    logs = _contributions(between)[seen] / p
    both = logs + within.values[seen]
    common = (_variance(p, both) - _variance(p, logs)) / between.n
    inner = float(np.sum((share * np.nan_to_num(within.errors)) ** 2))
    return math.sqrt(between.standard_error**2 + max(0.0, common) + inner)


def _variance(p: Array, values: Array) -> float:
    mean = float(p @ values)
    return float(p @ (values - mean) ** 2)


def _summary(x: Points, between: Estimate, inside: float, within: Within) -> Note:
    used = ", ".join(sorted({one.method for one in within.found}))
    of = "" if x.columns is None else f" of {', '.join(x.categorical)}"
    text = f"Chain rule: {between.value:.4g} nats between the categories{of} ({between.method})"
    if within.found:
        text += f", and {inside:.4g} nats within {len(within.found)} of them ({used})"
    text += "."
    return Note("chain-rule", text)


def _lost(share: float, size: int) -> Note:
    text = (
        f"{100 * share:.3g} % of x lies in atoms (values that come up again and again) that y "
        f"never shows in {size} points: the truth may be infinite, and the interval has no upper "
        f"end."
    )
    return Note("lost-atoms", text)


def _left_out(parts: Strata, within: Within, share: Array) -> tuple[Note, ...]:
    if not within.refused:
        return ()
    where = sorted(within.refused, key=lambda i: -share[i])
    named = ", ".join(" × ".join(map(str, parts.labels[i])) for i in where[:NAMED])
    more = f" and {len(where) - NAMED} more" if len(where) > NAMED else ""
    text = (
        f"In {named}{more}, {100 * share[where].sum():.3g} % of x, the numbers could not be "
        f"compared ({within.refused[where[0]]}); that part counts as 0, so the estimate is low."
    )
    return (Note("strata-left-out", text),)
