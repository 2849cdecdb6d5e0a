"""Loss and gradient in one pass each: the formulas of the files beside this one.

The native kernels, and Triton's on a GPU, keep nothing between an outcome's logits and its slope;
where there are none, and on other devices, PyTorch's own operations do the work.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from kullback import arrays, kernels
from kullback.torch.plan import Plan
from kullback.torch.rows import LossRows, put_weighted

# What the native kernels write.
NATIVE = (torch.float32, torch.float64)


def usable(rows: LossRows) -> bool:
    """Whether the kernels are there, and take these rows."""
    on_cpu = kernels.loss_slopes is not None and rows.first.device.type == "cpu"
    return on_cpu or kernels.gpu_kernels(rows.first, rows.second) is not None


def mixture_values(rows: LossRows, facts: torch.Tensor, plan: Plan) -> torch.Tensor:
    """Return the generalised Jensen–Shannon divergence of each row."""
    on_gpu = kernels.gpu_kernels(rows.first, rows.second)
    if on_gpu is not None:
        found = on_gpu.loss_mixture(rows.first, rows.second, facts, plan.scale, plan.beta)
        return torch.as_tensor(found[:, 0])
    assert kernels.loss_mixture is not None
    numbers = kernels.loss_mixture(*_sides(rows), _known(facts), plan.scale, plan.beta)
    return torch.as_tensor(numbers[:, 0])


def put_slopes(
    outs: list[torch.Tensor | None],
    rows: LossRows,
    facts: torch.Tensor,
    weights: torch.Tensor,
    plan: Plan,
) -> None:
    """Write the weighted gradients of the sides that have an `outs`."""
    for i, out in enumerate(outs):
        if out is None:
            continue
        columns = None if plan.columns is None else plan.columns[i]
        whole = columns is None and rows.kept is None
        straight = whole and (out.device.type != "cpu" or out.dtype in NATIVE)
        shape, kind = rows.first.shape, _kind(rows)
        slope = out[rows.span] if straight else torch.empty(shape, dtype=kind, device=out.device)
        _put(slope, rows, facts, weights, plan, of_q=i == 1)
        if not straight:
            put_weighted(out, rows, slope, slope.new_ones(()), columns)


def _put(
    slope: torch.Tensor,
    rows: LossRows,
    facts: torch.Tensor,
    weights: torch.Tensor,
    plan: Plan,
    *,
    of_q: bool,
) -> None:
    """Write one side's weighted gradient into a tensor of its own, on whichever device."""
    on_gpu = kernels.gpu_kernels(rows.first, rows.second)
    if on_gpu is not None:
        numbers = (facts, plan.scale, plan.beta, weights, of_q, slope)
        on_gpu.loss_slopes(rows.first, rows.second, *numbers)
        return
    assert kernels.loss_slopes is not None
    weighed = np.ascontiguousarray(weights.double().numpy())
    known = (_known(facts), plan.scale, plan.beta, weighed, of_q, slope.numpy())
    kernels.loss_slopes(*_sides(rows), *known)


def _kind(rows: LossRows) -> torch.dtype:
    wide = torch.promote_types(rows.first.dtype, rows.second.dtype)
    return torch.float64 if wide == torch.float64 else torch.float32


def _sides(rows: LossRows) -> tuple[NDArray[Any], ...]:
    lent = arrays.lend({"p": rows.first, "q": rows.second})
    assert lent is not None
    return lent.arrays


def _known(facts: torch.Tensor) -> NDArray[np.float64]:
    return np.ascontiguousarray(facts.numpy())
