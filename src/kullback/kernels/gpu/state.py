"""One pass over two rows of logits in Triton: the state of `kullback.kernels.logits_reference`.

A program takes a row, block after block; what it has summed up is moved to the largest logits so
far as `kullback.kernels.row_state` moves it. Blocks are added up in float32 (in float64 where the
logits are), the sums of blocks in float64.
"""

from kullback.kernels.gpu.elements import excess_near, expm1_near, logits
from kullback.kernels.gpu.needed import tl, triton

# What is stored a row.
COLUMNS = ("max_p", "max_q", "below", "tops", "gain", "loss", "back", "surprise", "arg_p", "arg_q")


@triton.jit
def _moved(known, fall_p, fall_q, sums, TERMS: tl.constexpr):
    """Return the sums so far, seen from larger largest logits: by e^fall_p and e^fall_q less."""
    below, tops, gain, loss, back, surprise = sums
    p, q = tl.exp(fall_p), tl.exp(fall_q)
    weight = below + tops
    of_q = weight + gain
    step = tl.where(known, fall_q - fall_p, 0.0)
    near = known & (tl.abs(step) < 1.0)
    small = tl.where(near, step, 0.0)
    growth, fall = expm1_near(small, TERMS), expm1_near(-small, TERMS)
    new = tl.where(near, p * (gain + growth * of_q), q * of_q - p * weight)
    close = p * (loss + growth * gain + excess_near(-small, TERMS) * weight)
    close_back = q * (back - fall * gain + excess_near(small, TERMS) * of_q)
    far = p * (loss - gain - step * weight) + new
    far_back = q * (back + gain + step * of_q) - new
    loss = tl.where(loss == float("inf"), loss, tl.where(near, close, far))
    back = tl.where(back == float("inf"), back, tl.where(near, close_back, far_back))
    alone = tl.where(fall_p < 0.0, 0.0, tops)
    return p * weight - alone, alone, new, loss, back, p * (surprise - fall_p * weight)


@triton.jit
def _added(sums, each):
    """Return the sums with those of one more block."""
    below, tops, gain, loss, back, surprise = sums
    below += tl.sum(each[0], axis=0).to(tl.float64)
    tops += tl.sum(each[1], axis=0).to(tl.float64)
    gain += tl.sum(each[2], axis=0).to(tl.float64)
    loss += tl.sum(each[3], axis=0).to(tl.float64)
    back += tl.sum(each[4], axis=0).to(tl.float64)
    surprise += tl.sum(each[5], axis=0).to(tl.float64)
    return below, tops, gain, loss, back, surprise


@triton.jit
def _outcomes(x, y, top_p, top_q, scale, TERMS: tl.constexpr):
    """Return w but of the largest, their number, b − w, both losses and −w·ln w of outcomes."""
    in_p = x != float("-inf")
    in_q = y != float("-inf")
    log_w = tl.where(in_p, (x - top_p) * scale, 0.0)
    log_b = tl.where(in_q, (y - top_q) * scale, 0.0)
    w = tl.where(in_p, tl.exp(log_w), 0.0)
    b = tl.where(in_q, tl.exp(log_b), 0.0)
    both = in_p & in_q
    shift = top_p - top_q
    straight = (tl.where(both, x, 0.0) - tl.where(both, y, 0.0) - shift) * scale
    d = tl.where(both, tl.where(tl.abs(shift) < 64.0, straight, log_w - log_b), 0.0)
    near = both & (tl.abs(d) < 1.0)
    small = tl.where(near, d, 0.0)
    gain = tl.where(near, w * expm1_near(-small, TERMS), b - w)
    apart = tl.where(near, w * excess_near(small, TERMS), w * d + (b - w))
    back = tl.where(near, b * excess_near(-small, TERMS), (w - b) - b * d)
    loss = tl.where(both, apart, tl.where(in_p, float("inf"), b))
    back = tl.where(both, back, tl.where(in_q, float("inf"), w))
    top = in_p & (log_w == 0.0)
    return tl.where(top, 0.0, w), tl.where(top, 1.0, 0.0), gain, loss, back, -w * log_w


@triton.jit
def _or_0(x):
    """Return x, and 0 where it is −∞."""
    return tl.where(x > float("-inf"), x, 0.0)


@triton.jit
def _fall(old, new):
    """Return by how much logits fall that are read against a new largest one."""
    return tl.where(old > float("-inf"), old - _or_0(new), 0.0)


@triton.jit
def states(
    p,
    q,
    out,
    p_row,
    q_row,
    count,
    numbers,
    WORK: tl.constexpr,
    LARGEST: tl.constexpr,
    TERMS: tl.constexpr,
    FINE: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Write the columns of one row, float64."""
    row = tl.program_id(0).to(tl.int64)
    at = tl.arange(0, BLOCK)
    exact = tl.load(numbers + tl.arange(0, 1))
    scale = exact.to(WORK)
    none = tl.zeros((1,), tl.float64)
    max_p, max_q, arg_p, arg_q = none - float("inf"), none - float("inf"), none, none
    sums = (none, none, none, none, none, none)
    for start in range(0, count, BLOCK):
        inside = start + at < count
        x = logits(p + row * p_row + start + at, inside, scale, WORK, LARGEST)
        y = logits(q + row * q_row + start + at, inside, scale, WORK, LARGEST)
        most_p, most_q = tl.max(x, axis=0).to(tl.float64), tl.max(y, axis=0).to(tl.float64)
        arg_p = tl.where(most_p > max_p, (start + tl.argmax(x, axis=0)).to(tl.float64), arg_p)
        arg_q = tl.where(most_q > max_q, (start + tl.argmax(y, axis=0)).to(tl.float64), arg_q)
        new_p, new_q = tl.maximum(max_p, most_p), tl.maximum(max_q, most_q)
        known = (max_p > float("-inf")) & (max_q > float("-inf"))
        fall_p, fall_q = _fall(max_p, new_p) * exact, _fall(max_q, new_q) * exact
        sums = _moved(known, fall_p, fall_q, sums, FINE)
        from_p, from_q = _or_0(new_p), _or_0(new_q)
        sums = _added(sums, _outcomes(x, y, from_p.to(WORK), from_q.to(WORK), scale, TERMS))
        max_p, max_q = new_p, new_q
    to = out + row * 10 + tl.arange(0, 1)
    tl.store(to, max_p * exact)
    tl.store(to + 1, max_q * exact)
    for i in tl.static_range(6):
        tl.store(to + 2 + i, sums[i])
    tl.store(to + 8, arg_p)
    tl.store(to + 9, arg_q)
