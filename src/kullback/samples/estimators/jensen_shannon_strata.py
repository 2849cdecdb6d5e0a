"""The Jensen–Shannon divergence of numbers beside categories.

JS(P, Q) = JS of the categories + Σ M(c) JS of the numbers within category c, the latter with the
weights that P and Q have there: both are parts of what a row says of the side it came from.
"""

import math

import numpy as np
from numpy.typing import NDArray

from kullback import counts
from kullback.results import Estimate, Interval, Note
from kullback.samples.estimators.methods import SampleSettings
from kullback.samples.estimators.neighbours import share_of_mixture
from kullback.samples.estimators.strata import Strata, in_order, strata
from kullback.samples.points.points import Points
from kullback.samples.points.sphere import whitened
from kullback.statistics.level import quantile

Array = NDArray[np.float64]

HIGHEST = math.log(2.0)


def of_strata(x: Points, y: Points, settings: SampleSettings) -> Estimate:
    """Estimate JS of categories and the numbers beside them, in nats."""
    parts = strata(in_order(x), in_order(y), None, settings.seed)
    between = counts.jensen_shannon(*parts.sizes, level=settings.level)
    terms, thin = _terms(parts, settings.neighbours(1))
    inside = sum(float(side.sum()) / len(side) for side in terms) / 2
    value = between.value + inside
    error = _error(parts, terms, between.standard_error)
    notes = list(between.notes)
    if thin:
        text = f"In {thin} categories one side has fewer than 2 rows: their numbers count as 0."
        notes.append(Note("strata-left-out", text))
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=_interval(between, value, error, settings.level),
        method="chain rule",
        n=len(x.numbers),
        m=len(y.numbers),
        outcomes=len(parts.labels),
        quantity="JS(P, Q)",
        p_value=None if x.numbers.shape[1] else between.p_value,
        unseen=between.unseen,
        notes=(
            Note("chain-rule", f"{between.value:.4g} nats lie between the categories."),
            *notes,
        ),
    )


def _terms(parts: Strata, k: int) -> tuple[list[Array], int]:
    """Return one term a row of each side for what its numbers say beyond its category."""
    n, m = (size.sum() for size in parts.sizes)
    sides: list[list[Array]] = [[], []]
    thin = 0
    for rows, others in zip(parts.x, parts.y, strict=True):
        found = [np.zeros(len(rows)), np.zeros(len(others))]
        if min(len(rows), len(others)) > 1 and rows.shape[1]:
            pair = [rows, others]
            if rows.shape[1] > 1:
                pair, _ = whitened((rows, others))
            found = [
                _within(own, other, k, len(own) / a, len(other) / b)
                for own, other, a, b in ((*pair, n, m), (*pair[::-1], m, n))
            ]
        elif rows.shape[1] and len(rows) and len(others):
            thin += 1
        for side, values in zip(sides, found, strict=True):
            side.append(values)
    return [np.concatenate(side) for side in sides], thin


def _within(own: Array, other: Array, k: int, p: float, q: float) -> Array:
    """Terms ln(p(x)/M(x)) within one stratum, whose shares on the two sides are p and q."""
    one = own.shape[1] == 1
    first, second = (np.sort(v, axis=0) if one else v for v in (own, other))
    k = min(k, len(own) - 1)
    weight = (q / p) * (len(own) - 1) / len(other)
    return share_of_mixture(first, second, k, weight) - HIGHEST - math.log(p / (p + q))


def _error(parts: Strata, terms: list[Array], between: float) -> float:
    """Delta method over both parts together, and not less than the parts alone."""
    sizes = parts.sizes
    p, q = (size / size.sum() for size in sizes)
    together, alone = 0.0, 0.0
    for size, own, other, side in zip(sizes, (p, q), (q, p), terms, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            local = np.where(own > 0, np.log(2 * own / (own + other)), 0.0)
        both = np.repeat(local, size.astype(int)) + side
        together += float(np.var(both)) / len(side) / 4
        alone += float(np.var(side)) / len(side) / 4
    return math.sqrt(max(together, between**2 + alone))


def _interval(between: Estimate, value: float, error: float, level: float) -> Interval:
    """Value ± z errors, as far further as the counts' interval reaches beyond theirs."""
    assert between.interval is not None
    reach = quantile(level) * between.standard_error
    down = max(0.0, between.value - reach - between.interval.low)
    up = max(0.0, between.interval.high - between.value - reach)
    wide = quantile(level) * error
    low, high = value - wide - down, max(value, 0.0) + wide + up
    how = "sampling interval, chain rule"
    return Interval(min(max(low, 0.0), HIGHEST), min(high, HIGHEST), level, how)
