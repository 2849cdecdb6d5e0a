"""No gradient is lost in silence: it is carried, said to be missing, or the input is refused."""

import math

import numpy as np
import pytest

import kullback as k
from kullback import classifiers, counts, distributions, rl, samples
from kullback.errors import InputError, KullbackError

torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")

RNG = np.random.default_rng(0)
SHARES = np.array([[0.2, 0.8], [0.7, 0.3]]), np.array([[0.5, 0.5], [0.4, 0.6]])
ROW = np.array([0.2, 0.8]), np.array([0.5, 0.5])
LABELS = np.array([0, 1])
POINTS = RNG.normal(size=30), RNG.normal(size=30)
COUNTS = np.array([12.0, 30.0, 8.0]), np.array([10.0, 22.0, 18.0])
NORMAL = np.array([0.1, 1.0]), np.array([0.2, 2.0])
DRAWN = np.log(SHARES[0]), np.log(SHARES[1])


def of_normals(name, *more):
    measure = getattr(distributions, name)
    return lambda a, b: measure(
        distributions.Normal(a[0], a[1]), distributions.Normal(b[0], b[1]), *more
    )


CARRIED = {
    **{
        name: (getattr(k, name), SHARES)
        for name in ("kl", "jeffreys", "jensen_shannon", "jensen_shannon_distance", "hellinger")
    },
    **{
        name: (getattr(k, name), SHARES)
        for name in ("total_variation", "chi_square", "cross_entropy", "bhattacharyya")
    },
    "renyi": (lambda p, q: k.renyi(p, q, 0.7), SHARES),
    "tsallis": (lambda p, q: k.tsallis(p, q, 0.7), SHARES),
    "alpha_divergence": (lambda p, q: k.alpha_divergence(p, q, 0.7), SHARES),
    "f_divergence": (lambda p, q: k.f_divergence(p, q, lambda t: (t - 1) ** 2), SHARES),
    "pairwise": (lambda p, q: k.pairwise(k.kl, p, q), SHARES),
    "contributions": (k.contributions, SHARES),
    "entropy": (lambda p, _: k.entropy(p), SHARES),
    "surprisal": (lambda p, _: k.surprisal(p), SHARES),
    "renyi_entropy": (lambda p, _: k.renyi_entropy(p, 2), SHARES),
    **{
        f"logits.{name}": (getattr(k.logits, name), SHARES)
        for name in ("kl", "cross_entropy", "jensen_shannon", "total_variation")
    },
    "logits.entropy": (lambda p, _: k.logits.entropy(p), SHARES),
}
# Formulas look at the values of their parameters: nothing is traced.
FORMULAS = {
    **{
        name: (of_normals(name), NORMAL)
        for name in ("kl", "jeffreys", "cross_entropy", "hellinger", "total_variation")
    },
    **{
        name: (of_normals(name), NORMAL)
        for name in ("chi_square", "jensen_shannon", "bhattacharyya", "wasserstein")
    },
    "renyi": (of_normals("renyi", 0.5), NORMAL),
    "tsallis": (of_normals("tsallis", 0.5), NORMAL),
    "alpha_divergence": (of_normals("alpha_divergence", 0.5), NORMAL),
    "entropy": (lambda a, _: distributions.entropy(distributions.Normal(a[0], a[1])), NORMAL),
    "quadrature": (
        lambda a, b: distributions.kl(
            distributions.Normal(a[0], a[1]), distributions.Logistic(b[0], b[1])
        ),
        NORMAL,
    ),
    "a batch": (
        lambda a, b: distributions.hellinger(
            distributions.Normal(a, 1), distributions.Normal(b, 2)
        ),
        NORMAL,
    ),
    "mutual_information": (
        lambda a, _: distributions.mutual_information(distributions.Dirichlet(a + 1), trials=3),
        NORMAL,
    ),
}
PLAIN = {
    "compare": (k.compare, ROW),
    "classifiers.score": (lambda p, _: classifiers.score(LABELS, p), SHARES),
    "classifiers.compare": (lambda p, q: classifiers.compare(LABELS, p, q), SHARES),
    "rl.kl": (rl.kl, DRAWN),
    "rl.sequence_kl": (lambda p, q: rl.sequence_kl(p, q, kind="k1"), DRAWN),
}
REFUSED = {
    "counts.kl": (counts.kl, COUNTS),
    "counts.entropy": (lambda x, _: counts.entropy(x), COUNTS),
    "counts.mutual_information": (lambda x, _: counts.mutual_information(x), SHARES),
    "samples.kl": (samples.kl, POINTS),
    "samples.entropy": (lambda x, _: samples.entropy(x), POINTS),
    "samples.mutual_information": (samples.mutual_information, POINTS),
}


def total(result):
    value = getattr(result, "value", result)
    return value.sum() if hasattr(value, "sum") else value


