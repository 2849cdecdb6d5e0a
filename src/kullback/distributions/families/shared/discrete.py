"""What the discrete families share."""

import numpy as np
from scipy import special

from kullback.distributions.families.shared.power_gamma import log_gamma_core
from kullback.distributions.special.arrays import Array, Value, log1p, plain, where, xlogy
from kullback.distributions.special.primitives import g_step


def bernoulli_divergence(p: Value, q: Value) -> Value:
    """KL of two Bernoullis: p g((q − p)/p) + (1 − p) g((p − q)/(1 − p)).

    Examples
    --------
    >>> f"{bernoulli_divergence(1e-20, 2e-20):.6g}"
    '3.06853e-21'
    """
    d = q - p
    if isinstance(p, float) and isinstance(q, float):
        yes = p * g_step(d, p, q) if p > 0 else q
        return yes + ((1 - p) * g_step(-d, 1 - p, 1 - q) if p < 1 else 1 - q)
    never, always = p == 0, p == 1
    if not (np.any(plain(never)) or np.any(plain(always))):
        return p * g_step(d, p, q) + (1 - p) * g_step(-d, 1 - p, 1 - q)
    yes = where(never, q, p * g_step(d, where(never, 1.0, p), q))
    no = where(always, 1 - q, (1 - p) * g_step(-d, 1 - where(always, 0.0, p), 1 - q))
    return yes + no


def bernoulli_entropy(p: Value) -> Value:
    """−p ln p − (1 − p) ln(1 − p).

    Examples
    --------
    >>> float(bernoulli_entropy(0.5).round(6))
    0.693147
    """
    certain = p == 1
    rest = where(certain, 0.0, (1 - p) * log1p(-where(certain, 0.0, p)))
    return -xlogy(p, p) - rest


def log_poisson(k: Array, rate: Value) -> Array:
    """ln(rate^k e^−rate/k!), centred, for any real k ≥ 0."""
    small = k < 1
    safe = np.where(small, 1.0, k)
    value = log_gamma_core(safe, np.log(rate) + 0 * safe) - np.log(safe)
    low = np.where(small, k, 0.0)
    return np.where(small, special.xlogy(low, rate) - rate - special.gammaln(1 + low), value)


def _times_log(k: Array, share: Value, rest: Value) -> Array:
    """K ln(share), from the rest of it where that is less."""
    result: Array = np.where(rest < 0.5, special.xlog1py(k, -rest), special.xlogy(k, share))
    return result


def log_binomial(k: Array, n: Value, p: Value, fail: Value | None = None) -> Array:
    """ln(C(n, k) p^k (1 − p)^(n − k)) as Poisson·Poisson/Poisson: no large part cancels.

    `fail` is 1 − p where it is known better.

    Examples
    --------
    >>> float(log_binomial(np.array(3.0), 10.0, 0.5).round(6))
    -2.14398
    """
    k, n = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    rest = n - k
    with np.errstate(all="ignore"):
        other = 1 - p if fail is None else fail
        value = log_poisson(k, n * p) + log_poisson(rest, n * other) - log_poisson(n, n)
        ends = _times_log(k, p, other) + _times_log(rest, other, p)
    return np.where((k == 0) | (rest == 0), ends, value)
