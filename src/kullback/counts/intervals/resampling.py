"""Intervals for KL that draw random numbers: by name, and seeded."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from kullback.counts.intervals.normal import normal_interval
from kullback.counts.rows.pair import CountPair
from kullback.counts.smoothing.posterior import posterior_draws
from kullback.counts.smoothing.prior import Smoothing
from kullback.errors import InputError, MethodError
from kullback.results import Interval

Array = NDArray[np.float64]

ABOUND = 0.1  # a share of outcomes seen once, from which drawing samples again does not hold
APART = 0.1  # of the half of an interval: a quarter of an error costs 1 % of the coverage
SAME = 1e-12  # a spread that is rounding
LARGEST_SAMPLE = 1e9  # that NumPy's hypergeometric generator takes


@dataclass(frozen=True)
class Resampling:
    """An interval that is found by drawing samples, with its seed.

    Parameters
    ----------
    method : {"bootstrap", "subsampling", "posterior"}
        What is drawn; see `kullback.counts.kl`.
    resamples : int
        How many draws.
    seed : int
        Of the random numbers: the same seed gives the same interval.

    Examples
    --------
    >>> from kullback import counts
    >>> way = Resampling("bootstrap", resamples=200, seed=7)
    >>> counts.kl([3000, 4000, 3000], [2000, 3000, 5000], interval=way).interval.method
    'basic bootstrap of the plug-in, half a count added to Q (200 resamples, seed 7)'
    """

    method: str
    resamples: int = 999
    seed: int = 0

    def __post_init__(self) -> None:
        if self.resamples < 20:
            raise InputError(f"resamples={self.resamples} is too few for an interval; 999 is usual")

    @property
    def said(self) -> str:
        """How it was drawn, in brackets."""
        return f"({self.resamples} resamples, seed {self.seed})"


@dataclass(frozen=True)
class PointEstimate:
    """The estimate that an interval is asked for: its terms, smoothing, value and level."""

    terms: Callable[[CountPair, Smoothing], Array]
    smoothing: Smoothing
    value: float
    level: float


def resampled_interval(counts: CountPair, estimate: PointEstimate, way: Resampling) -> Interval:
    """Return the interval that a resampling gives."""
    try:
        draw = WAYS[way.method]
    except (KeyError, TypeError):
        names = ", ".join(map(repr, ("delta", *WAYS)))
        raise MethodError(f"interval={way.method!r} is unknown; choose one of {names}") from None
    return draw(counts, estimate, way)


def _bootstrap(counts: CountPair, estimate: PointEstimate, way: Resampling) -> Interval:
    """Basic: 2θ − quantiles, which takes the bias out; percentiles would put it in twice."""
    _refuse_rare(counts)
    rng = np.random.default_rng(way.seed)
    n, p = round(counts.n), counts.x / counts.n
    m, q = round(counts.m), counts.shares_q
    q = q / q.sum()
    values = np.empty(way.resamples)
    for i in range(way.resamples):
        y = rng.multinomial(m, q) if counts.q is None else counts.y
        values[i] = _halved(counts, rng.multinomial(n, p), y)
    _refuse_equal(values, way)
    centre = 2 * _halved(counts, counts.x, counts.y)
    low, high = np.quantile(values, [(1 + estimate.level) / 2, (1 - estimate.level) / 2])
    method = f"basic bootstrap of the plug-in, half a count added to Q {way.said}"
    ends = max(0.0, centre - float(low)), max(0.0, centre - float(high))
    return Interval(*ends, estimate.level, method)


def _refuse_rare(counts: CountPair) -> None:
    """Refuse samples that show much for the first time: drawn again, they show less of it."""
    sides = [counts.x] if counts.q is not None else [counts.x, counts.y]
    rare = max(float(np.count_nonzero(side == 1) / side.sum()) for side in sides)
    if rare > ABOUND:
        raise MethodError(
            'interval="bootstrap" does not hold where outcomes seen once abound '
            f"({100 * rare:.3g} % of a sample here): it held the truth in 0 to 17 % of samples; "
            'choose "delta"'
        )


def _halved(counts: CountPair, x: NDArray[Any], y: NDArray[Any]) -> float:
    """The plug-in with Jeffreys's half a count added to each outcome of Q."""
    p = x / x.sum()
    used = counts.y + counts.x > 0
    q = (y + 0.5) / (y.sum() + 0.5 * used.sum())
    return float(xlogy(p, p / q).sum())


