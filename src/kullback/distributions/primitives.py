"""The stable primitives that closed forms are regrouped in.

    g(x) = x − ln(1 + x)                       the Bregman divergence of −ln
    h(x) = e^−x − 1 + x                        that of exp
    B(a, δ) = lnΓ(a + δ) − lnΓ(a) − δ ψ(a)     that of lnΓ

Each is ≥ 0, is 0 only at 0, and keeps its digits there: the argument is a *difference* of
parameters, never a ratio minus 1, and no term of the sum is negative.
"""

import math

import numpy as np

from kullback.distributions.arrays import Value, digamma, exp, expm1, lgamma, log, log1p, where

# g near 0: with r = x/(2 + x), g = r x − 2 r³ (1/3 + r²/5 + r⁴/7 + …).
_G_NEAR = 0.3
_G_SERIES = tuple(1.0 / (2 * i + 3) for i in range(10))[::-1]

# h near 0: x²/2 − x³/6 + …
_H_NEAR = 0.5
_H_SERIES = tuple((-1.0) ** i / math.factorial(i) for i in range(2, 18))[::-1]

# lnΓ above this by Stirling's series, below it by the recurrence.
_STIRLING_FROM = 15
# B_2k/(2k(2k − 1)), k = 1 … 8.
_STIRLING = (
    1 / 12,
    -1 / 360,
    1 / 1260,
    -1 / 1680,
    1 / 1188,
    -691 / 360360,
    1 / 156,
    -3617 / 122400,
)


def g(x: Value) -> Value:
    """g(x) = x − ln(1 + x) ≥ 0, to full precision near 0; infinite at −1.

    Examples
    --------
    >>> f"{g(1e-9):.6g}"
    '5e-19'
    """
    if isinstance(x, float):
        if abs(x) < _G_NEAR:
            return float(_g_near(x))
        return x - math.log1p(x) if x > -1 else math.inf
    near = abs(x) < _G_NEAR
    if not isinstance(x, np.ndarray):
        # Both branches get harmless arguments, so that gradients stay finite.
        return where(near, _g_near(where(near, x, x * 0)), _g_far(where(near, x * 0 + 1, x)))
    if near.all():
        return _g_near(x)
    return np.where(near, _g_near(np.where(near, x, 0.0)), _g_far(x))


def _g_near(x: Value) -> Value:
    r = x / (2 + x)
    r2 = r * r
    total = r2 * _G_SERIES[0] + _G_SERIES[1]
    for coefficient in _G_SERIES[2:]:
        total = total * r2 + coefficient
    return r * (x - 2 * r2 * total)


def _g_far(x: Value) -> Value:
    return x - log1p(x)


def g_step(change: Value, old: Value, new: Value) -> Value:
    """g(change/old) with new = old + change: g(new/old − 1) however far the two are apart.

    Near −1 the quotient of the change has lost the digits of new, which the ratio still has.

    Examples
    --------
    >>> round(g_step(1e-12 - 1.0, 1.0, 1e-12), 6)
    26.631021
    """
    t = change / old
    if isinstance(t, float):
        if t > -0.5:
            return g(t)
        return new / old - 1 - (math.log(new) - math.log(old)) if new > 0 else math.inf
    small = t < -0.5
    if not small.any():
        return g(t)
    ratio = where(small, new / old, 1.0)
    far = ratio - 1 - (log(where(small, new, 1.0)) - log(where(small, old, 1.0)))
    return where(small, far, g(where(small, 0.0, t)))


def g_at_log(t: Value, log_ratio: Value) -> Value:
    """g(t) where ln(1 + t) is known too, and keeps the digits that t loses near −1.

    Examples
    --------
    >>> round(float(g_at_log(-1.0, -50.0)), 6)
    49.0
    """
    if isinstance(t, float) and t > -0.5:
        return g(t)
    small = t < -0.5
    logarithm = where(small, log_ratio, 0.0)
    return where(small, expm1(logarithm) - logarithm, g(where(small, 0.0, t)))


