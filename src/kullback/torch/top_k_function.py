"""Value and gradient of a KL of which only some tokens of the teacher are known.

With S the tokens always known, R the others, their masses p_R, q_R, and δ = ln(p/q) − ln(p_R/q_R),

    KL(P‖Q) = Σ_S p ln(p/q) + p_R ln(p_R/q_R) + Σ_R p·δ,      Σ_R p·(e^−δ − 1) = 0.

The last sum is 0 at least. It is 0 where P is as Q on R; where then a token of R would be likelier
than all of S, those are held to the least of S, which makes the sum as small as any P has it. Of a
sketch it is estimated from the tokens drawn, each over its chance, λ times the second sum added,
which takes out of it what varies where P ≈ Q. In each case the gradient is Q − W, with a W that
sums to 1: on S it is P, and on R what the formulas say.
"""

from typing import Any, NamedTuple

import torch

from kullback.errors import MethodError
from kullback.kernels.logits_reference import decay_excess
from kullback.kernels.namespaces import namespace

HALVINGS = 60
# The median of the square of a normal number, over its mean.
MEDIAN_SQUARE = 0.4549364231195728


class KnownTokens(NamedTuple):
    """What is known of the teacher, a row a row.

    The first `head` columns always are; `chunk` rows are worked on at a time.
    """

    ids: torch.Tensor
    log_p: torch.Tensor
    log_chance: torch.Tensor | None
    log_rest: torch.Tensor | None
    head: int
    chunk: int


class _Row(NamedTuple):
    """Some rows: what is known of P and Q, −∞ or 0 where there is nothing."""

    ids: torch.Tensor  # 0 where there is none
    sure: torch.Tensor
    drawn: torch.Tensor
    log_p: torch.Tensor
    log_q: torch.Tensor  # at the ids
    over: torch.Tensor  # p / chance of what was drawn
    rest_p: torch.Tensor
    log_rest_q: torch.Tensor
    every: torch.Tensor  # ln q of all tokens
    outside: torch.Tensor  # which are of R


class TopKDivergence(torch.autograd.Function):
    """From logits of Q, and what is known of P, to a number a row."""

    @staticmethod
    def forward(ctx: Any, q: torch.Tensor, known: KnownTokens) -> torch.Tensor:
        """Return the values."""
        kind = torch.float64 if q.dtype == torch.float64 else torch.float32
        values = torch.zeros(len(q), dtype=kind, device=q.device)
        for span in _spans(q, known):
            row = _rows(q, known, span)
            values[span] = (_values(row, known)).to(kind)
        ctx.save_for_backward(q)
        ctx.known = known
        return values

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> Any:
        """Return the gradient to the logits; it has no derivative itself."""
        if torch.is_grad_enabled():
            raise MethodError("kl_from_top_k has no second derivative; leave out create_graph=True")
        (q,) = ctx.saved_tensors
        out = torch.empty_like(q)
        for span in _spans(q, ctx.known):
            row = _rows(q, ctx.known, span)
            slope = row.every.exp().sub_(_target(row, ctx.known))
            out[span] = slope.mul_(grad[span][:, None]).to(q.dtype)
        return out, None


def _spans(q: torch.Tensor, known: KnownTokens) -> list[slice]:
    starts = range(0, len(q), known.chunk)
    return [slice(start, min(len(q), start + known.chunk)) for start in starts]


def _rows(q: torch.Tensor, known: KnownTokens, span: slice) -> _Row:
    kind = torch.float64 if q.dtype == torch.float64 else torch.float32
    every = torch.log_softmax(q[span].to(kind), -1)
    ids, log_p = known.ids[span], known.log_p[span].double()
    there = ids >= 0
    log_chance = None if known.log_chance is None else known.log_chance[span].double()
    sure = there & (torch.arange(ids.shape[1], device=ids.device) < known.head)
    ids = ids.clamp(min=0)
    out = torch.zeros_like(every, dtype=torch.uint8)
    out.scatter_reduce_(1, ids, sure.to(torch.uint8), "amax")
    outside = out == 0
    log_p = torch.where(there, log_p, -torch.inf)
    rest_p = (1 - torch.where(sure, log_p.exp(), 0.0).sum(-1)).clamp(min=0.0)
    if known.log_rest is not None:
        rest_p = known.log_rest[span].double().exp()
    drawn = there & ~sure
    chance = torch.zeros_like(log_p) if log_chance is None else log_chance
    over = torch.where(drawn, (log_p - torch.where(drawn, chance, 0.0)).exp(), 0.0)
    rest = torch.where(outside, every, -torch.inf).double().logsumexp(-1)
    log_q = every.gather(1, ids).double()
    return _Row(ids, sure, drawn, log_p, log_q, over, rest_p, rest, every, outside)


