"""Simple Good–Turing: what is seen r times is as likely as what is seen r + 1 times tells.

W. A. Gale and G. Sampson 1995, Journal of Quantitative Linguistics 2, 217.
"""

import numpy as np
from numpy.typing import NDArray

from kullback.errors import MethodError

Array = NDArray[np.float64]

SIGNIFICANT = 1.65  # standard deviations, of the authors


def good_turing(seen: Array) -> tuple[Array, float]:
    """Return probabilities of the outcomes seen, and that of all others together.

    Parameters
    ----------
    seen : ndarray of shape (k,)
        Counts above 0, whole.

    Returns
    -------
    tuple of ndarray and float
        The first sums to 1 − f₁/n, the second is f₁/n.
    """
    values, index, number = np.unique(seen, return_inverse=True, return_counts=True)
    repeats = number.astype(np.float64)
    adjusted = _adjusted(values, repeats)
    rest = float(repeats[0] / seen.sum()) if values[0] == 1 else 0.0
    return (1 - rest) * adjusted[index] / (adjusted @ repeats), rest


def _adjusted(r: Array, repeats: Array) -> Array:
    """Return r* for each distinct r: Turing's while it differs from the line, then the line's."""
    line = r * (1 + 1 / r) ** (_slope(r, repeats) + 1)
    follows = np.append(r[1:] == r[:-1] + 1, False)
    next_repeats = np.where(follows, np.append(repeats[1:], 0.0), 0.0)
    ratio = next_repeats / repeats
    turing = (r + 1) * ratio
    deviation = (r + 1) * np.sqrt(ratio * (1 + ratio) / repeats)
    keeps = follows & (np.abs(turing - line) > SIGNIFICANT * deviation)
    return np.where(np.logical_and.accumulate(keeps), turing, line)


def _slope(r: Array, repeats: Array) -> float:
    """Slope of ln Z against ln r, Z = Nᵣ over half the distance between r's neighbours."""
    if len(r) < 2:
        raise MethodError(
            'method="good-turing" draws a line through the numbers of outcomes seen once, twice, '
            f'…, and here all were seen {r[0]:.10g} times; choose "witten-bell" or "dirichlet"'
        )
    before = np.append(0.0, r[:-1])
    after = np.append(r[1:], 2 * r[-1] - before[-1])
    x, z = np.log(r), np.log(2 * repeats / (after - before))
    x = x - x.mean()
    slope = float(x @ z / (x @ x))
    if slope >= -1:
        raise MethodError(
            f'method="good-turing" needs counts of counts that fall faster than 1/r, and here '
            f'they fall as r^{slope:.3g}; choose "witten-bell" or "dirichlet"'
        )
    return slope
