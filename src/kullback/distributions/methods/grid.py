"""Integrals over the points of a grid, where a density is known there and nowhere else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.distributions.methods.integrands import rounding_of
from kullback.distributions.model.answer import Answer
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.grid_density import THINNED
from kullback.distributions.special.arrays import Array
from kullback.distributions.special.gauss_kronrod import KRONROD, NODES

Integrands = Callable[..., Array]

# The distance of thinned rules from the rule over all points is counted so often: at random steps
# one of them may be near it by chance.
CAUTION = 2.0


def thinned(
    way: Callable[[Distribution, Distribution], Any], p: Distribution, q: Distribution
) -> tuple[Any, Any]:
    """What a way gives, and how much it moves where grids lose half of their points, or more.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> thinned(lambda p, q: p.loc, Normal(2, 1), Normal(1, 1))[1]
    0.0
    """
    found = np.asarray(way(*_on_one_grid(p, q)))
    if p._grid() is None and q._grid() is None:
        return found[()], 0.0
    pairs = [_on_one_grid(p._coarser(*some), q._coarser(*some)) for some in THINNED]
    with np.errstate(invalid="ignore"):
        moved = CAUTION * np.max([np.abs(found - way(*pair)) for pair in pairs], axis=0)
    return found[()], np.where(np.isnan(moved), np.where(np.isinf(found), 0.0, np.inf), moved)[()]


def with_error(
    way: Callable[[Distribution, Distribution], Answer], p: Distribution, q: Distribution
) -> Answer:
    """An answer whose error counts what a grid leaves open."""
    if p._grid() is None and q._grid() is None:
        return way(p, q)
    found = way(p, q)
    _, moved = thinned(lambda a, b: way(a, b).value, p, q)
    return replace(found, error=found.error + float(moved))


def _on_one_grid(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution]:
    """Laws known on grids, at each other's points too, and where the other one ends."""
    marks = []
    for law in (p, q):
        grid = law._grid()
        ends = [end for ends in law.support.intervals() for end in ends if np.isfinite(end)]
        marks.append(np.asarray(ends) if grid is None else grid)
    return p._refined(marks[1]), q._refined(marks[0])


def on_grid(
    p: Distribution,
    q: Distribution,
    ends: tuple[float, float],
    integrands: Integrands,
    *,
    kinked: bool,
) -> tuple[Array, Array] | None:
    """The integrals between two ends with their errors; None where neither law has a grid there.

    The kinks of |p − q| become points of the grid.
    """
    if not any(law._grid() is not None and _lives(law, ends) for law in (p, q)):
        return None

    def way(a: Distribution, b: Distribution) -> tuple[Array, Array]:
        more = _crossings(a, b) if kinked else np.array([])
        return _sums(a._refined(more), b._refined(more), ends, integrands)

    (values, open_), moved = thinned(way, p, q)
    return values, moved[0] + np.where(np.isfinite(open_), np.abs(open_), 0.0)


def _crossings(p: Distribution, q: Distribution) -> Array:
    """Where p = q, between two points of the grid."""
    points = np.unique(np.concatenate([g for law in (p, q) if (g := law._grid()) is not None]))
    with np.errstate(all="ignore"):
        d = p.log_density(points) - q.log_density(points)
        share = d[:-1] / (d[:-1] - d[1:])
    (here,) = np.nonzero((share > 0) & (share < 1))
    found: Array = points[here] + share[here] * np.diff(points)[here]
    return found


def _lives(law: Distribution, ends: tuple[float, float]) -> bool:
    return any(a <= ends[0] and ends[1] <= b for a, b in law.support.intervals())


def _sums(
    p: Distribution, q: Distribution, ends: tuple[float, float], integrands: Integrands
) -> tuple[Array, Array]:
    """Trapezoids; next to a point where a density is 0 or infinite, Kronrod's rule, and its part.

    What such a step holds is as good as unknown, and is counted as error too.
    """
    alive = [_lives(law, ends) for law in (p, q)]
    grids = [np.asarray(ends), *(g for law in (p, q) if (g := law._grid()) is not None)]
    points = np.unique(np.concatenate(grids))
    points = points[(points >= ends[0]) & (points <= ends[1])]

    def rows(x: Array) -> tuple[Array, NDArray[np.bool_]]:
        logs = [
            law.log_density(x) if lives else np.full(x.shape, -np.inf)
            for law, lives in zip((p, q), alive, strict=True)
        ]
        known = [np.isfinite(f) for f, lives in zip(logs, alive, strict=True) if lives]
        return integrands(*logs, rounding_of(*logs), None), np.logical_and.reduce(known)

    with np.errstate(all="ignore"):
        values, known = rows(points)
    steps, plain = np.diff(points), known[1:] & known[:-1]
    total: Array = np.where(known, values, 0.0) @ np.convolve(steps * plain, [0.5, 0.5])
    low, half = points[:-1][~plain, None], steps[~plain, None] / 2
    with np.errstate(all="ignore"):
        inner, _ = rows((low + half * (1 + NODES)).ravel())
    part: Array = inner @ (half * KRONROD).ravel()
    return total + part, part
