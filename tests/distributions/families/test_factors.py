"""Covariances by their factors: used as given, where the product in doubles loses directions."""

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d

STEEP = [[1.0, 0.0], [1.0, 1e-9]]
OTHER = [[1.0, 0.0], [1.0, 2e-9]]


def truth(first, second):
    """KL of two centred normals from their factors, by mpmath."""
    with mp.workdps(80):
        a, b = (mp.matrix(x) * mp.matrix(x).T for x in (first, second))
        n = a.rows
        trace = mp.fsum((mp.inverse(b) * a)[i, i] for i in range(n))
        return float((trace - n - mp.log(mp.det(a)) + mp.log(mp.det(b))) / 2)


def renyi(cov1, cov2, apart, order):
    """R_a of two normals by mpmath, +∞ where the mixed covariance is none."""
    a, z = mp.mpf(order), mp.matrix(apart)
    mixed = a * cov2 + (1 - a) * cov1
    minors = [mp.det(mixed[: i + 1, : i + 1]) for i in range(mixed.rows)]
    if min(minors) <= 0:
        return mp.inf
    logs = mp.log(mp.det(mixed)) - (1 - a) * mp.log(mp.det(cov1)) - a * mp.log(mp.det(cov2))
    return a * (z.T * mp.inverse(mixed) * z)[0] / 2 + logs / (2 * (1 - a))


def relatives(p, q, covs, apart):
    """Ours beside the truths of Rényi and what follows from it."""
    with mp.workdps(120):
        for order in (0.1, 0.5, 0.999, 2.0, 20.0):
            yield d.renyi(p, q, order), renyi(*covs, apart, order)
        half, two = (renyi(*covs, apart, a) for a in (0.5, 2))
        yield d.bhattacharyya(p, q), half / 2
        yield d.hellinger(p, q), mp.sqrt(-mp.expm1(-half / 2))
        yield d.chi_square(p, q), mp.expm1(two)


def assert_relatives(p, q, covs, apart):
    for found, known in relatives(p, q, covs, apart):
        value = float(found.value)
        if mp.isinf(known) or known > 1e308:
            assert value == np.inf
        else:
            assert abs(value - known) <= found.error, found
            assert found.error <= 1e-9 * value


def product(factor):
    return mp.matrix(factor) * mp.matrix(factor).T


def entropy(factor):
    with mp.workdps(80):
        a = mp.matrix(factor) * mp.matrix(factor).T
        return float((a.rows * (1 + mp.log(2 * mp.pi)) + mp.log(mp.det(a))) / 2)


def law(factor):
    return d.MultivariateNormal.from_factor(np.zeros(len(factor)), factor)


def test_a_triangle():
    assert d.kl(law(STEEP), law(OTHER)).value == pytest.approx(truth(STEEP, OTHER), rel=1e-13)
    assert d.entropy(law(STEEP)).value == pytest.approx(entropy(STEEP), rel=1e-14)
    assert not d.kl(law(STEEP), law(OTHER)).notes


def test_a_low_rank_and_a_diagonal():
    rng = np.random.default_rng(0)
    wide, other = rng.normal(size=(2, 6, 2))
    factors = [np.hstack([x, 1e-7 * np.eye(6)]) for x in (wide, other)]
    laws = [law(x) for x in factors]
    assert d.kl(*laws).value == pytest.approx(truth(*factors), rel=1e-12)
    assert d.entropy(laws[0]).value == pytest.approx(entropy(factors[0]), rel=1e-13)


@pytest.mark.parametrize("seed", range(3))
def test_relatives_of_factors(seed):
    rng = np.random.default_rng(seed)
    factors = [
        np.hstack([rng.normal(size=(3, 1)), np.diag(10.0 ** rng.uniform(-9, -7, 3))])
        for _ in range(2)
    ]
    factors[1][:, 0] = factors[0][:, 0]
    apart = 1e-8 * rng.normal(size=3)
    q = law(factors[1])
    p = d.MultivariateNormal.from_factor(apart, factors[0])
    with mp.workdps(120):
        assert_relatives(p, q, [product(x) for x in factors], apart)


