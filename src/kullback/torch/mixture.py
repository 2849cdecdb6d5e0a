"""The generalised Jensen–Shannon divergence between the two directions of KL.

With M = βP + (1 − β)Q, a = ln(P/M) and b = ln(Q/M), the divergence is the sum of

    P·a/(1 − β) + Q·b/β ≥ 0,        and where P ≈ Q, of    P·φ(a)/(1 − β) + Q·φ(b)/β

with φ(x) = x + e^−x − 1 ≥ 0, whose extra terms cancel in every outcome. Its gradients to the
scaled logits are P·(a − Σ P·a)/(1 − β) and Q·(b − Σ Q·b)/β.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch

from kullback.kernels.logits_reference import decay_excess
from kullback.torch.gradients import log_probability, log_ratio
from kullback.torch.plan import Plan
from kullback.torch.rows import Rows

# Ratios of probabilities are held to e^±this, where the smaller one counts for nothing.
FARTHEST = {torch.float32: 80.0, torch.float64: 700.0}


class Parts(NamedTuple):
    """Probabilities and log-ratios to the mixture, outcome by outcome."""

    p: torch.Tensor
    q: torch.Tensor
    a: torch.Tensor
    b: torch.Tensor
    near: torch.Tensor


def _parts(rows: Rows, facts: torch.Tensor, plan: Plan, kind: torch.dtype) -> Parts:
    p = log_probability(rows.first, facts[:, 0:1], plan, kind).exp_()
    q = log_probability(rows.second, facts[:, 1:2], plan, kind).exp_()
    d = log_ratio(rows, facts, plan, kind).clamp_(-FARTHEST[kind], FARTHEST[kind])
    a = torch.expm1(-d).mul_(1 - plan.beta).log1p_().neg_()
    b = torch.expm1(d).mul_(plan.beta).log1p_().neg_()
    return Parts(p, q, a, b, d.abs() < 1)


def values(rows: Rows, facts: torch.Tensor, plan: Plan, kind: torch.dtype) -> torch.Tensor:
    """Return the divergence of each row; the arguments are those of `gradients.slopes`."""
    p, q, a, b, near = _parts(rows, facts, plan, kind)
    for_p, for_q = (
        torch.where(near, decay_excess(torch, torch.where(near, x, 0.0)), x) for x in (a, b)
    )
    return (p * for_p / (1 - plan.beta) + q * for_q / plan.beta).sum(-1)


def slopes(
    rows: Rows, facts: torch.Tensor, plan: Plan, kind: torch.dtype, needed: tuple[bool, bool]
) -> Iterator[torch.Tensor | None]:
    """Yield the gradients to the scaled logits; the arguments are those of `gradients.slopes`."""
    p, q, a, b, _ = _parts(rows, facts, plan, kind)
    yield _slope(p, a, 1 - plan.beta) if needed[0] else None
    yield _slope(q, b, plan.beta) if needed[1] else None


def _slope(mass: torch.Tensor, log_ratio: torch.Tensor, share: float) -> torch.Tensor:
    mean = (mass * log_ratio).sum(-1, keepdim=True)
    return log_ratio.sub_(mean).mul_(mass).div_(share)
