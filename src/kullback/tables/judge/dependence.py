"""Two columns at once: the chain rule of KL, and whether their dependence has changed.

Counts are arrays of shape (i, j): outcomes of the first column by outcomes of the second.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.estimators.kl_zhang import zhang_terms
from kullback.counts.intervals.non_central import stretched
from kullback.counts.intervals.normal import normal_interval
from kullback.counts.intervals.unseen_tail import unseen_tail
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.relabelling import Moments
from kullback.counts.tests.pearson_three import upper_tail
from kullback.counts.tests.statistics import g_terms, total
from kullback.results import Estimate, Interval, Note
from kullback.statistics.level import quantile

Array = NDArray[np.float64]

DRAWS = 199
STEPS = 60  # of proportional fitting; it stops earlier where margins fit
FITS = 1e-6  # of the rows


class JointCounts(NamedTuple):
    """The two tables, and what is known of the whole and of each margin."""

    x: Array
    y: Array
    joint: CountPair
    first: CountPair
    second: CountPair


def parts(x: Array, y: Array) -> JointCounts:
    """Read two tables of counts; both sides have rows."""
    margins = (pair(x.sum(axis=axis), y.sum(axis=axis)) for axis in (1, 0))
    return JointCounts(x, y, pair(x.ravel(), y.ravel()), *margins)


def conditional(found: JointCounts, first: str, second: str, level: float) -> Estimate:
    """Estimate KL of the second column given the first: KL(joint) − KL(first).

    Σ P(a) KL(P(b|a)‖Q(b|a)), by the Zhang estimates of both terms. The p-value is of G summed
    over the values of the first column, with its exact moments over all relabellings within
    each of them.

    Parameters
    ----------
    found : JointCounts
        The counts.
    first, second : str
        What the columns are called.
    level : float
        Of the interval.
    """
    p, q = _shares(found)
    at_p = _log_ratio(p, q) - _log_ratio(p.sum(1), q.sum(1))[:, None]
    at_q = p / q - (p.sum(1) / q.sum(1))[:, None]
    value = _zhang(found.joint) - _zhang(found.first)
    null = max(_null(found.joint) - _null(found.first), 0.0)
    error = _error(found, p, q, at_p, at_q, null)
    interval = normal_interval(value, error, level, "delta, chain rule")
    name = f"KL(P({second}|{first})‖Q({second}|{first}))"
    interval = stretched(interval, unseen_tail(found.joint))
    return _estimate(found, value, error, interval, name, _stratified(found), ())


def dependence(found: JointCounts, first: str, second: str, level: float, seed: int) -> Estimate:
    """Estimate what is left of KL(joint) after both margins: KL(joint) − KL(first) − KL(second).

    It is the mean under P of ln [p(a,b) q(a) q(b) / (p(a) p(b) q(a,b))]; it may be negative
    where a dependence that both sides have makes a drift of both margins less surprising. The
    p-value is of another, exact hypothesis: that the association of the two columns (their odds
    ratios) is the same on both sides, whatever the margins. G is that of the table without the
    interaction of all three (proportional fitting: Deming and Stephan 1940; Bishop, Fienberg and
    Holland 1975), and its law is from seeded samples of that table.

    Parameters
    ----------
    found : JointCounts
        The counts.
    first, second : str
        What the columns are called.
    level : float
        Of the interval.
    seed : int
        Of the samples.
    """
    p, q = _shares(found)
    a, b = p.sum(1)[:, None], p.sum(0)[None, :]
    c, d = q.sum(1)[:, None], q.sum(0)[None, :]
    at_p = _log_ratio(p, q) - _log_ratio(a, c) - _log_ratio(b, d)
    at_q = p / q - a / c - b / d
    value = _zhang(found.joint) - _zhang(found.first) - _zhang(found.second)
    null = max(_null(found.joint) - _null(found.first) - _null(found.second), 0.0)
    error = _error(found, p, q, at_p, at_q, null)
    reach = quantile(level) * error
    interval = Interval(value - reach, value + reach, level, "delta, chain rule")
    text = (
        "The p-value is of the hypothesis that the association of the two columns is the same on "
        f"both sides, whatever their margins, by {DRAWS} samples of the table without it "
        f"(seed {seed})."
    )
    name = f"KL(joint) − KL({first}) − KL({second})"
    notes = (Note("interaction", text),)
    return _estimate(found, value, error, interval, name, interaction(found, seed), notes)


def _estimate(
    found: JointCounts,
    value: float,
    error: float,
    interval: Interval,
    name: str,
    p_value: float,
    notes: tuple[Note, ...],
) -> Estimate:
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=interval,
        method="zhang, chain rule",
        n=found.joint.n,
        m=found.joint.m,
        outcomes=found.joint.outcomes,
        quantity=name,
        p_value=p_value,
        notes=notes,
    )


def _zhang(counts: CountPair) -> float:
    return float(zhang_terms(counts.n, counts.m)(counts.x, counts.y).sum())


def _null(counts: CountPair) -> float:
    return counts.null(zhang_terms(counts.n, counts.m)).variance


def _shares(found: JointCounts) -> tuple[Array, Array]:
    """Return the shares for the error: Q's with half a count, so that none is 0."""
    x, y = found.x, found.y
    seen = x + y > 0
    q = np.where(seen, y + 0.5, 1e-300)
    return x / x.sum(), q / q.sum()