def test_precisions_are_used_as_given():
    near = [[[1.0, 1.0], [1.0, 1.0 + x]] for x in (2.0**-45, 2.0**-44)]
    p, q = (d.MultivariateNormal.from_precision([0.0, 0.0], x) for x in near)
    with mp.workdps(120):
        first, second = map(mp.matrix, near)
        trace = (second * mp.inverse(first))[0, 0] + (second * mp.inverse(first))[1, 1]
        known = (trace - 2 + mp.log(mp.det(first)) - mp.log(mp.det(second))) / 2
        assert_relatives(p, q, [mp.inverse(first), mp.inverse(second)], np.zeros(2))
    assert d.kl(p, q).value == pytest.approx(float(known), rel=1e-13)


def test_covariances_of_any_size_and_condition():
    rng = np.random.default_rng(8)
    for _ in range(12):
        size, scale = int(rng.integers(1, 5)), 10.0 ** rng.uniform(-280, 280)
        roots = [rng.normal(size=(size, size)) * 10.0 ** rng.uniform(-3, 3, size) for _ in "PQ"]
        covs = [scale * (root @ root.T) for root in roots]
        if rng.random() < 0.5:
            covs[1] = covs[0] * (1 + 10.0 ** rng.uniform(-12, -2))
        apart = np.sqrt(scale) * rng.normal(size=size)
        covs = [(cov + cov.T) / 2 for cov in covs]
        p, q = (
            d.MultivariateNormal(mean, cov)
            for mean, cov in zip((apart, np.zeros(size)), covs, strict=True)
        )
        with mp.workdps(120):
            assert_relatives(p, q, [mp.matrix(cov) for cov in covs], apart)


LINE, OTHER_LINE = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
BOUNDED = (d.total_variation, d.hellinger)


def test_normals_of_two_subspaces_share_no_mass():
    laws = {
        "line": d.MultivariateNormal([0, 0], LINE),
        "moved": d.MultivariateNormal([0, 1], LINE),
        "turned": d.MultivariateNormal([0, 0], OTHER_LINE),
        "plane": d.MultivariateNormal([0, 0], np.eye(2)),
    }
    for a, p in laws.items():
        for b, q in laws.items():
            if a != b:
                assert [m(p, q).value for m in BOUNDED] == [1.0, 1.0]
                assert d.jensen_shannon(p, q).value == pytest.approx(np.log(2))
                for m in (d.kl, d.chi_square, d.bhattacharyya, d.jeffreys):
                    assert m(p, q).value == np.inf
                    assert m(p, q).reason


def test_normals_of_one_subspace_are_normals_there():
    line = np.array([[1.0, 2.0], [2.0, 4.0]])
    p, q = d.MultivariateNormal([0.5, 1.0], line), d.MultivariateNormal([0, 0], 4 * line)
    one, other = d.Normal(0.5, 1.0), d.Normal(0.0, 2.0)
    for m in (*BOUNDED, d.kl, d.chi_square, d.bhattacharyya, d.jensen_shannon):
        assert m(p, q).value == pytest.approx(m(one, other).value, rel=1e-9)
        assert "Monte Carlo" not in m(p, q).method


def test_equal_covariances_need_only_the_line_between_the_means():
    cov = [[2.0, 0.3, 0.1], [0.3, 1.0, 0.2], [0.1, 0.2, 0.5]]
    p, q = d.MultivariateNormal([1, 0, 2], cov), d.MultivariateNormal([0, 0.5, 1], cov)
    z = np.sqrt(2 * d.kl(p, q).value)
    for m in (d.total_variation, d.jensen_shannon):
        assert m(p, q).value == pytest.approx(m(d.Normal(z, 1.0), d.Normal(0.0, 1.0)).value)
        assert m(p, q).method != "Monte Carlo"


