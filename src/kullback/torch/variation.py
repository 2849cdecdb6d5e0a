"""The total variation distance and its gradients, a few rows at a time.

With δ = ln(Q/P), |p − q| = max(p, q)·(1 − e^−|δ|), in which nothing cancels where P ≈ Q. With
s = sign(q − p)/2 the gradients to the scaled logits are Q·(s − Σ q·s) and −P·(s − Σ p·s).
"""

from collections.abc import Iterator

import torch

from kullback.torch.gradients import log_probability, log_ratio
from kullback.torch.plan import Plan
from kullback.torch.rows import LossRows


def values(rows: LossRows, facts: torch.Tensor, plan: Plan, kind: torch.dtype) -> torch.Tensor:
    """Return the distance of each row; the arguments are those of `gradients.slopes`."""
    ratio = log_ratio(rows, facts, plan, kind)
    first = log_probability(rows.first, facts[:, 0:1], plan, kind)
    second = log_probability(rows.second, facts[:, 1:2], plan, kind)
    larger = torch.maximum(first, second, out=first).exp_()
    return ratio.abs_().neg_().expm1_().mul_(larger).sum(-1) / -2


def slopes(
    rows: LossRows, facts: torch.Tensor, plan: Plan, kind: torch.dtype, needed: tuple[bool, bool]
) -> Iterator[torch.Tensor | None]:
    """Yield the gradients to the scaled logits; the arguments are those of `gradients.slopes`."""
    half = log_ratio(rows, facts, plan, kind).sign_().div_(2)
    yield _slope(rows.first, facts[:, 0:1], -half, plan) if needed[0] else None
    yield _slope(rows.second, facts[:, 1:2], half, plan) if needed[1] else None


def _slope(
    logits: torch.Tensor, log_z: torch.Tensor, half: torch.Tensor, plan: Plan
) -> torch.Tensor:
    mass = log_probability(logits, log_z, plan, half.dtype).exp_()
    mean = (mass * half).sum(-1, keepdim=True) / mass.sum(-1, keepdim=True)
    return mass.mul_(half.sub_(mean))