def _subsampling(counts: CountPair, estimate: PointEstimate, way: Resampling) -> Interval:
    """Value ± z errors: the spread of subsamples of n^⅔ without replacement, times √(b/n)."""
    if not counts.whole or max(counts.n, counts.m if counts.q is None else 0) >= LARGEST_SAMPLE:
        raise MethodError(
            'interval="subsampling" takes whole counts that sum to less than 1e9; '
            'choose "delta" or "bootstrap"'
        )
    rng = np.random.default_rng(way.seed)
    sizes = [math.ceil(n ** (2 / 3)) for n in (counts.n, counts.m)]
    values = np.empty(way.resamples)
    for i in range(way.resamples):
        x = _part(rng, counts.x, sizes[0])
        y = _part(rng, counts.y, sizes[1]) if counts.q is None else counts.y
        part = CountPair(x, y, q=counts.q)
        values[i] = estimate.terms(part, estimate.smoothing).sum()
    if not np.isfinite(values).all():
        raise MethodError(
            'interval="subsampling" needs a method that is finite where y is 0, as "zhang" is'
        )
    _refuse_equal(values, way)
    least = 0 if counts.q is not None or counts.n <= counts.m else 1
    ratio = math.sqrt(sizes[least] / (counts.n, counts.m)[least])
    error = float(values.std(ddof=1)) * ratio
    return normal_interval(estimate.value, error, estimate.level, f"subsampling {way.said}")


def _refuse_equal(values: Array, way: Resampling) -> None:
    """Refuse draws that do not differ: they say nothing of the error."""
    if np.ptp(values) <= SAME * max(1.0, abs(float(values[0]))):
        raise MethodError(
            f"interval={way.method!r} finds no error here: all {way.resamples} draws give the "
            f'same; choose "delta"'
        )


def _part(rng: np.random.Generator, counts: Array, size: int) -> Array:
    whole = counts.astype(np.int64)
    return rng.multivariate_hypergeometric(whole, size, method="marginals").astype(np.float64)


def _posterior(counts: CountPair, estimate: PointEstimate, way: Resampling) -> Interval:
    """The middle of the Dirichlet posterior of KL, with Jeffreys's prior unless one is named."""
    draws = posterior_draws(counts, estimate.smoothing, way.resamples, way.seed)
    return middle(draws, estimate.level, f"credible interval of the Dirichlet posterior {way.said}")


def middle(draws: Array, level: float, method: str) -> Interval:
    """Return the interval that leaves the same share of draws out on either side."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(max(0.0, float(low)), float(high), level, method)


def reaching(found: Interval, usual: Interval | None) -> Interval:
    """Return an interval by draws, joined with the usual one where it lies off that.

    Draws repeat the bias of what is drawn from: half a count added to every outcome, or outcomes
    that the samples do not show. The usual interval is that of the estimate without such a bias.
    """
    if usual is None:
        return found
    apart = abs((found.low + found.high) - (usual.low + usual.high)) / 2
    if apart <= APART * (usual.high - usual.low) / 2:
        return found
    ends = min(found.low, usual.low), max(found.high, usual.high)
    return Interval(*ends, found.level, f"{found.method}, joined with that of zhang")


WAYS: dict[str, Callable[[CountPair, PointEstimate, Resampling], Interval]] = {
    "bootstrap": _bootstrap,
    "subsampling": _subsampling,
    "posterior": _posterior,
}
