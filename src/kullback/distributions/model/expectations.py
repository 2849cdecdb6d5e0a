"""Statistics that log-densities are linear in, and their means under P.

For a pair without a rule of its own, KL = E_P[−ln q] − H(P), where −ln q = Σ c·s(x) and P
knows E s(X). A mean that is infinite makes KL infinite, and says which one it is.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Value, plain

Mean = Callable[[Distribution], Value | None]


@dataclass(frozen=True, slots=True)
class Term:
    """coefficient × statistic, one part of −ln q.

    Parameters
    ----------
    coefficient : float or ndarray
        Its factor.
    mean : callable
        P → E_P of the statistic, or None where P does not know it.
    text : str
        The statistic in words, for the reason of an infinity.
    """

    coefficient: Value
    mean: Mean
    text: str


def constant(value: Value) -> Term:
    """A constant part of −ln q."""
    return Term(value, lambda p: 1.0, "1")  # noqa: ARG005


def linear(coefficient: Value, center: Value = 0.0, scale: Value = 1.0) -> Term:
    """coefficient·(x − center)/scale."""

    def mean(p: Distribution) -> Value | None:
        m = p.expectation()
        return None if m is None else (m - center) / scale

    return Term(coefficient, mean, "x")


def square(coefficient: Value, center: Value, scale: Value) -> Term:
    """coefficient·((x − center)/scale)²."""

    def mean(p: Distribution) -> Value | None:
        m, s = p.expectation(), p.deviation()
        if s is None or (m is None and not np.isposinf(plain(s)).all()):
            return None
        if np.isposinf(plain(s)).all():
            return s
        return (s / scale) ** 2 + ((m - center) / scale) ** 2

    return Term(coefficient, mean, "x²")


def distance(coefficient: Value, center: Value) -> Term:
    """coefficient·|x − center|."""
    return Term(coefficient, lambda p: p._distance(center), "|x|")


def logarithm(coefficient: Value) -> Term:
    """coefficient·ln x."""
    return Term(coefficient, lambda p: p._log_mean(), "ln x")


def log_square(coefficient: Value, center: Value, scale: Value) -> Term:
    """coefficient·((ln x − center)/scale)²."""

    def mean(p: Distribution) -> Value | None:
        m, s = p._log_mean(), p._log_deviation()
        return None if m is None or s is None else (s / scale) ** 2 + ((m - center) / scale) ** 2

    return Term(coefficient, mean, "ln² x")


def logit_square(coefficient: Value, center: Value, scale: Value) -> Term:
    """coefficient·((logit x − center)/scale)²."""

    def mean(p: Distribution) -> Value | None:
        a, b, s = p._log_mean(), p._log1m_mean(), p._logit_deviation()
        if a is None or b is None or s is None:
            return None
        return (s / scale) ** 2 + ((a - b - center) / scale) ** 2

    return Term(coefficient, mean, "logit² x")


def log1m(coefficient: Value) -> Term:
    """coefficient·ln(1 − x)."""
    return Term(coefficient, lambda p: p._log1m_mean(), "ln(1 − x)")


def log1m_power(coefficient: Value, power: Value) -> Term:
    """coefficient·ln(1 − x^power)."""
    return Term(coefficient, lambda p: p._log1m_power_mean(power), "ln(1 − x^a)")


def moment(coefficient: Value, scale: Value, power: Value) -> Term:
    """coefficient·(x/scale)^power."""
    shown = f"{np.ravel(plain(power))[0]:g}"
    return Term(coefficient, lambda p: p._moment(scale, power), f"x^{shown}")


def exponential(coefficient: Value, center: Value, rate: Value) -> Term:
    """coefficient·exp(rate·(x − center))."""
    shown = f"{np.ravel(plain(rate))[0]:g}"
    return Term(coefficient, lambda p: p._exponential_moment(center, rate), f"e^({shown} x)")


def softplus(coefficient: Value, center: Value, scale: Value) -> Term:
    """coefficient·ln(1 + exp(−(x − center)/scale))."""
    return Term(coefficient, lambda p: p._softplus_mean(center, scale), "ln(1 + e^−x)")


def log_quadratic(coefficient: Value, center: Value, scale: Value) -> Term:
    """coefficient·ln(1 + ((x − center)/scale)²)."""
    return Term(coefficient, lambda p: p._log_quadratic_mean(center, scale), "ln(1 + x²)")


def log1p(coefficient: Value, scale: Value) -> Term:
    """coefficient·ln(1 + x/scale)."""
    return Term(coefficient, lambda p: p._log1p_mean(scale), "ln(1 + x)")


def absolute_power(coefficient: Value, center: Value, scale: Value, power: Value) -> Term:
    """coefficient·|(x − center)/scale|^power, known where P knows it around its own centre."""

    def mean(p: Distribution) -> Value | None:
        known: Any = getattr(p, "_absolute_moment", None)
        return None if known is None else known(center, scale, power)

    return Term(coefficient, mean, "|x|^b")


@dataclass(frozen=True, slots=True)
class CrossEntropy:
    """E_P[−ln q] in nats, the size of its terms, and why it is infinite."""

    value: Value
    size: Value
    reason: str


def cross_entropy(p: Distribution, q: Distribution) -> CrossEntropy | None:
    """E_P[−ln q] from the tables; None where P does not know a mean that Q needs."""
    terms = q._surprisal()
    if terms is None:
        return None
    total: Value = 0.0
    size: Value = 0.0
    reason = ""
    for term in terms:
        mean = term.mean(p)
        if mean is None or _somewhere(np.isnan, mean):
            return None
        part = term.coefficient * mean
        if _somewhere(np.isposinf, part):
            reason = reason or f"E_P[{term.text}] is infinite"
        total, size = total + part, size + abs(part)
    return None if _somewhere(np.isnan, total) else CrossEntropy(total, size, reason)


def _somewhere(test: Callable[[Any], Any], value: Value) -> bool:
    """Whether one row passes a test that no finite number passes."""
    if isinstance(value, float) and math.isfinite(value):
        return False
    return bool(np.any(test(plain(value))))
