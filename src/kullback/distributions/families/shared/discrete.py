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
    inside = k > 0
    safe = np.where(inside, k, 1.0)
    value = log_gamma_core(safe, np.log(rate) + 0 * safe) - np.log(safe)
    return np.where(inside, value, -rate)


def log_binomial(k: Array, n: Value, p: Value) -> Array:
    """ln(C(n, k) p^k (1 − p)^(n − k)) as Poisson·Poisson/Poisson: no large part cancels.

    Examples
    --------
    >>> float(log_binomial(np.array(3.0), 10.0, 0.5).round(6))
    -2.14398
    """
    k, n = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    rest = n - k
    with np.errstate(all="ignore"):
        value = log_poisson(k, n * p) + log_poisson(rest, n * (1 - p)) - log_poisson(n, n)
        ends = special.xlogy(k, p) + special.xlog1py(rest, -p)
    return np.where((k == 0) | (rest == 0), ends, value)
