"""From sums to an estimate with its error."""

import math

import torch

from kullback.results import Estimate
from kullback.statistics.mean import Mean, error_of_mean, error_of_squares


def estimated(moments: torch.Tensor, clusters: torch.Tensor) -> Estimate:
    """Return the mean of rows with its standard error.

    Parameters
    ----------
    moments : Tensor of shape (3,)
        Of all rows, as `kullback.torch.moments.moments` returns them.
    clusters : Tensor of shape (clusters, 2)
        Rows of each cluster and their mean; none where rows are independent.

    Returns
    -------
    Estimate
        In nats a row. With clusters, SE² = G/(G − 1)·Σ n_c²·(mean_c − mean)²/N², and the
        independent error beside it.

    References
    ----------
    Liang and Zeger (1986), Longitudinal data analysis using generalized linear models, eq. 8.

    Examples
    --------
    >>> sums = torch.tensor([4.0, 2.0, 4.0], dtype=torch.float64)
    >>> clusters = torch.tensor([[2.0, 1.0], [2.0, 3.0]], dtype=torch.float64)
    >>> estimate = estimated(sums, clusters)
    >>> estimate.value, estimate.standard_error, round(estimate.independent_error, 3)
    (2.0, 1.0, 0.577)
    """
    count, value, squares = moments.tolist()
    error = independent = error_of_squares(squares, int(count), count)
    groups = len(clusters)
    if groups:
        sizes, means = clusters.unbind(-1)
        error = error_of_mean((sizes * (means - value)).numpy(), count)
    mean = Mean(value if count else math.nan, error, groups or int(count))
    said = f"mean, clustered ({groups})" if groups else "mean"
    return Estimate(
        value=mean.value,
        unit="nats",
        standard_error=error,
        interval=mean.interval(),
        method=said,
        n=int(count),
        m=None,
        outcomes=groups,
        quantity="KL(P‖Q)",
        independent_error=independent,
    )
