"""On which side rare outcomes lie: a mixing law of shares, by maximum likelihood.

An outcome of pooled count t that P shows x times has a share r of it on P's side. One such
outcome says little of its r; hundreds with small counts say how r is spread over them. The law
of r is found by nonparametric maximum likelihood (Kiefer and Wolfowitz 1956; Laird 1978) from
the binomials x | t, apart for outcomes of about one pooled count, by the EM of a grid.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

Array = NDArray[np.float64]
Gain = Callable[[Array], Array]

POINTS = 61
GRID: Array = np.sin(np.linspace(0.0, np.pi / 2, POINTS)) ** 2
CLASSES = (3.0, 8.0, 20.0, 50.0)  # the largest pooled counts of outcomes with a law together
ENOUGH = 5.0  # counts expected on the rarer side, from which an outcome stands for itself
FEWEST = 12  # outcomes that make a law; fewer stand for themselves
ROUNDS = 120  # of EM; more move no estimate by a tenth of its error
_PARTS = 4  # fractional counts (weights) are told apart to a quarter


class Cells(NamedTuple):
    """Outcomes of one class, those with the same two counts together."""

    x: Array
    t: Array
    repeats: Array


class Stack(NamedTuple):
    """Classes side by side: the likelihood (g, c, POINTS) of their cells, and repeats (g, c, b)."""

    likelihood: Array
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
    classes, below = [], 0.0
    rarer = min(x.sum(), y.sum()) / t.sum()
    for highest in np.minimum(CLASSES, ENOUGH / rarer):
        members = (t > below) & (t <= highest)
        below = highest
        if np.count_nonzero(members) >= FEWEST:
            apart &= ~members
            classes.append((members, *_cells(x[members], t[members])))
    if not classes:
        return [], apart
    likelihoods = [binomials(cells.x, cells.t) for _, cells, _ in classes]
    stack = stacked(likelihoods, [cells.repeats[:, None] for _, cells, _ in classes])
    weights = fitted(stack, np.full((len(classes), POINTS, 1), 1 / POINTS), ROUNDS)[..., 0]
    laws = [
        SideLaw(members, inverse, cells, likelihood, own)
        for (members, cells, inverse), likelihood, own in zip(
            classes, likelihoods, weights, strict=True
        )
    ]
    return laws, apart


def _cells(x: Array, t: Array) -> tuple[Cells, NDArray[np.intp]]:
    """Return outcomes of the same two counts together, and the place of each."""
    first, total = (np.maximum(np.rint(side * _PARTS), 0).astype(np.int64) for side in (x, t))
    total = np.maximum(total, np.maximum(first, 1))
    wide = int(CLASSES[-1]) * _PARTS * 2
    keys, inverse, repeats = np.unique(
        total * wide + first, return_inverse=True, return_counts=True
    )
    cells = Cells((keys % wide) / _PARTS, (keys // wide) / _PARTS, repeats.astype(np.float64))
    return cells, inverse.ravel()


def binomials(x: Array, t: Array) -> Array:
    """Return the likelihood of r at the points of the grid, 1 at its highest in each row."""
    logs = xlogy(x[:, None], GRID) + xlogy((t - x)[:, None], 1 - GRID)
    return np.asarray(np.exp(logs - logs.max(axis=1, keepdims=True)))


def stacked(likelihoods: Sequence[Array], repeats: Sequence[Array]) -> Stack:
    """Put the cells of several classes in one array each; what is filled in was never seen."""
    most = max(len(each) for each in likelihoods)
    likelihood = np.ones((len(likelihoods), most, POINTS))
    seen = np.zeros((len(repeats), most, repeats[0].shape[1]))
    for place, (each, times) in enumerate(zip(likelihoods, repeats, strict=True)):
        likelihood[place, : len(each)] = each
        seen[place, : len(times)] = times
    return Stack(likelihood, seen)


def fitted(stack: Stack, start: Array, rounds: int) -> Array:
    """Return laws of highest likelihood by EM, for g classes a column each.

    Parameters
    ----------
    stack : Stack
        The likelihood of the cells, and how often each was seen, for each law.
    start : ndarray of shape (g, POINTS, b)
        Where to begin; a point without weight stays so.
    rounds : int
        How many steps.
    """
    likelihood, repeats = stack
    turned = np.ascontiguousarray(likelihood.transpose(0, 2, 1))
    whole = repeats.sum(axis=1, keepdims=True)

    def step(law: Array) -> Array:
        return np.asarray(law * (turned @ (repeats / (likelihood @ law))) / whole)

    return _repeated(step, start, rounds)


def _repeated(step: Callable[[Array], Array], start: Array, rounds: int) -> Array:
    """Repeat a step of EM, each column extrapolated (Varadhan and Roland 2008)."""
    law = start
    for _ in range(rounds // 3):
        first = step(law)
        second = step(first)
        moved, bent = first - law, second - 2 * first + law
        length = np.einsum("gjb,gjb->gb", moved, moved)
        length /= np.maximum(np.einsum("gjb,gjb->gb", bent, bent), 1e-300)
        length = np.minimum(np.maximum(np.sqrt(length), 1.0), 64.0)[:, None]
        ahead = law + 2 * length * moved + length**2 * bent
        ahead = np.maximum(ahead, second / 16)
        law = step(ahead / ahead.sum(axis=1, keepdims=True))
    return law


def _everywhere(weights: Array) -> Array:
    """Give every point some weight to start from."""
    return np.asarray(0.99 * weights + 0.01 / POINTS)


class Refits(NamedTuple):
    """What refitted laws gain more than those they were drawn from: the mean, and its error."""

    mean: float
    error: float


def redrawn(laws: Sequence[SideLaw], gain: Gain, draws: int, seed: int) -> Refits:
    """Return by how much refitted laws gain more than the ones they were drawn from, on average.

    The r of every outcome is drawn from its posterior, its counts from r, and the law is fitted
    again: what this gains beyond the r that were drawn is the bias of the fit. Most of what it
    varies by is how far the drawn counts differ more than they do on average, which is known and
    taken out. Half of the draws are of the laws with P and Q exchanged, so that the answer does
    not depend on their order.

    Parameters
    ----------
    laws : sequence of SideLaw
        At their highest likelihood.
    gain : callable
        What one pooled count gains at each r.
    draws, seed : int
        How many draws, an even number, and the seed of each half.
    """

    def mirrored(r: Array) -> Array:
        return gain(1 - r)

    sides: list[tuple[Sequence[SideLaw], Gain]]
    sides = [(laws, gain), ([law.mirrored() for law in laws], mirrored)]
    halves = []
    for these, gained in sides:
        rng = np.random.default_rng(seed)
        halves.append(_refitted([_drawn(law, gained, draws // 2, rng) for law in these], gained))
    excess, luck = np.concatenate(halves, axis=1)
    spread = float(((luck - luck.mean()) ** 2).sum())
    slope = float((excess - excess.mean()) @ luck) / spread if spread > 0 else 0.0
    left = excess - min(max(slope, 0.0), 1.0) * luck
    return Refits(float(left.mean()), float(left.std(ddof=1)) / math.sqrt(draws))


class _Redraw(NamedTuple):
    """Cells of one class drawn again (counts, and how often a draw), where the fit begins, ...

    ... what the r that were drawn gain, and what their counts gain on average.
    """

    x: Array
    t: Array
    table: Array
    start: Array
    truth: NDArray[Any]
    usual: NDArray[Any]


def _drawn(law: SideLaw, gain: Gain, draws: int, rng: np.random.Generator) -> _Redraw:
    cells, whole = law.cells, np.rint(law.cells.t)
    points = rng.multinomial(
        np.broadcast_to(cells.repeats.astype(np.int64), (draws, len(whole))), law.posterior()
    )
    draw, cell, point = np.nonzero(points)
    repeats = points[draw, cell, point]
    truth = np.bincount(draw, repeats * whole[cell] * gain(GRID)[point], draws)
    usual = np.bincount(draw, repeats * _plug_ins(whole, gain)[cell, point], draws)
    draw, cell, point = (np.repeat(each, repeats) for each in (draw, cell, point))
    x = rng.binomial(whole[cell].astype(np.int64), GRID[point])
    wide = int(CLASSES[-1]) * 2
    keys, place = np.unique(whole[cell].astype(np.int64) * wide + x, return_inverse=True)
    table = np.zeros((len(keys), draws))
    np.add.at(table, (place.ravel(), draw), 1.0)
    start = np.repeat(_everywhere(law.weights)[:, None], draws, axis=1)
    counts = (keys % wide).astype(np.float64), (keys // wide).astype(np.float64)
    return _Redraw(*counts, table, start, truth, usual)


def _refitted(drawn: Sequence[_Redraw], gain: Gain) -> Array:
    """Return, draw by draw, what refits gain too much, and what the counts do by luck."""
    seen = [binomials(each.x, each.t) for each in drawn]
    stack = stacked(seen, [each.table for each in drawn])
    refits = fitted(stack, np.stack([each.start for each in drawn]), ROUNDS)
    at_grid = gain(GRID)[:, None]
    found = np.zeros((2, refits.shape[-1]))
    for (x, t, table, _, truth, usual), own, refit in zip(drawn, seen, refits, strict=True):
        found[0] += t @ (table * (own @ (at_grid * refit)) / (own @ refit)) - truth
        found[1] += (t * gain(x / np.maximum(t, 1.0))) @ table - usual
    return found


def _plug_ins(whole: Array, gain: Gain) -> Array:
    """Return what t observations gain on average at each r, a row for each t, by their shares."""
    found = {}
    for t in set(whole.tolist()):
        x = np.arange(t + 1)
        ways = gammaln(t + 1) - gammaln(x + 1) - gammaln(t - x + 1)
        chance = np.exp(ways[:, None] + xlogy(x[:, None], GRID) + xlogy(t - x[:, None], 1 - GRID))
        found[t] = (t * gain(x / max(t, 1.0))) @ chance
    return np.array([found[t] for t in whole.tolist()])
