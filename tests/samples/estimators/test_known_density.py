"""One sample and one known density; and the entropy of a sample."""

import math

import numpy as np
import pytest
from scipy import stats

from kullback import samples
from kullback.errors import InputError, MethodError, ShapeError


class Density:
    def log_density(self, x):
        return stats.norm(1, 2).logpdf(x)


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).normal(size=5000)


TRUTH = 0.44314718055994531


@pytest.mark.parametrize("method", ["auto", "gaussian"])
@pytest.mark.parametrize("q", [stats.norm(1, 2), stats.norm(1, 2).logpdf, Density()])
def test_every_way_to_give_a_density(x, q, method):
    found = samples.kl_to_known(x, q, method=method)
    assert found.value == pytest.approx(TRUTH, abs=4 * found.standard_error)
    assert found.standard_error < 0.03
    assert found.m is None
    assert TRUTH in samples.kl_to_known(x, q, unit="bits").to("nats").interval


def test_torch_distributions(x):
    torch = pytest.importorskip("torch")
    q = torch.distributions.Normal(1.0, 2.0)
    expected = samples.kl_to_known(x, stats.norm(1, 2)).value
    assert samples.kl_to_known(x, q).value == pytest.approx(expected, rel=1e-6)
    q = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))
    plane = np.random.default_rng(1).normal(size=(2000, 2))
    assert samples.kl_to_known(plane, q).value == pytest.approx(0, abs=0.15)


def test_two_columns():
    plane = np.random.default_rng(1).normal(size=(4000, 2))
    q = stats.multivariate_normal([0, 0], [[1, 1], [1, 2]])
    for method in ("auto", "gaussian"):
        found = samples.kl_to_known(plane, q, method=method)
        assert found.value == pytest.approx(0.5, abs=0.1)


def test_it_is_minus_entropy_less_the_mean_log_density(x):
    log_q = stats.norm(1, 2).logpdf(x)
    for method in ("nearest-neighbours", "gaussian"):
        whole = samples.kl_to_known(x, stats.norm(1, 2), method=method).value
        parts = -samples.entropy(x, method=method).value - log_q.mean()
        assert whole == pytest.approx(parts, abs=1e-12)


def test_impossible_points_are_infinite_and_listed(x):
    found = samples.kl_to_known(x, stats.expon())
    assert found.value == math.inf
    assert found.interval is None
    assert found.unseen == pytest.approx(0.5, abs=0.05)
    assert any(note.code == "infinite" and "density 0" in note.text for note in found.notes)


@pytest.mark.parametrize(
    ("q", "error", "message"),
    [
        (3, InputError, "a int, which has no log-density"),
        (lambda x: np.full(len(x), np.nan), InputError, "the log-density is nan at x = "),
        (lambda x: np.full(len(x), np.inf), InputError, "the log-density is inf"),
        (lambda _: 0.0, ShapeError, r"has shape \(\), not \(5000,\)"),
    ],
)
def test_bad_densities(x, q, error, message):
    with pytest.raises(error, match=message):
        samples.kl_to_known(x, q)


def test_a_density_per_column_is_refused():
    with pytest.raises(ShapeError, match="sum it over the columns"):
        samples.kl_to_known(np.random.default_rng(0).normal(size=(30, 2)), stats.norm())


# Distribution, its differential entropy.
ENTROPIES = {
    "normal": (stats.norm(3, 5), 0.5 * math.log(2 * math.pi * math.e * 25)),
    "uniform": (stats.uniform(0, 0.5), math.log(0.5)),
    "exponential": (stats.expon(scale=2), 1 + math.log(2)),
    "laplace": (stats.laplace(), 1 + math.log(2)),
}


@pytest.mark.parametrize("name", ENTROPIES)
def test_entropy_of_a_sample(name):
    law, truth = ENTROPIES[name]
    found = samples.entropy(law.rvs(20_000, random_state=1))
    assert found.value == pytest.approx(truth, abs=4 * found.standard_error)
    assert found.standard_error < 0.02
    assert found.quantity == "h(P)"


def test_entropy_moves_with_the_scale():
    plane = np.random.default_rng(2).normal(size=(300, 3))
    turn = np.array([[2.0, 1, 0], [0, 1, 0.5], [0.3, 0, 4]])
    for method in ("nearest-neighbours", "gaussian"):
        before = samples.entropy(plane, method=method).value
        after = samples.entropy(plane @ turn.T + 5, method=method).value
        assert after - before == pytest.approx(math.log(abs(np.linalg.det(turn))), abs=1e-9)


def test_entropy_of_a_normal_sample_is_unbiased():
    random = np.random.default_rng(3)
    values = [
        samples.entropy(random.normal(size=(12, 3)), method="gaussian").value for _ in range(400)
    ]
    truth = 1.5 * math.log(2 * math.pi * math.e)
    assert np.mean(values) == pytest.approx(truth, abs=4 * np.std(values) / 20)


def test_points_that_coincide_have_no_density():
    with pytest.raises(MethodError, match=r"x holds one point 6 times.*choose k ≥ 6.*counts"):
        samples.entropy([1.0] * 6 + [2.0, 3.0])
    assert math.isfinite(samples.entropy([1.0] * 4 + [2.0, 3.0, 5.0]).value)


def test_too_few():
    with pytest.raises(InputError, match="k = 5 nearest neighbours need at least 6"):
        samples.entropy([1, 2, 3])
    with pytest.raises(InputError, match="too few for the covariance"):
        samples.entropy([1, 2], method="gaussian")
    with pytest.raises(InputError, match="is constant"):
        samples.entropy([1, 1, 1, 1], method="gaussian")
    with pytest.raises(InputError, match="in u the numbers have no entropy"):
        samples.entropy({"a": [1.0, 2.0], "c": ["u", "v"]})
    with pytest.raises(InputError, match="categorical columns"):
        samples.kl_to_known({"a": [1.0, 2.0], "c": ["u", "v"]}, stats.norm())
