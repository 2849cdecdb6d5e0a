"""lnΓ and ψ half a step apart, and ψ any number of halves, without the cancellation of large h.

Asymptotic series in 1/h, from those of Stirling: lnΓ(h + 1/2) has the coefficients
(2^(1 − 2k) − 1) B_2k in place of B_2k.
"""

import numpy as np

from kullback.distributions.special.arrays import Value, digamma, lgamma, log, plain, where
from kullback.distributions.special.log_gamma import STIRLING

# The series from here on.
FAR = 12.0
# (2 − 2^(1 − 2k)) B_2k/(2k (2k − 1)).
_STEPS = tuple((2 - 2.0 ** (1 - 2 * k)) * c for k, c in enumerate(STIRLING[:8], start=1))


def lgamma_half_step(h: Value) -> Value:
    """ln(Γ(h + 1/2)/Γ(h)) − ln(h)/2: −1/(8h) + … for large h.

    Examples
    --------
    >>> f"{lgamma_half_step(1e10):.6g}"
    '-1.25e-11'
    """
    far = h > FAR
    large, small = where(far, h, FAR), where(far, FAR, h)
    series = -sum(c * large ** (1 - 2 * k) for k, c in enumerate(_STEPS, start=1))
    near = lgamma(small + 0.5) - lgamma(small) - log(small) / 2
    return _plain(where(far, series, near))


def digamma_half_step(h: Value) -> Value:
    """ψ(h + 1/2) − ψ(h): 1/(2h) + 1/(8h²) + … for large h.

    Examples
    --------
    >>> f"{digamma_half_step(1e10):.6g}"
    '5e-11'
    """
    far = h > FAR
    large, small = where(far, h, FAR), where(far, FAR, h)
    series = sum((2 * k - 1) * c * large ** (-2 * k) for k, c in enumerate(_STEPS, start=1))
    near = digamma(small + 0.5) - digamma(small)
    return _plain(where(far, 0.5 / large + series, near))


def digamma_halves(h: Value, halves: int) -> Value:
    """ψ(h + n/2) − ψ(h) for n half steps.

    Examples
    --------
    >>> round(float(digamma_halves(1.0, 2)), 6)
    1.0
    """
    whole = sum(1 / (h + i) for i in range(halves // 2))
    return whole + (digamma_half_step(h + halves // 2) if halves % 2 else 0.0)


def lgamma_halves(h: Value, halves: int) -> Value:
    """ln(Γ(h + n/2)/Γ(h)) − (n/2) ln h.

    Examples
    --------
    >>> round(float(lgamma_halves(1.0, 4)), 6)
    0.693147
    """
    whole = sum(np.log1p(i / h) for i in range(halves // 2))
    if halves % 2 == 0:
        return whole
    top = h + halves // 2
    return whole + lgamma_half_step(top) + np.log1p((halves // 2) / h) / 2


def _plain(value: Value) -> Value:
    return value[()] if isinstance(plain(value), np.ndarray) and value is plain(value) else value
