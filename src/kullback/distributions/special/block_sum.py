"""Sums of a smooth function over long runs of integers, from a few of its values.

A run is summed by the polynomial through 21 of its points, near those of Chebyshev and Lobatto;
the polynomial through every other one says the error. Runs that are not smooth enough are halved,
down to those that are summed one by one: the discrete counterpart of adaptive quadrature.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev

from kullback.distributions.special.arrays import Array

DEGREE = 20
# Runs up to this are summed term by term.
SHORT = 256
# Most values of the function; what is left then is taken as it is, with its error.
MOST = 1 << 17
TIGHT, LOOSE = 2e-16, 2e-15

Terms = Callable[[Array], Array]


@lru_cache(maxsize=256)
def _rule(count: int) -> tuple[Array, Array, Array]:
    """Points of 0 … count − 1, and the weights of all of them and of every other one."""
    half = (count - 1) / 2
    points = np.rint(half * (1 - np.cos(np.pi * np.arange(DEGREE + 1) / DEGREE)))
    moments = np.array([_moment(i, count) for i in range(DEGREE + 1)])
    x = points / half - 1
    every = np.linalg.solve(chebyshev.chebvander(x, DEGREE).T, moments)
    some = np.zeros(DEGREE + 1)
    few = DEGREE // 2
    some[::2] = np.linalg.solve(chebyshev.chebvander(x[::2], few).T, moments[: few + 1])
    return points, every, some


def _moment(degree: int, count: int) -> float:
    """Σ T_i(x_k) over all points: an integral and its corrections at the ends, in steps of x."""
    half = (count - 1) / 2
    series = chebyshev.Chebyshev.basis(degree)
    if count <= 1 << 14:
        return float(series(np.arange(count) / half - 1).sum())
    # Euler–Maclaurin: Σ f = ∫ f + (f(a) + f(b))/2 + (f′(b) − f′(a))/12 − (f‴(b) − f‴(a))/720.
    whole = series.integ()
    ends = np.array([-1.0, 1.0])
    first, third = (np.diff(series.deriv(m)(ends))[0] / half**m for m in (1, 3))
    total = half * np.diff(whole(ends))[0] + series(ends).sum() / 2
    return float(total + first / 12 - third / 720)


def block_sum(
    at: Terms, start: float, count: float, step: float, scale: Array
) -> tuple[Array, Array]:
    """Σ at(start + step·i) over i < count of each row, and bounds of their errors.

    Parameters
    ----------
    at : callable
        Points → rows of values; +∞ of the first row ends the sum.
    start, count, step : float
        The run.
    scale : ndarray
        What the rows have summed up to before: the first is found to the last digits of it.

    Examples
    --------
    >>> masses = lambda k: np.exp(-k / 1e5)[None]
    >>> value, error = block_sum(masses, 0.0, 2.0**22, 1.0, np.zeros(1))
    >>> float((value[0] * -np.expm1(-1e-5)).round(12))
    1.0
    """
    total, errors = np.zeros_like(scale), np.zeros_like(scale)
    runs, spent = [(start, int(count))], 0
    while runs:
        short = [run for run in runs if run[1] <= SHORT]
        long = [run for run in runs if run[1] > SHORT]
        if short:
            values = at(np.concatenate([s + step * np.arange(n) for s, n in short]))
            total = total + values.sum(axis=1)
        if np.isposinf(total[0]):
            return total, errors
        if not long:
            break
        rules = [_rule(n) for _, n in long]
        points = np.stack([s + step * rule[0] for (s, _), rule in zip(long, rules, strict=True)])
        values = at(points.ravel()).reshape(-1, *points.shape)
        spent += points.size
        every, some = (np.stack([rule[i] for rule in rules]) for i in (1, 2))
        with np.errstate(invalid="ignore"):
            sums = (values * every).sum(axis=2)
            off = np.abs(sums - (values * some).sum(axis=2))
        enough = off[0] <= TIGHT * abs(float(scale[0] + total[0])) + LOOSE * np.abs(sums[0])
        enough = enough | (spent > MOST)
        total = total + sums[:, enough].sum(axis=1)
        errors = errors + off[:, enough].sum(axis=1)
        runs = [
            half
            for run, done in zip(long, enough, strict=True)
            if not done
            for half in _halves(run, step)
        ]
    return total, errors


def _halves(run: tuple[float, int], step: float) -> list[tuple[float, int]]:
    start, count = run
    first = count // 2
    return [(start, first), (start + step * first, count - first)]
