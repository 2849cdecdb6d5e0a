"""Percentiles of numbers that are not kept: counts of logarithmic bins, which add up exactly."""

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class LogHistogram:
    """Counts of numbers ≥ 0 by their size, each bin wider than the one before by one factor.

    A percentile is off by no more than `accuracy` times itself; two histograms add up to that of
    all their numbers (Masson, Rim and Lee, 2019, DDSketch, theorem 1).

    Parameters
    ----------
    accuracy : float
        The largest relative error of a percentile.

    Examples
    --------
    >>> sizes = LogHistogram(0.01)
    >>> sizes.add(np.arange(1.0, 1001.0))
    >>> abs(sizes.percentile(50.0) / 500 - 1) < 0.012, len(sizes.counts) < 350
    (True, True)
    """

    def __init__(self, accuracy: float = 0.01) -> None:
        self.accuracy = accuracy
        self.counts: Counter[int] = Counter()
        self.zeros = self.infinite = 0
        self._step = math.log((1 + accuracy) / (1 - accuracy))

    def add(self, values: NDArray[np.float64]) -> None:
        """Count numbers; those below 0, which rounding makes, count as 0."""
        self.infinite += int(np.isposinf(values).sum())
        self.zeros += int((values <= 0).sum())
        sizes = values[(values > 0) & np.isfinite(values)]
        bins, counts = np.unique(np.ceil(np.log(sizes) / self._step), return_counts=True)
        self.counts.update(dict(zip(map(int, bins), map(int, counts), strict=True)))

    def merge(self, other: "LogHistogram") -> None:
        """Add the counts of another one of the same accuracy."""
        self.counts.update(other.counts)
        self.zeros += other.zeros
        self.infinite += other.infinite

    def percentile(self, percent: float) -> float:
        """Return the number that so many percent are not above; NaN where there is none."""
        total = self.zeros + self.infinite + sum(self.counts.values())
        if not total:
            return math.nan
        rank = percent / 100 * (total - 1)
        if rank < self.zeros:
            return 0.0
        seen = self.zeros
        for index, count in self._ordered():
            seen += count
            if rank < seen:
                # The middle of a bin by its relative error at both ends.
                return 2 * math.exp(index * self._step) / (1 + math.exp(self._step))
        return math.inf

    def _ordered(self) -> Iterable[tuple[int, int]]:
        return sorted(self.counts.items())