def test_what_numpyro_was_given():
    numpyro = pytest.importorskip("numpyro.distributions")
    jnp = pytest.importorskip("jax.numpy")
    p, q = (numpyro.MultivariateNormal(jnp.zeros(2), scale_tril=jnp.array(x)) for x in (
        [[1.0, 0.0], [1.0, 1e-9]], [[1.0, 0.0], [1.0, 2e-9]],
    ))  # fmt: skip
    exact = [np.asarray(x.scale_tril, dtype=np.float64) for x in (p, q)]
    assert d.kl(p, q).value == pytest.approx(truth(*exact), rel=1e-12)
    low = numpyro.LowRankMultivariateNormal(jnp.zeros(2), jnp.ones((2, 1)), jnp.full(2, 1e-9))
    factor = np.hstack([np.ones((2, 1)), np.diag(np.sqrt(np.asarray(low.cov_diag, dtype=float)))])
    assert d.entropy(low).value == pytest.approx(entropy(factor), rel=1e-12)
    by_precision = numpyro.MultivariateNormal(
        jnp.zeros(2), precision_matrix=jnp.array([[2.0, 1], [1, 3]])
    )
    wide = d.MultivariateNormal([0, 0], np.linalg.inv([[2.0, 1], [1, 3]]))
    assert d.entropy(by_precision).value == pytest.approx(d.entropy(wide).value, rel=1e-12)


def test_covariances_that_torch_was_given():
    torch = pytest.importorskip("torch")
    cov = [[1.0, 1 - 1e-13], [1 - 1e-13, 1.0]]
    given = torch.distributions.MultivariateNormal(
        torch.zeros(2, dtype=torch.float64), torch.tensor(cov, dtype=torch.float64)
    )
    with mp.workdps(60):
        known = (2 * (1 + mp.log(2 * mp.pi)) + mp.log(mp.det(mp.matrix(cov)))) / 2
    assert float(d.entropy(given).value) == pytest.approx(float(known), rel=1e-13)
    close = torch.distributions.MultivariateNormal(
        torch.zeros(2, dtype=torch.float64), torch.eye(2, dtype=torch.float64)
    )
    found = d.kl(given, close)
    assert abs(float(found.value) - float(-mp.log(mp.det(mp.matrix(cov))) / 2)) <= found.error


def test_densities_and_draws_go_by_the_factor():
    p = law(STEEP)
    x = p.sample(4000, np.random.default_rng(1))
    surprise = -p.log_density(x)
    error = 4 * surprise.std() / np.sqrt(len(surprise))
    assert abs(surprise.mean() - entropy(STEEP)) < error


def test_the_normals_of_torch():
    torch = pytest.importorskip("torch")
    td = torch.distributions

    def t(x):
        return torch.tensor(x, dtype=torch.float64)

    p, q = (td.MultivariateNormal(t([0.0, 0.0]), scale_tril=t(x)) for x in (STEEP, OTHER))
    assert float(d.kl(p, q).value) == pytest.approx(truth(STEEP, OTHER), rel=1e-9)
    assert float(d.entropy(p).value) == pytest.approx(entropy(STEEP), rel=1e-13)
    wide = np.array([[1.0], [2.0], [3.0]])
    low = td.LowRankMultivariateNormal(t(np.zeros(3)), t(wide), t(np.full(3, 1e-14)))
    factor = np.hstack([wide, 1e-7 * np.eye(3)])
    assert float(d.entropy(low).value) == pytest.approx(entropy(factor), rel=1e-12)
    batch = td.MultivariateNormal(t(np.zeros((2, 2))), scale_tril=t(STEEP))
    assert d.entropy(batch).value == pytest.approx([entropy(STEEP)] * 2, rel=1e-9)


def test_a_gradient_flows_through_the_factor():
    torch = pytest.importorskip("torch")
    factor = torch.tensor(STEEP, dtype=torch.float64, requires_grad=True)
    zero = torch.zeros(2, dtype=torch.float64)
    other = torch.tensor(OTHER, dtype=torch.float64)
    p, q = (torch.distributions.MultivariateNormal(zero, scale_tril=x) for x in (factor, other))
    d.kl(p, q).value.backward()
    # d/dl₂₂ of l₂₂²/(2 m₂₂²) − ln l₂₂.
    assert float(factor.grad[1, 1]) == pytest.approx(1e-9 / 4e-18 - 1e9, rel=1e-6)
