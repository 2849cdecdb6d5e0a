"""Entropy and cross-entropy from counts, in the form whose difference is the Zhang estimate."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

from kullback.counts.pair import Pair
from kullback.counts.uncertainty import normal_interval
from kullback.results import Estimate

Array = NDArray[np.float64]


def entropy_of(x: Array, quantity: str, level: float = 0.95) -> Estimate:
    """Estimate the entropy of one row of counts, in nats.

    ψ(n) − Σ (x/n) ψ(x) (Zhang 2012, Neural Computation 24, 1368, in digamma form), with
    the delta-method error √(Var_p(ln p)/n). Outcomes never seen are not allowed for.
    """
    n = float(x.sum())
    seen = x[x > 0]
    p = seen / n
    value = float(p @ (digamma(n) - digamma(seen)))
    logs = np.log(p)
    error = math.sqrt(float(p @ (logs - p @ logs) ** 2) / n)
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=normal_interval(value, error, level, "delta"),
        method="zhang",
        n=n,
        m=None,
        outcomes=len(seen),
        quantity=quantity,
    )


def cross_entropy_of(counts: Pair, level: float = 0.95) -> Estimate:
    """Estimate H(P, Q) = −Σ p ln q from counts, in nats.

    Σ (x/n) [ψ(m+1) − ψ(y+1)], with the delta-method error √(Var_p(ln q)/n + χ²(p‖q)/m),
    an outcome without y counted as seen once there.
    """
    seen = counts.x > 0
    p, y = counts.x[seen] / counts.n, counts.y[seen]
    terms = np.zeros(len(counts.x))
    terms[seen] = p * (digamma(counts.m + 1) - digamma(y + 1))
    q = np.maximum(y, 1.0) / counts.m
    logs = np.log(q)
    spread = float(p @ (logs - p @ logs) ** 2) / counts.n
    error = math.sqrt(spread + max(0.0, float(p @ (p / q)) - 1) / counts.m)
    value = float(terms.sum())
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=normal_interval(value, error, level, "delta"),
        method="zhang",
        n=counts.n,
        m=counts.m,
        outcomes=counts.outcomes,
        quantity="H(P, Q)",
        unseen=counts.unseen,
        contributions=terms,
    )
