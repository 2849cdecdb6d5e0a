"""The mean KL of all rows that a model saw, on one process or many."""

from typing import Any

import torch

from kullback.errors import InputError, ShapeError
from kullback.results import Estimate
from kullback.torch.estimate import estimated
from kullback.torch.loss import rows_from_logits
from kullback.torch.moments import SIZE, cluster_means, merged, moments

VERSION = 1


class MeanKL(torch.nn.Module):
    """Collects KL over batches, and gives the mean over all rows of all processes.

    It has the methods of torchmetrics' metrics, and needs no torchmetrics: `update`, `compute`,
    `reset`, `forward`, and a state in `state_dict`. A mean counts rows, never batches: what the
    mask leaves out weighs nothing. Sums are float64 whatever the module is cast to.

    Parameters
    ----------
    sync : bool
        Put all processes together in `compute` and `estimate`, where torch.distributed runs.
    **options
        As `kl_from_logits` takes them: temperature, direction, beta, vocab_map.

    Raises
    ------
    InputError
        If an option is not one of those.

    Examples
    --------
    >>> metric = MeanKL(temperature=2.0)
    >>> metric.update(torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 0.0]]), cluster=7)
    >>> metric.update(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, 0.0]]), cluster=8)
    >>> round(metric.compute().item(), 6), metric.estimate().n
    (0.055472, 2)
    """

    OPTIONS = frozenset({"temperature", "direction", "beta", "vocab_map"})

    def __init__(self, *, sync: bool = True, **options: Any) -> None:
        super().__init__()
        if unknown := sorted(set(options) - self.OPTIONS):
            raise InputError(
                f"MeanKL takes {', '.join(sorted(self.OPTIONS))}, not {', '.join(unknown)}"
            )
        self.sync = sync
        self.options = options
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self._moments = torch.zeros(SIZE, dtype=torch.float64)
        self._labels = torch.zeros(0, dtype=torch.int64)
        self._clusters = torch.zeros(0, 2, dtype=torch.float64)

    def update(
        self,
        p: torch.Tensor,
        q: torch.Tensor,
        *,
        mask: torch.Tensor | None = None,
        cluster: int | torch.Tensor | None = None,
    ) -> None:
        """Add the rows of a batch.

        Parameters
        ----------
        p, q, mask
            As for `kl_from_logits`.
        cluster : int or Tensor of int of the shape of the rows, optional
            The document or sequence of each row, for the standard error. The same number is the
            same cluster on every process. Give it always or never.

        Raises
        ------
        InputError
            If clusters are given for some batches only.
        ShapeError
            If the clusters do not fit the rows.
        """
        with torch.no_grad():
            values, kept = rows_from_logits(p, q, mask=mask, **self.options)
        labels = _labels(cluster, q)
        if self._moments[0] and (labels is not None) != self._clustered:
            raise InputError("give cluster with every batch or with none")
        numbers = values[kept].double().cpu()
        if labels is not None:
            chosen = labels[kept.cpu()]
            ones = torch.ones_like(numbers)
            self._add_clusters(chosen, torch.stack([ones, numbers], -1))
        self._moments = merged(torch.stack([self._moments, moments(numbers)]))

    def forward(self, p: torch.Tensor, q: torch.Tensor, **more: Any) -> torch.Tensor:
        """Add a batch, and return the mean of this batch alone."""
        single = MeanKL(sync=False, **self.options)
        single.update(p, q, **more)
        self.merge_state(single)
        return single.compute()

    def merge_state(self, other: "MeanKL") -> None:
        """Add what another one collected.

        Raises
        ------
        InputError
            If only one of them was given clusters.
        """
        if self._moments[0] and other._moments[0] and self._clustered != other._clustered:
            raise InputError(
                "one state has clusters and the other has none: their rows have no common error; "
                "give cluster with every batch, on every process, or with none"
            )
        self._moments = merged(torch.stack([self._moments, other._moments]))
        self._add_clusters(other._labels, other._clusters)

    def compute(self) -> torch.Tensor:
        """Return the mean in nats a row, float64; NaN where there was none."""
        count, mean, _ = self._together()._moments
        return mean if count else torch.full_like(mean, torch.nan)

    def estimate(self) -> Estimate:
        """Return the mean with its standard error, clustered if clusters were given."""
        whole = self._together()
        return estimated(whole._moments, whole._clusters)

    def get_extra_state(self) -> dict[str, Any]:
        """Return the state, for `state_dict`."""
        return {
            "version": VERSION,
            "moments": self._moments,
            "labels": self._labels,
            "clusters": self._clusters,
        }

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Take the place of what `get_extra_state` returned."""
        if state["version"] != VERSION:
            raise InputError(f"a state of version {state['version']}; this reads {VERSION}")
        self._moments = state["moments"].double().cpu()
        self._labels = state["labels"].cpu()
        self._clusters = state["clusters"].double().cpu()

    @property
    def _clustered(self) -> bool:
        return bool(len(self._labels))

    def _add_clusters(self, labels: torch.Tensor, table: torch.Tensor) -> None:
        all_labels = torch.cat([self._labels, labels])
        self._labels, self._clusters = cluster_means(all_labels, torch.cat([self._clusters, table]))

    def _together(self) -> "MeanKL":
        """Return the states of all processes in one, in the order of their ranks."""
        if not (self.sync and torch.distributed.is_available()):
            return self
        if not torch.distributed.is_initialized():
            return self
        states: list[Any] = [None] * torch.distributed.get_world_size()
        torch.distributed.all_gather_object(states, self.get_extra_state())
        whole = MeanKL(sync=False, **self.options)
        for state in states:
            part = MeanKL(sync=False, **self.options)
            part.set_extra_state(state)
            whole.merge_state(part)
        return whole


def _labels(cluster: int | torch.Tensor | None, q: torch.Tensor) -> torch.Tensor | None:
    if cluster is None:
        return None
    labels = torch.as_tensor(cluster).cpu()
    if labels.is_floating_point() or labels.dtype == torch.bool:
        raise InputError(f"cluster holds {labels.dtype} values; give whole numbers")
    try:
        return labels.long().expand(q.shape[:-1])
    except RuntimeError:
        raise ShapeError(
            f"cluster has shape {tuple(labels.shape)} and the rows {tuple(q.shape[:-1])}; "
            f"give one number a row"
        ) from None
