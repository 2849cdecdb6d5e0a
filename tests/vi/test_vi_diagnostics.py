"""Free bits, schedules, active units, collapse, and what a KL is made of."""

import json
import math

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kullback import vi
from kullback.distributions import Normal
from kullback.errors import InputError, ShapeError


def test_free_bits():
    """λ = 0.25 on (.01, .02, 1.5, .8): 2.8, raw 2.33."""
    kl = [0.01, 0.02, 1.5, 0.8]
    assert float(vi.free_bits(kl, 0.25)) == pytest.approx(2.8, rel=1e-15)
    assert float(vi.free_bits(kl, 0.0)) == pytest.approx(2.33, rel=1e-15)


def test_the_two_definitions_differ():
    """Two data, one dimension: KL 0 and 0.4, floor 0.25: max(.25, .2) and (.25 + .4)/2."""
    kl = [[0.0], [0.4]]
    assert float(vi.free_bits(kl, 0.25)) == 0.25
    assert float(vi.free_bits(kl, 0.25, per="datum")) == pytest.approx(0.325)


KLS = arrays.arrays(np.float64, (4, 3), elements=st.floats(0, 10))


@given(KLS, st.floats(0, 5))
def test_free_bits_properties(kl, minimum):
    batch, datum = (float(vi.free_bits(kl, minimum, per=per)) for per in ("batch", "datum"))
    assert datum >= batch - 1e-12
    assert batch >= max(kl.mean(0).sum(), 3 * minimum) - 1e-12


def test_free_bits_gradient():
    torch = pytest.importorskip("torch")
    kl = torch.tensor([[0.01, 1.0], [0.1, 2.0]], dtype=torch.float64, requires_grad=True)
    vi.free_bits(kl, 0.25).backward()
    np.testing.assert_allclose(kl.grad, [[0, 0.5], [0, 0.5]])
    with pytest.raises(InputError, match="minimum"):
        vi.free_bits(kl, -1)
    with pytest.raises(ShapeError, match="data, dimensions"):
        vi.free_bits(0.3, 0.1)
    with pytest.raises(InputError, match="nan"):
        vi.free_bits([math.nan], 0.1)


def test_schedules():
    s = vi.schedules
    assert [s.linear(t, warmup=10, end=0.5) for t in (0, 5, 10, 99)] == [0, 0.25, 0.5, 0.5]
    rising = [s.cyclical(t, period=10, rising=0.5) for t in range(20)]
    assert rising[:6] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert rising[:10] == rising[10:]
    assert s.sigmoid(7, midpoint=7, width=3) == 0.5
    logistic = 1 / (1 + math.exp(-2))
    assert s.sigmoid(13, midpoint=7, width=3) == pytest.approx(logistic, rel=1e-15)
    assert s.sigmoid(0, midpoint=1e9, width=1) == 0.0
    for bad in (
        lambda: s.linear(-1, warmup=1),
        lambda: s.linear(1, warmup=0),
        lambda: s.cyclical(1, period=2, rising=2),
        lambda: s.sigmoid(1, midpoint=0, width=math.nan),
    ):
        with pytest.raises(InputError):
            bad()


def test_active_units():
    rng = np.random.default_rng(0)
    mean = rng.normal(size=(1000, 3)) * [1.0, 0.2, 0.02]
    found = vi.active_units(mean)
    assert int(found) == 2
    np.testing.assert_allclose(found.variance, mean.var(0))
    assert int(vi.active_units(mean, threshold=1e-5)) == 3
    with pytest.raises(InputError, match="one datum"):
        vi.active_units(mean[:1])
    with pytest.raises(ShapeError, match="data, dimensions"):
        vi.active_units(mean[0])


def test_collapse_names_each_dimension():
    """Active, the prior itself, moved off the prior for every datum alike, and barely moving."""
    signs = np.array([[1.0], [-1.0]])
    mean = np.hstack([signs, 0 * signs, 0 * signs + 2, 0.11 * signs])
    log_variance = np.array([[-3.0, 0.0, 0.0, -0.01]] * 2)
    found = vi.collapse(mean, log_variance)
    assert found.dimensions == ("active", "collapsed", "constant", "faint")
    assert found.verdict == "partial"
    assert vi.collapse(mean[:, 1:2], log_variance[:, 1:2]).verdict == "whole"
    assert vi.collapse(mean[:, :1], log_variance[:, :1]).verdict == "none"
    torch = pytest.importorskip("torch")
    tensors = torch.tensor(mean, requires_grad=True), torch.tensor(log_variance)
    assert vi.collapse(*tensors).dimensions == found.dimensions
    with pytest.raises(InputError, match=r"log_variance\[0, 0\] is -inf"):
        vi.collapse([[0.0], [0.0]], [[-math.inf], [0.0]])


def mixture_kl(means, scales):
    """KL of an equal mixture of normals from N(0, 1), by mpmath."""
    mp.mp.dps = 25

    def density(z):
        each = (mp.exp(-(((z - m) / s) ** 2) / 2) / s for m, s in zip(means, scales, strict=True))
        return mp.fsum(each) / len(means) / mp.sqrt(2 * mp.pi)

    def integrand(z):
        q = density(z)
        return q * (mp.log(q) + z * z / 2 + mp.log(2 * mp.pi) / 2) if q else mp.mpf(0)

    return float(mp.quad(integrand, np.arange(-16, 16.5, 0.5).tolist()))


