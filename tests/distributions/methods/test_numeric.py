"""The numeric ladder: quadrature, summation, cubature, Monte Carlo, mixtures, user densities."""

import math

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d


def by_mpmath(p, q, points):
    """KL from the definition, with the textbook densities."""
    with mp.workdps(25):
        return mp.quad(lambda x: mp.exp(p(x)) * (p(x) - q(x)), points)


def normal(m, s):
    return lambda x: -((x - m) ** 2) / (2 * s**2) - mp.log(s) - mp.log(2 * mp.pi) / 2


def logistic(m, s):
    return lambda x: -(x - m) / s - 2 * mp.log1p(mp.exp(-(x - m) / s)) - mp.log(s)


def student(n):
    n = mp.mpf(n)
    constant = mp.loggamma((n + 1) / 2) - mp.loggamma(n / 2) - mp.log(n * mp.pi) / 2
    return lambda x: constant - (n + 1) / 2 * mp.log1p(x * x / n)


LINE = [-mp.inf, -30, -10, -3, 0, 3, 10, 30, mp.inf]


@pytest.mark.parametrize(
    ("p", "q", "formulas"),
    [
        (d.Normal(0.3, 2), d.Logistic(0, 1), (normal(mp.mpf("0.3"), 2), logistic(0, 1))),
        (d.Logistic(1, 2), d.Logistic(0, 1), (logistic(1, 2), logistic(0, 1))),
        (d.Normal(1, 1), d.StudentT(3), (normal(1, 1), student(3))),
        (d.StudentT(7), d.StudentT(3), (student(7), student(3))),
        (d.StudentT(5), d.Logistic(0, 1), (student(5), logistic(0, 1))),
    ],
    ids=lambda value: "" if isinstance(value, tuple) else str(value),
)
def test_quadrature_against_mpmath(p, q, formulas):
    result = d.kl(p, q)
    truth = float(by_mpmath(*formulas, LINE))
    assert result.method == "quadrature"
    assert float(result) == pytest.approx(truth, rel=1e-11)
    assert abs(float(result) - truth) <= result.error


def test_power_laws_over_the_integers_have_an_end():
    """No partial sum converges: E k under Zipf(2.5) falls like k^-0.5."""
    with mp.workdps(30):
        s, a = mp.mpf("2.5"), mp.mpf("1.25")
        mean, log_mean = mp.zeta(s - 1) / mp.zeta(s), -mp.zeta(s, derivative=1) / mp.zeta(s)
        truth = float(-s * log_mean - mp.log(mp.zeta(s)) + a * mean - mp.log(mp.tanh(a / 2)))
    result = d.kl(d.Zipf(2.5), d.DiscreteLaplace(1.25))
    assert result.method == "summation"
    assert float(result) == pytest.approx(truth, rel=1e-13)


def test_mixtures_of_any_components():
    theirs = d.NormalMixture([0.5, 0.5], [-2, 2], [1, 1])
    ours = d.Mixture([d.Normal(-2, 1), d.Normal(2, 1)], [0.5, 0.5])
    q = d.Normal(0, 2.2)
    assert float(d.kl(ours, q)) == pytest.approx(float(d.kl(theirs, q)), rel=1e-12)
    counts = d.Mixture([d.Poisson(2), d.Poisson(9)], [0.4, 0.6])
    k = np.arange(200)
    p, r = np.exp(counts.log_density(k)), np.exp(d.Poisson(5).log_density(k))
    kept = p > 0
    truth = float(np.sum(p[kept] * np.log(p[kept] / r[kept])))
    assert float(d.kl(counts, d.Poisson(5))) == pytest.approx(truth, rel=1e-12)


def test_two_spikes_are_not_stepped_over():
    """Blind quadrature returns 0 here: each spike is a millionth of the distance wide."""
    p = d.NormalMixture([0.5, 0.5], [-1000, 1000], [0.001, 0.001])
    result = d.kl(p, d.Normal(0, 1000))
    assert float(result) == pytest.approx(13.1223633774048, rel=1e-9)