def _log_ratio(p: Array, q: Array) -> Array:
    return np.asarray(np.log(np.where(p > 0, p, 1.0) / np.where(p > 0, q, 1.0)))


def _error(found: JointCounts, p: Array, q: Array, at_p: Array, at_q: Array, null: float) -> float:
    """Return the delta-method error, and not less than the one that holds when P = Q."""
    delta = _variance(p, at_p) / found.joint.n + _variance(q, at_q) / found.joint.m
    return math.sqrt(max(delta, null))


def _variance(shares: Array, values: Array) -> float:
    mean = float((shares * values).sum())
    return float((shares * (values - mean) ** 2).sum())


def _stratified(found: JointCounts) -> float:
    """Return the p-value of G summed over the values of the first column."""
    value, moments = 0.0, Moments(0.0, 0.0, 0.0)
    for x, y in zip(found.x, found.y, strict=True):
        if x.sum() == 0 or y.sum() == 0:
            continue
        stratum = pair(x, y)
        term = g_terms(stratum.n, stratum.m)
        value += total(term, stratum)
        moments = Moments(*(a + b for a, b in zip(moments, stratum.null(term), strict=True)))
    return min(1.0, upper_tail(value, moments))


def interaction(found: JointCounts, seed: int) -> float:
    """Return the p-value of the hypothesis that the association is the same on both sides.

    Examples
    --------
    >>> alike = np.array([[30.0, 10.0], [10.0, 30.0]])
    >>> interaction(parts(alike, 2 * alike), 0) > 0.9
    True
    >>> interaction(parts(alike, alike[::-1]), 0) < 1e-6
    True
    """
    tables = np.stack([found.x, found.y])[None]
    model = fitted(tables)
    observed = float(g_of(tables, model)[0])
    rng = np.random.default_rng(seed)
    shares = (side.ravel() / side.sum() for side in model[0])
    sizes = (round(side.sum()) for side in tables[0])
    drawn = [rng.multinomial(n, share, DRAWS) for n, share in zip(sizes, shares, strict=True)]
    samples = np.stack(drawn, axis=1).reshape(DRAWS, 2, *found.x.shape).astype(np.float64)
    values = g_of(samples, fitted(samples))
    centred = values - values.mean()
    law = Moments(float(values.mean()), float(values.var(ddof=1)), float((centred**3).mean()))
    if law.variance == 0:
        return 1.0
    return min(1.0, upper_tail(observed, _gamma_like(law)))


def _gamma_like(law: Moments) -> Moments:
    """Take the third moment of a gamma law, as 199 draws tell two moments but hardly three."""
    return Moments(law.mean, law.variance, 2 * law.variance**2 / law.mean)


def fitted(tables: Array) -> Array:
    """Fit the tables (r, 2, i, j) without an interaction of side, first and second column."""
    fit = np.ones_like(tables)
    limit = FITS * tables.sum(axis=(1, 2, 3)).max()
    for _ in range(STEPS):
        before = fit
        for axis in (3, 2, 1):
            margin = fit.sum(axis=axis, keepdims=True)
            ratio = tables.sum(axis=axis, keepdims=True) / np.where(margin > 0, margin, 1.0)
            fit = fit * ratio
        if np.abs(fit - before).max() < limit:
            break
    return fit


def g_of(tables: Array, model: Array) -> Array:
    """Return G of each table (2, i, j) against what was fitted to it."""
    seen = tables > 0
    logs = np.log(np.where(seen, tables, 1.0) / np.where(seen, model, 1.0))
    return np.asarray(2 * (tables * logs).sum(axis=(1, 2, 3)))
