"""On which side rare outcomes lie: a mixing law of shares, by maximum likelihood.

An outcome of pooled count t that P shows x times has a share r of it on P's side. One such
outcome says little of its r; hundreds with small counts say how r is spread over them. The law
of r is found by nonparametric maximum likelihood (Kiefer and Wolfowitz 1956; Laird 1978) from
the binomials x | t, apart for outcomes of about one pooled count, by the EM of a grid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

Array = NDArray[np.float64]

POINTS = 61
GRID: Array = np.sin(np.linspace(0.0, np.pi / 2, POINTS)) ** 2
CLASSES = (3.0, 8.0, 20.0, 50.0)  # the largest pooled counts of outcomes with a law together
ENOUGH = 5.0  # counts expected on the rarer side, from which an outcome stands for itself
FEWEST = 12  # outcomes that make a law; fewer stand for themselves
ROUNDS = 120  # of EM; more move no estimate by a tenth of its error
_ONES = np.ones(POINTS)
_PARTS = 4  # fractional counts (weights) are told apart to a quarter
_NEWTON = 8
TINY = 1e-200  # mass of a point that is out of the law


class Cells(NamedTuple):
    """Outcomes of one class, those with the same two counts together."""

    x: Array
    t: Array
    repeats: Array


@dataclass(frozen=True, eq=False)
class SideLaw:
    """The law of r in one class of outcomes.

    Parameters
    ----------
    members : ndarray of bool, shape (k,)
        Which outcomes are in it.
    inverse : ndarray of int
        The cell of each member.
    cells : Cells
        Their counts.
    likelihood : ndarray of shape (c, POINTS)
        Of each cell at each r, up to a factor a cell.
    weights : ndarray of shape (POINTS,)
        The law.
    """

    members: NDArray[np.bool_]
    inverse: NDArray[np.intp]
    cells: Cells
    likelihood: Array
    weights: Array

    @property
    def observations(self) -> float:
        """The pooled counts of all its outcomes."""
        return float(self.cells.repeats @ self.cells.t)

    def mirrored(self) -> "SideLaw":
        """Return the law with P and Q exchanged."""
        x, t, repeats = self.cells
        order = np.lexsort((t - x, t))
        cells = Cells((t - x)[order], t[order], repeats[order])
        likelihood = self.likelihood[order][:, ::-1]
        return SideLaw(self.members, self.inverse, cells, likelihood, self.weights[::-1])

    def posterior(self) -> Array:
        """Return the law of r given the counts, a row a cell."""
        joint = self.likelihood * self.weights
        return np.asarray(joint / joint.sum(axis=1, keepdims=True))


def side_laws(x: Array, y: Array) -> tuple[list[SideLaw], NDArray[np.bool_]]:
    """Fit a law a class, and return which outcomes are in none.

    Examples
    --------
    >>> laws, apart = side_laws(np.r_[np.ones(40), 90.0], np.r_[np.zeros(40), 110.0])
    >>> round(float(laws[0].weights @ GRID), 1), int(apart.sum())
    (1.0, 1)
    """
    t = x + y
    apart = t > 0
    laws, below = [], 0.0
    rarer = min(x.sum(), y.sum()) / t.sum()
    for highest in np.minimum(CLASSES, ENOUGH / rarer):
        members = (t > below) & (t <= highest)
        below = highest
        if np.count_nonzero(members) >= FEWEST:
            apart &= ~members
            laws.append(_law(members, x[members], t[members]))
    return laws, apart


def _law(members: NDArray[np.bool_], x: Array, t: Array) -> SideLaw:
    first, total = (np.maximum(np.rint(side * _PARTS), 0).astype(np.int64) for side in (x, t))
    total = np.maximum(total, np.maximum(first, 1))
    wide = int(CLASSES[-1]) * _PARTS * 2
    keys, inverse, repeats = np.unique(
        total * wide + first, return_inverse=True, return_counts=True
    )
    cells = Cells((keys % wide) / _PARTS, (keys // wide) / _PARTS, repeats.astype(np.float64))
    likelihood = binomials(cells.x, cells.t)
    start = np.full((POINTS, 1), 1 / POINTS)
    weights = fitted(likelihood, cells.repeats[:, None], start, ROUNDS)[:, 0]
    return SideLaw(members, inverse.ravel(), cells, likelihood, weights)


def binomials(x: Array, t: Array) -> Array:
    """Return the likelihood of r at the points of the grid, 1 at its highest in each row."""
    logs = xlogy(x[:, None], GRID) + xlogy((t - x)[:, None], 1 - GRID)
    return np.asarray(np.exp(logs - logs.max(axis=1, keepdims=True)))


def fitted(likelihood: Array, repeats: Array, start: Array, rounds: int) -> Array:
    """Return laws of highest likelihood by EM, a column each.

    Parameters
    ----------
    likelihood : ndarray of shape (c, j)
        Of the cells.
    repeats : ndarray of shape (c, b)
        How often each cell was seen, for each law.
    start : ndarray of shape (j, b)
        Where to begin; a point without weight stays so.
    rounds : int
        How many steps.
    """
    whole = repeats.sum(axis=0)

    def step(law: Array) -> Array:
        return np.asarray(law * (likelihood.T @ (repeats / (likelihood @ law))) / whole)

    return _repeated(step, start, rounds)


def _repeated(step: Callable[[Array], Array], start: Array, rounds: int) -> Array:
    """Repeat a step of EM, each column extrapolated (Varadhan and Roland 2008)."""
    law = start
    for _ in range(rounds // 3):
        first = step(law)
        second = step(first)
        moved, bent = first - law, second - 2 * first + law
        length = np.sqrt((moved**2).sum(axis=0) / np.maximum((bent**2).sum(axis=0), 1e-300))
        length = np.clip(length, 1.0, 64.0)
        ahead = law + 2 * length * moved + length**2 * bent
        ahead = np.maximum(ahead, second / 16)
        law = step(ahead / ahead.sum(axis=0))
    return law


def tilted(law: SideLaw, gain: Array, tilts: Array, rounds: int) -> Array:
    """Return the laws that maximise log-likelihood + tilt · (gain @ weights), a column a tilt.

    Each EM step has weights N/(μ − tilt · gain), with μ so that they sum to 1.
    """
    lift = np.outer(gain, tilts)
    repeats = law.cells.repeats[:, None]
    weights = np.repeat(_everywhere(law.weights)[:, None], len(tilts), axis=1)

    def step(weights: Array) -> Array:
        mass = weights * (law.likelihood.T @ (repeats / (law.likelihood @ weights)))
        held = np.where(mass > TINY, lift, -np.inf)
        held -= held.max(axis=0)  # so that the smallest mass still counts
        level = (held + mass).max(axis=0)
        for _ in range(_NEWTON):  # from below, where it never overshoots
            below = level - held
            share = mass / below
            level = level + (_total(share) - 1) / _total(share / below)
        weights = mass / (level - held)
        return np.asarray(weights / _total(weights))

    return _repeated(step, weights, rounds)


def _total(each: Array) -> Array:
    """Return the sum of each column: a product with ones takes half the time of `sum`."""
    return np.asarray(_ONES @ each)


def _everywhere(weights: Array) -> Array:
    """Give every point some weight to start from."""
    return np.asarray(0.99 * weights + 0.01 / POINTS)


def log_likelihood(law: SideLaw, weights: Array) -> Array:
    """Return the log-likelihood of each column of weights, up to a constant."""
    return np.asarray(law.cells.repeats @ np.log(law.likelihood @ weights))


def redrawn(laws: Sequence[SideLaw], gain: Array, draws: int, seed: int) -> float:
    """Return by how much refitted laws gain more than the ones they were drawn from, on average.

    The r of every outcome is drawn from its posterior, its counts from r, and the law is fitted
    again: what this gains beyond the r that were drawn is the bias of the fit. Half of the draws
    are of the laws with P and Q exchanged, so that the answer does not depend on their order.

    Parameters
    ----------
    laws : sequence of SideLaw
        At their highest likelihood.
    gain : ndarray of shape (POINTS,)
        What one pooled count gains at each r.
    draws, seed : int
        How many draws, an even number, and the seed of each half.
    """
    sides = (laws, gain), ([law.mirrored() for law in laws], gain[::-1])
    excess = 0.0
    for these, gained in sides:
        rng = np.random.default_rng(seed)
        excess += sum(float(_redrawn(law, gained, draws // 2, rng).mean()) for law in these) / 2
    return excess


def _redrawn(law: SideLaw, gain: Array, draws: int, rng: np.random.Generator) -> Array:
    """Draw one class again; `gain` is that of one pooled count at each r."""
    cells, whole = law.cells, np.rint(law.cells.t)
    points = rng.multinomial(
        np.broadcast_to(cells.repeats.astype(np.int64), (draws, len(whole))), law.posterior()
    )
    draw, cell, point = np.nonzero(points)
    repeats = points[draw, cell, point]
    truth = np.bincount(draw, repeats * whole[cell] * gain[point], draws)
    draw, cell, point = (np.repeat(each, repeats) for each in (draw, cell, point))
    x = rng.binomial(whole[cell].astype(np.int64), GRID[point])
    wide = int(CLASSES[-1]) * 2
    keys, place = np.unique(whole[cell].astype(np.int64) * wide + x, return_inverse=True)
    table = np.zeros((len(keys), draws))
    np.add.at(table, (place.ravel(), draw), 1.0)
    t = (keys // wide).astype(np.float64)
    start = np.repeat(_everywhere(law.weights)[:, None], draws, axis=1)
    refit = fitted(binomials((keys % wide).astype(np.float64), t), table, start, ROUNDS)
    seen = binomials((keys % wide).astype(np.float64), t)
    found = t @ (table * (seen @ (gain[:, None] * refit)) / (seen @ refit))
    return np.asarray(found - truth)
