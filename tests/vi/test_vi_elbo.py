"""ELBO, its parts and its limits; the identity with a known evidence; methods never switched."""

import math

import numpy as np
import pytest

from kullback import distributions as d
from kullback import vi
from kullback.errors import InputError, MethodError, ShapeError

# z ~ N(0, 1), x|z ~ N(z, 1), x = 1, q = N(0, 1); the posterior is N(1/2, 1/2).
LN_2PI = math.log(2 * math.pi)
EVIDENCE = -0.5 * math.log(4 * math.pi) - 0.25
ELBO, GAP = -1.9189385332, 0.4034264097


def test_identity():
    """ln p(x) = ELBO + KL(q‖posterior)."""
    assert pytest.approx(-1.5155121235, abs=5e-11) == EVIDENCE
    # E_q ln N(1; z, 1) = −(ln 2π)/2 − (1 + 1)/2
    bound = vi.elbo([-LN_2PI / 2 - 1.0], vi.kl(d.Normal(0, 1), d.Normal(0, 1)))
    assert float(bound) == pytest.approx(ELBO, abs=5e-11)
    gap = vi.kl(d.Normal(0, 1), d.Normal(0.5, math.sqrt(0.5)))
    assert gap.method == "analytic"
    assert float(gap) == pytest.approx(GAP, abs=5e-11)
    assert EVIDENCE - float(bound) == pytest.approx(float(gap), rel=1e-14)


def test_identity_from_draws():
    """The Monte Carlo ELBO within its error; the weighted bound above it, below the evidence."""
    z = np.random.default_rng(1).standard_normal(20_000)
    joint = -(z**2) / 2 - (1 - z) ** 2 / 2 - LN_2PI
    found = vi.evidence(joint, -(z**2) / 2 - LN_2PI / 2)
    assert abs(found.elbo - ELBO) < 4 * found.standard_error
    assert found.log_evidence == pytest.approx(EVIDENCE, abs=0.02)
    assert found.reliable
    assert found.notes == ()
    exact = vi.evidence(np.full(100, -1.5), np.full(100, 0.0))
    assert (exact.elbo, exact.log_evidence) == (-1.5, -1.5)


def test_a_posterior_that_is_too_narrow_is_named():
    """q = N(0, 0.3²) for N(0, 1): weights of tail index 1/(1 − 0.09) > 1 have no variance."""
    z = 0.3 * np.random.default_rng(2).standard_normal(5000)
    found = vi.evidence(-(z**2) / 2, -(z**2) / 2 / 0.09 - math.log(0.3))
    assert not found.reliable
    assert found.min_sample_size > 5000
    assert [note.code for note in found.notes] == ["heavy-tail"]
    few = vi.evidence([0.0, 0.1], [0.0, 0.0])
    assert [note.code for note in few.notes] == ["few-draws"]
    with pytest.raises(ShapeError, match="one number a draw"):
        vi.evidence([0.0], [0.0, 1.0])
    with pytest.raises(InputError, match="nan"):
        vi.evidence([math.nan], [0.0])


def test_parts():
    rng = np.random.default_rng(3)
    fit, kl = rng.normal(-5, 1, (4, 10)), rng.gamma(1, 1, (10, 3))
    found = vi.elbo(fit, kl, weight=2.0)
    each = fit.mean(0) - 2 * kl.sum(1)
    assert float(found) == pytest.approx(each.mean())
    np.testing.assert_allclose(found.per_datum, each)
    np.testing.assert_allclose(found.kl_per_dimension, kl.mean(0))
    assert found.kl == pytest.approx(kl.sum(1).mean())
    assert found.standard_error == pytest.approx(each.std(ddof=1) / math.sqrt(10))
    assert found.notes == ()
    assert "2 × KL" in str(found)
    annealed = vi.elbo(fit, kl, weight=0.1)
    assert [note.code for note in annealed.notes] == ["no-bound"]
    assert vi.elbo(fit[0], kl.sum(1)).kl_per_dimension is None


def test_torch_gradients_flow():
    torch = pytest.importorskip("torch")
    mean = torch.tensor([[0.5, -1.0]], dtype=torch.float64, requires_grad=True)
    kl = vi.kl_standard_normal(mean, torch.zeros_like(mean))
    found = vi.elbo(-(mean**2).sum(-1), kl, weight=0.5)
    found.value.backward()
    np.testing.assert_allclose(mean.grad, [[-1.25, 2.5]])
    assert found.kl_per_dimension.shape == (2,)


