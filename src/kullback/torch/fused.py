"""Loss and gradient on a processor, in one pass each: the formulas of the files beside this one.

The native kernels keep nothing between an outcome's logits and its slope; where there are none,
and on other devices, PyTorch's own operations do the work.
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
    return kernels.loss_slopes is not None and rows.first.device.type == "cpu"


def mixture_values(rows: LossRows, facts: torch.Tensor, plan: Plan) -> torch.Tensor:
    """Return the generalised Jensen–Shannon divergence of each row."""
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
    assert kernels.loss_slopes is not None
    first, second = _sides(rows)
    known, weighed = _known(facts), np.ascontiguousarray(weights.double().numpy())
    for i, out in enumerate(outs):
        if out is None:
            continue
        columns = None if plan.columns is None else plan.columns[i]
        whole = columns is None and rows.kept is None
        straight = whole and out.dtype in (torch.float32, torch.float64)
        slope = out[rows.span] if straight else torch.empty(first.shape, dtype=_kind(rows))
        of_q = i == 1
        kernels.loss_slopes(
            first, second, known, plan.scale, plan.beta, weighed, of_q, slope.numpy()
        )
        if not straight:
            put_weighted(out, rows, slope, torch.ones((), dtype=slope.dtype), columns)


def _kind(rows: LossRows) -> torch.dtype:
    wide = torch.promote_types(rows.first.dtype, rows.second.dtype)
    return torch.float64 if wide == torch.float64 else torch.float32


def _sides(rows: LossRows) -> tuple[NDArray[Any], ...]:
    lent = arrays.lend({"p": rows.first, "q": rows.second})
    assert lent is not None
    return lent.arrays


def _known(facts: torch.Tensor) -> NDArray[np.float64]:
    return np.ascontiguousarray(facts.numpy())
