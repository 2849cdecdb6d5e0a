"""The gradients of KL(first‖second), a few rows at a time.

With P and Q the probabilities of the first and second, δ = ln(Q/P) and z the scaled logits,

    ∂KL/∂z_second = Q − P = max(P, Q)·(1 − e^−|δ|)·sign δ        ∂KL/∂z_first = −P·(δ + KL)

in which nothing cancels where P ≈ Q, and nothing overflows where they are far apart.
"""

from collections.abc import Iterator

import torch

from kullback.torch.plan import Plan
from kullback.torch.rows import LossRows


def slopes(
    rows: LossRows, facts: torch.Tensor, plan: Plan, kind: torch.dtype, needed: tuple[bool, bool]
) -> Iterator[torch.Tensor | None]:
    """Yield the gradients to the scaled logits of the first and of the second.

    Parameters
    ----------
    rows : LossRows
        The logits.
    facts : Tensor of shape (rows, 4)
        What the forward pass left behind: both normalisers, their difference, the values.
    plan : Plan
        The scale.
    kind : torch.dtype
        To work in.
    needed : (bool, bool)
        Of which side.

    Yields
    ------
    Tensor of shape (rows, outcomes) or None
        New ones, that may be written to.
    """
    ratio = log_ratio(rows, facts, plan, kind)
    yield _to_first(rows, ratio, facts, plan, kind) if needed[0] else None
    yield _to_second(rows, ratio, facts, plan, kind) if needed[1] else None


def log_ratio(rows: LossRows, facts: torch.Tensor, plan: Plan, kind: torch.dtype) -> torch.Tensor:
    """Return δ = ln(Q/P), outcome by outcome; a finite number where neither is possible."""
    d = rows.second.to(kind) - rows.first.to(kind)
    torch.nan_to_num(d, nan=0.0, posinf=torch.inf, neginf=-torch.inf, out=d)
    if plan.scale != 1.0:
        d.mul_(plan.scale)
    return d.add_(facts[:, 2:3])


def log_probability(
    logits: torch.Tensor, log_z: torch.Tensor, plan: Plan, kind: torch.dtype
) -> torch.Tensor:
    """Return ln softmax of the scaled logits, from their normaliser."""
    if plan.scale == 1.0:
        return torch.sub(logits.to(kind), log_z)
    return torch.mul(logits.to(kind), plan.scale).sub_(log_z)


def _to_first(
    rows: LossRows, ratio: torch.Tensor, facts: torch.Tensor, plan: Plan, kind: torch.dtype
) -> torch.Tensor:
    p = log_probability(rows.first, facts[:, 0:1], plan, kind).exp_()
    # Where P = 0 the ratio may be ∞, and 0·∞ is to be 0.
    held = ratio.clamp(max=torch.finfo(kind).max / 4)
    return torch.sub(-facts[:, 3:4], held, out=held).mul_(p)


def _to_second(
    rows: LossRows, ratio: torch.Tensor, facts: torch.Tensor, plan: Plan, kind: torch.dtype
) -> torch.Tensor:
    larger = log_probability(rows.first, facts[:, 0:1], plan, kind)
    other = log_probability(rows.second, facts[:, 1:2], plan, kind)
    torch.maximum(larger, other, out=larger).exp_()
    apart = torch.abs(ratio, out=other).neg_().expm1_()
    return torch.copysign(apart, ratio, out=apart).mul_(larger)
