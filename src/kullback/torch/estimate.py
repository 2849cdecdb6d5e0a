"""From sums to an estimate with its error."""

import math

import torch

from kullback.results import Estimate, Interval

LEVEL = 0.95


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
    count, mean, squares = moments.tolist()
    independent = math.sqrt(squares / (count - 1) / count) if count > 1 else math.nan
    groups, error = len(clusters), independent
    if groups:
        sizes, means = clusters.unbind(-1)
        total = float((sizes * (means - mean)).square().sum())
        error = math.sqrt(groups / (groups - 1) * total) / count if groups > 1 else math.nan
    freedom = (groups or int(count)) - 1
    said = f"mean, clustered ({groups})" if groups else "mean"
    return Estimate(
        value=mean if count else math.nan,
        unit="nats",
        standard_error=error,
        interval=_interval(mean, error, freedom),
        method=said,
        n=int(count),
        m=None,
        outcomes=groups,
        quantity="KL(P‖Q)",
        independent_error=independent,
    )


def _interval(mean: float, error: float, freedom: int) -> Interval | None:
    if not (math.isfinite(mean) and math.isfinite(error)):
        return None
    from scipy.special import stdtrit

    reach = float(stdtrit(freedom, (1 + LEVEL) / 2)) * error
    low = max(0.0, mean - reach)
    return Interval(low, mean + reach, LEVEL, f"t, {freedom} degrees of freedom")
