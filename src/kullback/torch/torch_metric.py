"""The same mean as a metric of torchmetrics, for its collections and loggers."""

from typing import Any

import torch

from kullback.errors import MissingDependencyError
from kullback.torch.loss import rows_from_logits
from kullback.torch.moments import SIZE, merged, moments


def torchmetric(**options: Any) -> Any:
    """Return the mean KL as a `torchmetrics.Metric`.

    Parameters
    ----------
    **options
        As `kl_from_logits` takes them: temperature, direction, beta, vocab_map, chunk.

    Returns
    -------
    torchmetrics.Metric
        `update(p, q, mask=None)`; one state of three float64 numbers, that torchmetrics gathers
        and this merges. Standard errors and clusters are `MeanKL`'s.

    Raises
    ------
    MissingDependencyError
        If torchmetrics is not installed.

    Examples
    --------
    >>> metric = torchmetric(temperature=2.0)  # doctest: +SKIP
    >>> torchmetrics.MetricCollection({"kl": metric})  # doctest: +SKIP
    """
    try:
        from torchmetrics import Metric
    except ImportError as error:
        raise MissingDependencyError(
            "torchmetric needs torchmetrics: pip install torchmetrics (MeanKL does without)"
        ) from error

    class MeanKLMetric(Metric):
        """Mean KL a row, in nats."""

        full_state_update = False
        is_differentiable = False
        higher_is_better = False
        sums: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            empty = torch.zeros(SIZE, dtype=torch.float64)
            self.add_state("sums", default=empty, dist_reduce_fx=merged)

        def update(
            self, p: torch.Tensor, q: torch.Tensor, mask: torch.Tensor | None = None
        ) -> None:
            """Add the rows of a batch."""
            with torch.no_grad():
                values, kept = rows_from_logits(p, q, mask=mask, **options)
            self.sums = merged(torch.stack([self.sums, moments(values[kept]).to(self.sums.device)]))

        def compute(self) -> torch.Tensor:
            """Return the mean of all rows; NaN where there was none."""
            count, mean, _ = self.sums
            return mean if count else torch.full_like(mean, torch.nan)

    return MeanKLMetric()
