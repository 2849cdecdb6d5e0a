"""ln ∫ p^s q^(1 − s) for complex s: of normals, gammas, Dirichlets and Wisharts."""

from typing import Any

import numpy as np
from scipy import special

from kullback.distributions.special.arrays import Array
from kullback.distributions.special.half_line import EPS, LogMoment
from kullback.distributions.special.primitives import g_at_log, g_near, log_ratio

# Of the series of g; and how many numbers are held at once.
NEAR, AT_ONCE = 0.3, 1 << 19


def of_independent(apart: Array, own: Array, other: Array) -> tuple[LogMoment, float]:
    """Of independent normals: the difference of their means, and the deviations of both.

    Returns
    -------
    tuple
        The function, and the total variation that rounding is worth.

    Examples
    --------
    >>> one = np.ones(1)
    >>> complex(of_independent(one, one, one)[0](np.array([0.5 + 0j]))[0][0])
    (-0.125+0j)
    """
    narrow, wide = np.minimum(own, other), np.maximum(own, other)
    ratio, z = narrow / wide, apart / wide
    logs = 2 * log_ratio(narrow, wide)
    lost = 4 * EPS * float((2 + np.abs(z)).sum())
    return of_directions((ratio - 1) * (ratio + 1), logs, z, own > other), lost


def of_directions(values: Array, logs: Array, z: Array, swapped: Any) -> LogMoment:
    """Σ (g((1 − s) v) − (1 − s) g(v))/2 − s (1 − s) z²/(2 (1 + (1 − s) v)), logs = ln(1 + v).

    In units of the wider law, so that v ≤ 0; s and 1 − s are swapped where that is P.

    Examples
    --------
    >>> none, one = np.zeros(1), np.ones(1)
    >>> complex(of_directions(none, none, one, np.array([False]))(np.array([0.5 + 0j]))[0][0])
    (-0.125+0j)
    """
    own = g_at_log(values, logs)

    def part(s: Any) -> tuple[Any, Array]:
        rest = np.where(swapped, s[:, None], 1 - s[:, None])
        x = rest * values
        near = np.abs(x) < NEAR
        far = x - np.log1p(np.where(near, 0.0, x))
        curved = np.where(near, g_near(np.where(near, x, 0.0)), far)
        place = rest * (1 - rest) * z * z / (1 + x)
        size = np.where(near, np.abs(curved), np.abs(x)) + np.abs(rest) * own + np.abs(place)
        return (curved - rest * own - place).sum(axis=1) / 2, 4 * size.sum(axis=1)

    def at(s: Any) -> tuple[Any, Array]:
        pieces = [part(some) for some in np.array_split(s, 1 + s.size * z.size // AT_ONCE)]
        return tuple(np.concatenate(column) for column in zip(*pieces, strict=True))  # type: ignore[return-value]

    return at


def added(functions: list[LogMoment]) -> LogMoment:
    """Of independent parts.

    Examples
    --------
    >>> twice = added([lambda s: (s, abs(s))] * 2)
    >>> complex(twice(np.array([1.0]))[0][0])
    (2+0j)
    """

    def at(s: Any) -> tuple[Any, Array]:
        each = [function(s) for function in functions]
        return sum(value for value, _ in each), np.sum([size for _, size in each], axis=0)

    return at


def of_dirichlets(own: Array, other: Array) -> LogMoment:
    """Σ lnΓ(αᵢ) − lnΓ(Σ αᵢ) at s α + (1 − s) β, less its chord.

    Examples
    --------
    >>> same = np.array([2.0, 3.0])
    >>> float(abs(of_dirichlets(same, same)(np.array([0.5 + 1j]))[0][0])) < 1e-14
    True
    """
    shapes = np.stack([np.append(own, own.sum()), np.append(other, other.sum())])
    signs = np.append(np.ones(len(own)), -1.0)
    return lambda s: _beyond_chord(s, shapes, signs)


def of_wisharts(own: float, other: float, ratios: Array) -> LogMoment:
    """Of Wisharts of n/2 = `own` and `other`, `ratios` the eigenvalues of V₂ in V₁ less 1.

    Of one row: gammas of these shapes, and the quotient of their rates less 1.

    Examples
    --------
    >>> value, _ = of_wisharts(1.0, 1.0, np.array([1.0]))(np.array([0.5 + 0j]))
    >>> round(float(value[0].real), 9)
    -0.058891518
    """
    steps = np.arange(len(ratios)) / 2
    shapes = np.stack([own - steps, other - steps])
    whole = float(np.log1p(ratios).sum())

    def at(s: Any) -> tuple[Any, Array]:
        value, size = _beyond_chord(s, shapes, np.ones(len(steps)))
        half = s * own + (1 - s) * other
        of_scales = half * np.log1p(s[:, None] * ratios).sum(axis=1)
        chord = s * own * whole
        return value - of_scales + chord, size + np.abs(of_scales) + np.abs(chord)

    return at


def _beyond_chord(s: Any, shapes: Array, signs: Array) -> tuple[Any, Array]:
    rest = (1 - s)[:, None]
    ends = special.gammaln(shapes)
    at = s[:, None] * shapes[0] + rest * shapes[1]
    parts = np.stack([special.loggamma(at), -s[:, None] * ends[0], -rest * ends[1]])
    # Where lnΓ is near 0 the rounding of what goes into it is more than its own.
    within = np.abs(at) * (1 + np.abs(np.log(at)))
    size = np.abs(parts).sum(axis=0) + within
    return (parts.sum(axis=0) * signs).sum(axis=1), 4 * size.sum(axis=1)
