"""One formula for 13 families: the generalised gamma with a signed power.

U = (X/a)^p ~ Gamma(k, 1) for gamma, exponential, chi², chi, Weibull, Rayleigh, Maxwell,
half-normal, Nakagami, inverse gamma, Lévy, Fréchet and the generalised gamma itself; and for
Y = e^−X also Gumbel (both) and Moyal. With ρ = p₂/p₁ and s = p₂ ln(a₁/a₂),

    KL = −ln|ρ| + lnΓ(k₂) − lnΓ(k₁) + (k₁ − ρ k₂) ψ(k₁) − k₂ s + e^s Γ(k₁ + ρ)/Γ(k₁) − k₁,

which regroups without cancellation where ρ = 1 (as Gamma) and where k₁ = k₂ = 1 (as Weibull).
Stacy (1962); Bauckhage (2014), arXiv 1401.6853.
"""

from decimal import Decimal

import numpy as np

from kullback.distributions.model.power_gamma import PowerGamma
from kullback.distributions.special import log_partition as lp
from kullback.distributions.special.arrays import (
    Array,
    Value,
    digamma,
    everywhere,
    exp,
    expm1,
    lgamma,
    log,
    plain,
    where,
)
from kullback.distributions.special.log_gamma import (
    gamma_at_equal_means,
    gamma_entropy,
    lgamma_bregman,
    lgamma_ratio,
    stirling_excess,
)
from kullback.distributions.special.primitives import g_at_log, g_of_ratio, g_step, h, log_ratio

EPS = float(np.finfo(np.float64).eps)
# A value that cancels to less than this share of its terms is left to quadrature.
CANCELLATION = 1e-12

EULER = 0.5772156649015329


def kl(first: PowerGamma, second: PowerGamma) -> Value:
    """KL between two generalised gammas in nats; +inf where a moment is missing.

    Examples
    --------
    >>> first = PowerGamma(1.0, (1.0, 1.0, 1), ((1.0, -1.0),))
    >>> second = PowerGamma(1.0, (1.0, 1.0, 1), ((2.0, -1.0),))
    >>> round(float(kl(first, second)), 6)
    0.306853
    """
    excess = first.power_excess(second)
    if everywhere(excess == 0):
        step = _one_step(first, second)
        delta = first.shape_step(second)
        if step is not None and isinstance(delta, float) and delta == 0:
            return first.k * g_step(*step)
        return _equal_powers(first, second, second.p * first.log_scale_over(second))
    shift = second.p * first.log_scale_over(second)
    rho = second.p / first.p
    if _ones(first, second) and everywhere(rho > 0):
        return _weibulls(excess, rho, shift)
    return _any_powers(first, second, shift)


def natural(view: PowerGamma) -> lp.Natural:
    """As a gamma of shape k and rate a^−p, in decimals; laws of one power are a family."""

    def theta() -> lp.Point:
        logs = [Decimal(e) * Decimal(float(b)).ln() for b, e in view.factors]
        shifts = [Decimal(c) * Decimal(float(v)) for v, c in view.shifts]
        log_a = sum([*logs, *shifts], start=Decimal(view.log_constant))
        c, base, e = view.power
        power = Decimal(c) * Decimal(float(base)) ** e
        d, divisor = view.quotient or (view.k, 1.0)
        return Decimal(float(d)) / Decimal(float(divisor)), -(-power * log_a).exp()

    # e^x takes the digits of a small x.
    small = abs(float(view.p * view.log_a))
    lost = -np.log10(small) if 0 < small < 1 else 0.0
    return lp.Natural(lp.GAMMA, theta, (view.space, float(view.p)), lost=float(lost))


def _ones(first: PowerGamma, second: PowerGamma) -> bool:
    return everywhere(first.k == 1) and everywhere(second.k == 1)


def _equal_powers(first: PowerGamma, second: PowerGamma, shift: Value) -> Value:
    """Gamma ‖ Gamma with r₂/r₁ = e^shift: C(k₁, k₂) + k₂ g(μ₁/μ₂ − 1)."""
    delta = first.shape_step(second)
    shape = -delta / second.k
    rate = rate_excess(first, second, shift)
    log_of_ratio = log_ratio(first.k, second.k) + shift
    ratio = _means_excess(shape, rate, first.k / second.k, log_of_ratio)
    means = second.k * g_at_log(ratio, log_of_ratio)
    return gamma_at_equal_means(first.k, delta, second.k) + means


def _means_excess(shape: Value, rate: Value, ratio: Value, logarithm: Value) -> Value:
    """(1 + shape)(1 + rate) − 1: from the excesses where small, else from what keeps the digits."""
    near = (abs(shape) < 0.5) & (abs(rate) < 0.5)
    by_excesses = shape + rate + shape * rate
    if isinstance(near, bool):
        if near:
            return by_excesses
        return ratio * (1 + rate) - 1 if rate > -0.5 else expm1(logarithm)
    far = where(rate > -0.5, ratio * (1 + rate) - 1, expm1(logarithm))
    return where(near, by_excesses, far)


def rate_excess(first: PowerGamma, second: PowerGamma, shift: Value) -> Value:
    """(a₁/a₂)^p − 1, as a plain quotient of parameters where a^p is one parameter."""
    step = _one_step(first, second)
    if step is not None:
        change, old, _ = step
        return change / old
    if _is_square(first) and first.same_form(second):
        (b1, _), (b2, _) = first.factors[0], second.factors[0]
        d = (b1 - b2) / b2
        return d * (2 + d)
    return expm1(shift)


