"""The generalised Jensen–Shannon divergence between the two directions of KL.

With M = βP + (1 − β)Q, a = ln(P/M) and b = ln(Q/M), the divergence is the sum of

    P·a/(1 − β) + Q·b/β ≥ 0,        and where P ≈ Q, of    P·φ(a)/(1 − β) + Q·φ(b)/β

with φ(x) = x + e^−x − 1 ≥ 0, whose extra terms cancel in every outcome. Its gradients to the
scaled logits are P·(a − Σ P·a)/(1 − β) and Q·(b − Σ Q·b)/β.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch

from kullback.torch.gradients import log_probability, log_ratio
from kullback.torch.plan import Plan
from kullback.torch.rows import LossRows, mean_of

# Ratios of probabilities are held to e^±this, where the smaller one counts for nothing.
FARTHEST = {torch.float32: 80.0, torch.float64: 700.0}
# Below this size the series of φ takes over, after so many terms less than one rounding.
NEAREST = 0.1
TERMS = {torch.float32: 6, torch.float64: 11}


class MixtureParts(NamedTuple):
    """Probabilities and log-ratios to the mixture, outcome by outcome."""

    p: torch.Tensor
    q: torch.Tensor
    a: torch.Tensor
    b: torch.Tensor
    near: torch.Tensor


def _parts(rows: LossRows, facts: torch.Tensor, plan: Plan, kind: torch.dtype) -> MixtureParts:
    p = log_probability(rows.first, facts[:, 0:1], plan, kind).exp_()
    q = log_probability(rows.second, facts[:, 1:2], plan, kind).exp_()
    ratio = log_ratio(rows, facts, plan, kind).clamp_(-FARTHEST[kind], FARTHEST[kind])
    near = ratio.abs() < 1
    a = _to_mixture(ratio, plan.beta, 1 - plan.beta)
    b = _to_mixture(ratio.neg_(), 1 - plan.beta, plan.beta)
    return MixtureParts(p, q, a, b, near)


def _to_mixture(ratio: torch.Tensor, share: float, other: float) -> torch.Tensor:
    """Return −ln(share + other·e^ratio), where share + other = 1.

    The logarithm of 1 and something loses digits where the something is nearly −1.
    """
    around_one = torch.expm1(ratio).mul_(other).log1p_()
    if share >= 0.5:
        return around_one.neg_()
    plain = torch.exp(ratio).mul_(other).add_(share).log_()
    return torch.where(ratio < -1, plain, around_one).neg_()


def values(rows: LossRows, facts: torch.Tensor, plan: Plan, kind: torch.dtype) -> torch.Tensor:
    """Return the divergence of each row; the arguments are those of `gradients.slopes`."""
    p, q, a, b, near = _parts(rows, facts, plan, kind)
    for_p = p.mul_(_excess(a, near)).sum(-1) / (1 - plan.beta)
    return rows.together(for_p + q.mul_(_excess(b, near)).sum(-1) / plan.beta)


def slopes(
    rows: LossRows, facts: torch.Tensor, plan: Plan, kind: torch.dtype, needed: tuple[bool, bool]
) -> Iterator[torch.Tensor | None]:
    """Yield the gradients to the scaled logits; the arguments are those of `gradients.slopes`."""
    p, q, a, b, _ = _parts(rows, facts, plan, kind)
    yield _slope(rows, p, a, 1 - plan.beta) if needed[0] else None
    yield _slope(rows, q, b, plan.beta) if needed[1] else None


def _excess(x: torch.Tensor, near: torch.Tensor) -> torch.Tensor:
    """Return φ(x) = x + e^−x − 1 where `near`, and x elsewhere."""
    one = x.new_ones(())
    series = torch.ones_like(x)
    for k in range(TERMS[x.dtype], 2, -1):
        torch.addcmul(one, x, series, value=-1 / k, out=series)
    series.mul_(x).mul_(x).div_(2)
    whole = torch.neg(x).expm1_().mul_(near).add_(x)
    return torch.where(near & (x.abs() < NEAREST), series, whole)


def _slope(
    rows: LossRows, mass: torch.Tensor, log_ratio: torch.Tensor, share: float
) -> torch.Tensor:
    return log_ratio.sub_(mean_of(rows, mass, log_ratio)).mul_(mass).div_(share)
