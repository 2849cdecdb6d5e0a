"""The population stability index of counts, with its law when nothing has changed."""

import math

import numpy as np
from numpy.typing import NDArray

from kullback.counts.estimators.coverage import singletons
from kullback.counts.intervals.legal import open_where_nothing_known
from kullback.counts.intervals.non_central import sharpened
from kullback.counts.intervals.normal import normal_interval
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.row import Counts
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.results import Estimate, Interval, Note
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]


def psi(x: Counts, y: Counts, *, level: float = 0.95, unit: Unit = "nats") -> Estimate:
    """Estimate the population stability index Σ (p − q) ln(p/q) = KL(P‖Q) + KL(Q‖P).

    It is the Jeffreys divergence. Of two samples of one distribution the plug-in is about
    (K − 1)(1/n + 1/m), whatever the distribution, so that fixed thresholds such as .1 and .25
    say nothing by themselves: with 20 bins and 400 rows a side chance alone puts it at .095. The
    estimate has its second-order bias taken out, and comes with the chance level, a p-value and
    an interval.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number; the index is in nats elsewhere.

    Returns
    -------
    Estimate
        Within its interval; a note gives the plug-in, which others call the index. Infinite where
        one side alone shows an outcome, which a note names: there is no hidden epsilon.

    Raises
    ------
    InputError, ShapeError, MassError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> print(psi([400, 350, 250], [330, 370, 300]))
    PSI(P, Q) = 0.0197 ± 0.0138 nats (95 %: [0.003, 0.056]), plug-in less bias, n=1000, m=1000
    """
    nats_per(unit)
    return psi_of(pair(x, y), level).to(unit)


def psi_of(counts: CountPair, level: float = 0.95) -> Estimate:
    """Estimate the index for a pair that has been read already, in nats."""
    seen = counts.x + counts.y > 0
    p, q = counts.x[seen] / counts.n, counts.y[seen] / counts.m
    null_bias = (counts.outcomes - 1) * (1 / counts.n + 1 / counts.m)
    alone = int(np.count_nonzero((p == 0) | (q == 0)))
    if alone:
        value = error = math.inf
        interval = Interval(0.0, math.inf, level, "one side alone")
        notes = [_alone(counts, alone)]
    else:
        value, error, interval, notes = _finite(counts, p, q, level, null_bias)
    made = Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=interval,
        method="plug-in less bias",
        n=counts.n,
        m=counts.m,
        outcomes=counts.outcomes,
        quantity="PSI(P, Q)",
        p_value=homogeneity_of(counts).p_value,
        null_bias=null_bias,
        unseen=counts.unseen,
        notes=(*counts.notes, *notes, *singletons("P", counts.x), *singletons("Q", counts.y)),
    )
    return open_where_nothing_known(made, counts, level)


def _finite(
    counts: CountPair, p: Array, q: Array, level: float, null_bias: float
) -> tuple[float, float, Interval, list[Note]]:
    logs = np.log(p / q)
    plug_in = float((p - q) @ logs)
    bias = float((1 - p) @ (1 + q / p)) / (2 * counts.n) + float((1 - q) @ (1 + p / q)) / (
        2 * counts.m
    )
    slope_p, slope_q = logs + 1 - q / p, -logs + 1 - p / q
    delta = _variance(p, slope_p) / counts.n + _variance(q, slope_q) / counts.m
    chance = 2 * (counts.outcomes - 1) * (1 / counts.n + 1 / counts.m) ** 2
    error = math.sqrt(max(delta, chance))
    value = max(0.0, plug_in - bias)
    interval = normal_interval(value, error, level, "delta, less bias")
    interval = sharpened(interval, counts, plug_in, level)
    text = (
        f"The plug-in, which is called the index elsewhere, is {plug_in:.3g} nats; of equal "
        f"distributions it is {null_bias:.3g} by chance at these sizes."
    )
    value = min(max(value, interval.low), interval.high)
    return value, error, interval, [Note("plug-in", text)]


def _variance(shares: Array, values: Array) -> float:
    return float(shares @ (values - shares @ values) ** 2)


def _alone(counts: CountPair, alone: int) -> Note:
    places = np.flatnonzero((counts.x > 0) != (counts.y > 0))[:3]
    names = ", ".join(repr(counts.name(int(i))) for i in places)
    text = (
        f"{alone} outcomes occur on one side alone ({names}{', …' if alone > 3 else ''}), where "
        "the index is infinite: pool them with counts.pool, or take jensen_shannon."
    )
    return Note("infinite", text)
