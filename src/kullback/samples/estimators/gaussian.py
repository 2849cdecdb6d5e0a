"""KL and entropy of the normal distributions that fit the samples, without their bias."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma

Array = NDArray[np.float64]


class GaussianMoments(NamedTuple):
    """Size, mean, covariance (divisor n − 1) and its inverse and ln det."""

    size: int
    mean: Array
    covariance: Array
    inverse: Array
    log_det: float


def moments(x: Array) -> GaussianMoments:
    """Return the moments of one sample (n, d); ln det is −∞ where it lies on a plane."""
    covariance = np.atleast_2d(np.cov(x.T))
    sign, log_det = np.linalg.slogdet(covariance)
    if sign <= 0:
        return GaussianMoments(
            len(x), x.mean(axis=0), covariance, np.full_like(covariance, np.nan), -np.inf
        )
    inverse = np.asarray(np.linalg.inv(covariance), dtype=np.float64)
    return GaussianMoments(len(x), x.mean(axis=0), covariance, inverse, float(log_det))


def log_det_bias(size: int, dimensions: int) -> float:
    """Return E ln det S − ln det Σ for a normal sample (Wishart)."""
    halves = (size - np.arange(1, dimensions + 1)) / 2
    return float(digamma(halves).sum()) + dimensions * math.log(2 / (size - 1))


def gaussian_kl(x: Array, y: Array) -> tuple[float, float]:
    """Return KL of the fitted normals, unbiased if both are normal, and its standard error.

    ½[tr(Σq⁻¹Σp) + δᵀΣq⁻¹δ − d + ln det Σq/det Σp], with E Sq⁻¹ = (m−1)/(m−d−2) Σq⁻¹,
    E δ̂ᵀΣq⁻¹δ̂ = δᵀΣq⁻¹δ + tr(Σq⁻¹Σp)/n + d/m, and the ln det of Wishart matrices taken out. The
    error is the influence function's; at P = Q, where it vanishes, that of the chi-square law
    with d(d + 3)/2 degrees of freedom.
    """
    p, q = moments(x), moments(y)
    d = x.shape[1]
    shift = p.mean - q.mean
    inverse = q.inverse * ((q.size - d - 2) / (q.size - 1))
    trace = float(np.sum(inverse * p.covariance))
    distance = float(shift @ inverse @ shift) - trace / p.size - d / q.size
    dets = q.log_det - log_det_bias(q.size, d) - p.log_det + log_det_bias(p.size, d)
    value = 0.5 * (trace + distance - d + dets)
    null = d * (d + 3) / 4 * (1 / p.size + 1 / q.size) ** 2 / 2
    return value, math.sqrt(_influence_variance(x, y, p, q) + null)


def gaussian_entropy(x: Array) -> tuple[float, Array]:
    """Return ½ ln((2πe)^d det Σ), unbiased if P is normal, and each point's influence on it."""
    p, d = moments(x), x.shape[1]
    value = 0.5 * (d * math.log(2 * math.pi * math.e) + p.log_det - log_det_bias(p.size, d))
    return value, 0.5 * _squared(x - p.mean, p.inverse)


def _influence_variance(x: Array, y: Array, p: GaussianMoments, q: GaussianMoments) -> float:
    shift = p.mean - q.mean
    of_x = 0.5 * (_squared(x - q.mean, q.inverse) - _squared(x - p.mean, p.inverse))
    second = p.covariance + np.outer(shift, shift)
    curvature = q.inverse - q.inverse @ second @ q.inverse
    centred = y - q.mean
    of_y = 0.5 * _squared(centred, curvature) - centred @ (q.inverse @ shift)
    return float(np.var(of_x)) / p.size + float(np.var(of_y)) / q.size


def _squared(rows: Array, form: Array) -> Array:
    return np.asarray(np.sum((rows @ form) * rows, axis=1))
