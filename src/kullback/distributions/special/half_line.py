"""Divergences that are bounded, from M(s) = ∫ p^s q^(1 − s) along s = 1/2 + i t.

Mellin's inversion of min(1, x) and of the function of Jensen and Shannon gives

    1 − TV    = 1/(2πi) ∫ M(s)/(s (1 − s)) ds
    ln 2 − JS = 1/(4i)  ∫ M(s)/(s (1 − s) sin πs) ds

over any path from −i∞ to i∞ that crosses the real axis in (0, 1); M = 1 gives 0 for both, so that
1 − M is integrated, which keeps the digits of laws that are near. Far out M(s) of a quadratic form
of normals goes like e^(κ s): arms that bend to where that falls need no oscillation resolved.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from kullback.distributions.special.arrays import Array

EPS = float(np.finfo(np.float64).eps)
# s → ln M(s), and how large the parts are of which it is summed.
LogMoment = Callable[[Any], tuple[Any, Array]]
# Slopes of the arms.
BENDS = (0.0, 0.4, -0.4, 0.15, -0.15)
# In u, with t = sinh(u)/2: where 1/(s (1 − s)) has fallen by e^−40, and the steps.
END = 40.0
STEPS = (1 / 48, 1 / 77)
GOOD = 1e-13


class Integral(NamedTuple):
    """A value and a bound of its error."""

    value: float
    error: float


def total_variation(log_moment: LogMoment) -> Integral:
    """TV from ln M.

    Examples
    --------
    >>> found = total_variation(lambda s: (-s * (1 - s) / 2, np.abs(s * s)))
    >>> round(found.value, 12), found.error < 1e-13  # two normals, one deviation apart: erf(1/√8)
    (0.382924922548, True)
    """
    return _best(log_moment, lambda s: 1 / (1j * np.pi * s * (1 - s)))


def jensen_shannon(log_moment: LogMoment) -> Integral:
    """JS in nats from ln M.

    Examples
    --------
    >>> found = jensen_shannon(lambda s: (-s * (1 - s) / 2, np.abs(s * s)))
    >>> round(found.value, 12)
    0.111421482185
    """
    return _best(log_moment, lambda s: np.pi / (2j * np.pi * s * (1 - s)) * _cosecant(s))


def _cosecant(s: Any) -> Any:
    """1/sin πs, 0 where it is below all doubles; Im s ≥ 0."""
    e = np.exp(np.pi * 1j * s)
    return 2j * e / (e * e - 1)


def _best(log_moment: LogMoment, weight: Callable[[Any], Any]) -> Integral:
    best = Integral(np.nan, np.inf)
    for bend in BENDS:
        with np.errstate(all="ignore"):
            fine, coarse = (_along(log_moment, weight, bend, step) for step in STEPS[::-1])
        error = fine.error + 2 * abs(fine.value - coarse.value)
        if error < best.error:
            best = Integral(fine.value, error)
        if best.error < GOOD:
            break
    return best


def _along(
    log_moment: LogMoment, weight: Callable[[Any], Any], bend: float, step: float
) -> Integral:
    """The upper half of one path by trapezoids, which converge exponentially."""
    u = step * np.arange(int(END / step))
    t, dt = np.sinh(u) / 2, np.cosh(u) / 2
    far = np.hypot(t, 1.0)
    s = 0.5 + 1j * t + bend * (far - 1)
    ds = (1j + bend * t / far) * dt
    logarithm, size = log_moment(s)
    lack = -np.expm1(logarithm)
    measure = step * weight(s) * ds
    measure[0] /= 2
    terms = (lack * measure).real
    own = np.abs(measure) * (np.abs(lack) + np.abs(np.exp(logarithm)) * np.minimum(size, 1 / EPS))
    value = float(terms.sum())
    error = 4 * EPS * float(own.sum()) + float(np.abs(lack[-1] * measure[-1])) / step
    return Integral(value, error if np.isfinite(error) and np.isfinite(value) else np.inf)
