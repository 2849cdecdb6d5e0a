"""The estimate of Nemenman, Shafee and Bialek (2002): entropy with a flat prior on entropy.

A symmetric Dirichlet prior with concentration β fixes the entropy to about
ξ(β) = ψ(Kβ + 1) − ψ(β + 1). So β is given the density ξ′(β), which makes ξ uniform, and is
integrated out. In ln β the integrand is smooth and falls off exponentially on both sides:
the trapezoid rule is as good as any.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, digamma, polygamma

from kullback.counts.rows.row import CountRow

Array = NDArray[np.float64]

LOWEST, HIGHEST = -45.0, 25.0  # of ln β; the prior falls as exp(−|ln β|)
COARSE, FINE = 600, 400
NEGLIGIBLE = 45.0  # in ln: exp(−45) is 3e-20


class Posterior(NamedTuple):
    """Mean and standard deviation of the entropy, in nats."""

    mean: float
    deviation: float


def nsb(row: CountRow) -> Posterior:
    """Return the posterior mean and deviation of the entropy over `possible` outcomes."""
    if row.possible == 1:
        return Posterior(0.0, 0.0)
    values, number = np.unique(row.seen, return_counts=True)
    repeats = number.astype(np.float64)
    grid = np.linspace(LOWEST, HIGHEST, COARSE)
    for points in (COARSE, FINE):  # the second time closer around what matters
        weight = _log_weight(np.exp(grid), values, repeats, row)
        kept = np.flatnonzero(weight > weight.max() - NEGLIGIBLE)
        low, high = grid[max(kept[0] - 1, 0)], grid[min(kept[-1] + 1, len(grid) - 1)]
        grid = np.linspace(low, high, points)
    weight = _log_weight(np.exp(grid), values, repeats, row)
    chance = np.exp(weight - weight.max())
    chance /= chance.sum()
    first, second = _entropy_moments(np.exp(grid), values, repeats, row)
    mean = float(chance @ first)
    variance = float(chance @ (second - first**2)) + float(chance @ (first - mean) ** 2)
    return Posterior(mean, max(variance, 0.0) ** 0.5)


def _log_weight(beta: Array, values: Array, repeats: Array, row: CountRow) -> Array:
    """Return ln of prior ξ′(β), times the evidence, times β for the step in ln β."""
    whole = row.possible
    prior = whole * polygamma(1, whole * beta + 1) - polygamma(1, beta + 1)
    # Γ(Kβ)/Γ(n+Kβ) Π Γ(x+β)/Γ(β), by beta functions: no cancellation where β is large.
    evidence = betaln(whole * beta, row.n) - betaln(beta[:, None], values) @ repeats
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(prior, 0.0)) + evidence + np.log(beta))


def _entropy_moments(
    beta: Array, values: Array, repeats: Array, row: CountRow
) -> tuple[Array, Array]:
    """Return E[H] and E[H²] of a Dirichlet posterior for each β (Wolpert and Wolf 1995)."""
    # One column for each distinct count, and one for the outcomes never seen.
    counts = np.append(values, 0.0) + beta[:, None]
    number = np.append(repeats, row.possible - repeats.sum())
    total = row.n + row.possible * beta
    first = digamma(total + 1) - (counts / total[:, None] * digamma(counts + 1)) @ number
    level, curve = digamma(total + 2), polygamma(1, total + 2)
    single = digamma(counts + 1) - level[:, None]
    cross = (counts * single) @ number
    own = (counts * single) ** 2 @ number
    pairs = cross**2 - own - curve * (total**2 - counts**2 @ number)
    double = digamma(counts + 2) - level[:, None]
    spread = polygamma(1, counts + 2) - curve[:, None]
    same = (counts * (counts + 1) * (double**2 + spread)) @ number
    return np.asarray(first), np.asarray((pairs + same) / (total * (total + 1)))