def test_a_density_of_the_user():
    laplace = d.Density(lambda x: -np.abs(x) - math.log(2))
    truth = float(d.kl(d.Laplace(0, 1), d.Normal(0, 1)))
    assert float(d.kl(laplace, d.Normal(0, 1))) == pytest.approx(truth, rel=1e-9)

    def spike(x):
        return -0.5 * ((x - 1e6) / 1e-3) ** 2 - math.log(1e-3 * math.sqrt(2 * math.pi))

    far = d.Density(spike, points=[1e6])
    truth = float(d.kl(d.Normal(1e6, 1e-3), d.Normal(1e6, 2e-3)))
    assert float(d.kl(far, d.Normal(1e6, 2e-3))) == pytest.approx(truth, rel=1e-6)
    poisson = d.Density(lambda k: d.Poisson(3).log_density(k), (0, np.inf), [3], lattice=True)
    assert float(d.kl(poisson, d.Geometric(0.25))) == pytest.approx(0.3178703803266645, rel=1e-9)


def test_cubature_agrees_with_monte_carlo_and_with_the_radial_reduction():
    p = d.MultivariateT(3, [0, 0], [[1, 0.3], [0.3, 2]])
    same = d.MultivariateT(10, [0, 0], [[2, 0.6], [0.6, 4]])
    result = d.kl(p, same)
    assert result.notes[0].code == "radial"
    other = d.MultivariateT(4, [1, 0], np.eye(2))
    exact, drawn = d.kl(p, other), d.kl(p, other, method="Monte Carlo", seed=1)
    assert exact.method == "quadrature"
    assert drawn.method == "Monte Carlo"
    assert abs(float(exact) - float(drawn)) < drawn.error + exact.error
    assert drawn.interval.low < float(exact) < drawn.interval.high or drawn.error > 0


def test_monte_carlo_is_reproducible_and_within_its_error():
    p, q = d.MultivariateNormal(np.zeros(6), np.eye(6)), d.MultivariateT(5, np.zeros(6), np.eye(6))
    first, second = (d.kl(p, q, seed=3) for _ in range(2))
    assert float(first) == float(second)
    assert first.method == "Monte Carlo"
    assert {note.code for note in first.notes} >= {"draws"}
    known = d.kl(p, d.MultivariateNormal(np.full(6, 0.3), np.eye(6)), method="Monte Carlo", seed=4)
    assert abs(float(known) - 6 * 0.09 / 2) <= known.error


def test_the_control_variate_is_not_trusted_where_q_lives_elsewhere():
    """Two far spikes: q/p − 1 is never seen near its mean, and would give −2289."""
    p = d.NormalMixture([0.5, 0.5], [-1000, 1000], [0.001, 0.001])
    drawn = d.kl(p, d.Normal(0, 1000), method="Monte Carlo", seed=0)
    assert float(drawn) == pytest.approx(13.1223633774, abs=max(drawn.error, 0.02))


def test_mixtures_in_the_plane_say_their_guaranteed_bounds():
    parts = [d.MultivariateNormal([0, 0, 0], np.eye(3)), d.MultivariateNormal([3, 0, 0], np.eye(3))]
    mixture = d.Mixture(parts, [0.5, 0.5])
    result = d.kl(mixture, d.MultivariateNormal([1, 0, 0], 2 * np.eye(3)), seed=0)
    (bounds,) = [note.text for note in result.notes if note.code == "bounds"]
    assert "guaranteed to lie in" in bounds


def test_mass_that_doubles_do_not_reach_is_said():
    result = d.kl(d.Gamma(0.001, 1), d.Gamma(0.002, 1), method="quadrature")
    assert "missing-mass" in {note.code for note in result.notes}
    assert abs(float(result) - float(d.kl(d.Gamma(0.001, 1), d.Gamma(0.002, 1)))) <= result.error


def test_batches_mix_methods_and_infinities():
    result = d.kl(d.Gamma([1.0, 2.0], 1), d.InverseGamma(2.0, 1))
    assert result.value.tolist()[0] == math.inf
    assert result.value[1] == pytest.approx(float(d.kl(d.Gamma(2, 1), d.InverseGamma(2, 1))))
    rows = d.kl(d.Normal(0, [1, 2, 3]), d.Logistic(0, 1))
    assert rows.value.shape == (3,)
    assert (rows.method == "quadrature").all()
    grid = d.kl(d.Normal(np.zeros((2, 1)), 1), d.Normal(np.zeros(3), [1.0, 2.0, 3.0]))
    assert grid.value.shape == (2, 3)
    uniform = d.kl(d.Uniform(0, [1, 3.0]), d.Uniform(0, 2.0))
    assert uniform.value.tolist() == [math.log(2), math.inf]
    assert "lives on" in uniform.reason[1]


