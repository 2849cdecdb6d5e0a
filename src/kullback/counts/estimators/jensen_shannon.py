"""The Jensen–Shannon divergence from counts, with what chance adds taken out.

The plug-in JS of two samples is above 0 also when P = Q. Its mean and variance over all
relabellings of the observations are known exactly (`relabelling`), so the mean is taken out
and the variance bounds the error from below.
"""

import math

import numpy as np
from numpy.typing import NDArray

from kullback.counts.estimators.coverage import singletons
from kullback.counts.intervals.non_central import FEW_OUTCOMES, joined, non_central_interval
from kullback.counts.intervals.normal import normal_interval
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.relabelling import Moments, Term
from kullback.counts.rows.row import Counts
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.results import Estimate, Interval, Note
from kullback.statistics.level import quantile
from kullback.units import nats_per

Array = NDArray[np.float64]

HIGHEST = math.log(2.0)


def jensen_shannon(x: Counts, y: Counts, *, level: float = 0.95, unit: str = "nats") -> Estimate:
    """Estimate the Jensen–Shannon divergence of P and Q from counts x and y.

    JS(P, Q) = ½ KL(P‖M) + ½ KL(Q‖M), M = (P+Q)/2. The estimate is the plug-in less its mean
    when P = Q, E₀, which is exact over all relabellings of the observations. It is exact when
    P = Q, and too small where P and Q are far apart *and* most outcomes hold about one count.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.

    Returns
    -------
    Estimate
        The value may be negative; the interval lies in [0, ln 2]. The standard error is
        √max(v₁, v₀): v₁ = ¼ Var_p(ln p/M)/n + ¼ Var_q(ln q/M)/m by the delta method, v₀ the
        variance when P = Q. With ten outcomes or fewer the interval is joined to the one
        from the non-central chi-square law of G. Where the correction may take out more than
        the error, the upper end is the plug-in; a note says so. `null_bias` is E₀.

    Raises
    ------
    InputError, ShapeError, MassError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> print(jensen_shannon([400, 350, 250], [330, 370, 300]))
    JS(P, Q) = 0.00246 ± 0.00172 nats (95 %: [0, 0.0070]), null-centred, n=1000, m=1000
    """
    nats_per(unit)
    return jensen_shannon_of(pair(x, y), level).to(unit)


def jensen_shannon_of(
    counts: CountPair, level: float = 0.95, p_value: float | None = None
) -> Estimate:
    """Estimate JS for a pair that has been read already, in nats."""
    term = js_terms(counts.n, counts.m)
    terms = term(counts.x, counts.y)
    plug_in = float(terms.sum())
    null = counts.null(term)
    value = plug_in - null.mean
    error = math.sqrt(max(js_delta_variance(counts), null.variance))
    interval, notes = _interval(counts, plug_in, null, error, level)
    if value < 0:
        notes.append(_negative(null.mean))
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=interval,
        method="null-centred",
        n=counts.n,
        m=counts.m,
        outcomes=counts.outcomes,
        quantity="JS(P, Q)",
        p_value=homogeneity_of(counts).p_value if p_value is None else p_value,
        null_bias=null.mean,
        unseen=counts.unseen,
        contributions=terms - counts.relabelling.shared_out(term, counts.x + counts.y, null.mean),
        notes=(*counts.notes, *notes, *singletons("P", counts.x), *singletons("Q", counts.y)),
    )


def js_terms(n: float, m: float) -> Term:
    """Return the terms ½ [p ln(p/M) + q ln(q/M)], each ≥ 0, for samples of these sizes."""

    def terms(x: Array, y: Array) -> Array:
        p, q = x / n, y / m
        tilt = (p - q) / np.maximum(p + q, 1e-300)
        with np.errstate(divide="ignore", invalid="ignore"):
            first = np.where(p > 0, p * np.log1p(tilt), 0.0)
            second = np.where(q > 0, q * np.log1p(-tilt), 0.0)
        return np.asarray(0.5 * (first + second))

    return terms


def js_delta_variance(counts: CountPair) -> float:
    """Return ¼ Var_p(ln p/M)/n + ¼ Var_q(ln q/M)/m."""
    p, q = counts.x / counts.n, counts.y / counts.m
    return (_log_variance(p, q) / counts.n + _log_variance(q, p) / counts.m) / 4


def _log_variance(p: Array, q: Array) -> float:
    seen = p > 0
    p, logs = p[seen], np.log1p((p[seen] - q[seen]) / (p[seen] + q[seen]))
    return float(p @ (logs - p @ logs) ** 2)


def _interval(
    counts: CountPair, plug_in: float, null: Moments, error: float, level: float
) -> tuple[Interval, list[Note]]:
    value = plug_in - null.mean
    interval = normal_interval(value, error, level, "delta, null-centred", HIGHEST)
    if counts.outcomes <= FEW_OUTCOMES:
        interval = joined(interval, non_central_interval(counts, plug_in, level, HIGHEST))
    # Noise of outcomes that P and Q do not share is not there to be taken out: the share of
    # the null bias that is too much grows as JS/ln 2, up to twice as fast (by simulation).
    excess = null.mean * min(1.0, 2 * max(value, 0.0) / HIGHEST)
    detectable = value > quantile(level) * math.sqrt(null.variance)
    if not detectable or excess <= error or plug_in <= interval.high:
        return interval, []
    text = (
        f"Many outcomes hold few counts and P and Q are far apart: the correction for chance "
        f"({null.mean:.3g} nats) may take out too much. The upper end is the uncorrected value."
    )
    method = "delta, null-centred, up to the plug-in"
    widened = Interval(interval.low, min(plug_in, HIGHEST), level, method)
    return widened, [Note("over-corrected", text)]


def _negative(null_bias: float) -> Note:
    text = (
        f"A negative estimate is compatible with 0: equal distributions show {null_bias:.3g} nats "
        f"by chance at these sizes, and this sample shows less."
    )
    return Note("negative", text)
