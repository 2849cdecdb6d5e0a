"""How heavy the tail of importance weights is: the Pareto k of PSIS.

Below the threshold the weights have a usable mean; above it no number of draws in reach mends
what they average.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import arrays
from kullback.arguments import number
from kullback.checks import numeric, place
from kullback.errors import InputError, ShapeError

Array = NDArray[np.float64]

# The weak prior on k (Vehtari et al. 2024): ten observations' worth at 0.5.
PRIOR_DRAWS, PRIOR_K = 10, 0.5
# The scale of the profile's grid, relative to the first quartile (Zhang and Stephens 2009).
PRIOR_SCALE = 3
# A fit needs so many exceedances.
LEAST = 5


def pareto_k(log_weights: Any, *, efficiency: float = 1.0) -> float:
    """Pareto k of importance weights: the shape of their right tail.

    Parameters
    ----------
    log_weights : array_like of shape (draws,)
        ln p(z) − ln q(z) for draws z of q, up to a constant; −inf is weight zero.
    efficiency : float
        Effective draws over draws, below 1 where they are correlated.

    Returns
    -------
    float
        Below `threshold(draws)` the weights can be relied on. −inf where the largest weight is
        shared by the whole tail, which is bounded then; inf where fewer than 5 draws
        exceed the rest.

    Raises
    ------
    InputError
        NaN or +inf, no positive weight, or fewer than 21 draws.
    ShapeError
        More than one axis.

    Notes
    -----
    A generalised Pareto distribution is fitted to the excesses of the `tail_length` largest
    weights over the next one, by the posterior mean of Zhang and Stephens on their profile
    likelihood, then k̂ ← (n k̂ + 5)/(n + 10). The threshold is min(1 − 1/log₁₀ S, 0.7).

    References
    ----------
    Vehtari, Simpson, Gelman, Yao and Gabry (2024), Pareto smoothed importance sampling;
    Zhang and Stephens (2009), A new and efficient estimation method
    for the generalized Pareto distribution.

    Examples
    --------
    >>> heavy = -0.9 * np.log1p(-(np.arange(1000) + 0.5) / 1000)
    >>> round(pareto_k(heavy), 2), threshold(1000)
    (0.84, 0.6666666666666667)
    """
    ordered = np.sort(_checked(log_weights, efficiency))
    size = tail_length(len(ordered), efficiency)
    tail, cutoff = ordered[-size:], ordered[-size - 1]
    if tail[0] == tail[-1]:
        return -math.inf
    tail = tail[tail > cutoff]
    return _k_of_logs(tail + np.log(-np.expm1(cutoff - tail))) if len(tail) >= LEAST else math.inf


def generalized_pareto_k(excess: Any) -> float:
    """Shape of a generalised Pareto distribution from sorted excesses over its threshold.

    Parameters
    ----------
    excess : array_like of shape (n,)
        Sorted and positive.

    Returns
    -------
    float
        k̂ after the weak prior at 0.5.

    Examples
    --------
    >>> grid = 1 - (np.arange(1, 101) - 0.5) / 100
    >>> round(generalized_pareto_k((grid**-0.7 - 1) / 0.7), 10)
    0.6800359881
    """
    return _k_of_logs(np.log(np.asarray(excess, dtype=np.float64)))


def _k_of_logs(log_excess: Array) -> float:
    """Return k̂ from the logs of sorted excesses: one of them may be e^700 times all others."""
    n = len(log_excess)
    grid = 30 + math.isqrt(n)
    # In units of the first quartile everything but the excesses themselves is of size 1.
    x = log_excess - log_excess[int(n / 4 + 0.5) - 1]
    candidates = (1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))) / PRIOR_SCALE
    candidates = candidates + np.exp(-x[-1])
    shapes = _log1p_of(candidates[:, None], x).mean(axis=1)
    likelihood = n * (np.log(-candidates / shapes) - shapes - 1)
    weight = np.exp(likelihood - likelihood.max())
    weight /= weight.sum()
    kept = weight >= 10 * np.finfo(np.float64).eps
    scale = np.array((candidates[kept] * weight[kept]).sum() / weight[kept].sum())
    k = float(_log1p_of(scale, x).mean())
    return (n * k + PRIOR_DRAWS * PRIOR_K) / (n + PRIOR_DRAWS)


def _log1p_of(scale: Array, log_x: Array) -> Array:
    """Return ln(1 − scale·x), where x may be too large for a number."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        log_size = np.log(np.abs(scale)) + log_x
        below: Array = np.log1p(-np.exp(log_size))
    return np.where(scale > 0, below, np.logaddexp(0.0, log_size))


def tail_length(draws: int, efficiency: float = 1.0) -> int:
    """How many of the largest weights make the tail: ⌈min(S/5, 3 √(S/efficiency))⌉.

    Examples
    --------
    >>> [tail_length(draws) for draws in (100, 320, 1000, 2200)]
    [20, 54, 95, 141]
    """
    return math.ceil(min(0.2 * draws, 3 * math.sqrt(draws / efficiency)))


def threshold(draws: int) -> float:
    """Return the k above which so many draws are too few: min(1 − 1/log₁₀ S, 0.7).

    Examples
    --------
    >>> [round(threshold(draws), 7) for draws in (100, 320, 1000, 2200)]
    [0.5, 0.6008223, 0.6666667, 0.7]
    """
    if not number("draws", draws) > 1:
        raise InputError(f"draws={draws} is not a number of draws above 1")
    return min(1 - 1 / math.log10(draws), 0.7)


def min_sample_size(k: float) -> float:
    """Return how many draws a tail of this k needs: 10^(1/(1 − max(0, k))); inf from 1 on.

    Examples
    --------
    >>> [round(min_sample_size(k), 2) for k in (0.0, 0.5, 0.7)]
    [10.0, 100.0, 2154.43]
    """
    k = number("k", k)
    exponent = math.inf if k >= 1 else 1 / (1 - max(0.0, k))
    return math.inf if exponent > 300 else 10.0**exponent


def effective_draws(log_weights: Any) -> float:
    """Return (Σw)²/Σw²: how many equal weights are worth as much.

    Examples
    --------
    >>> effective_draws([0.0, 0.0, float("-inf")])
    2.0
    """
    w = np.exp(_scaled(log_weights))
    return float(w.sum() ** 2 / (w * w).sum())


def _checked(log_weights: Any, efficiency: float) -> Array:
    if not 0 < number("efficiency", efficiency) < math.inf:
        raise InputError(f"efficiency={efficiency} must be a positive number; 1 for free draws")
    weights = _scaled(log_weights)
    if tail_length(len(weights), efficiency) < LEAST:
        raise InputError(
            f"log_weights holds {len(weights)} draws, and a tail needs at least 21: draw more"
        )
    return weights


def _scaled(log_weights: Any) -> Array:
    """Log-weights relative to the largest one."""
    array = numeric("log_weights", arrays.numpy_of("log_weights", log_weights)).astype(np.float64)
    if array.ndim != 1 or array.size == 0:
        raise ShapeError(f"log_weights has shape {array.shape}; give one number a draw")
    bad = np.isnan(array) | (array == np.inf)
    if bad.any():
        where = np.argwhere(bad)[0]
        raise InputError(
            f"log_weights{place(where)} is {array[tuple(where)]} ({int(bad.sum())} such values of "
            f"{array.size}); a log-weight is finite, or −inf where the weight is 0"
        )
    if array.max() == -np.inf:
        raise InputError("log_weights are all −inf: no draw has weight; is q on the support of p?")
    weights: Array = array - array.max()
    return weights