@pytest.mark.parametrize("family", [d.Gamma, d.InverseGamma])  # by kernel, and in blocks
def test_long_batches_are_the_same_whatever_the_threads(monkeypatch, family):
    rng = np.random.default_rng(0)
    p, q = (family(rng.gamma(2, size=50_000) + 0.1, rng.gamma(2, size=50_000)) for _ in range(2))
    monkeypatch.setenv("KULLBACK_THREADS", "1")
    one = d.kl(p, q).value
    monkeypatch.setenv("KULLBACK_THREADS", "2")
    np.testing.assert_array_equal(one, d.kl(p, q).value)
    some = rng.integers(0, 50_000, 20)
    single = [float(d.kl(p.at((int(i),)), q.at((int(i),)))) for i in some]
    np.testing.assert_allclose(one[some], single, rtol=1e-13)


def test_the_route_of_structures_is_the_method_of_the_result():
    normal, logistic = d.Normal(0, 1), d.Logistic(0, 1)
    for p, q in (
        (d.Independent((normal, normal)), d.Independent((d.Normal(1, 1), logistic))),
        (d.Independent((normal, d.Beta(2, 3))), d.Independent((normal, d.Beta(1, 1)))),
        (d.Independent((normal, normal)), d.Independent((normal, d.Exponential(1)))),
        (d.Independent((normal, normal)), d.MultivariateNormal([0, 1], [[1, 0.5], [0.5, 1]])),
        (d.Normal(0, [1.0, 2.0]), logistic),
    ):
        assert (d.route(p, q) == np.asarray(d.kl(p, q).method)).all()


def test_a_log_density_beyond_doubles_is_no_hole():
    """Found by the long run: −e^z overflowed where P still had e^−400, and KL was said infinite."""
    scale = 0.555
    for spread in (10.0, 13.0, 14.0):
        p = d.Mixture([d.Normal(0.0, spread), d.Normal(1.0, 6.0)], [0.25, 0.75])
        found = d.kl(p, d.Gumbel(-0.9, scale))
        # E e^−(x + 0.9)/scale of the wider part is all of it.
        truth = 0.25 * math.exp(spread**2 / (2 * scale**2) - 0.9 / scale)
        assert abs(found.value - truth) <= found.error + 1e-12 * truth
        assert found.error < 0.2 * truth
    apart = d.total_variation(d.Normal(0.0, 1e5), d.Mixture([d.Gumbel(0.0, 0.5)] * 2, [0.5, 0.5]))
    assert apart.value == pytest.approx(1.0, abs=1e-3)
    assert apart.error < 1e-9


def test_a_mean_that_is_above_the_largest_double():
    q = d.Mixture([d.Gumbel(0, 1), d.Gumbel(3, 2)], [0.3, 0.7])
    for scale in (1e3, 1e5):  # E_P[e^(−x/2)] = e^(scale²/8)
        found = d.kl(d.Normal(0, scale), q)
        assert (found.value, found.error) == (math.inf, 0.0)
        assert "largest double" in found.reason
    found = d.kl(d.Normal(0, 10), q)
    assert 1e5 < found.value < 1e7
    assert found.error < 1e-4


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (d.Poisson(3.0), d.Geometric(0.25)),
        (d.Binomial(1000, 0.3), d.Binomial(1001, 0.3)),
        (d.Skellam(3.0, 1.0), d.Skellam(2.0, 2.0)),
        (d.NegativeBinomial(5.0, 0.6), d.Poisson(3.0)),
    ],
)
def test_sums_look_at_their_terms_a_few_times(p, q, monkeypatch):
    looked, mass = [], type(p)._log_mass
    monkeypatch.setattr(type(p), "_log_mass", lambda *rest: looked.append(0) or mass(*rest))
    found = d.kl(p, q)
    assert len(looked) <= 8
    x = np.arange(-400.0, 1400.0)
    lp, lq = (law.log_density(x) for law in (p, q))
    lives = np.isfinite(lp)
    truth = math.fsum(np.exp(lp[lives]) * (lp[lives] - lq[lives]))
    assert abs(found.value - truth) <= found.error + 1e-11
