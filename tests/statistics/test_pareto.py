"""The Pareto k: published constants, the fit, its peer, and weights whose tail is known."""

import math

import numpy as np
import pytest

from kullback import rl, vi
from kullback.errors import InputError, ShapeError
from kullback.statistics import pareto


def test_constants():
    """Vehtari et al. (2024): thresholds, tail lengths and minimum sample sizes."""
    sizes = (100, 320, 1000, 2200)
    assert [pareto.threshold(s) for s in sizes] == pytest.approx(
        [0.5, 0.6008223, 0.6666667, 0.7], abs=5e-8
    )
    assert 1 - 1 / math.log10(2200) == pytest.approx(0.70082, abs=5e-6)
    assert [pareto.tail_length(s) for s in sizes] == [20, 54, 95, 141]
    needed = [pareto.min_sample_size(k) for k in (0, 0.5, 0.7, -2)]
    assert needed == pytest.approx([10, 100, 2154.43, 10], abs=5e-3)
    assert pareto.min_sample_size(1.0) == pareto.min_sample_size(math.inf) == math.inf


# The arviz formula on x_j = ((1 − (j − ½)/100)^−k − 1)/k.
FITS = {0.2: 0.2412504986, 0.5: 0.5044927845, 0.7: 0.6800359881, 1.0: 0.9433839033}


@pytest.mark.parametrize("k", FITS)
def test_fit(k):
    x = ((1 - (np.arange(1, 101) - 0.5) / 100) ** -k - 1) / k
    assert pareto.generalized_pareto_k(x) == pytest.approx(FITS[k], abs=5e-11)


@pytest.mark.parametrize("draws", [100, 400, 900, 10_000])
@pytest.mark.parametrize("scale", [0.3, 1.0, 2.0, 5.0])
def test_agrees_with_arviz(draws, scale):
    """Sizes at which both take a tail of one length (theirs is rounded down)."""
    stats = pytest.importorskip("arviz_stats.base")
    log_weights = np.random.default_rng(draws).normal(0, scale, draws)
    _, theirs = stats.array_stats.psislw(-log_weights)
    assert pareto.pareto_k(log_weights) == pytest.approx(float(theirs), rel=1e-10)


@pytest.mark.parametrize("k", [0.1, 0.4, 0.8])
def test_known_tail(k):
    """Weights U^−k have a Pareto tail of shape k; the fit has an error of about (1 + k)/√tail."""
    u = np.random.default_rng(0).uniform(size=40_000)
    error = (1 + k) / math.sqrt(pareto.tail_length(40_000))
    assert pareto.pareto_k(-k * np.log(u)) == pytest.approx(k, abs=4 * error)


def test_constant_and_discrete_weights():
    """Weights of a bounded policy repeat: a tail of equals is bounded, one of few is unknown."""
    assert pareto.pareto_k(np.zeros(50)) == -math.inf
    assert pareto.pareto_k(np.repeat([0.0, 1.0], [500, 500])) == -math.inf
    assert pareto.pareto_k(np.repeat([0.0, 5.0], [998, 2])) == math.inf
    assert pareto.pareto_k(np.r_[np.full(998, -2000.0), 0.0, 1.0]) == math.inf
    assert math.isfinite(pareto.pareto_k(np.r_[np.full(100, -np.inf), np.linspace(0, 1, 100)]))


@pytest.mark.parametrize(("library", "array"), [("torch", "tensor"), ("jax.numpy", "asarray")])
def test_arrays_of_other_libraries(library, array):
    make = getattr(pytest.importorskip(library), array)
    weights = np.random.default_rng(3).normal(0, 2, 500).astype(np.float32)
    found = vi.pareto_k(make(weights))
    assert type(found) is float
    assert found == vi.pareto_k(weights)


def test_shift_and_order_do_not_matter():
    w = np.random.default_rng(1).normal(0, 2, 500)
    k = pareto.pareto_k(w)
    assert pareto.pareto_k(w[::-1] + 5000) == pytest.approx(k, rel=1e-9)


