"""Adaptive Gauss–Kronrod integration of several integrands over many panels at once.

All panels of a sweep are evaluated in one call, so that an integral takes a handful of calls
of the densities. Piessens et al. (1983), QUADPACK, for the rule and its error estimate.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kullback.distributions.special.arrays import Array

_HALF = np.array(
    [
        0.995657163025808080735527280689003, 0.973906528517171720077964012084452,
        0.930157491355708226001207180059508, 0.865063366688984510732096688423493,
        0.780817726586416897063717578345042, 0.679409568299024406234327365114874,
        0.562757134668604683339000099272694, 0.433395394129247190799265943165784,
        0.294392862701460198131126603103866, 0.148874338981631210884826001129720,
    ]
)  # fmt: skip
_KRONROD_HALF = np.array(
    [
        0.011694638867371874278064396062192, 0.032558162307964727478818972459390,
        0.054755896574351996031381300244580, 0.075039674810919952767043140916190,
        0.093125454583697605535065465083366, 0.109387158802297641899210590325805,
        0.123491976262065851077958109585166, 0.134709217311473325928054001771707,
        0.142775938577060080797094273138717, 0.147739104901338491374841515972068,
    ]
)  # fmt: skip
_GAUSS_HALF = np.array(
    [
        0.066671344308688137593568809893332, 0.149451349150580593145863397657697,
        0.219086362515982043995534934228163, 0.269266719309996355091226921569469,
        0.295524224714752870173815619188769,
    ]
)  # fmt: skip

NODES = np.concatenate([-_HALF, [0.0], _HALF[::-1]])
KRONROD = np.concatenate(
    [_KRONROD_HALF, [0.149445554002916905664936468389821], _KRONROD_HALF[::-1]]
)
_GAUSS_BETWEEN = np.zeros(10)
_GAUSS_BETWEEN[1::2] = _GAUSS_HALF
GAUSS = np.concatenate([_GAUSS_BETWEEN, [0.0], _GAUSS_BETWEEN[::-1]])

SWEEPS = 40
LIMIT = 6000  # panels

Integrands = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Panels:
    """Panels with the integrals over each, of shape (integrands, panels)."""

    low: Array
    high: Array
    values: Array
    errors: Array

    def where(self, kept: Array) -> "Panels":
        """Only some panels."""
        return Panels(self.low[kept], self.high[kept], self.values[:, kept], self.errors[:, kept])

    def joined(self, other: "Panels") -> "Panels":
        """Both sets of panels."""
        return Panels(
            np.concatenate([self.low, other.low]),
            np.concatenate([self.high, other.high]),
            np.concatenate([self.values, other.values], axis=1),
            np.concatenate([self.errors, other.errors], axis=1),
        )


def evaluate(integrands: Integrands, low: Array, high: Array, *, kinked: bool = False) -> Panels:
    """The 21-point rule on each panel, with QUADPACK's error estimate.

    That estimate supposes smoothness; `kinked` integrands get the plain difference of the rules.
    """
    half = (high - low) / 2
    t = (low + high)[:, None] / 2 + half[:, None] * NODES
    y = integrands(t.ravel())
    # Only the first integrand counts where it is +∞.
    infinite = np.isposinf(y[0])
    y = np.where(np.isfinite(y), y, 0.0)
    y[0] = np.where(infinite, np.inf, y[0])
    y = y.reshape(len(y), *t.shape)
    values, gauss = (y @ KRONROD) * half, (y @ GAUSS) * half
    mean = (y @ KRONROD)[..., None] / 2
    spread = (np.abs(y - mean) @ KRONROD) * half
    raw = np.abs(values - gauss)
    with np.errstate(all="ignore"):
        scaled = spread * np.minimum(1.0, (200 * raw / spread) ** 1.5)
    return Panels(low, high, values, raw if kinked else np.where(spread > 0, scaled, raw))


def integrate(
    integrands: Integrands,
    edges: Array,
    enough: Callable[[Array, Array], tuple[int, float]],
    *,
    kinked: bool = False,
) -> tuple[Array, Array]:
    """Integrate until `enough` is content.

    Parameters
    ----------
    integrands : callable
        t of shape (n,) → values of shape (m, n).
    edges : ndarray
        Increasing break points.
    enough : callable
        (integrals, errors) → which integrand counts, and the error that it may have.
    kinked : bool
        Whether the integrand has kinks at unknown places.

    Returns
    -------
    tuple of ndarray
        The m integrals and their errors.

    Examples
    --------
    >>> values, errors = integrate(lambda t: np.exp(-t)[None], np.array([0.0, 1.0]),
    ...                            lambda v, e: (0, 1e-12))
    >>> float(values[0].round(12))
    0.632120558829
    """
    panels = evaluate(integrands, edges[:-1], edges[1:], kinked=kinked)
    if np.isposinf(panels.values[0]).any():  # an integrand is +∞ on a set of some length
        return panels.values.sum(axis=1), np.zeros(len(panels.values))
    for _ in range(SWEEPS):
        which, allowed = enough(panels.values.sum(axis=1), panels.errors.sum(axis=1))
        errors = panels.errors[which]
        if errors.sum() <= allowed or len(panels.low) > LIMIT:
            break
        wide = panels.high - panels.low > 1e-13 * (np.abs(panels.low) + np.abs(panels.high))
        split = (errors > 0.5 * allowed / len(errors)) & wide
        if not split.any():
            break
        old = panels.where(split)
        middle = (old.low + old.high) / 2
        halves = np.concatenate([old.low, middle]), np.concatenate([middle, old.high])
        new = evaluate(integrands, *halves, kinked=kinked)
        panels = panels.where(~split).joined(new)
        if np.isposinf(new.values[0]).any():
            return panels.values.sum(axis=1), np.zeros(len(panels.values))
    return panels.values.sum(axis=1), panels.errors.sum(axis=1)
