"""The logits of one side, made from hidden states a few rows at a time, and the way back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True, eq=False)
class HiddenSide:
    """Hidden states and the layer that makes logits of them.

    Parameters
    ----------
    hidden : Tensor of shape (rows, width)
        One row a token.
    weight : Tensor of shape (outcomes, width)
        One row an outcome.
    bias : Tensor of shape (outcomes,) or None
        What is added to the logits.
    softcap : float or None
        c·tanh(logit/c) takes the place of each logit.
    """

    hidden: torch.Tensor
    weight: torch.Tensor
    bias: torch.Tensor | None
    softcap: float | None

    def logits(self, span: slice, kind: torch.dtype) -> torch.Tensor:
        """Return the logits of some rows, multiplied and added up in `kind`."""
        hidden = self.hidden[span].to(kind)
        size = (len(hidden), len(self.weight))
        out = torch.empty(size, dtype=kind, device=hidden.device)
        for outcomes, weight in self._blocks(len(hidden), kind):
            torch.mm(hidden, weight.T, out=out[:, outcomes])
        if self.bias is not None:
            out += self.bias
        if self.softcap is not None:
            out.div_(self.softcap).tanh_().mul_(self.softcap)
        return out

    def back(
        self,
        span: slice,
        slope: torch.Tensor,
        logits: torch.Tensor,
        grads: Sequence[torch.Tensor | None],
    ) -> None:
        """Add to the gradients of hidden states, weight and bias; writes into `slope`.

        Parameters
        ----------
        span : slice
            Which rows.
        slope : Tensor of shape (rows, outcomes)
            The gradient to their logits.
        logits : Tensor of shape (rows, outcomes)
            Those logits.
        grads : sequence of Tensor or None
            Of hidden states, weight and bias, those that are asked for.
        """
        to_hidden, to_weight, to_bias = grads
        if self.softcap is not None:
            slope.addcmul_(slope * logits, logits, value=-1 / self.softcap**2)
        hidden = self.hidden[span].to(slope.dtype)
        for outcomes, weight in self._blocks(len(hidden), slope.dtype):
            if to_hidden is not None:
                to_hidden[span].addmm_(slope[:, outcomes], weight)
            if to_weight is not None:
                to_weight[outcomes].addmm_(slope[:, outcomes].T, hidden)
        if to_bias is not None:
            to_bias += slope.sum(0)

    def _blocks(self, rows: int, kind: torch.dtype) -> Iterator[tuple[slice, torch.Tensor]]:
        """Yield the weight as `kind`, in blocks that take no more room than the logits do."""
        count, width = self.weight.shape
        if self.weight.dtype == kind:
            yield slice(0, count), self.weight
            return
        size = max(1, rows * count // width)
        for start in range(0, count, size):
            here = slice(start, min(count, start + size))
            yield here, self.weight[here].to(kind)