def _is_square(view: PowerGamma) -> bool:
    """Whether a^p is the square of one parameter."""
    (c, base, _), factors = view.power, view.factors
    plain_power = everywhere(base == 1) and not view.shifts
    return bool(plain_power and len(factors) == 1 and factors[0][1] * c == 2)


def _one_step(first: PowerGamma, second: PowerGamma) -> tuple[Value, Value, Value] | None:
    """(change, old, new) with new/old = (a₁/a₂)^p, where that is a quotient of two parameters."""
    if len(first.factors) != 1 or first.shifts or not first.same_form(second):
        return None
    (b1, exponent), (b2, _) = first.factors[0], second.factors[0]
    c, base, _ = first.power
    if base is not second.power[1] and not everywhere(base == 1):
        return None
    steps = {1.0: (b1 - b2, b2, b1), -1.0: (b2 - b1, b1, b2)}
    return steps.get(exponent * c) if everywhere(base == 1) else None


def _weibulls(excess: Value, rho: Value, shift: Value) -> Value:
    """k₁ = k₂ = 1 and ρ > 0: h(−y) + B(1, ρ − 1), y = lnΓ(1 + ρ) + s."""
    y = (1 - EULER) * excess + lgamma_bregman(2.0 + 0 * excess, excess) + shift
    return h(-y) + lgamma_bregman(1.0 + 0 * excess, excess, rho)


def _any_powers(first: PowerGamma, second: PowerGamma, shift: Value) -> Value:
    """The general form, for ρ = p₂/p₁ of either sign."""
    k1, k2, rho = first.k, second.k, second.p / first.p
    missing = k1 + rho <= 0
    safe = where(missing, 1.0, k1 + rho)
    moment = exp(shift + lgamma_ratio(k1, where(missing, 1.0 - k1, rho), safe))
    value = (
        -log(abs(rho)) + lgamma(k2) - lgamma(k1) + (k1 - rho * k2) * digamma(k1)
        - k2 * shift + moment - k1
    )  # fmt: skip
    return where(missing, np.inf, value)


def general_size(first: PowerGamma, second: PowerGamma) -> Value:
    """The size of the terms of the general form, for its rounding; 0 for the stable forms."""
    k1, k2, rho = first.k, second.k, second.p / first.p
    equal = everywhere(first.power_excess(second) == 0)
    if equal or (_ones(first, second) and everywhere(rho > 0)):
        return 0.0
    shift = second.p * first.log_scale_over(second)
    safe = where(k1 + rho <= 0, 1.0, k1 + rho)
    return (
        abs(log(abs(rho))) + abs(lgamma(k2)) + abs(lgamma(k1)) + abs((k1 - rho * k2) * digamma(k1))
        + abs(k2 * shift) + exp(shift + lgamma(safe) - lgamma(k1)) * 4 + k1
    )  # fmt: skip


def reliable_kl(first: PowerGamma, second: PowerGamma) -> tuple[Value, Value]:
    """KL, NaN where its general form cancels too far, and the rounding error of that form."""
    value = kl(first, second)
    size = plain(general_size(first, second))
    if isinstance(value, float) and isinstance(size, float):
        kept = 4 * EPS * size <= CANCELLATION * abs(value)
        return (value, 4 * EPS * size) if kept else (np.nan, 0.0)
    numbers, lost = np.asarray(plain(value)), 4 * EPS * np.asarray(size)
    bad = ~(lost <= CANCELLATION * np.abs(numbers))
    if not bad.any():
        return value, lost[()]
    return np.where(bad, np.nan, numbers)[()], np.where(bad, 0.0, lost)[()]


def log_density(view: PowerGamma, x: Array) -> Array:
    """ln f = ln|p| − ln x + k ln U − U − lnΓ(k), centred at the mode of U."""
    inside = x > 0
    log_x = np.log(np.where(inside, x, 1.0))
    log_u = view.p * (log_x - view.log_a)
    value = np.log(np.abs(view.p)) - log_x + log_gamma_core(view.k, log_u)
    return np.where(inside, value, -np.inf)


def log_gamma_core(k: Value, log_u: Array) -> Array:
    """k ln U − U − lnΓ(k), without the cancellation of its large parts."""
    log_ratio_to_mode = log_u - np.log(k)
    near = np.abs(log_ratio_to_mode) < 1
    z = np.exp(np.minimum(log_ratio_to_mode, 710))
    centred = np.where(near, g_of_ratio(np.where(near, z, 1.0)), z - 1 - log_ratio_to_mode)
    value: Array = stirling_excess(k) - k * centred
    return value


def log_mean(view: PowerGamma) -> Value:
    """E ln X = ln a + ψ(k)/p."""
    return view.log_a + digamma(view.k) / view.p


def log_deviation(view: PowerGamma) -> Value:
    """The standard deviation of ln X: √ψ′(k)/|p|."""
    from kullback.distributions.special.arrays import sqrt, trigamma

    return sqrt(trigamma(view.k)) / abs(view.p)


def moment(view: PowerGamma, scale: Value, power: Value) -> Value:
    """E (X/c)^r = (a/c)^r Γ(k + r/p)/Γ(k), infinite where k + r/p ≤ 0."""
    shifted = view.k + power / view.p
    missing = shifted <= 0
    safe = where(missing, 1.0, shifted)
    step = where(missing, 0.0, power / view.p) + 0 * view.k
    value = exp(power * (view.log_a - log(scale)) + lgamma_ratio(view.k, step, safe))
    return where(missing, np.inf, value)


def entropy(view: PowerGamma) -> Value:
    """H = lnΓ(k) − k ψ(k) + k − ln|p| + E ln X."""
    return gamma_entropy(view.k) - log(abs(view.p)) + log_mean(view)
