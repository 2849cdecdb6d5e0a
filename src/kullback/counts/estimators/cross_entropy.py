"""Cross-entropy from counts."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

from kullback.counts.estimators.coverage import singletons
from kullback.counts.estimators.kl_method import NOTHING, chi_square_variance
from kullback.counts.intervals.legal import open_where_nothing_known, settled
from kullback.counts.intervals.non_central import stretched
from kullback.counts.intervals.normal import normal_interval
from kullback.counts.intervals.unseen_tail import UnseenTail, cross_entropy_tail
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.row import Counts, chosen
from kullback.results import Estimate
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]


def cross_entropy(
    x: Counts, y: Counts, *, method: str = "zhang", level: float = 0.95, unit: Unit = "nats"
) -> Estimate:
    """Estimate the cross-entropy H(P, Q) = −Σ p ln q from counts x of P and y of Q.

    ``zhang`` is Σ (x/n) [ψ(m+1) − ψ(y+1)], the first half of the estimate of KL of that name:
    it is finite where y is 0. ``plug-in`` is −Σ (x/n) ln(y/m).

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
    method : {"zhang", "plug-in"}
        The estimator.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.

    Returns
    -------
    Estimate
        In [0, ∞]. The standard error is √(Var_p(ln q)/n + χ²(p‖q)/m) by the delta method, an
        outcome without y counted as seen once there; the interval reaches up to what the
        outcomes tell that Q's sample shows never or once.

    Raises
    ------
    InputError, ShapeError, MassError, MethodError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> print(cross_entropy([1, 2, 3, 4, 3, 2], [2, 5, 5, 4, 3, 4], method="plug-in"))
    H(P, Q) = 1.779 ± 0.101 nats (95 %: [1.58, 1.98]), plug-in, n=15, m=23
    """
    nats_per(unit)
    return cross_entropy_of(pair(x, y), method, level).to(unit)


def cross_entropy_of(counts: CountPair, method: str = "zhang", level: float = 0.95) -> Estimate:
    """Estimate H(P, Q) for a pair that has been read already, in nats."""
    surprise = chosen(METHODS, method, "cross_entropy")(counts)
    p = counts.x / counts.n
    terms = np.where(p > 0, p * np.where(p > 0, surprise, 0.0), 0.0)
    value = float(terms.sum())
    error, interval = math.inf, None
    if math.isfinite(value):
        error = _delta_error(counts)
        interval = normal_interval(value, error, level, "delta")
        interval = stretched(interval, UnseenTail(up=cross_entropy_tail(counts)))
    made = Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=interval,
        method=method,
        n=counts.n,
        m=counts.m,
        outcomes=counts.outcomes,
        quantity="H(P, Q)",
        unseen=counts.unseen,
        contributions=terms,
        notes=(*counts.notes, *singletons("P", counts.x), *singletons("Q", counts.y)),
    )
    return settled(open_where_nothing_known(made, counts, level))


def _delta_error(counts: CountPair) -> float:
    seen = counts.x > 0
    p, q = counts.x[seen] / counts.n, np.maximum(counts.y[seen], 1.0) / counts.m
    logs = np.log(q)
    spread = float(p @ (logs - p @ logs) ** 2) / counts.n
    variance = spread + max(0.0, float(p @ (p / q)) - 1) / counts.m
    # Equal shares leave no variance of first order: what remains is the second order's.
    return math.sqrt(variance if variance > NOTHING else chi_square_variance(counts))


def _zhang(counts: CountPair) -> Array:
    return np.asarray(digamma(counts.m + 1) - digamma(counts.y + 1))


def _plug_in(counts: CountPair) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(counts.y / counts.m))


METHODS: dict[str, Callable[[CountPair], Array]] = {"zhang": _zhang, "plug-in": _plug_in}
"""Each gives −ln q for every outcome."""
