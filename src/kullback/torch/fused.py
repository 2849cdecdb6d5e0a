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


def usable(rows: LossRows) -> bool:
    """Whether the kernels are there, and take these rows."""
    return native(rows.first) or kernels.gpu_kernels(rows.first, rows.second) is not None


def native(tensor: torch.Tensor) -> bool:
    """Whether the native kernels take it."""
    return kernels.loss_gradient is not None and tensor.device.type == "cpu"


def facts(rows: LossRows, plan: Plan) -> torch.Tensor:
    """Return what is known of each row after one pass of the native kernels, value and all."""
    assert kernels.loss_facts is not None
    return torch.from_numpy(kernels.loss_facts(*_sides(rows), plan.scale, plan.beta))


def mixture_values(rows: LossRows, facts: torch.Tensor, plan: Plan) -> torch.Tensor:
    """Return the generalised Jensen–Shannon divergence of each row, on a GPU."""
    on_gpu = kernels.gpu_kernels(rows.first, rows.second)
    assert on_gpu is not None
    found = on_gpu.loss_mixture(rows.first, rows.second, facts, plan.scale, plan.beta)
    return torch.as_tensor(found[:, 0])


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
        shape, kind = rows.first.shape, _kind(rows)
        wide = out.element_size() >= 4 or kind == torch.float32  # 16 bits are made of float32
        straight = whole and (wide or out.device.type != "cpu")
        slope = _place(out, rows) if straight else out.new_empty(shape, dtype=kind)
        _put(slope, rows, facts, weights, plan, of_q=i == 1)
        if not straight:
            put_weighted(out, rows, slope, slope.new_ones(()), columns)


def _place(out: torch.Tensor, rows: LossRows) -> torch.Tensor:
    return out if len(rows.first) == len(out) else out[rows.span]


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
    on_gpu = None if native(rows.first) else kernels.gpu_kernels(rows.first, rows.second)
    if on_gpu is not None:
        numbers = (facts[:, :4], plan.scale, plan.beta, weights, of_q, slope)
        on_gpu.loss_slopes(rows.first, rows.second, *numbers)
        return
    assert kernels.loss_gradient is not None
    known, weighed = (np.ascontiguousarray(x.double().numpy()) for x in (facts, weights))
    numbers = (known, plan.scale, plan.beta, weighed, of_q, arrays.view(slope))
    kernels.loss_gradient(*_sides(rows), *numbers)


def _kind(rows: LossRows) -> torch.dtype:
    kinds = rows.first.dtype, rows.second.dtype
    return torch.float64 if torch.float64 in kinds else torch.float32


def _sides(rows: LossRows) -> tuple[NDArray[Any], ...]:
    return tuple(arrays.view(side.detach()) for side in (rows.first, rows.second))
