"""What a sum over outcomes does by chance when P = Q.

Under P = Q, and given the totals z = x + y, every relabelling of the N observations is
equally likely: the x are multivariate hypergeometric, which is independent Binomial(z, n/N)
given Σ x = n (Haldane 1940, Biometrika 31, 346). The moments of S = Σ f(x, z − x) follow
from one pass over the distinct z: outcomes with the same z share a term.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Waves = NDArray[np.complex128]
Term = Callable[[Array, Array], Array]

REACH = 8.0  # standard deviations of x kept on either side of its mean
TAIL = 12.0  # and counts beyond, for means below 1, where the law is Poisson
STEP = 0.4  # of a standard deviation: the sum is then exact to 1e-16, as x is smooth there
LAG = 12.0  # standard deviations of Σ x that points on the circle fold onto its total: 1e-31
EXACT_OUTCOMES = 100  # beyond, what the exact constraint adds is below 1/K of the answer
EXACT_TOTALS = 512  # distinct z above this value may be gathered on nodes
NODES_PER_FOLD = 100  # nodes for every factor e in z
AT_ONCE = 50_000  # numbers of a table that is small: more leave a cache, and calls cost little


class Moments(NamedTuple):
    """Mean, variance and third central moment of a sum under P = Q."""

    mean: float
    variance: float
    third: float


@dataclass(frozen=True, eq=False)
class Relabelling:
    """The law of one outcome's counts under P = Q, for each distinct total.

    Parameters
    ----------
    x, y : ndarray of shape (g,)
        The values that the counts take, one stretch after the other.
    gap : ndarray of shape (g,)
        Those of the smaller sample less their mean given the total.
    chance : ndarray of shape (g,)
        Their probabilities, which sum to 1 over each stretch.
    starts : ndarray of int, shape (d,)
        Where each stretch begins.
    repeats : ndarray of shape (d,)
        How many outcomes have that total.
    n, m : float
        Observations of P and of Q.
    """

    x: Array
    y: Array
    gap: Array
    chance: Array
    starts: NDArray[np.intp]
    repeats: Array
    n: float
    m: float
    _known: list[tuple[Waves, Waves, Array]] = field(default_factory=list, repr=False)

    def swapped(self) -> "Relabelling":
        """Return the same law with P and Q exchanged."""
        return replace(self, x=self.y, y=self.x, n=self.m, m=self.n)

    @cached_property
    def place(self) -> NDArray[np.intp]:
        """Which total each value belongs to."""
        return _places(self.starts, len(self.x))

    @property
    def is_small(self) -> bool:
        """Whether the sums of several terms cost less together: few numbers, where calls cost."""
        few = self.repeats.sum() <= EXACT_OUTCOMES
        return bool(few and self._waves()[2].size <= AT_ONCE)

    def moments(self, term: Term) -> Moments:
        """Return the moments of Σ term(x, y) over the outcomes, under P = Q."""
        return self.moments_of([term])[0]

    def moments_of(self, terms: Sequence[Term]) -> list[Moments]:
        """Return the moments of the sums of several terms."""
        f = np.stack([term(self.x, self.y) for term in terms])
        means = self._per_total(f)
        f = f - means[:, self.place]  # no cancellation in the powers
        few = self.repeats.sum() <= EXACT_OUTCOMES
        central = self._constrained(f) if few else self._regressed(f)
        return [
            each._replace(mean=each.mean + float(self.repeats @ own))
            for each, own in zip(central, means, strict=True)
        ]

    def variance(self, term: Term) -> float:
        """Return the variance alone of Σ term(x, y): a third of the work less."""
        if self.repeats.sum() > EXACT_OUTCOMES:
            return self.moments(term).variance
        f = term(self.x, self.y)
        weight, norm, waves = self._waves()
        first, second = self._cumulants(norm, waves, f - self._per_total(f)[self.place], 2)
        total = weight.real.sum()
        mean = (weight * first).real.sum() / total
        return max(float((weight * (second + (first - mean) ** 2)).real.sum() / total), 0.0)

    def shared_out(self, term: Term, z: Array, mean: float) -> Array:
        """Share the mean of Σ term out over outcomes with totals `z`, as chance does."""
        shares = np.interp(
            z, self._per_total(self.x + self.y), self._per_total(term(self.x, self.y))
        )
        shares = np.where(z > 0, shares, 0.0)
        whole = shares.sum()
        return np.asarray(shares * (mean / whole) if whole > 0 else shares)

    def _per_total(self, values: Array) -> Array:
        return np.asarray(np.add.reduceat(values * self.chance, self.starts, axis=-1))

    def _regressed(self, terms: Array) -> Iterator[Moments]:
        """Take the constraint Σ x = n out by regression: right to the order 1/K."""
        spread = float(self.repeats @ self._per_total(self.gap * self.gap))
        return (self._without_slope(f, spread) for f in terms)

    def _without_slope(self, f: Array, spread: float) -> Moments:
        x = self.gap
        slope = self.repeats @ self._per_total(f * x) / spread
        rest = f - slope * x
        mean = -(self.repeats @ self._per_total(rest * (x * x))) / (2 * spread)
        square = rest * rest
        variance = self.repeats @ self._per_total(square)
        third = self.repeats @ self._per_total(square * rest)
        return Moments(float(mean), float(variance), float(third))

    def _constrained(self, terms: Array) -> Iterator[Moments]:
        """Invert the characteristic function of Σ x: exact for any number of outcomes."""
        weight, norm, waves = self._waves()
        first, second, third = self._cumulants(norm, waves, terms[:, None], 3)
        total = weight.real.sum()
        mean = (weight * first).real.sum(axis=-1) / total
        first = first - mean[:, None]
        variance = (weight * (second + first**2)).real.sum(axis=-1) / total
        skew = (weight * (third + 3 * first * second + first**3)).real.sum(axis=-1) / total
        rows = zip(mean.tolist(), variance.tolist(), skew.tolist(), strict=True)
        return (Moments(mean, max(variance, 0.0), skew) for mean, variance, skew in rows)

    def _waves(self) -> tuple[Waves, Waves, Array]:
        """For each angle θ: its weight in the inversion, and the chances times exp(iθx).

        The waves are two real tables, cosines above sines; their sums over each law come first.
        The rarer side is laid out whichever is called P, so that the exchanged law has the same.
        """
        if not self._known:
            self._known.append(self._turned())
        return self._known[0]

    def _turned(self) -> tuple[Waves, Waves, Array]:
        angle, weight = _angles(self.n, self.m)
        waves = np.empty((2 * len(angle), len(self.gap)))
        # Views: such tables are large, and new memory is dear.
        upper, lower = waves[: len(angle)], waves[len(angle) :]
        upper[0], lower[0] = self.chance, 0.0
        # The angles are multiples of one: as many again are turned by the next, which doubles.
        turn, done = angle[1:2] * self.gap, 1
        cosine, sine = np.cos(turn), np.sin(turn)
        while done < len(angle):
            more = slice(done, 2 * done)
            of = slice(len(upper[more]))
            upper[more] = upper[of] * cosine - lower[of] * sine
            lower[more] = lower[of] * cosine + upper[of] * sine
            cosine, sine, done = cosine * cosine - sine * sine, 2 * cosine * sine, 2 * done
        norm = _complex(np.add.reduceat(waves, self.starts, axis=1))
        observations = float(self.repeats @ self._per_total(self.x + self.y))
        share = min(self.n, self.m) / (self.n + self.m)
        return weight * _binomial_wave(angle, observations, share), norm, waves

    def _cumulants(self, norm: Waves, waves: Array, f: Array, order: int) -> list[Waves]:
        """Return the first two or three cumulants of Σ f under each tilt, of several f apart."""
        power, raw = waves * f, []
        for left in reversed(range(order)):
            raw.append(_complex(np.add.reduceat(power, self.starts, axis=-1)) / norm)
            if left:
                power *= f
        a, b, *more = raw
        cumulants = [a, b - a * a, *(c - 3 * a * b + 2 * a**3 for c in more)]
        return [np.asarray(each @ self.repeats, dtype=np.complex128) for each in cumulants]


def _complex(stacked: Array) -> Waves:
    """Return real parts that lie above imaginary ones as complex numbers."""
    half = stacked.shape[-2] // 2
    found: Waves = stacked[..., :half, :] + 1j * stacked[..., half:, :]
    return found


def _places(starts: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    """Return which run each of so many values belongs to, from where the runs start."""
    return np.repeat(np.arange(len(starts)), np.append(starts[1:], size) - starts)


def _angles(n: float, m: float) -> tuple[Array, Array]:
    """Angles on which a sum with the spread of Σ x is inverted, and their weights.

    An odd number of points on the circle never meets π, where the wave may vanish.
    """
    total = n + m
    spread = math.sqrt(n * m / total)
    points = math.ceil(min(total + 1, LAG * spread + 20)) | 1
    # The wave is at most exp(−spread² (1 − cos θ)): beyond `widest` that is below 1e-12.
    widest = math.acos(max(-1.0, 1 - 28 / spread**2))
    kept = min((points - 1) // 2, math.ceil(widest * points / (2 * math.pi)))
    angle = 2 * np.pi * np.arange(kept + 1) / points
    weight = np.full(kept + 1, 2.0)
    weight[0] = 1.0
    return angle, weight


def _binomial_wave(angle: Array, total: float, share: float) -> Waves:
    """Characteristic function of a centred Binomial(total, share)."""
    # 1 + share·(exp(iθ) − 1) in real parts: NumPy's complex log1p loses a tiny share.
    real, imaginary = -2 * share * np.sin(angle / 2) ** 2, share * np.sin(angle)
    size = 0.5 * np.log1p(real * (2 + real) + imaginary**2)
    turn = np.arctan2(imaginary, 1 + real) - share * angle
    return np.asarray(np.exp(total * (size + 1j * turn)), dtype=np.complex128)


def relabelling(x: Array, y: Array) -> Relabelling:
    """Return the law of each outcome's counts under P = Q, given the totals x + y.

    Parameters
    ----------
    x, y : ndarray of shape (k,)
        Counts of P and of Q.

    Returns
    -------
    Relabelling
        One stretch of values for each distinct total; fractions are rounded.

    Examples
    --------
    >>> law = relabelling(np.array([3.0, 1.0]), np.array([1.0, 3.0]))
    >>> round(law.moments(lambda x, y: x).mean, 12)
    4.0
    """
    z = x + y
    totals, repeats = distinct_totals(np.where(z > 0, np.maximum(np.rint(z), 1.0), 0.0))
    n, m = float(x.sum()), float(y.sum())
    # The rarer side is laid out and the other is what remains: no digits are lost in it.
    share = min(n, m) / (n + m)
    few, starts = _stretches(totals, share)
    place = _places(starts, len(few))
    many = totals[place] - few
    expected = (totals * share)[place]
    chance = binomial_chance(few, expected, many, (totals * (1 - share))[place])
    chance /= np.add.reduceat(chance, starts)[place]
    x_counts, y_counts = (few, many) if n <= m else (many, few)
    return Relabelling(x_counts, y_counts, few - expected, chance, starts, repeats, n, m)


def _stretches(totals: Array, share: float) -> tuple[Array, NDArray[np.intp]]:
    """Lay out the values that a Binomial(total, share) takes, and where each law begins."""
    mean = totals * share
    spread = np.sqrt(mean * (1 - share))
    reach = REACH * spread + TAIL
    low = np.maximum(np.floor(mean - reach), 0.0)
    high = np.minimum(np.ceil(mean + reach), totals)
    inside = (low > 1) & (high < totals - 1)
    step = np.where(inside, np.maximum(STEP * spread, 1.0), 1.0)
    lengths = np.floor((high - low) / step).astype(np.intp) + 1
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
    rank = np.arange(lengths.sum()) - np.repeat(starts, lengths)
    return np.repeat(low, lengths) + rank * np.repeat(step, lengths), starts


def binomial_chance(few: Array, few_mean: Array, many: Array, many_mean: Array) -> Array:
    """Binomial chances up to a factor, by their deviance (Loader 2000): exact at any size."""
    gap = few - few_mean
    deviance = _deviance(few, few_mean, gap) + _deviance(many, many_mean, -gap)
    return np.asarray(np.exp(-deviance - _stirling(few) - _stirling(many)))


def _deviance(count: Array, mean: Array, gap: Array) -> Array:
    """Return x ln(x/μ) − x + μ."""
    from scipy.special import xlog1py

    return np.asarray(xlog1py(count, gap / mean) - gap)


def _stirling(count: Array) -> Array:
    """Return ln x! − x ln x + x."""
    from scipy.special import gammaln, xlogy

    small = np.minimum(count, 16.0)
    large = np.maximum(count, 16.0)
    inverse = 1 / large
    series = inverse * (1 / 12 - inverse**2 * (1 / 360 - inverse**2 / 1260))
    exact = gammaln(small + 1) - xlogy(small, small) + small
    return np.where(count < 16, exact, 0.5 * np.log(2 * np.pi * large) + series)


def distinct_totals(totals: Array) -> tuple[Array, Array]:
    """Return the distinct totals above 0 and how many outcomes have each.

    Where very many are large they are gathered on nodes one part in a hundred apart, each
    outcome shared between its two neighbours so that its total is kept.
    """
    values, repeats = _tally(totals[totals > 0])
    small = values <= EXACT_TOTALS
    large, share = values[~small], repeats[~small]
    if len(large) == 0:
        return values, repeats
    nodes = math.ceil(math.log(large[-1] / large[0]) * NODES_PER_FOLD) + 2
    if len(large) <= 2 * nodes:
        return values, repeats
    grid = np.rint(np.geomspace(large[0], large[-1], nodes))
    right = np.clip(np.searchsorted(grid, large), 1, nodes - 1)
    toward = (large - grid[right - 1]) / (grid[right] - grid[right - 1])
    mass = np.bincount(right, share * toward, nodes)
    mass += np.bincount(right - 1, share * (1 - toward), nodes)
    kept = mass > 0
    return (
        np.concatenate([values[small], grid[kept]]),
        np.concatenate([repeats[small], mass[kept]]),
    )


def _tally(totals: Array) -> tuple[Array, Array]:
    """Distinct values and their number; small ones without sorting."""
    highest = totals.max()
    if highest < 4 * len(totals) + 1000:
        repeats = np.bincount(totals.astype(np.intp))
        seen = np.flatnonzero(repeats)
        return seen.astype(np.float64), repeats[seen].astype(np.float64)
    values, number = np.unique(totals, return_counts=True)
    return values, number.astype(np.float64)