def g_of_ratio(z: Value) -> Value:
    """g(z − 1) = z − 1 − ln z, where the ratio z itself is known, tiny ones included.

    Examples
    --------
    >>> round(float(g_of_ratio(1e-30)), 6)
    68.077553
    """
    z = np.asarray(z, dtype=np.float64)
    small = z < 0.5
    return np.where(small, z - 1 - np.log(np.where(small, z, 1.0)), g(np.where(small, 0.0, z - 1)))


def h(x: Value) -> Value:
    """h(x) = e^−x − 1 + x ≥ 0, to full precision near 0.

    Examples
    --------
    >>> f"{h(1e-9):.6g}"
    '5e-19'
    """
    if isinstance(x, float):
        if abs(x) < _H_NEAR:
            return float(_h_near(x))
        return math.expm1(-x) + x if x > -700 else math.inf
    near = abs(x) < _H_NEAR
    return where(near, _h_near(where(near, x, x * 0)), expm1(-x) + x)


def _h_near(x: Value) -> Value:
    total = x * _H_SERIES[0] + _H_SERIES[1]
    for coefficient in _H_SERIES[2:]:
        total = total * x + coefficient
    return total * x * x


def lgamma_bregman(a: Value, delta: Value, b: Value | None = None) -> Value:
    """B(a, δ) = lnΓ(a + δ) − lnΓ(a) − δ ψ(a) ≥ 0, for a > 0 and b = a + δ > 0.

    Both arguments are shifted above 15 by lnΓ(x) = lnΓ(x + 1) − ln x, which adds
    g(δ/(a + i)) each; above, B = g(δ/a)/2 + S + (a + δ) g(−δ/(a + δ)), where S is the
    Bregman divergence of Stirling's remainder.

    Examples
    --------
    >>> f"{lgamma_bregman(2.0, 1e-9):.6g}"
    '3.22467e-19'
    """
    rest, slope, _ = _lgamma_parts(a, delta, a + delta if b is None else b)
    return rest + slope


def gamma_at_equal_means(a: Value, delta: Value, b: Value) -> Value:
    """KL of Gamma(a) ‖ Gamma(a + δ) at equal means: B(a, δ) − b g(a/b − 1), b = a + δ.

    Examples
    --------
    >>> f"{gamma_at_equal_means(1e8, 1.0, 1e8 + 1):.6g}"
    '2.5e-17'
    """
    rest, slope, shifted = _lgamma_parts(a, delta, b)
    if isinstance(shifted, bool) and not shifted:
        return rest
    n = _STIRLING_FROM
    near = abs(delta) < 0.5 * where(a < b, a, b)
    # (b + n) g((a + n)/(b + n) − 1) − b g(a/b − 1), without its linear parts where they are large.
    far = b * (log1p(n / b) - log1p(n / a)) - n * log_ratio(a + n, b + n)
    return rest + where(shifted, where(near, slope - b * g_step(-delta, b, a), far), 0.0)


def _lgamma_parts(a: Value, delta: Value, b: Value) -> tuple[Value, Value, Value]:
    """The part of B that stays at equal means, the rest, and whether there was a shift."""
    if isinstance(a, float) and isinstance(delta, float):
        return _lgamma_parts_scalar(a, delta, float(b))
    shifted = (a < _STIRLING_FROM) | (b < _STIRLING_FROM)
    total = 0.0 * (a + b)
    if shifted.any():
        for i in range(_STIRLING_FROM):
            total = total + where(shifted, g_step(delta, a + i, b + i), 0.0)
    top = where(shifted, a + _STIRLING_FROM, a * 1.0)
    end = where(shifted, b + _STIRLING_FROM, b * 1.0)
    change = delta + 0 * top
    return (
        total + g_step(change, top, end) / 2 + _stirling_bregman(top, change),
        end * g_step(-change, end, top),
        shifted,
    )


