"""Loss and gradient from hidden states, as PyTorch's autograd calls them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch

from kullback import kernels
from kullback.torch import gradients, mixture, variation
from kullback.torch.function import facts_of_states, states_of
from kullback.torch.hidden_side import HiddenSide
from kullback.torch.plan import Plan
from kullback.torch.rows import LossRows

Tensors = tuple[torch.Tensor | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class HiddenPlan:
    """How to compare two sides that are known by their hidden states.

    Parameters
    ----------
    plan : Plan
        Scale, direction and rows at a time.
    softcap : float or None
        Of the logits.
    variation : bool
        Whether the total variation distance is asked for.
    group : process group or None
        The processes that hold one shard of the outcomes each.
    sharded : bool
        Whether there are such.
    """

    plan: Plan
    softcap: float | None
    variation: bool
    group: Any
    sharded: bool

    @property
    def measure(self) -> Any:
        """The module that knows values and slopes."""
        if self.variation:
            return variation
        return mixture if self.plan.beta else gradients

    def together(self, sums: torch.Tensor) -> torch.Tensor:
        """Add up what every shard has summed over its outcomes."""
        if self.sharded:
            torch.distributed.all_reduce(sums, group=self.group)
        return sums


class HiddenDivergence(torch.autograd.Function):
    """From two hidden states and layers, each (states, weight, bias), to a number a row."""

    @staticmethod
    def forward(ctx: Any, plan: HiddenPlan, *tensors: torch.Tensor | None) -> torch.Tensor:
        """Return the values; P's three tensors come first, then Q's."""
        kind = working(tensors)
        first, second = _sides(plan, tensors)
        wide = torch.float64 if first.hidden.device.type == "cpu" else kind
        facts = torch.zeros(len(first.hidden), 4, dtype=wide, device=first.hidden.device)
        for rows in _rows(plan, first, second, kind):
            known = facts_of_states(_merged(states_of(rows, plan.plan), plan))
            if plan.measure is not gradients:
                known[:, -1] = plan.measure.values(rows, known.to(kind), plan.plan, kind)
            facts[rows.span] = known
        ctx.save_for_backward(*tensors, facts)
        ctx.plan = plan
        return facts[:, -1].to(kind)

    @staticmethod
    @torch.autograd.function.once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[Any, ...]:
        """Return the gradients to the six tensors, those that are asked for."""
        *tensors, facts = ctx.saved_tensors
        plan: HiddenPlan = ctx.plan
        kind = working(tensors)
        sides = _sides(plan, tensors)
        outs = _outs(tensors, ctx.needs_input_grad[1:], kind)
        ordered = (outs[3:], outs[:3]) if plan.plan.swapped else (outs[:3], outs[3:])
        needed = tuple(any(out is not None for out in side) for side in ordered)
        weights = grad.to(kind)[:, None] * plan.plan.scale
        for rows in _rows(plan, *sides, kind):
            known = facts[rows.span].to(kind)
            found = plan.measure.slopes(rows, known, plan.plan, kind, needed)
            logits = (rows.first, rows.second)
            for side, out, slope, values in zip(sides, ordered, found, logits, strict=True):
                if slope is not None:
                    side.back(rows.span, slope.mul_(weights[rows.span]), values, out)
        _shared(plan, outs)
        return None, *(
            None if out is None or tensor is None else out.to(tensor.dtype)
            for out, tensor in zip(outs, tensors, strict=True)
        )


def working(tensors: Any) -> torch.dtype:
    """Return the precision to work in: float64 where some tensor is, else float32."""
    wide = any(t is not None and t.dtype == torch.float64 for t in tensors)
    return torch.float64 if wide else torch.float32


def _sides(plan: HiddenPlan, tensors: Any) -> tuple[HiddenSide, HiddenSide]:
    h_p, w_p, b_p, h_q, w_q, b_q = tensors
    p, q = HiddenSide(h_p, w_p, b_p, plan.softcap), HiddenSide(h_q, w_q, b_q, plan.softcap)
    return (q, p) if plan.plan.swapped else (p, q)


def _rows(
    plan: HiddenPlan, first: HiddenSide, second: HiddenSide, kind: torch.dtype
) -> Iterator[LossRows]:
    for start in range(0, len(first.hidden), plan.plan.chunk):
        span = slice(start, min(len(first.hidden), start + plan.plan.chunk))
        yield LossRows(
            span, None, first.logits(span, kind), second.logits(span, kind), plan.together
        )


def _merged(states: torch.Tensor, plan: HiddenPlan) -> torch.Tensor:
    """Put the states of all shards together, in the order of their ranks."""
    if not plan.sharded:
        return states
    parts = [torch.empty_like(states) for _ in range(torch.distributed.get_world_size(plan.group))]
    torch.distributed.all_gather(parts, states, group=plan.group)
    whole = reduce(kernels.merge_states, (part.cpu().numpy() for part in parts))
    return torch.as_tensor(whole, device=states.device)


def _outs(tensors: Any, needed: Any, kind: torch.dtype) -> list[torch.Tensor | None]:
    """Return zeros to add the gradients to: in `kind`, as sums of many rows need its digits."""
    return [
        torch.zeros(tensor.shape, dtype=kind, device=tensor.device) if need else None
        for tensor, need in zip(tensors, needed, strict=True)
    ]


def _shared(plan: HiddenPlan, outs: list[torch.Tensor | None]) -> None:
    """Add up what the shards say of the hidden states, which all of them hold."""
    for out in (outs[0], outs[3]):
        if out is not None:
            plan.together(out)
