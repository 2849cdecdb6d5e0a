"""Tokens that come in clusters, and the mean of what is known of each."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.results import Estimate
from kullback.statistics.mean import clustered_mean


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which tokens belong together.

    Parameters
    ----------
    index : ndarray of int, shape (tokens,)
        The number of each token's cluster, from 0.
    count : int
        How many clusters there are.
    kind : str
        What a cluster is: "chunk", "document", …
    """

    index: NDArray[np.intp]
    count: int
    kind: str

    @classmethod
    def of(cls, labels: NDArray[Any], kind: str) -> "Clusters":
        """Group tokens by their label."""
        names, index = np.unique(labels, return_inverse=True)
        return cls(index, len(names), kind)

    def __len__(self) -> int:
        return self.count


def mean_of_tokens(
    values: NDArray[Any],
    clusters: Clusters,
    quantity: str,
    *,
    unit: str,
    bounds: tuple[float, float] = (0.0, math.inf),
) -> Estimate:
    """Return the mean of tokens as an estimate, its standard error clustered.

    Parameters
    ----------
    values : ndarray of float, shape (tokens,)
        One number a token.
    clusters : Clusters
        Which tokens belong together.
    quantity : str
        What the mean is called.
    unit : str
        Its unit; "" for a share.
    bounds : tuple of float
        The legal range of the mean, to which the interval is cut.

    Returns
    -------
    Estimate
        With a t interval of G − 1 degrees of freedom, and the independent error beside it.
        One cluster has no error: NaN, and no interval.

    Examples
    --------
    >>> values = np.array([1.0, 1.0, 3.0, 3.0])
    >>> mean = mean_of_tokens(values, Clusters.of(np.array([0, 0, 1, 1]), "chunk"), "x", unit="")
    >>> mean.value, mean.standard_error, round(mean.independent_error, 3)
    (2.0, 1.0, 0.577)
    """
    mean = clustered_mean(values, clusters.index)
    return Estimate(
        value=mean.value,
        unit=unit,
        standard_error=mean.error,
        interval=mean.interval(bounds=bounds),
        method=f"mean, clustered by {clusters.kind} ({mean.groups})",
        n=len(values),
        m=None,
        outcomes=mean.groups,
        quantity=quantity,
        independent_error=mean.independent_error,
    )
