"""Smoothing that mixes the shares with a reference: equal shares, unless one is given."""

import numpy as np
from numpy.typing import NDArray

from kullback.counts.smoothing.prior import positive
from kullback.counts.smoothing.shrinkage import shrinkage

Array = NDArray[np.float64]

WEAKEST, STRONGEST = -12.0, 12.0  # of ln(strength/n) in the search


def additive(x: Array, alpha: float) -> Array:
    """(x + α)/(n + αK)."""
    return np.asarray((x + alpha) / (x.sum() + alpha * len(x)))


def by_dirichlet(x: Array, toward: Array | None, strength: float | None) -> Array:
    """(x + κr)/(n + κ), κ of the largest evidence where none is given."""
    reference = _equal(x) if toward is None else toward
    kappa = positive("strength", evident_strength(x, reference) if strength is None else strength)
    return np.asarray((x + kappa * reference) / (x.sum() + kappa))


def by_james_stein(x: Array, toward: Array | None, _: float | None) -> Array:
    """λr + (1−λ) x/n with the λ of least mean square error (Hausser and Strimmer 2009)."""
    p, target = x / x.sum(), _equal(x) if toward is None else toward
    weight = shrinkage(float(p @ p), float((target - p) @ (target - p)), float(x.sum()))
    return np.asarray(weight * target + (1 - weight) * p)


def _equal(x: Array) -> Array:
    return np.full(len(x), 1 / len(x))


def evident_strength(x: Array, reference: Array) -> float:
    """Return the strength κ under which the counts are most likely (Minka 2000).

    That is the largest Dirichlet-multinomial evidence
    Γ(κ)/Γ(n+κ) Π Γ(x+κr)/Γ(κr), searched from n·e⁻¹² to n·e¹².
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import gammaln

    n = float(x.sum())
    seen = x > 0
    pairs, repeats = np.unique(np.stack([x[seen], reference[seen]]), axis=1, return_counts=True)
    counts, shares = pairs

    def surprise(log_ratio: float) -> float:
        kappa = n * np.exp(log_ratio)
        prior = kappa * np.maximum(shares, 1e-300)
        terms = gammaln(counts + prior) - gammaln(prior)
        return float(gammaln(n + kappa) - gammaln(kappa) - terms @ repeats)

    found = minimize_scalar(
        surprise, bounds=(WEAKEST, STRONGEST), method="bounded", options={"xatol": 1e-9}
    )
    return float(n * np.exp(found.x))
