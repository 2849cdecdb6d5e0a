"""Mixtures of many components: their densities in blocks, and landmarks that they share."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kullback.distributions.special.arrays import Array

# Numbers (points × components) that a block of a mixture's density holds: 8 MiB each time.
BLOCK = 1 << 20
# More landmarks than this are thinned: those within a share of their own gap of another go,
# a larger share where more than MOST are left.
MANY, MOST = 500, 6000
SHARES = (0.5, 1.0, 2.0)


def by_points(density: Callable[[Any], Array], x: Array, components: int, event: int = 0) -> Array:
    """A density of points along the first axis, a block of them at a time.

    Parameters
    ----------
    density : callable
        x → ln f(x), with temporaries of points × components.
    x : ndarray of shape (n, …) or a single point
        The points.
    components : int
        How many the mixture has.
    event : int
        The axes of one point.

    Examples
    --------
    >>> by_points(lambda x: -x, np.arange(3.0), 2).tolist()
    [-0.0, -1.0, -2.0]
    """
    points = int(np.prod(x.shape[: x.ndim - event], dtype=int))
    if x.ndim <= event or points * components <= BLOCK:
        return density(x)
    rows = max(1, BLOCK * len(x) // (points * components))
    return np.concatenate([density(x[i : i + rows]) for i in range(0, len(x), rows)])


def shared_landmarks(each: Sequence[Array]) -> Array:
    """The landmarks of all components, without those that have another one next to them.

    Next to a mark is what lies within a share (half, if that is enough) of its distance to the
    next mark of its own component, so that every peak keeps break points about as fine as it is
    wide. The outermost stay.

    Examples
    --------
    >>> marks = [np.linspace(-1, 1, 9) + i / 1000 for i in range(100)]
    >>> len(shared_landmarks(marks)) < 30
    True
    """
    marks = np.concatenate([np.asarray(m, dtype=np.float64) for m in each])
    if len(marks) <= MANY:
        return marks
    gaps = np.concatenate([_own_gaps(np.asarray(m, dtype=np.float64)) for m in each])
    finite = np.isfinite(marks)
    marks, gaps = marks[finite], gaps[finite]
    order = np.argsort(marks, kind="stable")
    marks, gaps = marks[order], gaps[order]
    for share in SHARES:
        kept = _apart(marks.tolist(), (share * gaps).tolist())
        if len(kept) <= MOST:
            break
    return np.append(kept, marks[-1:])


def _apart(marks: list[float], gaps: list[float]) -> list[float]:
    """From the left, the marks farther than their gap from the last one kept."""
    kept, last = [], -np.inf
    for mark, gap in zip(marks, gaps, strict=True):
        if mark - last > gap:
            kept.append(mark)
            last = mark
    return kept


def _own_gaps(marks: Array) -> Array:
    """How far the nearest other mark of the same component is; 0 for a single one."""
    if len(marks) < 2:
        return np.zeros(len(marks))
    order = np.argsort(marks, kind="stable")
    steps = np.diff(marks[order])
    steps = np.where(steps > 0, steps, np.inf)
    nearest = np.minimum(np.append(steps, np.inf), np.append(np.inf, steps))
    gaps = np.empty(len(marks))
    gaps[order] = np.where(np.isfinite(nearest), nearest, 0.0)
    return gaps
