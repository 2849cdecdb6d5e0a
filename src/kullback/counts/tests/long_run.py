"""How much shares vary where neighbouring rows are alike: by their slowest waves.

What a share varies by from sample to sample is the spectrum of its rows at frequency 0. The first
few cosine waves along the order of rows are nearly independent draws of it (Müller 2007; Lazarus,
Lewis, Stock and Watson 2018): t and F laws hold with as many degrees of freedom as there are waves,
however long neighbours stay alike, and a cycle that comes round many times is none of the waves.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, fdtrc, stdtr

from kullback.counts.tests.p_values import sidak

Array = NDArray[np.float64]

WAVES = 6  # more, and alike rows of a short sample are no longer alike within one wave
STEEP = 2.0  # times as large, as a step makes them
FEW = 6.0  # directions, in which squares vary by chance
MEMORY = np.geomspace(0.3, 1000.0, 200)  # independent draws that a side may be worth
RARE = 2.0  # rows of an outcome in a stretch, on average: rarer neighbours are taken together


def waves(table: Array, share: Array, number: int) -> Array:
    """Return how shares deviate along the slowest waves, each divided by the root of a share.

    Parameters
    ----------
    table : ndarray of shape (b, k)
        Counts of stretches of rows, in order.
    share : ndarray of shape (k,)
        Positive where there are rows.
    number : int
        Of waves.

    Returns
    -------
    ndarray of shape (number, k)
        The mean of its squares is the variance of the side's own share over `share`.

    Examples
    --------
    >>> turns = np.array([[9.0, 1.0], [1.0, 9.0]] * 10)  # to and fro: nothing is slow
    >>> bool(np.abs(waves(turns, np.array([0.5, 0.5]), 4)).max() < 0.1)
    True
    """
    rows = table.sum(axis=1)
    place = (np.cumsum(rows) - rows / 2) / rows.sum()
    cosines = math.sqrt(2) * np.cos(np.pi * np.outer(np.arange(1, number + 1), place))
    rest = table - rows[:, None] * (table.sum(axis=0) / rows.sum())
    return np.asarray(cosines @ rest / (np.sqrt(np.maximum(share, 1e-300)) * rows.sum()))


def number_of(*tables: Array) -> int:
    """Return how many waves so many stretches show."""
    return max(2, min(WAVES, *(len(table) // 2 for table in tables)))


def slope(squares: Array, directions: int, worth: Sequence[float] = ()) -> float:
    """Return by how much slower waves than can be seen are larger than these; 1 where they are not.

    Where the slower half of the waves is far larger than the faster one, rows stay alike for a good
    part of the sample, and fewer of the waves say anything. Twice as large is a step, and more
    than that is chance where there are few directions. What sides are `worth` says it too.
    """
    half = len(squares) // 2
    low, high = float(squares[:half].mean()), float(squares[half:].mean())
    chance = 1 + FEW / max(1, directions)
    known = 1 / float(_fading(len(squares), np.array(worth or [np.inf])).mean())
    return max(1.0, known, low / (STEEP * chance * high) if high > 0 else 1.0)


def _fading(number: int, worth: Array) -> Array:
    """Return how large waves are beside slower ones, where likeness fades row by row (AR 1)."""
    return np.asarray(1 / (1 + (np.pi * np.arange(1, number + 1) / (2 * worth[:, None])) ** 2))


def worth_of(table: Array, scores: Array | None = None) -> float:
    """Return how many independent draws a side of rows is worth, by where its waves are.

    The share of the slowest waves in all of them is that of an autoregression that is worth so
    many draws; a cycle that comes round many times is in none of the slowest.

    Parameters
    ----------
    table : ndarray of shape (b, k)
        Counts of stretches of rows, in order.
    scores : ndarray of shape (k,) or (k, d), optional
        Of the outcomes; without them all directions count alike.
    """
    number, every = number_of(table), max(2, len(table) - 1)
    if scores is None:
        squares = _beyond_chance(table, every)
    else:
        squares = (waves(table, np.ones(table.shape[1]), every) @ scores) ** 2
    whole = float(squares.sum())
    if whole <= 0:
        return float(MEMORY[-1])
    fading = _fading(every, MEMORY)
    shares = fading[:, :number].sum(axis=1) / fading.sum(axis=1)  # the fewer draws, the larger
    return float(np.interp(-float(squares[:number].sum()) / whole, -shares, MEMORY))


def _beyond_chance(table: Array, number: int) -> Array:
    """Return how large waves are in all directions alike, less what independent rows show.

    The directions in which the slowest waves go would hold them by their choice: of thousands of
    outcomes each wave has its own.
    """
    squares, groups = _by_groups(table, number)
    return np.asarray(squares - (groups - 1) / table.sum())


def _by_groups(table: Array, number: int) -> tuple[Array, int]:
    """Return the squares of the slowest waves of groups of outcomes, and how many groups."""
    table = table[:, table.sum(axis=0) > 0]
    share = table.sum(axis=0) / table.sum()
    starts = grouped(share, len(table) / table.sum())
    together, whole = (np.add.reduceat(rows, starts, axis=-1) for rows in (table, share))
    return (waves(together, whole, number) ** 2).sum(axis=1), len(starts)


def least_p_value(worth: Sequence[float]) -> float:
    """Return the least p-value that two sides of so many draws have: of all ways to part them.

    Examples
    --------
    >>> round(least_p_value((2.0, 2.0)), 3), round(least_p_value((5.0, 5.0)), 4)
    (0.167, 0.004)
    """
    first, second = worth
    return min(1.0, math.exp(betaln(first + 1, second + 1)) * (first + second + 1))


def inflation(table: Array, worth: float) -> tuple[float, float]:
    """Return by how much shares vary more than those of independent rows, and its freedom.

    `worth`: of so many independent draws the table is.
    """
    table = table[:, table.sum(axis=0) > 0]
    share = table.sum(axis=0) / table.sum()
    number = number_of(table)
    every = (waves(table, share, number) ** 2).sum(axis=1)
    steep = slope(every, table.shape[1] - 1, [worth])
    squares, groups = _by_groups(table, number)
    found = float(squares.mean()) * steep * float(table.sum()) / max(1, groups - 1)
    return max(1.0, found), max(1.0, number / steep)


def inflation_of_sum(table: Array, score: Array) -> float:
    """Return by how much Σ counts × score varies more than that of independent rows."""
    share = table.sum(axis=0) / table.sum()
    score = score - score @ share
    along = waves(table, np.ones(len(share)), number_of(table)) @ score
    chance = float(score**2 @ share) / float(table.sum())
    return max(1.0, float((along**2).mean()) / chance) if chance > 0 else 1.0


def p_value(x: Array, y: Array, order: Sequence[int] | None, like: Array | None = None) -> float:
    """Return the p-value of P = Q from stretches of rows of both, of which neighbours are alike.

    The squared differences of shares over what they vary by follow an F law whose degrees of
    freedom are those of the unequal directions (Satterthwaite 1946); of ordered outcomes the mean
    rank is tested beside it, by a t law.

    Parameters
    ----------
    x, y : ndarray of shape (b, k), (c, k)
        Counts of P and of Q.
    order : sequence of int or None
        The places of the outcomes that have an order, in it.
    like : ndarray of shape (d, k), optional
        Rows that vary as those of both do, where their own stretches show less than all of it.
    """
    sides = [side if like is None else like for side in (x, y)]
    number = number_of(*sides)
    middle = (x.sum(axis=0) / x.sum() + y.sum(axis=0) / y.sum()) / 2
    held = np.flatnonzero(middle > 0)
    gap = (x.sum(axis=0) / x.sum() - y.sum(axis=0) / y.sum())[held]
    one, rows = np.ones(len(held)), (x.sum(), y.sum())
    along = np.stack([waves(side[:, held], one, number) for side in sides])
    along *= np.sqrt([side.sum() / n for side, n in zip(sides, rows, strict=True)])[:, None, None]
    middle = middle[held]
    kept = [] if order is None else [i for i, place in enumerate(held) if place in set(order)]
    below = np.cumsum(middle[kept]) - middle[kept] / 2
    ranks = np.full(len(held), 0.5 * middle[kept].sum())
    ranks[kept] = below
    worth = [
        worth_of(side[:, held], ranks if len(kept) > 1 else None) * float(n / side.sum())
        for side, n in zip(sides, rows, strict=True)
    ]
    steep = slope((along**2 / middle).sum(axis=(0, 2)), len(middle) - 1, worth)
    starts = grouped(middle, max(len(side) / n for side, n in zip(sides, rows, strict=True)))
    groups = [np.add.reduceat(values, starts, axis=-1) for values in (gap, along, middle)]
    tests = [_of_all(groups[0], groups[1], groups[2], steep)]
    if len(starts) < len(middle):  # what a comb against its gaps shows is in no group of neighbours
        tests.append(_of_all(gap, along, middle, steep))
    if len(kept) > 1:
        score = below - below @ middle[kept] / middle[kept].sum()
        tests.append(_of_sum(float(gap[kept] @ score), along[..., kept] @ score, steep))
    return max(sidak(*tests), least_p_value(worth))


def grouped(share: Array, stretch: float) -> NDArray[np.intp]:
    """Return where groups of neighbouring outcomes begin that hold some rows of each stretch."""
    place = np.floor((np.cumsum(share) - share) / (RARE * stretch))
    return np.flatnonzero(np.r_[True, np.diff(place) > 0])


def _of_all(gap: Array, along: Array, middle: Array, steep: float) -> float:
    """Return the p-value of all outcomes: an F law with the freedom of unequal directions.

    Parameters
    ----------
    gap, middle : ndarray of shape (k,)
        The difference of shares, and their mean.
    along : ndarray of shape (2, number, k)
        The waves of P and of Q.
    steep : float
        By how much slower waves than can be seen are larger.
    """
    number = along.shape[1]
    whitened = (along / np.sqrt(middle)).reshape(2 * number, -1)
    squares = whitened @ whitened.T
    parts = np.diag(squares).reshape(2, number).mean(axis=1)
    variance = float(parts.sum())
    if variance <= 0 or len(middle) < 2:
        return 1.0
    apart = squares**2
    np.fill_diagonal(apart, 0.0)
    inside = (apart[:number, :number] + apart[number:, number:]).sum() / (number * (number - 1))
    squared = float(inside + 2 * apart[:number, number:].mean())
    most = float(len(middle) - 1)
    freedom = min(max(variance**2 / squared, 1.0), most) if squared > 0 else most
    draws = number * variance**2 / float((parts**2).sum()) / steep
    found = float((gap**2 / middle).sum()) / (variance * steep)
    return float(fdtrc(freedom, draws * freedom, found))


def _of_sum(gap: float, along: Array, steep: float) -> float:
    """Return the p-value of the difference in a mean score, by a t law."""
    parts = (along**2).mean(axis=1)
    variance = float(parts.sum()) * steep
    if variance <= 0:
        return 1.0
    freedom = along.shape[1] * float(parts.sum()) ** 2 / float((parts**2).sum()) / steep
    return 2 * float(stdtr(max(1.0, freedom), -abs(gap) / math.sqrt(variance)))
