"""The total variation distance and its gradients, a few rows at a time.

With δ = ln(Q/P), |p − q| = max(p, q)·(1 − e^−|δ|), in which nothing cancels where P ≈ Q. With
s = sign(q − p)/2 the gradients to the scaled logits are Q·(s − Σ q·s) and −P·(s − Σ p·s).
"""

from collections.abc import Iterator

import torch

from kullback.torch.gradients import log_probability, log_ratio
from kullback.torch.plan import Plan
from kullback.torch.rows import LossRows, mean_of


def values(rows: LossRows, facts: torch.Tensor, plan: Plan, kind: torch.dtype) -> torch.Tensor:
    """Return the distance of each row; the arguments are those of `gradients.slopes`."""
    ratio = log_ratio(rows, facts, plan, kind)
    first = log_probability(rows.first, facts[:, 0:1], plan, kind)
    second = log_probability(rows.second, facts[:, 1:2], plan, kind)
    larger = torch.maximum(first, second, out=first).exp_()
    return rows.together(ratio.abs_().neg_().expm1_().mul_(larger).sum(-1) / -2)


def slopes(
    rows: LossRows, facts: torch.Tensor, plan: Plan, kind: torch.dtype, needed: tuple[bool, bool]
) -> Iterator[torch.Tensor | None]:
    """Yield the gradients to the scaled logits; the arguments are those of `gradients.slopes`."""
    half = log_ratio(rows, facts, plan, kind).sign_().div_(2)
    first = log_probability(rows.first, facts[:, 0:1], plan, kind) if needed[0] else None
    second = log_probability(rows.second, facts[:, 1:2], plan, kind) if needed[1] else None
    yield None if first is None else _slope(rows, first.exp_(), -half)
    yield None if second is None else _slope(rows, second.exp_(), half)


def _slope(rows: LossRows, mass: torch.Tensor, half: torch.Tensor) -> torch.Tensor:
    return half.sub_(mean_of(rows, mass, half)).mul_(mass)
