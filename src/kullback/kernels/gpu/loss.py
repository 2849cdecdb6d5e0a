"""Mixtures of two rows, and the gradients of the losses, in Triton.

The formulas are those of `kullback.torch.gradients`, `kullback.torch.mixture` and
`kullback.torch.variation`; nothing of the size of the logits is kept but the gradient itself,
which is written as it is found, in the precision that it is to have.
"""

from kullback.kernels.gpu.elements import excess_near, expm1_near, log1p, logits
from kullback.kernels.gpu.needed import tl, triton


@triton.jit
def _log_ratio(x, y, scale, shift, LARGEST: tl.constexpr):
    """Return ln(Q/P): finite where neither is possible, and large where only Q is."""
    in_p, in_q = x != float("-inf"), y != float("-inf")
    d = (tl.where(in_q, y, 0.0) - tl.where(in_p, x, 0.0)) * scale + shift
    alone = tl.where(in_q, LARGEST, float("-inf")) + shift * 0.0
    return tl.where(in_p & in_q, d, tl.where(in_p | in_q, alone, shift))


@triton.jit
def _probability(x, scale, log_z):
    there = x != float("-inf")
    return tl.where(there, tl.exp(tl.where(there, x * scale - log_z, 0.0)), 0.0)


@triton.jit
def _to_mixture(ratio, share, other, TERMS: tl.constexpr):
    """Return −ln(share + other·e^ratio), where share + other = 1."""
    near = tl.abs(ratio) < 1.0
    grown = tl.where(near, expm1_near(tl.where(near, ratio, 0.0), TERMS), tl.exp(ratio) - 1.0)
    plain = tl.log(tl.maximum(share + other * tl.exp(ratio), 1e-38))
    return -tl.where((share < 0.5) & (ratio < -1.0), plain, log1p(grown * other, TERMS))


@triton.jit
def _excess(x, near, TERMS: tl.constexpr):
    """x + e^−x − 1 where the two probabilities are near each other, and x elsewhere."""
    return tl.where(near, excess_near(tl.where(near, x, 0.0), TERMS), x)


@triton.jit
def _apart(ratio, TERMS: tl.constexpr):
    """1 − e^−|δ|."""
    size = tl.abs(ratio)
    near = size < 1.0
    return tl.where(near, -expm1_near(tl.where(near, -size, 0.0), TERMS), 1.0 - tl.exp(-size))


@triton.jit
def _to_both(ratio, beta, FARTHEST: tl.constexpr, TERMS: tl.constexpr):
    """Return ln(P/M) and ln(Q/M), M = βP + (1 − β)Q."""
    held = tl.minimum(tl.maximum(ratio, -FARTHEST), FARTHEST)
    a = _to_mixture(held, beta, 1.0 - beta, TERMS)
    return a, _to_mixture(-held, 1.0 - beta, beta, TERMS)


@triton.jit
def mixtures(
    p,
    q,
    facts,
    out,
    p_row,
    q_row,
    count,
    numbers,
    WORK: tl.constexpr,
    LARGEST: tl.constexpr,
    TERMS: tl.constexpr,
    FARTHEST: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Write the mixture's divergence, the means of both log-ratios to it, and TV of one row."""
    row = tl.program_id(0).to(tl.int64)
    at, one = tl.arange(0, BLOCK), tl.arange(0, 1)
    known = facts + row * 3 + one
    log_z_p, log_z_q = tl.load(known).to(WORK), tl.load(known + 1).to(WORK)
    shift = tl.load(known + 2).to(WORK)
    none = tl.zeros((1,), tl.float64)
    value, of_a, of_p, of_b, of_q, tv = none, none, none, none, none, none
    scale, share = tl.load(numbers + one).to(WORK), tl.load(numbers + 1 + one).to(WORK)
    for start in range(0, count, BLOCK):
        inside = start + at < count
        x = logits(p + row * p_row + start + at, inside, scale, WORK, LARGEST)
        y = logits(q + row * q_row + start + at, inside, scale, WORK, LARGEST)
        ratio = _log_ratio(x, y, scale, shift, LARGEST)
        a, b = _to_both(ratio, share, FARTHEST, TERMS)
        near = tl.abs(ratio) < 1.0
        mass_p, mass_q = _probability(x, scale, log_z_p), _probability(y, scale, log_z_q)
        for_p = mass_p * _excess(a, near, TERMS) / (1.0 - share)
        each = for_p + mass_q * _excess(b, near, TERMS) / share
        value += tl.sum(each, axis=0).to(tl.float64)
        of_a += tl.sum(mass_p * a, axis=0).to(tl.float64)
        of_p += tl.sum(mass_p, axis=0).to(tl.float64)
        of_b += tl.sum(mass_q * b, axis=0).to(tl.float64)
        of_q += tl.sum(mass_q, axis=0).to(tl.float64)
        apart = tl.maximum(mass_p, mass_q) * _apart(ratio, TERMS)
        tv += tl.sum(apart, axis=0).to(tl.float64) / 2
    tl.store(out + row * 4 + one, value)
    tl.store(out + row * 4 + 1 + one, of_a / of_p)
    tl.store(out + row * 4 + 2 + one, of_b / of_q)
    tl.store(out + row * 4 + 3 + one, tv)


@triton.jit
def slopes(
    p,
    q,
    facts,
    weights,
    out,
    p_row,
    q_row,
    out_row,
    count,
    numbers,
    OF_Q: tl.constexpr,
    MIXED: tl.constexpr,
    WORK: tl.constexpr,
    LARGEST: tl.constexpr,
    TERMS: tl.constexpr,
    FARTHEST: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Write the gradient of one side and one block of one row."""
    row, start = tl.program_id(0).to(tl.int64), tl.program_id(1).to(tl.int64) * BLOCK
    at, one = start + tl.arange(0, BLOCK), tl.arange(0, 1)
    inside = at < count
    known = facts + row * 5 + one
    log_z_p, log_z_q = tl.load(known).to(WORK), tl.load(known + 1).to(WORK)
    weight, scale = tl.load(weights + row + one).to(WORK), tl.load(numbers + one).to(WORK)
    x = logits(p + row * p_row + at, inside, scale, WORK, LARGEST)
    y = logits(q + row * q_row + at, inside, scale, WORK, LARGEST)
    ratio = _log_ratio(x, y, scale, tl.load(known + 2).to(WORK), LARGEST)
    mass_p, mass_q = _probability(x, scale, log_z_p), _probability(y, scale, log_z_q)
    if MIXED:
        share = tl.load(numbers + 1 + one).to(WORK)
        a, b = _to_both(ratio, share, FARTHEST, TERMS)
        if OF_Q:
            slope = mass_q * (b - tl.load(known + 4).to(WORK)) / share
        else:
            slope = mass_p * (a - tl.load(known + 3).to(WORK)) / (1.0 - share)
    elif OF_Q:
        apart = tl.maximum(mass_p, mass_q) * _apart(ratio, TERMS)
        slope = tl.where(ratio < 0.0, -apart, apart)
    else:
        held = tl.minimum(ratio, LARGEST / 2)
        slope = mass_p * (-tl.load(known + 3).to(WORK) - held)
    tl.store(out + row * out_row + at, (slope * weight).to(out.dtype.element_ty), mask=inside)