def tensors(arrays, **more):
    return [torch.tensor(array, **more) for array in arrays]


@pytest.mark.parametrize("name", CARRIED)
def test_a_gradient_is_carried(name):
    measure, arrays = CARRIED[name]
    p, q = tensors(arrays, requires_grad=True)
    total(measure(p, q)).backward()
    moved = torch.func.grad(lambda a: total(measure(a, q.detach())))(p.detach())
    np.testing.assert_allclose(moved, p.grad, rtol=1e-9, atol=1e-12)
    step = np.zeros_like(arrays[0])
    step[0] = 1e-6, -1e-6  # along which the mass is kept
    ends = [total(measure(arrays[0] + way * step, arrays[1])) for way in (1, -1)]
    slope = float(p.grad[0, 0] - p.grad[0, 1])
    assert slope == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pairwise", "total_variation", "contributions", "f_divergence"])
def test_jax_has_the_gradient_of_torch(name):
    measure, arrays = CARRIED[name]
    p, q = tensors(arrays, requires_grad=True)
    total(measure(p, q)).backward()
    with jax.enable_x64(True):
        slope = jax.grad(lambda a, b: total(measure(a, b)))(*map(jax.numpy.asarray, arrays))
    np.testing.assert_allclose(p.grad, slope, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_carry_it_or_say_that_they_do_not(name):
    measure, arrays = FORMULAS[name]
    result = measure(*tensors(arrays, requires_grad=True))
    carried = getattr(result.value, "requires_grad", False)
    said = [note.code for note in result.notes].count("gradient")
    assert said == (not carried)
    with torch.no_grad():
        assert not measure(*tensors(arrays, requires_grad=True)).notes
    assert not measure(*tensors(arrays)).notes
    assert not measure(*arrays).notes


@pytest.mark.parametrize("name", PLAIN)
def test_plain_numbers_say_so(name):
    measure, arrays = PLAIN[name]
    codes = [note.code for note in measure(*tensors(arrays, requires_grad=True)).notes]
    assert codes.count("gradient") == 1
    assert "gradient" not in [note.code for note in measure(*tensors(arrays)).notes]


@pytest.mark.parametrize("name", REFUSED)
def test_estimates_of_data_refuse_tensors_with_the_remedy(name):
    measure, arrays = REFUSED[name]
    with pytest.raises(InputError, match=r"\.detach\(\)\.cpu\(\)\.numpy\(\)"):
        measure(*tensors(arrays, requires_grad=True))


@pytest.mark.parametrize("name", [*FORMULAS, *PLAIN, *REFUSED])
def test_what_looks_at_values_refuses_to_be_traced(name):
    """Where a transformation hides the values, no number comes out that is not theirs."""
    measure, arrays = {**FORMULAS, **PLAIN, **REFUSED}[name]

    def of_value(p, q):
        return getattr(measure(p, q), "value", 0.0)

    twice = [np.stack([array, array]) for array in arrays]
    for transform, make in (
        (jax.grad(of_value), lambda: map(jax.numpy.asarray, arrays)),
        (jax.jit(of_value), lambda: map(jax.numpy.asarray, arrays)),
        (jax.vmap(of_value), lambda: map(jax.numpy.asarray, twice)),
        (torch.func.grad(of_value), lambda: tensors(arrays)),
        (torch.func.vmap(of_value), lambda: tensors(twice)),
    ):
        with pytest.raises(KullbackError):
            transform(*make())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of torch about itself
@pytest.mark.parametrize("name", ["kl", "total_variation", "jensen_shannon", "quadrature"])
def test_formulas_are_left_out_of_graphs(name):
    measure, arrays = FORMULAS[name]
    torch._dynamo.reset()
    compiled = torch.compile(lambda a, b: measure(a, b).value, backend="eager")
    found = float(compiled(*tensors(arrays)))
    assert math.isclose(found, float(measure(*arrays).value), rel_tol=1e-12)
    torch._dynamo.reset()
    with pytest.raises(Exception, match="leave out fullgraph"):
        torch.compile(measure, backend="eager", fullgraph=True)(*tensors(arrays))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of torch about itself
def test_a_scorecard_is_left_out_of_graphs():
    torch._dynamo.reset()
    compiled = torch.compile(lambda p, q: float(k.compare(p, q).kl), backend="eager")
    assert compiled(*tensors(ROW)) == pytest.approx(float(k.kl(*ROW)), rel=1e-12)
    torch._dynamo.reset()
    with pytest.raises(Exception, match="leave out fullgraph"):
        torch.compile(k.compare, backend="eager", fullgraph=True)(*tensors(ROW))


def test_the_measure_comes_first():
    with pytest.raises(InputError, match="the measure comes first"):
        k.pairwise(*tensors(SHARES))
