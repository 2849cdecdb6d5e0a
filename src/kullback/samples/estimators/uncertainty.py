"""From a number and its error to an interval, and errors by subsampling."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kullback.results import Interval
from kullback.statistics.level import quantile
from kullback.statistics.progress import blocks

Array = NDArray[np.float64]

DRAWS = 100  # subsamples: their standard deviation is known within 7 %
ENOUGH = 5000  # points of the larger sample in one of them
LEAST = 200  # of the smaller one


def sampling_interval(
    value: float,
    error: float,
    level: float,
    method: str,
    *,
    legal: tuple[float, float] = (0.0, math.inf),
    others: Sequence[float] = (),
) -> Interval | None:
    """Return value ± z·error, stretched to hold `others`, within what is legal.

    Where the value lies outside the legal range the far end is counted from the nearest legal
    value, so that a low draw never shrinks the interval to a point.
    """
    reach = quantile(level) * error
    if not math.isfinite(value) or not math.isfinite(reach):
        return None
    lowest, highest = legal
    inside = min(max(value, lowest), highest)
    low, high = min([inside, value, *others]), max([inside, *others])
    low, high = min(low, value - reach, inside), max(high, inside + reach)
    return Interval(max(low, lowest), min(high, highest), level, method)


def subsampled_error(
    estimate: Callable[[Array, Array], float], x: Array, y: Array, seed: int
) -> float:
    """Return the standard error from subsamples of a share f of both, without replacement.

    Their spread times √(f/(1 − f)): the delete-d jackknife of Shao and Wu (1989), Annals of
    Statistics 17. f is a half, less where that is more than a few thousand points. Resampling
    with replacement would make ties.
    """
    sizes = len(x), len(y)
    share = min(0.5, max(ENOUGH / max(sizes), LEAST / min(sizes)))
    rng = np.random.default_rng(seed)
    values = [
        estimate(*(_drawn(v, math.ceil(share * len(v)), rng) for v in (x, y)))
        for _ in blocks(DRAWS, "subsamples", size=1)
    ]
    return float(np.std(values)) * math.sqrt(share / (1 - share))


def _drawn(points: Array, size: int, rng: np.random.Generator) -> Array:
    """Draw rows without replacement, in their order."""
    rows = rng.choice(len(points), size, replace=False, shuffle=False)
    return np.asarray(points[np.sort(rows)])