def test_refusals():
    with pytest.raises(InputError, match="at least 21"):
        pareto.pareto_k(np.zeros(20))
    with pytest.raises(InputError, match=r"log_weights\[3\] is nan"):
        pareto.pareto_k([0.0, 1.0, 2.0, math.nan])
    with pytest.raises(InputError, match="all −inf"):
        pareto.pareto_k(np.full(30, -np.inf))
    with pytest.raises(ShapeError, match="one number a draw"):
        pareto.pareto_k(np.zeros((30, 2)))
    with pytest.raises(InputError, match="efficiency"):
        pareto.pareto_k(np.zeros(30), efficiency=0)
    with pytest.raises(InputError, match="above 1"):
        pareto.threshold(1)


def test_ratios():
    """Effective draws by their definition; the ends of the log-ratio; k of the same weights."""
    rng = np.random.default_rng(2)
    p, b = rng.normal(-3, 1, 1000), rng.normal(-3, 1, 1000)
    p[0] = np.nan
    found = rl.ratios(p, b, mask=np.arange(1000) > 0)
    w = np.exp(p[1:] - b[1:])
    assert found.effective_draws == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert (found.lowest, found.highest) == ((p - b)[1:].min(), (p - b)[1:].max())
    assert found.pareto_k == pareto.pareto_k(p[1:] - b[1:])
    assert found.min_sample_size == pareto.min_sample_size(found.pareto_k)
    assert found.to_dict()["reliable"] == found.reliable
    few = rl.ratios([0.0, 1.0], [0.0, 0.0])
    assert math.isnan(few.pareto_k)
    assert not few.reliable
    zero = rl.ratios([-np.inf, 0.0], [0.0, 0.0])
    assert zero.effective_draws == 1.0
    assert zero.lowest == -np.inf


@pytest.mark.parametrize("distance", [10.0, 300.0, 700.0, 5000.0])
def test_one_giant_weight_is_a_heavy_tail(distance):
    """All others lie e^−distance below it: a shape of about distance/tail, never NaN."""
    rng = np.random.default_rng(0)
    spread = np.sort(rng.normal(size=999))
    weights = np.append(spread - distance - 3, 0.0)
    k = pareto.pareto_k(weights)
    assert k > pareto.threshold(1000)
    assert k == pytest.approx(in_fifty_digits(weights), rel=1e-9)


def in_fifty_digits(log_weights):
    """Zhang and Stephens on the weights themselves, which no float64 holds."""
    import mpmath

    with mpmath.workdps(50):
        w = sorted(mpmath.exp(mpmath.mpf(float(x))) for x in log_weights)
        size = pareto.tail_length(len(w))
        x = [each - w[-size - 1] for each in w[-size:]]
        n, m = len(x), 30 + math.isqrt(len(x))
        b = [
            1 / x[-1] + (1 - mpmath.sqrt(m / (mpmath.mpf(j) - 0.5))) / (3 * x[int(n / 4 + 0.5) - 1])
            for j in range(1, m + 1)
        ]
        k = [sum(mpmath.log(1 - each * one) for one in x) / n for each in b]
        logs = [
            n * (mpmath.log(-each / shape) - shape - 1) for each, shape in zip(b, k, strict=True)
        ]
        top = max(logs)
        weight = [mpmath.exp(each - top) for each in logs]
        mean = sum(each * one for each, one in zip(b, weight, strict=True)) / sum(weight)
        shape = sum(mpmath.log(1 - mean * one) for one in x) / n
        return float((n * shape + 5) / (n + 10))


def test_one_giant_and_two_shelves():
    weights = np.r_[np.full(900, -800.0), np.linspace(-710, -705, 99), 0.0]
    assert 1 < pareto.pareto_k(weights) < 100


def test_a_giant_ratio_is_called_heavy():
    """Not too few draws: enough of them, one of which carries everything."""
    from kullback import rl

    log_p = np.r_[np.full(900, -800.0), np.linspace(-710, -705, 99), 0.0]
    found = rl.ratios(log_p, np.zeros(1000))
    assert found.pareto_k > 1
    assert not found.reliable
