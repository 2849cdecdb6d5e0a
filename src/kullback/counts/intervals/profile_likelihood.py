"""How far a sum over outcomes may go before the counts of rare ones speak against it.

Of all laws of sides whose log-likelihood is within ½ χ²₁(level) of the highest, the smallest
and the largest value of a functional that is linear in them (a profile likelihood).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.rows.side_law import POINTS, SideLaw, Stack, stacked
from kullback.statistics.level import quantile

Array = NDArray[np.float64]

STEPS = 60  # at most; 10 to 20 are usual
PRECISION = 0.003  # of an end, and of the fall of the likelihood in units of its own
_CENTRING = 0.2  # each step aims at this share of the gap
_INSIDE = 0.9  # how far of the way to a bound a step goes
_DOWN_AND_UP: Array = np.array([-1.0, 1.0])


class _Point(NamedTuple):
    """Laws (2, g, POINTS) of the way down and of the way up, and what each bound weighs.

    `room` is how far the likelihood may still fall; `price` and `prices` are the multipliers of
    that and of every weight being ≥ 0.
    """

    laws: Array
    room: Array
    price: Array
    prices: Array

    def moved(self, by: "_Point", still: NDArray[np.bool_]) -> "_Point":
        """Go along a step until a bound is near, in the laws and in the multipliers apart.

        A way that is `still` far from its end goes on; the other stays.
        """
        first = still * _length((self.laws, by.laws), (self.room, by.room))
        second = still * _length((self.prices, by.prices), (self.price, by.price))
        wide = np.s_[:, None, None]
        return _Point(
            self.laws + first[wide] * by.laws,
            self.room + first * by.room,
            self.price + second * by.price,
            self.prices + second[wide] * by.prices,
        )

    def gap(self) -> Array:
        """Return by how much the end may still be off."""
        return np.asarray((self.laws * self.prices).sum((1, 2)) + self.room * self.price)


def profile_ends(laws: Sequence[SideLaw], gain: Array, level: float) -> tuple[float, float]:
    """Return how far below and above its value at the best laws the functional may lie.

    The functional is the highest under one bound, which is a concave problem: a primal-dual
    interior-point method solves it, both ways at once.

    Parameters
    ----------
    laws : sequence of SideLaw
        At their highest likelihood.
    gain : ndarray of shape (POINTS,)
        The functional is Σ over the laws of observations × (gain @ weights).
    level : float
        Of the interval.

    Returns
    -------
    (down, up) : float
        Both ≥ 0.
    """
    arrays = (each for law in laws for each in (*law.cells, law.weights))
    said = *(each.tobytes() for each in arrays), gain.tobytes(), level
    return _ends(_Search(said, laws, gain, level))


@dataclass(frozen=True, slots=True)
class _Search:
    """What is searched for; what says the same is found once."""

    said: tuple[Any, ...]
    laws: Sequence[SideLaw] = field(compare=False)
    gain: Array = field(compare=False)
    level: float = field(compare=False)


@lru_cache(maxsize=32)  # columns in which nearly every value comes once have the same counts
def _ends(asked: _Search) -> tuple[float, float]:
    stack = stacked(
        [law.likelihood for law in asked.laws], [law.cells.repeats[:, None] for law in asked.laws]
    )
    best = np.asarray([law.weights for law in asked.laws])
    gains = np.asarray([asked.gain * law.observations for law in asked.laws])
    size = float(np.ptp(gains, axis=1).max())
    allowed = quantile(asked.level) ** 2 / 2
    if size == 0 or allowed == 0:
        return 0.0, 0.0
    lift = _DOWN_AND_UP[:, None, None] * (gains / size)
    highest = _log_likelihood(stack, best[None])
    at = _start(best, allowed)
    for _ in range(STEPS):
        reached = (lift * (at.laws - best)).sum((1, 2))
        short = _log_likelihood(stack, at.laws) - highest + allowed - at.room
        near = at.gap() <= np.maximum(PRECISION * reached, PRECISION**3)
        still = ~near | (abs(short) > PRECISION * allowed)
        if not still.any():
            break
        at = at.moved(_newton(stack, lift, at, short), still)
    reached = np.maximum((lift * (at.laws - best)).sum((1, 2)), 0.0) * size
    return float(reached[0]), float(reached[1])


def _start(best: Array, allowed: float) -> _Point:
    """Begin half way between the best laws and even ones, which is well inside the bounds."""
    laws = np.stack([(best + 1 / POINTS) / 2] * 2)
    room, each = np.full(2, allowed), 1 / best.size
    return _Point(laws, room, each / room, each / laws)


def _log_likelihood(stack: Stack, laws: Array) -> Array:
    seen = (stack.likelihood @ laws[..., None])[..., 0]
    return np.asarray((stack.repeats[..., 0] * np.log(seen)).sum((1, 2)))


def _newton(stack: Stack, lift: Array, at: _Point, short: Array) -> _Point:
    """Return the step to where every bound's product with its multiplier is a smaller one."""
    wide = np.s_[:, None, None]
    turned = stack.likelihood.transpose(0, 2, 1)
    seen = (stack.likelihood @ at.laws[..., None])[..., 0]
    ratio = stack.repeats[..., 0] / seen
    slope = (turned @ ratio[..., None])[..., 0]
    bend = turned @ ((at.price[wide] * ratio / seen)[..., None] * stack.likelihood)
    places = np.arange(POINTS)
    bend[..., places, places] += at.prices / at.laws
    aim = _CENTRING * at.gap() / (at.laws[0].size + 1)
    centre = aim[wide] / at.laws
    pull = lift + at.price[wide] * slope + centre
    free, along, even = np.moveaxis(
        np.linalg.solve(bend, np.stack([pull, slope, np.ones_like(pull)], axis=-1)), -1, 0
    )
    even = even / even.sum(axis=2, keepdims=True)  # each law keeps its sum
    free = free - even * free.sum(axis=2, keepdims=True)
    along = along - even * along.sum(axis=2, keepdims=True)
    falls, bound = (slope * free).sum((1, 2)), at.room + at.price * (slope * along).sum((1, 2))
    price = (aim - at.price * (at.room + short + falls)) / bound
    laws = free + price[wide] * along
    room = short + (slope * laws).sum((1, 2))
    return _Point(laws, room, price, centre - at.prices - at.prices / at.laws * laws)


def _length(*pairs: tuple[Array, Array]) -> Array:
    """Return the share of a step that leaves everything above 0."""
    worst = [(-step / value).reshape(len(value), -1).max(axis=1) for value, step in pairs]
    return np.asarray(np.minimum(1.0, _INSIDE / np.maximum(np.max(worst, axis=0), 1e-9)))
