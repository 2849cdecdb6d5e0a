"""Sums that merge: of rows, and of clusters of rows, centred so that no digit is lost."""

import torch

# What `moments` returns: rows, their mean, and Σ (value − mean)².
SIZE = 3


def moments(values: torch.Tensor) -> torch.Tensor:
    """Return the count, mean and centred sum of squares of some values, as float64.

    Examples
    --------
    >>> moments(torch.tensor([1.0, 3.0])).tolist()
    [2.0, 2.0, 2.0]
    """
    wide = values.detach().double()
    if not wide.numel():
        return torch.zeros(SIZE, dtype=torch.float64, device=values.device)
    mean = wide.mean()
    count = torch.full_like(mean, wide.numel())
    return torch.stack([count, mean, (wide - mean).square().sum()])  # of an infinite mean NaN


def merged(parts: torch.Tensor) -> torch.Tensor:
    """Merge moments, one a row, in their order.

    Parameters
    ----------
    parts : Tensor of shape (parts, 3)
        What `moments` returned.

    Returns
    -------
    Tensor of shape (3,)
        Of all of them together.

    References
    ----------
    Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance, eq. 2.1.

    Examples
    --------
    >>> parts = [moments(torch.tensor([value])) for value in (1.0, 3.0)]
    >>> merged(torch.stack(parts)).tolist()
    [2.0, 2.0, 2.0]
    """
    count = parts[:, 0].sum()
    if count == 0:
        return torch.zeros_like(parts[0])
    # Centred on the mean of the first part that has rows: the rest are small differences.
    pilot = parts[parts[:, 0] > 0][0, 1]
    apart = torch.where(parts[:, 0] > 0, parts[:, 1] - pilot, 0.0)
    mean = pilot + (parts[:, 0] * apart).sum() / count
    away = torch.where(parts[:, 0] > 0, parts[:, 1] - mean, 0.0)
    squares = parts[:, 2].sum() + (parts[:, 0] * away.square()).sum()
    # ∞ − ∞ is not a number; the mean of what holds ∞ is.
    known = ~parts[:, 1].isnan().any()
    mean = torch.where(known & parts[:, 1].isinf().any(), torch.inf, mean)
    return torch.stack([count, mean, squares])


def cluster_means(labels: torch.Tensor, table: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Put the parts of each cluster together.

    Parameters
    ----------
    labels : Tensor of int64, shape (parts,)
        Which cluster each part is of.
    table : Tensor of float64, shape (parts, 2)
        How many rows each has, and their mean.

    Returns
    -------
    tuple of Tensor
        The clusters in order, and the table of theirs.

    Examples
    --------
    >>> labels, table = torch.tensor([5, 2, 5]), torch.tensor([[1.0, 4.0], [1.0, 1.0], [3.0, 0.0]])
    >>> [part.tolist() for part in cluster_means(labels, table)]
    [[2, 5], [[1.0, 1.0], [4.0, 1.0]]]
    """
    found, place = torch.unique(labels, return_inverse=True)
    count, mean = table.unbind(-1)
    empty = torch.zeros(len(found), dtype=table.dtype, device=table.device)
    counts = empty.index_add(0, place, count)
    means = empty.index_add(0, place, count * mean) / counts
    return found, torch.stack([counts, means], -1)
