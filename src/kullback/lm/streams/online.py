"""Comparing two models while both run: sums of clusters and a histogram, whatever the length."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import arrays, logits
from kullback.arguments import function, number
from kullback.errors import InputError
from kullback.lm.streams.histogram import LogHistogram
from kullback.results import Estimate
from kullback.results.facts import PlainFacts
from kullback.statistics.mean import Mean

Array = NDArray[np.float64]
PERCENTILES = (0.0, 1.0, 5.0, 10.0, 50.0, 90.0, 95.0, 99.0, 99.9, 100.0)
# What each mean is called, its unit and its legal range.
MEANS: Mapping[str, tuple[str, str, tuple[float, float]]] = {
    "kl": ("KL(base‖model)", "nats", (0.0, math.inf)),
    "reverse_kl": ("KL(model‖base)", "nats", (0.0, math.inf)),
    "jensen_shannon": ("JS(base, model)", "nats", (0.0, math.log(2.0))),
    "total_variation": ("TV(base, model)", "", (0.0, 1.0)),
    "same_top": ("same top token", "", (0.0, 1.0)),
}


@dataclass(frozen=True, slots=True)
class OnlineComparison(PlainFacts):
    """What two streams of logits said.

    Parameters
    ----------
    estimates : mapping of str to Estimate
        Means a token, their errors clustered: kl, reverse_kl, jensen_shannon, total_variation,
        same_top.
    percentiles : mapping of float to float
        Of KL(base‖model), in nats.
    accuracy : float
        The largest relative error of a percentile.
    tokens, clusters : int
        How many.
    """

    estimates: Mapping[str, Estimate]
    percentiles: Mapping[float, float]
    accuracy: float
    tokens: int
    clusters: int

    @property
    def kl(self) -> Estimate:
        """Mean KL(base‖model) a token."""
        return self.estimates["kl"]

    def __str__(self) -> str:
        return "\n".join(map(str, self.estimates.values()))


class OnlineComparator:
    """Takes the logits of two models as they are made, and keeps a few kilobytes.

    Parameters
    ----------
    accuracy : float
        The largest relative error of a percentile of KL.

    Examples
    --------
    >>> comparator = OnlineComparator()
    >>> rng = np.random.default_rng(0)
    >>> for _ in range(20):
    ...     base = rng.normal(size=(30, 50))
    ...     comparator.update(base, base * 1.1)
    >>> result = comparator.summary()
    >>> result.tokens, result.clusters, 0.004 < result.kl.value < 0.006
    (600, 20, True)
    """

    def __init__(self, *, accuracy: float = 0.01) -> None:
        if not 0 < number("accuracy", accuracy) < 0.5:
            raise InputError(f"accuracy={accuracy} is not between 0 and 0.5")
        self.histogram = LogHistogram(accuracy)
        # Of finished clusters: Σ n², and for each measure Σ S, Σ n·S, Σ S²; of tokens n and Σ x².
        self._tokens = self._clusters = 0
        self._sizes = 0.0
        self._sums = np.zeros((len(MEANS), 4))
        self._open: Any = None
        self._now = np.zeros(1 + len(MEANS))

    def update(self, base: ArrayLike, model: ArrayLike, *, cluster: Any = None) -> None:
        """Add some rows.

        Parameters
        ----------
        base, model : array_like of shape (rows, vocabulary)
            Logits of both sides for the same tokens.
        cluster : hashable, optional
            What the rows are a part of; rows of one cluster come one after the other. Without
            it, each call is a cluster of its own.
        """
        rows = logits.summary(base, model)
        found = (arrays.numpy_copy(getattr(rows, name)) for name in MEANS)
        columns = [np.ravel(column).astype(np.float64) for column in found]
        if cluster is None or cluster != self._open:
            self._close()
        self._open = cluster
        self._now += [len(columns[0]), *(column.sum() for column in columns)]
        self._tokens += len(columns[0])
        self._sums[:, 3] += [float((column**2).sum()) for column in columns]
        self.histogram.add(columns[0])

    def merge(self, other: "OnlineComparator") -> None:
        """Add what another one saw of other clusters."""
        if other.histogram.accuracy != self.histogram.accuracy:
            raise InputError("two comparators of different accuracies do not add up")
        self._close()
        other._close()
        self.histogram.merge(other.histogram)
        self._tokens += other._tokens
        self._clusters += other._clusters
        self._sizes += other._sizes
        self._sums += other._sums

    def summary(self) -> OnlineComparison:
        """Return what all rows said.

        Raises
        ------
        InputError
            If there was none.
        """
        self._close()
        if not self._tokens:
            raise InputError("there is no token to summarise; update first")
        estimates = {
            name: self._estimate(sums, *about)
            for sums, (name, about) in zip(self._sums, MEANS.items(), strict=True)
        }
        percentiles = {percent: self.histogram.percentile(percent) for percent in PERCENTILES}
        accuracy = self.histogram.accuracy
        return OnlineComparison(estimates, percentiles, accuracy, self._tokens, self._clusters)

    def _close(self) -> None:
        """Add the open cluster to the sums of finished ones."""
        size, sums = self._now[0], self._now[1:]
        if size:
            self._clusters += 1
            self._sizes += size * size
            with np.errstate(invalid="ignore"):
                self._sums[:, 0] += sums
                self._sums[:, 1] += size * sums
                self._sums[:, 2] += sums * sums
        self._now = np.zeros_like(self._now)
        self._open = None

    def _estimate(
        self, sums: Array, quantity: str, unit: str, bounds: tuple[float, float]
    ) -> Estimate:
        total, crossed, squares, each = map(float, sums)
        n, groups = self._tokens, self._clusters
        mean = total / n
        error = alone = math.nan
        if math.isfinite(mean):
            between = max(0.0, squares - 2 * mean * crossed + mean * mean * self._sizes)
            error = math.sqrt(groups / (groups - 1) * between) / n if groups > 1 else math.nan
            within = max(0.0, each - n * mean * mean)
            alone = math.sqrt(within / (n - 1) / n) if n > 1 else math.nan
        return Estimate(
            value=mean,
            unit=unit,
            standard_error=error,
            interval=Mean(mean, error, groups).interval(bounds=bounds),
            method=f"mean, clustered ({groups})",
            n=n,
            m=None,
            outcomes=groups,
            quantity=quantity,
            independent_error=alone,
        )


def compare_streams(
    pairs: Iterable[tuple[ArrayLike, ArrayLike]],
    *,
    accuracy: float = 0.01,
    watch: Callable[[OnlineComparator], object] | None = None,
) -> OnlineComparison:
    """Compare two models that run side by side; nothing is written, and memory does not grow.

    Parameters
    ----------
    pairs : iterable of (base, model)
        Logits of both sides for the same tokens, a chunk of text at a time.
    accuracy : float
        The largest relative error of a percentile of KL.
    watch : callable, optional
        Called with the comparator after each pair; its `summary` is what is known so far.

    Returns
    -------
    OnlineComparison
        Means with clustered errors, and percentiles.

    Raises
    ------
    InputError, ShapeError
        If there is no pair, or one does not fit together.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> base = rng.normal(size=(8, 10, 20))
    >>> result = compare_streams(zip(base, base * 1.2))
    >>> from kullback import lm
    >>> abs(result.kl.value - lm.compare(base, base * 1.2).kl.value) < 1e-12
    True
    """
    function("watch", watch, needed=False)
    comparator = OnlineComparator(accuracy=accuracy)
    for base, model in pairs:
        comparator.update(base, model)
        if watch is not None:
            watch(comparator)
    return comparator.summary()
