"""The Bregman rule of exponential families: KL = F(θ₂) − F(θ₁) − (θ₂ − θ₁) F′(θ₁).

Where the two parameters are near, the difference of large numbers is replaced by the integral
δ² ∫₀¹ (1 − s) F″(θ₁ + s δ) ds, whose integrand is never negative.
"""

from collections.abc import Callable

import numpy as np

from kullback.distributions.special.arrays import Array, Value, is_tensor

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_AT = (_NODES + 1) / 2
_BY = _WEIGHTS / 2 * (1 - _AT)

Function = Callable[[Value], Value]


def bregman(
    first: tuple[Value, Value], change: Value, second: Function, *, theta: Value, near: Value = 0.5
) -> Value:
    """Bregman divergence of a log-normaliser of one parameter.

    Parameters
    ----------
    first : tuple
        F(θ₂) − F(θ₁) and F′(θ₁).
    change : float or ndarray
        δ = θ₂ − θ₁, from the parameters.
    second : callable
        F″.
    theta : float or ndarray
        θ₁; the integral is used where |δ| ≤ near·|θ₁|.

    Examples
    --------
    >>> float(bregman((1e-9, 1.0), 1e-9, np.exp, theta=1e-300))
    0.0
    """
    refuse_tensors(change, theta)
    increase, slope = first
    direct = increase - change * slope
    close = np.abs(change) <= near * np.abs(theta)
    if not np.any(close):
        return direct
    return np.where(close, bregman_integral(change, second, theta), direct)[()]


def bregman_integral(change: Value, second: Function, theta: Value) -> Array:
    """δ² ∫₀¹ (1 − s) F″(θ + s δ) ds by Gauss–Legendre with 24 nodes.

    Examples
    --------
    >>> float(bregman_integral(1.0, lambda t: np.ones_like(t), 0.0).round(12))
    0.5
    """
    refuse_tensors(change, theta)
    delta = np.asarray(change, dtype=np.float64)[..., None]
    at = np.asarray(theta, dtype=np.float64)[..., None] + delta * _AT
    result: Array = delta[..., 0] ** 2 * (second(at) * _BY).sum(axis=-1)
    return result


def refuse_tensors(*values: Value) -> None:
    """Raise a TypeError for tensors: who calls with them takes their numbers, and says so.

    Examples
    --------
    >>> refuse_tensors(1.0)
    """
    if any(map(is_tensor, values)):
        raise TypeError("this Bregman divergence is not written for tensors")


def mixed(order: float, first: Value, second: Value) -> Value:
    """a x + (1 − a) y: between two natural parameters, or beyond them for a > 1.

    Examples
    --------
    >>> mixed(2.0, 3.0, 1.0)
    5.0
    """
    return second + order * (first - second)


def power_mean(first: Value, second: Value, order: float) -> Value:
    """Masses in proportion to p^a q^(1 − a), 0 where P is; q is above 0 where p is, or a < 1.

    Examples
    --------
    >>> power_mean(np.array([0.5, 0.5]), np.array([0.75, 0.25]), 1e6).tolist()
    [0.0, 1.0]
    """
    with np.errstate(all="ignore"):
        logs = order * np.log(first) + (1 - order) * np.log(second)
        logs = np.where(np.asarray(first) > 0, logs, -np.inf)
        masses = np.exp(logs - logs.max())
    return masses / masses.sum()
