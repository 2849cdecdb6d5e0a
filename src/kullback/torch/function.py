"""Loss and gradient as PyTorch's autograd calls them: row by row, nothing large kept."""

from collections.abc import Iterable
from typing import Any

import torch

from kullback import arrays, kernels
from kullback.errors import MethodError
from kullback.torch import fused, gradients, mixture
from kullback.torch.plan import Plan
from kullback.torch.rows import LossRows, all_rows, flat_rows, put, put_weighted, some_rows

# What is known of each row after the forward pass; the means are of the log-ratios to the mixture,
# where the native kernels have found them.
FACTS = ("log_z_first", "log_z_second", "shift", "value", "mean_first", "mean_second")
VALUE = FACTS.index("value")


class DivergenceFunction(torch.autograd.Function):
    """From two tensors of logits to a divergence a row, and which rows count."""

    @staticmethod
    def forward(
        ctx: Any, first: torch.Tensor, second: torch.Tensor, plan: Plan
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the values, and which rows they are of."""
        kind = _working(first, second)
        batch, count = first.shape[:-1], first.shape[:-1].numel()
        wide = torch.float64 if first.device.type in ("cpu", "cuda") else kind
        kept = torch.full((count,), plan.whole, device=first.device)
        facts = None
        for rows in _parts(first, second, plan):
            part = _facts(rows, plan, kind)
            if not plan.whole:
                put(kept, rows, torch.ones(len(part), dtype=torch.bool, device=kept.device))
            if len(part) == count:
                facts = part
                continue
            if facts is None:
                facts = torch.zeros(count, len(FACTS), dtype=wide, device=first.device)
            put(facts, rows, part)
        if facts is None:
            facts = torch.zeros(count, len(FACTS), dtype=wide, device=first.device)
        values = facts[:, VALUE].to(kind)
        if len(batch) != 1:
            kept, values = kept.view(batch), values.view(batch)
        ctx.save_for_backward(first, second, facts)
        ctx.plan = plan
        ctx.mark_non_differentiable(kept)
        ctx.set_materialize_grads(False)
        return values, kept

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor | None, _: Any) -> tuple[Any, ...]:
        """Return the gradients to both tensors."""
        if grad is None:
            return None, None, None
        first, second, facts = ctx.saved_tensors
        needed = tuple(ctx.needs_input_grad[:2])
        # Without a graph of its own, no node either: of a small batch that is a tenth of the time.
        unseen = not torch.is_grad_enabled() and arrays.has_values(grad)
        found = _gradients if unseen else GradientFunction.apply
        return *found(grad, first, second, facts, ctx.plan, needed), None


class GradientFunction(torch.autograd.Function):
    """The gradient, which has none itself."""

    @staticmethod
    def forward(
        ctx: Any,  # noqa: ARG004
        grad: torch.Tensor,
        first: torch.Tensor,
        second: torch.Tensor,
        facts: torch.Tensor,
        plan: Plan,
        needed: tuple[bool, bool],
    ) -> tuple[torch.Tensor | None, ...]:
        """Return the gradients of the sides that need one."""
        return _gradients(grad, first, second, facts, plan, needed)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:  # noqa: ARG004
        """Refuse: the gradient is in closed form, its own derivative is not."""
        raise MethodError(
            "kl_from_logits has no second derivative; for one, write the loss in torch's own "
            "operations (log_softmax twice), or leave out create_graph=True"
        )


def _parts(first: torch.Tensor, second: torch.Tensor, plan: Plan) -> Iterable[LossRows]:
    """Some rows at a time, or all of them where the native kernels read them as they lie."""
    whole = all_rows(first, second) if plan.whole and fused.native(first) else None
    return some_rows(first, second, plan) if whole is None else (whole,)


def _gradients(
    grad: torch.Tensor,
    first: torch.Tensor,
    second: torch.Tensor,
    facts: torch.Tensor,
    plan: Plan,
    needed: tuple[bool, bool],
) -> tuple[torch.Tensor | None, ...]:
    kind = _working(first, second)
    weights = grad.reshape(-1).to(kind)
    if plan.scale != 1.0:
        weights = weights * plan.scale
    new = torch.empty if plan.whole else torch.zeros
    sides = (first, second)
    outs = [
        new(side.shape, dtype=side.dtype, device=side.device) if need else None
        for side, need in zip(sides, needed, strict=True)
    ]
    flat = [None if out is None else flat_rows(out) for out in outs]
    for rows in _parts(first, second, plan):
        known, weight = _of(facts, rows), _of(weights, rows)
        if fused.usable(rows):
            fused.put_slopes(flat, rows, known, weight, plan)
            continue
        slopes = mixture.slopes if plan.beta else gradients.slopes
        for i, slope in enumerate(slopes(rows, known.to(kind), plan, kind, needed)):
            if slope is not None:
                columns = None if plan.columns is None else plan.columns[i]
                put_weighted(flat[i], rows, slope, weight[:, None], columns)
    return tuple(outs)


def _working(first: torch.Tensor, second: torch.Tensor) -> torch.dtype:
    return torch.float64 if torch.float64 in (first.dtype, second.dtype) else torch.float32


def states_of(rows: LossRows, plan: Plan) -> torch.Tensor:
    """Return the five numbers of each row, from one pass of the fused kernel over both sides."""
    lent = arrays.lend({"p": rows.first, "q": rows.second}, kernels.gpu_kernels)
    assert lent is not None
    return torch.as_tensor(kernels.logits_state(*lent.arrays, plan.scale))


def facts_of_states(state: torch.Tensor) -> torch.Tensor:
    """Return the first columns of FACTS, the value that of KL."""
    top_first, top_second, weight, gain, _ = state.unbind(-1)
    change = torch.log1p(gain / weight)
    log_z_first = top_first + weight.log()
    log_z_second = top_second + weight.log() + change
    shift = (top_first - top_second) - change
    value = torch.as_tensor(kernels.kl_of_states(state))
    return torch.stack([log_z_first, log_z_second, shift, value], -1)


def _facts(rows: LossRows, plan: Plan, kind: torch.dtype) -> torch.Tensor:
    if fused.native(rows.first):
        return fused.facts(rows, plan)
    facts = facts_of_states(states_of(rows, plan))
    if plan.beta and fused.usable(rows):
        facts[:, VALUE] = fused.mixture_values(rows, facts, plan)
    elif plan.beta:
        facts[:, VALUE] = mixture.values(rows, facts.to(kind), plan, kind)
    return torch.nn.functional.pad(facts, (0, len(FACTS) - facts.shape[-1]))


def _of(numbers: torch.Tensor, rows: LossRows) -> torch.Tensor:
    here = numbers if len(rows.first) == len(numbers) else numbers[rows.span]
    return here if rows.kept is None else here[rows.kept]
