"""What betas, Dirichlets and their relatives share."""

import math
from collections.abc import Sequence

import numpy as np

from kullback.distributions.families.shared.power_gamma import log_gamma_core
from kullback.distributions.model.answer import EPS
from kullback.distributions.special.arrays import Array, Value, lgamma, where
from kullback.distributions.special.log_gamma import gamma_at_equal_means, lgamma_ratio
from kullback.distributions.special.log_gamma_increment import (
    MOST,
    Step,
    absorbed,
    apart_by_changes,
    apart_by_products,
)
from kullback.distributions.special.primitives import g, g_at_log, log_ratio

Pairs = Sequence[tuple[Value, Value]]


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


def beta_divergence(pairs: Pairs) -> Value:
    """KL of two Dirichlets from their pairs (a₁ᵢ, a₂ᵢ).

    A₂ KL(mean₂‖mean₁) + Σ C(a₁ᵢ, a₂ᵢ) − C(A₁, A₂): the first as Σ a₂ᵢ g(tᵢ) with
    tᵢ = (δᵢ A₂/a₂ᵢ − Δ)/A₁, formed from differences. Where one part outweighs the others in
    both, its C and that of the total cancel, and their difference has a form of its own.

    Examples
    --------
    >>> round(float(beta_divergence([(2.0, 4.0), (3.0, 1.5)])), 6)
    1.489737
    """
    (x, y), *rest = _largest_first(pairs)
    if not rest:
        return 0.0 * (x + y)
    main: Step = (x, y - x, y)
    others: Step = (sum(a for a, _ in rest), sum(b - a for a, b in rest), sum(b for _, b in rest))
    outweighs = (others[0] <= x) & (others[2] <= y) & (x < MOST) & (y < MOST)
    if isinstance(outweighs, bool):
        value = _by_absorption(main, others, rest) if outweighs else math.inf
        return value if math.isfinite(value) else _by_parts(pairs)
    # Where no part outweighs the rest, harmless numbers take the place of all.
    main, others = _kept(outweighs, main), _kept(outweighs, others)
    rest = [(where(outweighs, a, 1.0), where(outweighs, b, 1.0)) for a, b in rest]
    value = _by_absorption(main, others, rest)
    kept = outweighs & (abs(value) < np.inf)
    return value if kept.all() else where(kept, value, _by_parts(pairs))


def _kept(where_so: Value, step: Step) -> Step:
    a, change, b = step
    return where(where_so, a, 1.0), where(where_so, change, 0.0), where(where_so, b, 1.0)


def _largest_first(pairs: Pairs) -> list[tuple[Value, Value]]:
    """The pairs with the largest a in front, member by member of a batch."""
    if all(isinstance(a, float) and isinstance(b, float) for a, b in pairs):
        return sorted(pairs, key=lambda pair: -pair[0])
    (x, y), rest = pairs[0], []
    for a, b in pairs[1:]:
        larger = a > x
        rest.append((where(larger, x, a), where(larger, y, b)))
        x, y = where(larger, a, x), where(larger, b, y)
    return [(x, y), *rest]


def _by_absorption(main: Step, others: Step, rest: Pairs) -> Value:
    """The small parts, and what the large one becomes by absorbing them."""
    shapes = sum(gamma_at_equal_means(a, b - a, b) for a, b in rest)
    if len(rest) == 1:
        large = absorbed(main, others, apart_by_products(main, others))
        total = log_ratio(large.totals[1], large.totals[0])
        means = others[2] * g_at_log(large.others, log_ratio(others[0], others[2]) + total)
    else:
        large = absorbed(main, others, apart_by_changes(main, others))
        means = _means(rest, large.totals)
    return shapes + (means + large.end * g(large.main)) + large.difference


def _by_parts(pairs: Pairs) -> Value:
    """The means, the parts and the total, each on its own."""
    totals = _totals(pairs)
    shapes = sum(gamma_at_equal_means(a, b - a, b) for a, b in pairs)
    return _means(pairs, totals) + shapes - gamma_at_equal_means(totals[0], -totals[2], totals[1])


def _means(pairs: Pairs, totals: tuple[Value, Value, Value]) -> Value:
    """Σ a₂ᵢ g(tᵢ) over some parts of given totals (A₁, A₂, A₁ − A₂)."""
    total = log_ratio(totals[1], totals[0])
    return sum(b * g_at_log(_mean_excess(a, b, totals), log_ratio(a, b) + total) for a, b in pairs)


def _mean_excess(a: Value, b: Value, totals: tuple[Value, Value, Value]) -> Value:
    """Mean₁/mean₂ − 1 of one part: from differences where the two are near, else the ratio."""
    first, second, change = totals
    near = (abs(a - b) < 0.5 * b) & (abs(change) < 0.5 * second)
    by_differences = ((a - b) * (second / b) - change) / first
    if isinstance(near, bool):
        return by_differences if near else a / b * (second / first) - 1
    return where(near, by_differences, a / b * (second / first) - 1)


def means_lost(pairs: Pairs) -> Value:
    """What the rounding of the totals may do to Σ a₂ᵢ g(tᵢ), beyond its last digits.

    Each tᵢ is off by a few roundings of the changes that it is the difference of, and of the
    ratio where they are large; g is quadratic.

    Examples
    --------
    >>> bool(means_lost([(1e26, 2e26), (1e27, 2e27), (1e28, 2e28)]) > 1e-5)
    True
    """
    first, second, change = _totals(pairs)
    moved = abs(change) / first
    lost = 0.0 * first
    for a, b in pairs:
        t = abs(_mean_excess(a, b, (first, second, change)))
        rounded = (
            2 * EPS * len(pairs) * (np.minimum(abs(a - b) / b * second / first + moved, 2 + t))
        )
        lost = lost + b * rounded * (np.minimum(t, 1.0) + rounded)
    return lost


def _totals(pairs: Pairs) -> tuple[Value, Value, Value]:
    return sum(a for a, _ in pairs), sum(b for _, b in pairs), sum(a - b for a, b in pairs)