def _values(row: _Row, known: KnownTokens) -> torch.Tensor:
    whole = _bregman(row.log_p, row.log_q, row.sure).sum(-1)
    if known.log_chance is not None:
        inside, weight = _inside(row)
        rest = row.over * torch.where(row.drawn, inside + weight * torch.expm1(-inside), 0.0)
        return whole + _bucket(row.rest_p, row.log_rest_q) + rest.sum(-1)
    level = _level(row)
    capped = row.outside & (row.every > level[:, None])
    cap = _cap(row)
    held = torch.where(capped, row.every, -torch.inf).double()
    log_cap = torch.where(capped, cap.log()[:, None], -torch.inf)
    over = _bregman(log_cap, held, capped).sum(-1)
    left_q = torch.where(row.outside & ~capped, row.every, -torch.inf).double().logsumexp(-1)
    left_p = (row.rest_p - cap * capped.sum(-1)).clamp(min=0.0)
    return whole + over + _bucket(left_p, left_q)


def _target(row: _Row, known: KnownTokens) -> torch.Tensor:
    """Return W: what Q is to become, as far as it is known."""
    kind = row.every.dtype
    if known.log_chance is None:
        shift = _shift(row)
        target = (row.every + shift[:, None].to(kind)).exp()
        target = torch.where(row.outside, torch.minimum(target, _cap(row)[:, None].to(kind)), 0.0)
        pushed = torch.zeros_like(row.log_p)
    else:
        inside, weight = _inside(row)
        pushed = row.over * torch.where(row.drawn, 1 - weight * torch.exp(-inside), 0.0)
        left = row.rest_p - pushed.sum(-1)
        share = torch.where(row.outside, (row.every - row.log_rest_q[:, None].to(kind)).exp(), 0.0)
        target = share * left[:, None].to(kind)
    put = torch.where(row.sure, row.log_p.exp(), pushed)
    return target.scatter_add_(1, row.ids, put.to(kind))


def _bregman(log_p: torch.Tensor, log_q: torch.Tensor, where: torch.Tensor) -> torch.Tensor:
    """Return p ln(p/q) − p + q ≥ 0 of some tokens, 0 for others; q where p is 0."""
    both = where & (log_p > -torch.inf)
    d = torch.where(both, log_p - torch.where(both, log_q, 0.0), 0.0)
    near = d.abs() < 1
    small = torch.where(near, d, 0.0)
    p, q = torch.where(both, log_p.exp(), 0.0), torch.where(where, log_q.exp(), 0.0)
    far = p * torch.where(both, d, 0.0) - p + q
    return torch.where(near & both, p * decay_excess(namespace(d), small), far)


def _bucket(p: torch.Tensor, log_q: torch.Tensor) -> torch.Tensor:
    """Return the same of all of R as one token; 0 where R has no token."""
    there = log_q > -torch.inf
    return _bregman(p.log(), torch.where(there, log_q, 0.0), there)


def _shift(row: _Row) -> torch.Tensor:
    """Return ln ρ where the tokens of R have min(cap, ρ·q) and sum to what P has there."""
    plain = row.rest_p.log() - row.log_rest_q
    plain = torch.where(row.log_rest_q > -torch.inf, plain, 0.0)
    log_cap = _cap(row).log()
    most = torch.where(row.outside, row.every, -torch.inf).amax(-1).double()
    bound = (plain + most > log_cap + 1e-6) & (row.rest_p > 0)
    if not bound.any():
        return plain
    every = torch.where(row.outside, row.every, -torch.inf)[bound].double()
    cap, rest = log_cap[bound, None], row.rest_p[bound]
    low, high = plain[bound], plain[bound] + 800.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        short = torch.minimum(every + middle[:, None], cap).exp().sum(-1) < rest
        low, high = torch.where(short, middle, low), torch.where(short, high, middle)
    return plain.masked_scatter(bound, low)


def _level(row: _Row) -> torch.Tensor:
    """Return the ln q above which a token of R is held to the cap."""
    return _cap(row).log() - _shift(row) + 1e-6


def _cap(row: _Row) -> torch.Tensor:
    """Return the most that a token of R can have: the least that is listed, and all of p_R."""
    least = torch.where(row.sure, row.log_p, torch.inf).amin(-1).exp()
    return torch.minimum(least, row.rest_p.clamp(min=1e-300))


def _inside(row: _Row) -> tuple[torch.Tensor, torch.Tensor]:
    """Return δ of the tokens drawn, and λ: near 1 where P ≈ Q, by the likeliest tokens alone.

    Where δ is normal of variance s², the least variance is at λ = s²/(e^{s²} − 1).
    """
    shift = row.rest_p.log() - row.log_rest_q
    shift = torch.where(shift.isfinite(), shift, 0.0)[:, None]
    d = torch.where(row.log_p > -torch.inf, row.log_p - row.log_q, 0.0) - shift
    order = torch.where(row.sure, row.log_p, torch.inf).argsort(-1)
    count = row.sure.sum(-1, keepdim=True)
    place = torch.arange(d.shape[-1], device=d.device)
    low = torch.where(place < (count + 1) // 2, d.gather(1, order), torch.nan)
    spread = (low.square().nanmedian(-1).values.nan_to_num(0.0) / MEDIAN_SQUARE).clamp(max=700)
    weight = torch.where(spread > 0, spread / torch.expm1(spread), 1.0)
    return d, weight[:, None]
