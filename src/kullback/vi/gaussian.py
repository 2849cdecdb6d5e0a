"""KL of Gaussian posteriors, in closed form: per dimension, or per datum where they correlate."""

import math
from typing import Any

import numpy as np

from kullback.errors import InputError, ShapeError
from kullback.kernels.logits_reference import decay_excess
from kullback.kernels.namespaces import namespace, silent
from kullback.vi.parameters import answer, parameters, stretch


def kl_standard_normal(mean: Any, log_variance: Any) -> Any:
    """KL(N(mean, e^log_variance)‖N(0, 1)), one for each dimension.

    Parameters
    ----------
    mean, log_variance : array_like
        What an encoder gives, usually (data, dimensions): NumPy, PyTorch or JAX, with their
        gradients. They broadcast. A log-variance of −inf is a point.

    Returns
    -------
    array of the broadcast shape, of the same library
        In nats, in [0, ∞]. Sum over the dimensions for one number a datum.

    Raises
    ------
    InputError
        NaN or +inf.

    Notes
    -----
    (mean² + e^l − 1 − l)/2, with a series where l ≈ 0, so that near-collapsed dimensions keep
    their digits.

    References
    ----------
    Kingma and Welling (2014), Auto-encoding variational Bayes, appendix B.

    Examples
    --------
    >>> kl_standard_normal([1.0, 0.0], [0.0, 1.0]).round(10).tolist()
    [0.5, 0.3591409142]
    """
    return kl_normal(mean, log_variance, 0.0, 0.0)


def kl_normal(mean: Any, log_variance: Any, prior_mean: Any, prior_log_variance: Any) -> Any:
    """KL(N(mean, e^log_variance)‖N(prior_mean, e^prior_log_variance)), for each dimension.

    Parameters
    ----------
    mean, log_variance : array_like
        Of the posterior, as for `kl_standard_normal`.
    prior_mean, prior_log_variance : array_like
        Of the prior, learned or fixed; they broadcast.

    Returns
    -------
    array of the broadcast shape, of the same library
        In nats, in [0, ∞].

    Raises
    ------
    InputError
        NaN or +inf.

    References
    ----------
    Kullback (1959), Information theory and statistics, chapter 9.

    Examples
    --------
    >>> float(kl_normal(1.0, 0.0, 0.0, 0.0))
    0.5
    """
    named = {
        "mean": mean,
        "log_variance": log_variance,
        "prior_mean": prior_mean,
        "prior_log_variance": prior_log_variance,
    }
    taken = parameters(named)
    stretch({n: tuple(x.shape) for n, x in zip(named, taken.arrays, strict=True)})
    m, lv, m0, lv0 = taken.arrays
    xp = namespace(*taken.arrays)
    with silent(m):
        apart = m - m0
        scale = xp.exp(-lv0 / 2)
        # Equal means are 0 apart, also where the scale is beyond a float.
        apart = apart * xp.where((apart == 0) & (scale == math.inf), 0.0, scale)
        values = (apart * apart + decay_excess(xp, lv0 - lv)) / 2
    return answer(named, taken, values)


def kl_full_normal(
    mean: Any, cholesky: Any, prior_mean: Any = None, prior_cholesky: Any = None
) -> Any:
    """KL(N(mean, L Lᵀ)‖N(prior_mean, L₀ L₀ᵀ)) of correlated dimensions, one for each datum.

    Parameters
    ----------
    mean : array_like of shape (..., d)
        NumPy, PyTorch or JAX, with their gradients.
    cholesky : array_like of shape (..., d, d)
        L, lower triangular with a positive diagonal; what lies above it must be 0.
    prior_mean, prior_cholesky : array_like or None
        Of the prior; the standard normal without them.

    Returns
    -------
    array of shape (...), of the same library
        In nats, in [0, ∞).

    Raises
    ------
    ShapeError
        Shapes that do not fit.
    InputError
        NaN, or a diagonal that is not positive.

    Notes
    -----
    With A = L₀⁻¹ L and a = L₀⁻¹ (mean − prior_mean): ½ (‖a‖² + Σ_{i>j} A_ij² + Σ_i (A_ii² − 1 −
    ln A_ii²)), a sum of terms ≥ 0. From covariances: ``numpy.linalg.cholesky``, or
    `kullback.distributions.MultivariateNormal`, which also takes singular ones.

    References
    ----------
    Kullback (1959), Information theory and statistics, chapter 9.

    Examples
    --------
    >>> S, S0 = [[2.0, 0.5], [0.5, 1.0]], [[1.0, 0.2], [0.2, 1.5]]
    >>> L, L0 = np.linalg.cholesky(S), np.linalg.cholesky(S0)
    >>> round(float(kl_full_normal([0.3, -0.2], L, [0.0, 0.1], L0)), 10)
    0.3001637485
    """
    given = {
        "mean": mean,
        "cholesky": cholesky,
        "prior_mean": prior_mean,
        "prior_cholesky": prior_cholesky,
    }
    required = ("mean", "cholesky")
    named = {n: value for n, value in given.items() if value is not None or n in required}
    taken = parameters(named)
    parts = dict(zip(named, taken.arrays, strict=True))
    _fit(parts)
    xp = namespace(*taken.arrays)
    a, factor = parts["mean"], parts["cholesky"]
    if "prior_mean" in parts:
        a = a - parts["prior_mean"]
    if "prior_cholesky" in parts:
        shape = np.broadcast_shapes(a.shape[:-1], parts["prior_cholesky"].shape[:-2])
        a = xp.broadcast_to(a, (*shape, a.shape[-1]))
        a = xp.linalg.solve(parts["prior_cholesky"], a[..., None])[..., 0]
        factor = xp.linalg.solve(parts["prior_cholesky"], factor)
    if not taken.traced:
        _positive_diagonal(xp, {n: v for n, v in parts.items() if n.endswith("cholesky")})
    off = xp.tril(factor, k=-1)
    spread = xp.sum(decay_excess(xp, -2 * xp.log(_diagonal(factor))), axis=-1)
    total = xp.sum(a * a, axis=-1) + xp.sum(off * off, axis=(-2, -1)) + spread
    return answer(named, taken, total / 2)


def _fit(parts: dict[str, Any]) -> None:
    d = parts["mean"].shape[-1] if parts["mean"].ndim else 0
    for name, array in parts.items():
        wanted = (d, d) if name.endswith("cholesky") else (d,)
        if d == 0 or tuple(array.shape[-len(wanted) :]) != wanted:
            raise ShapeError(
                f"{name} has shape {tuple(array.shape)}; with a mean of {d} dimensions it must "
                f"end in {wanted}"
            )
    stretch(
        {n: tuple(x.shape[: -2 if n.endswith("cholesky") else -1]) for n, x in parts.items()},
        "shapes of the data",
    )


def _diagonal(factor: Any) -> Any:
    if isinstance(factor, np.ndarray):
        return np.diagonal(factor, axis1=-2, axis2=-1)
    return namespace(factor).linalg.diagonal(factor)


def _positive_diagonal(xp: Any, factors: dict[str, Any]) -> None:
    for name, factor in factors.items():
        upper = xp.any(xp.triu(factor, k=1) != 0)
        if bool(xp.any(_diagonal(factor) <= 0)) or bool(upper):
            raise InputError(
                f"{name} is no Cholesky factor: the diagonal must be positive and what lies above "
                f"it 0; for a covariance S give numpy.linalg.cholesky(S)"
            )