def test_refusals():
    with pytest.raises(ShapeError, match=r"\(draws, data\)"):
        vi.elbo([0.0, 1.0], [0.0])
    with pytest.raises(InputError, match="weight"):
        vi.elbo([0.0], [0.0], weight=-1)
    with pytest.raises(InputError, match=r"kl\[0\] is nan"):
        vi.elbo([0.0], [math.nan])


def test_the_method_is_never_switched():
    pair = d.Normal(0, 1), d.Logistic(0, 1)
    with pytest.raises(MethodError, match=r"no analytic KL of Normal and Logistic.*quadrature"):
        vi.kl(*pair)
    asked = vi.kl(*pair, method="quadrature")
    assert (asked.method, asked.notes) == ("quadrature", ())
    free = vi.kl(*pair, method="auto")
    assert free.method == "quadrature"
    assert free.notes[0].code == "not-analytic"
    assert float(free) == pytest.approx(float(asked), rel=1e-9)
    drawn = vi.kl(*pair, method="monte carlo", seed=0)
    assert drawn.method == "monte carlo"
    assert abs(float(drawn) - float(asked)) < 2 * drawn.error
    assert vi.elbo([0.0], drawn).kl_method == "monte carlo"
    assert vi.kl(d.Normal(0, 1), d.Normal(1, 1), method="auto").notes == ()
    with pytest.raises(MethodError, match="'guess' is unknown"):
        vi.kl(*pair, method="guess")


def test_other_libraries_distributions():
    torch = pytest.importorskip("torch")
    loc = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    law = torch.distributions.Normal
    one, zero = torch.ones((), dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    term = vi.kl(law(loc, one), law(zero, one))
    assert term.method == "analytic"
    term.value.backward()
    assert loc.grad.item() == pytest.approx(1.0)


def test_terms_of_batches_keep_their_way():
    torch = pytest.importorskip("torch")
    law = torch.distributions.Normal
    term = vi.kl(law(torch.zeros(3), 1.0), law(torch.tensor([0.0, 1.0, 2.0]), 1.0))
    assert term.method == "analytic"
    np.testing.assert_allclose(term.value, [0.0, 0.5, 2.0])
    assert str(term) == "KL(q‖p): 3 values in nats, analytic"
    drawn = vi.kl(d.Normal([0.0, 1.0], 1.0), d.Logistic(0.0, 1.0), method="auto")
    assert drawn.method == "quadrature"
    rows = [float(vi.kl(d.Normal(x, 1.0), d.Logistic(0.0, 1.0), method="auto")) for x in (0, 1)]
    np.testing.assert_allclose(drawn.value, rows, rtol=1e-9)


def test_infinite_data_are_named():
    found = vi.elbo([-1.0, -np.inf, -2.0], [0.1, 0.2, 0.3])
    assert float(found) == -np.inf
    assert np.isnan(found.standard_error)
    assert "1 of 3 data" in str(found.notes[0])


def test_no_data_and_shapes_that_do_not_fit():
    with pytest.raises(ShapeError, match="no datum"):
        vi.elbo([], [])
    with pytest.raises(ShapeError, match=r"do not broadcast: mean \(2, 3\)"):
        vi.kl_standard_normal(np.zeros((2, 3)), np.zeros((3, 2)))
    with pytest.raises(
        ShapeError, match=r"of the data do not broadcast: mean \(2,\), cholesky \(4,"
    ):
        vi.kl_full_normal(np.zeros((2, 3)), np.stack([np.eye(3)] * 4))
    with pytest.raises(InputError, match="threshold=-1"):
        vi.active_units(np.eye(3), threshold=-1)


def test_a_term_is_a_divergence_that_elbo_takes_in_any_unit():
    from kullback import Divergence

    pair = d.Normal(0, 1), d.Normal(1, 1)
    term, bits = vi.kl(*pair), vi.kl(*pair, unit="bits")
    assert type(term) is type(bits) is Divergence
    assert bits.to("nats").value == pytest.approx(term.value)
    assert repr(term) == "KL(q‖p) = 0.5 nats, analytic"
    assert float(vi.elbo([-1.0], bits)) == pytest.approx(-1.5)
    with pytest.warns(DeprecationWarning, match=r"KLTerm goes in 0\.3"):
        assert vi.KLTerm is Divergence
    with pytest.raises(AttributeError, match="nothing"):
        _ = vi.nothing
