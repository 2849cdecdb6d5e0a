"""Landmarks of a density that knows no quantiles: the mode, then the level sets around it."""

from collections.abc import Callable

import numpy as np

from kullback.distributions.special.arrays import Array

DROPS = np.array([0.01, 0.1, 0.5, 2.0, 5.0, 12.0, 25.0, 50.0, 100.0, 200.0, 400.0, 700.0])


def landmarks_of(
    log_density: Callable[[Array], Array], interval: tuple[float, float], points: Array
) -> Array:
    """Where the density has fallen by given nats from its highest known point, on each side.

    Examples
    --------
    >>> marks = landmarks_of(lambda x: -0.5 * x * x, (-np.inf, np.inf), np.array([]))
    >>> bool(abs(marks).max() > 30)
    True
    """
    grid = _grid(interval, points)
    values = log_density(grid)
    mode = float(grid[np.argmax(values)])
    mode = _climb(log_density, mode, grid)
    top = float(log_density(np.array([mode]))[0])
    sides = [_levels(log_density, mode, top, end) for end in interval]
    return np.unique(np.concatenate([points, [mode], *sides]))


def _grid(interval: tuple[float, float], points: Array) -> Array:
    low, high = interval
    steps = np.concatenate([[0.0], np.logspace(-12, 12, 145)])
    around = [p + sign * steps for p in (points if len(points) else [0.0]) for sign in (-1, 1)]
    inner: list[Array] = [np.asarray(points, dtype=float), *around]
    if np.isfinite(low):
        inner.append(low + steps[1:])
    if np.isfinite(high):
        inner.append(high - steps[1:])
    if np.isfinite(low) and np.isfinite(high):
        inner.append(low + (high - low) * np.linspace(0.001, 0.999, 201))
    grid = np.unique(np.concatenate(inner))
    return grid[(grid > low) & (grid < high)]


def _climb(log_density: Callable[[Array], Array], mode: float, grid: Array) -> float:
    """Refine the best grid point between its neighbours, three times."""
    at = int(np.searchsorted(grid, mode))
    low, high = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
    for _ in range(4):
        fine = np.linspace(low, high, 41)
        best = int(np.argmax(log_density(fine)))
        low, high = fine[max(best - 1, 0)], fine[min(best + 1, 40)]
    return float(fine[best])


def _levels(log_density: Callable[[Array], Array], mode: float, top: float, end: float) -> Array:
    """Points between the mode and an end at which the density has dropped by DROPS."""
    sign = 1.0 if end > mode else -1.0
    room = abs(end - mode)
    reach = np.logspace(-18, 18, 2200) * max(abs(mode), 1.0)
    if np.isfinite(room):
        reach = np.concatenate([reach[reach < room / 2], room - reach[reach < room / 2][::-1]])
    x = mode + sign * reach
    fallen = top - log_density(x)
    index = [int(np.argmax(fallen >= drop)) for drop in DROPS if (fallen >= drop).any()]
    result: Array = x[index] if index else x[-1:]
    return result
