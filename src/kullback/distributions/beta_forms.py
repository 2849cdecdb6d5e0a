"""What betas, Dirichlets and their relatives share."""

from collections.abc import Sequence

import numpy as np

from kullback.distributions.arrays import Array, Value, lgamma, where
from kullback.distributions.gamma_function import gamma_at_equal_means, lgamma_ratio
from kullback.distributions.power_gamma import log_gamma_core
from kullback.distributions.primitives import g_at_log, log_ratio


def log_beta(a: Value, b: Value) -> Value:
    """ln B(a, b) = lnΓ(a) − ln(Γ(a + b)/Γ(b)), stable where one is large.

    Examples
    --------
    >>> float(log_beta(2.0, 3.0).round(6))
    -2.484907
    """
    if isinstance(a, float) and isinstance(b, float):
        a, b = min(a, b), max(a, b)
    return lgamma(a) - lgamma_ratio(b * 1.0, a * 1.0)


def log_beta_core(a: Value, b: Value, log_x: Array, log_1mx: Array) -> Array:
    """a ln x + b ln(1 − x) − ln B(a, b), as three centred gammas: no large part cancels."""
    total = a + b
    log_total = np.log(total)
    return (
        log_gamma_core(a, log_x + log_total)
        + log_gamma_core(b, log_1mx + log_total)
        - log_gamma_core(total, np.asarray(log_total))
    )


def beta_divergence(pairs: Sequence[tuple[Value, Value]]) -> Value:
    """KL of two Dirichlets from their pairs (a₁ᵢ, a₂ᵢ).

    A₂ KL(mean₂‖mean₁) + Σ C(a₁ᵢ, a₂ᵢ) − C(A₁, A₂): the first as Σ a₂ᵢ g(tᵢ) with
    tᵢ = (δᵢ A₂/a₂ᵢ − Δ)/A₁, formed from differences.

    Examples
    --------
    >>> round(float(beta_divergence([(2.0, 4.0), (3.0, 1.5)])), 6)
    1.489737
    """
    first = sum(a for a, _ in pairs)
    second = sum(b for _, b in pairs)
    change = sum(a - b for a, b in pairs)
    total = log_ratio(second, first)
    means = sum(
        b * g_at_log(_mean_excess(a, b, (first, second, change)), log_ratio(a, b) + total)
        for a, b in pairs
    )
    shapes = sum(gamma_at_equal_means(a, b - a, b) for a, b in pairs)
    return means + shapes - gamma_at_equal_means(first, -change, second)


def _mean_excess(a: Value, b: Value, totals: tuple[Value, Value, Value]) -> Value:
    """Mean₁/mean₂ − 1 of one part: from differences where the two are near, else the ratio."""
    first, second, change = totals
    near = (abs(a - b) < 0.5 * b) & (abs(change) < 0.5 * second)
    by_differences = ((a - b) * (second / b) - change) / first
    if isinstance(near, bool):
        return by_differences if near else a / b * (second / first) - 1
    return where(near, by_differences, a / b * (second / first) - 1)
