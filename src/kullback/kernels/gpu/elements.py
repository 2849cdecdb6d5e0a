"""What Triton's kernels do to one outcome: series where its own functions lose digits.

On a GPU ln is exact to an absolute error only, so that ln(1 + x) and e^x − 1 of small x are taken
from their series.
"""

from kullback.kernels.gpu.needed import tl, triton


@triton.jit
def expm1_near(x, TERMS: tl.constexpr):
    """e^x − 1 for |x| below 1."""
    series = x * 0.0 + 1.0
    for i in tl.static_range(TERMS - 1):
        series = 1.0 + x / (TERMS - i) * series
    return x * series


@triton.jit
def excess_near(d, TERMS: tl.constexpr):
    """d + e^−d − 1 ≥ 0 for |d| below 1."""
    series = d * 0.0 + 1.0
    for i in tl.static_range(TERMS - 2):
        series = 1.0 - d / (TERMS - i) * series
    return d * d * 0.5 * series


@triton.jit
def log1p(x, TERMS: tl.constexpr):
    """ln(1 + x), x above −1."""
    small = tl.where(tl.abs(x) < 0.5, x, 0.0)
    s = small / (2.0 + small)
    z = s * s
    series = s * 0.0 + 1.0 / (2 * TERMS + 1)
    for i in tl.static_range(TERMS):
        series = 1.0 / (2 * (TERMS - 1 - i) + 1) + z * series
    return tl.where(tl.abs(x) < 0.5, 2.0 * s * series, tl.log(tl.maximum(1.0 + x, 1e-38)))


@triton.jit
def logits(pointer, inside, scale, WORK: tl.constexpr, LARGEST: tl.constexpr):
    """Return logits, −∞ where there is none, held to a size that can be added and scaled."""
    x = tl.load(pointer, mask=inside, other=float("-inf")).to(WORK)
    limit = LARGEST / tl.maximum(scale, 1.0)
    finite = tl.where(x < float("inf"), tl.minimum(tl.maximum(x, -limit), limit), float("nan"))
    return tl.where(x == float("-inf"), float("-inf"), finite)