def _lgamma_parts_scalar(a: float, delta: float, b: float) -> tuple[float, float, bool]:
    shifted = min(a, b) < _STIRLING_FROM
    more = _STIRLING_FROM if shifted else 0
    total = sum(g_step(delta, a + i, b + i) for i in range(more))
    top, end = a + more, b + more
    return (
        total + g_step(delta, top, end) / 2 + _stirling_bregman(top, delta),
        end * g_step(-delta, end, top),
        shifted,
    )


def _stirling_bregman(a: Value, delta: Value) -> Value:
    """Σ c_k a^−m T_m with T_m = (1 + u)^−m − 1 + m u ≥ 0, m = 2k − 1, u = δ/a."""
    u = delta / a
    w = 1 / (1 + u)
    u2 = u * u
    term = u2 * w
    inverse2 = 1 / (a * a)
    power = 1 / a
    total = 0.0 * u
    for k, coefficient in enumerate(_STIRLING):
        m = 2 * k + 1
        total = total + coefficient * power * term
        for j in (m + 1, m + 2):
            term = w * (term + j * u2)
        power = power * inverse2
    return total


def lgamma_ratio(a: Value, delta: Value, b: Value | None = None) -> Value:
    """ln(Γ(a + δ)/Γ(a)), without the cancellation of two large logarithms.

    Examples
    --------
    >>> float(round(lgamma_ratio(3.0, 1.0), 6))
    1.098612
    """
    return lgamma_bregman(a, delta, b) + delta * digamma(a)


def stirling_excess(k: Value) -> Value:
    """k ln k − k − lnΓ(k): the log-density of Gamma(k) in the logarithm, at its mode.

    Examples
    --------
    >>> round(float(stirling_excess(1.0)), 6)
    -1.0
    """
    from scipy.special import gammaln

    k = np.asarray(k, dtype=np.float64)
    large = np.where(k > _STIRLING_FROM, k, _STIRLING_FROM)
    remainder = sum(c * large ** (1 - 2 * i) for i, c in enumerate(_STIRLING, start=1))
    by_series = 0.5 * np.log(large / (2 * np.pi)) - remainder
    return np.where(k > _STIRLING_FROM, by_series, k * np.log(k) - k - gammaln(k))


def gamma_entropy(k: Value) -> Value:
    """lnΓ(k) − k ψ(k) + k, the part of an entropy that cancels for large k.

    Examples
    --------
    >>> float(round(gamma_entropy(1.0), 6))
    1.577216
    """
    if not isinstance(k, float | np.ndarray | np.generic):
        return lgamma(k) - k * digamma(k) + k
    large = np.where(k > _STIRLING_FROM, k, float(_STIRLING_FROM))
    # k (ln k − ψ(k)) = 1/2 + Σ B_2n/(2n) k^(1 − 2n), and B_2n/(2n) = (2n − 1) c_n.
    slope = 0.5 + sum((2 * i - 1) * c * large ** (1 - 2 * i) for i, c in enumerate(_STIRLING, 1))
    small = lgamma(k) - k * digamma(k) + k
    return np.where(k > _STIRLING_FROM, slope - stirling_excess(large), small)[()]


def log_ratio(a: Value, b: Value) -> Value:
    """ln(a/b) from the difference, exact near a = b."""
    if isinstance(a, float) and isinstance(b, float):
        t = (a - b) / b
        return math.log1p(t) if -0.5 < t < 1 else math.log(a) - math.log(b)
    t = (a - b) / b
    near = (t > -0.5) & (t < 1)
    return where(near, log1p(where(near, t, t * 0)), log(a) - log(b))


def logistic_divergence(d: Value) -> Value:
    """d coth(d/2) − 2: KL of two logistics of equal scale, d scales apart.

    Examples
    --------
    >>> f"{logistic_divergence(1e-6):.6g}"
    '1.66667e-13'
    """
    near = abs(d) < 0.3
    x = where(near, d, d * 0)
    x2 = x * x
    series = x2 * (1 / 6 - x2 * (1 / 360 - x2 * (1 / 15120 - x2 * (1 / 604800 - x2 / 23950080))))
    y = where(near, d * 0 + 1, abs(d))
    e = exp(-y)
    return where(near, series, y * (1 + e) / (1 - e) - 2)
