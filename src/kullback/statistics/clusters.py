"""The mean of tokens that come in clusters, with its error."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.results import Estimate, Interval

LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which tokens belong together.

    Parameters
    ----------
    index : ndarray of int, shape (tokens,)
        The number of each token's cluster, from 0.
    sizes : ndarray of float, shape (clusters,)
        Tokens of each cluster.
    kind : str
        What a cluster is: "chunk", "document", …
    """

    index: NDArray[np.intp]
    sizes: NDArray[np.float64]
    kind: str

    @classmethod
    def of(cls, labels: NDArray[Any], kind: str) -> "Clusters":
        """Group tokens by their label."""
        found, index = np.unique(labels, return_inverse=True)
        return cls(index, np.bincount(index, minlength=len(found)).astype(float), kind)

    def __len__(self) -> int:
        return len(self.sizes)


def clustered_mean(
    values: NDArray[Any],
    clusters: Clusters,
    quantity: str,
    *,
    unit: str,
    bounds: tuple[float, float] = (0.0, math.inf),
) -> Estimate:
    """Return the mean of tokens as an estimate, its standard error clustered.

    With n_c tokens and sum S_c in each of G clusters, SE² = G/(G − 1)·Σ (S_c − n_c·mean)²/N².

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

    References
    ----------
    Liang and Zeger (1986), Longitudinal data analysis using generalized linear models, eq. 8.

    Examples
    --------
    >>> import numpy as np
    >>> values = np.array([1.0, 1.0, 3.0, 3.0])
    >>> mean = clustered_mean(values, Clusters.of(np.array([0, 0, 1, 1]), "chunk"), "x", unit="")
    >>> mean.value, mean.standard_error, round(mean.independent_error, 3)
    (2.0, 1.0, 0.577)
    """
    numbers = np.ascontiguousarray(values, dtype=np.float64)
    count, groups = len(numbers), len(clusters)
    with np.errstate(invalid="ignore"):
        mean = float(numbers.mean())
        apart = numbers - mean
        sums = np.bincount(clusters.index, weights=apart, minlength=groups)
        error = independent = math.nan
        if groups > 1:
            error = math.sqrt(groups / (groups - 1) * float(np.sum(sums**2))) / count
        if count > 1:
            independent = math.sqrt(float(np.sum(apart**2)) / (count - 1) / count)
    return Estimate(
        value=mean,
        unit=unit,
        standard_error=error,
        interval=_interval(mean, error, groups, bounds),
        method=f"mean, clustered by {clusters.kind} ({groups})",
        n=count,
        m=None,
        outcomes=groups,
        quantity=quantity,
        independent_error=independent,
    )


def _interval(
    mean: float, error: float, groups: int, bounds: tuple[float, float]
) -> Interval | None:
    if not (math.isfinite(mean) and math.isfinite(error)):
        return None
    from scipy.special import stdtrit

    reach = float(stdtrit(groups - 1, (1 + LEVEL) / 2)) * error
    low, high = max(bounds[0], mean - reach), min(bounds[1], mean + reach)
    return Interval(low, high, LEVEL, f"t, {groups - 1} degrees of freedom")
