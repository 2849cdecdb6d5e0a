"""Guaranteed bounds of KL between mixtures of normals: Durrieu, Thiran and Kelly (2012)."""

from typing import Any

import numpy as np
from scipy.special import logsumexp

from kullback.distributions.families import MultivariateNormal
from kullback.distributions.model.composite import Mixture
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array


def parts(law: Distribution) -> list[tuple[float, Any]] | None:
    """The weights and multivariate normals of a mixture, or of one normal."""
    if isinstance(law, MultivariateNormal):
        return [(1.0, law)]
    if not isinstance(law, Mixture):
        return None
    pairs = [(float(w), c) for w, c in zip(law.weights, law.components, strict=True) if w > 0]
    return pairs if all(isinstance(c, MultivariateNormal) for _, c in pairs) else None


def mixture_bounds(p: Distribution, q: Distribution) -> tuple[float, float] | None:
    """Lower and upper bound of KL(P‖Q) for mixtures of multivariate normals.

    Examples
    --------
    >>> p = MultivariateNormal([0.0], [[1.0]])
    >>> q = MultivariateNormal([1.0], [[1.0]])
    >>> tuple(round(x, 6) for x in mixture_bounds(p, q))
    (0.096574, 0.653426)
    """
    first, second = parts(p), parts(q)
    if first is None or second is None:
        return None
    entropies = sum(w * float(a.entropy()) for w, a in first)
    overlap_q = _logs(first, second, _log_overlap)
    overlap_p = _logs(first, first, _log_overlap)
    close_p = _logs(first, first, lambda a, b: -float(a._same_family(b)))
    close_q = _logs(first, second, lambda a, b: -float(a._same_family(b)))
    weights = np.array([w for w, _ in first])
    lower = float(weights @ (close_p - overlap_q)) - entropies
    upper = float(weights @ (overlap_p - close_q)) + entropies
    return lower, upper


def _logs(first: list[tuple[float, Any]], second: list[tuple[float, Any]], pair: Any) -> Array:
    """ln Σ_b w_b e^pair(a, b) for each a."""
    rows = [[np.log(w) + pair(a, b) for w, b in second] for _, a in first]
    result: Array = logsumexp(np.array(rows), axis=1)
    return result


def _log_overlap(a: Any, b: Any) -> float:
    """ln ∫ f_a g_b of two normals."""
    return float(MultivariateNormal(b.mean, a.cov + b.cov).log_density(a.mean))