def test_mutual_information_of_two_posteriors():
    """N(±2, 1): mean KL 2; aggregate 1.36727980626; information 0.63272019374, below ln 2."""
    found = vi.decompose([[2.0], [-2.0]], [[0.0], [0.0]])
    assert found.kl == 2.0
    assert found.aggregate_kl == pytest.approx(1.3672798060, abs=5e-10)
    assert found.mutual_information == pytest.approx(0.6327201940, abs=5e-10)
    assert found.aggregate_kl == pytest.approx(mixture_kl([2, -2], [1, 1]), rel=1e-13)
    assert found.mutual_information < math.log(2)
    assert found.total_correlation == 0
    assert found.methods["mutual_information"] == "quadrature"
    assert found.standard_error == 0


@pytest.mark.parametrize("narrow", [1.0, 0.3, 0.05])
def test_margins_against_mpmath(narrow):
    means, scales = [0.4, -1.5, 2.0], [narrow, 0.8, 2 * narrow]
    found = vi.decompose(np.array(means)[:, None], 2 * np.log(scales)[:, None])
    assert found.dimension_wise[0] == pytest.approx(mixture_kl(means, scales), rel=1e-10)


def test_independent_dimensions_and_correlated_ones():
    """A 2×2 product of codes has no total correlation; the same code twice has its information."""
    product = np.array([[a, b] for a in (2.0, -2.0) for b in (2.0, -2.0)])
    zeros = np.zeros((4, 2))
    one = vi.decompose([[2.0], [-2.0]], [[0.0], [0.0]])
    found = vi.decompose(product, zeros, draws=4000, seed=1)
    assert found.dimension_wise == pytest.approx([one.aggregate_kl] * 2, rel=1e-12)
    assert abs(found.total_correlation) < 4 * found.standard_error
    assert found.mutual_information == pytest.approx(
        2 * one.mutual_information, abs=4 * found.standard_error
    )
    twice = np.array([[2.0, 2.0], [-2.0, -2.0]])
    found = vi.decompose(twice, zeros[:2], draws=8000, seed=2)
    assert found.total_correlation > 0.3
    total = found.mutual_information + found.total_correlation + found.dimension_wise.sum()
    assert total == pytest.approx(found.kl, rel=1e-14)
    # I(x; z) of N(±2(1, 1), I) is that of one dimension at distance 2√2: by rotation.
    rotated = vi.decompose([[8**0.5], [-(8**0.5)]], [[0.0], [0.0]])
    assert found.mutual_information == pytest.approx(
        rotated.mutual_information, abs=4 * found.standard_error
    )


def test_the_stratified_error_is_right():
    """Over seeds, the spread of the mutual information is its error, within 4 deviations of χ²."""
    rng = np.random.default_rng(5)
    mean, log_variance = rng.normal(size=(20, 2)), rng.normal(-1, 0.3, (20, 2))
    runs = [vi.decompose(mean, log_variance, draws=8, seed=seed) for seed in range(200)]
    spread = np.std([run.mutual_information for run in runs], ddof=1)
    error = math.sqrt(np.mean([run.standard_error**2 for run in runs]))
    assert spread / error == pytest.approx(1, abs=4 / math.sqrt(2 * 200))


def test_decomposition_notes_and_refusals():
    far = vi.decompose([[30.0], [-30.0]], [[-4.0], [-4.0]])
    assert [note.code for note in far.notes] == ["saturated"]
    assert far.mutual_information == pytest.approx(math.log(2), rel=1e-11)
    apart = vi.decompose([[30.0], [-30.0]], [[-40.0], [-4.0]])
    assert apart.mutual_information == pytest.approx(math.log(2), rel=1e-4)
    with pytest.raises(InputError, match="draws=1"):
        vi.decompose([[1.0]], [[0.0]], draws=1)
    again = [vi.decompose(np.eye(3), np.zeros((3, 3)), seed=4).mutual_information for _ in "ab"]
    assert again[0] == again[1]


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_diagnostics_take_other_libraries(library):
    module = pytest.importorskip(library)
    make = module.tensor if library == "torch" else module.numpy.asarray
    mean, log_variance = np.random.default_rng(6).normal(size=(2, 5, 2)).astype(np.float32)
    bare, found = (vi.decompose(f(mean), f(log_variance)) for f in (np.asarray, make))
    assert found.mutual_information == pytest.approx(bare.mutual_information, rel=1e-12)
    assert int(vi.active_units(make(mean))) == int(vi.active_units(mean))
    draws = vi.evidence(make(mean[:, 0]), make(mean[:, 1]))
    assert draws.elbo == vi.evidence(mean[:, 0], mean[:, 1]).elbo


def test_results_are_plain_data():
    """Everything goes through JSON."""
    mean, log_variance = np.random.default_rng(7).normal(size=(2, 30, 2))
    results = [
        vi.decompose(mean, log_variance),
        vi.active_units(mean),
        vi.collapse(mean, log_variance),
        vi.evidence(mean[:, 0], mean[:, 1]),
        vi.elbo(mean[:, 0], vi.kl_standard_normal(mean, log_variance), weight=0.5),
        vi.kl(Normal(0, 1), Normal(1, 1)),
    ]
    for result in results:
        told = json.loads(json.dumps(result.to_dict()))
        assert set(told) == set(result.__slots__)


def test_pareto_k_is_here():
    assert vi.min_sample_size(0.5) == pytest.approx(100)
    assert vi.pareto_threshold(1000) == pytest.approx(2 / 3)
    assert isinstance(vi.pareto_k(np.random.default_rng(0).normal(size=100)), float)
