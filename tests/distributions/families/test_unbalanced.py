"""Betas and Dirichlets whose parts are far from equal, against lnΓ and ψ with 150 digits."""

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d

RANGES = ((-6, 6), (-15, 15), (-1, 2.5), (-30, 30))


def far(rng, a, span):
    return 10 ** rng.uniform(*span, a.shape)


def ten_times(rng, a, _):
    return a * 10 ** rng.uniform(-1, 1, a.shape)


def near(rng, a, _):
    return a * (1 + 10 ** rng.uniform(-13, -0.5, a.shape))


def one_part(rng, a, _):
    """Only the largest part changes."""
    largest = np.arange(a.shape[-1]) == np.argmax(a, -1)[..., None]
    return np.where(largest, near(rng, a, _), a)


def equal_means(rng, a, _):
    return a * (1 + 10 ** rng.uniform(-13, 2, (len(a), 1)))


KINDS = (far, ten_times, near, one_part, equal_means)


def truth(first, second):
    """The textbook's KL of two Dirichlets."""
    with mp.workdps(150):
        a, b = ([mp.mpf(x) for x in v] for v in (first.tolist(), second.tolist()))
        value = mp.loggamma(sum(a)) - mp.loggamma(sum(b))
        for x, y in zip(a, b, strict=True):
            value += mp.loggamma(y) - mp.loggamma(x)
            value += (x - y) * (mp.digamma(x) - mp.digamma(sum(a)))
        return value


def draw(kind, span, parts, n=25):
    rng = np.random.default_rng(3)
    a = 10 ** rng.uniform(*span, (n, parts))
    b = kind(rng, a, span)
    changed = (a != b).any(-1)
    return a[changed], b[changed]


@pytest.mark.parametrize("span", RANGES)
@pytest.mark.parametrize("kind", KINDS)
def test_beta(kind, span):
    a, b = draw(kind, span, 2)
    batch = d.kl(d.Beta(*a.T), d.Beta(*b.T))
    for p, q, value, error in zip(a, b, batch.value, batch.error, strict=True):
        exact = truth(p, q)
        one = d.kl(d.Beta(*p.tolist()), d.Beta(*q.tolist()))
        assert abs(one.value - exact) <= min(1e-13 * exact, one.error), (p, q)
        assert abs(value - exact) <= min(1e-13 * exact, error), (p, q)


@pytest.mark.parametrize("span", RANGES)
@pytest.mark.parametrize("kind", KINDS)
def test_dirichlet(kind, span):
    """Sums of parts are rounded: where that matters, the stated error says so."""
    a, b = draw(kind, span, 4)
    batch = d.kl(d.Dirichlet(a), d.Dirichlet(b))
    for p, q, value, error in zip(a, b, batch.value, batch.error, strict=True):
        exact = truth(p, q)
        one = d.kl(d.Dirichlet(p), d.Dirichlet(q))
        assert abs(one.value - exact) <= one.error, (p, q)
        assert abs(value - exact) <= error, (p, q)
        if kind is not equal_means:
            assert abs(one.value - exact) <= 1e-13 * exact, (p, q)


def test_a_beta_with_a_huge_part_tends_to_a_gamma():
    """b X of Beta(a, b) tends to Gamma(a): the divergence is that of two gammas."""
    for large in (1e12, 1e30, 1e100):
        beta = d.kl(d.Beta(2.0, large), d.Beta(3.0, 2 * large))
        assert beta.value == pytest.approx(d.kl(d.Gamma(2, 1), d.Gamma(3, 2)).value, rel=1e-11)
        swapped = d.kl(d.Beta(large, 2.0), d.Beta(2 * large, 3.0))
        assert swapped.value == pytest.approx(beta.value, rel=1e-15)


def test_at_the_ends_of_the_doubles():
    """Sums that overflow and parts that are no more than 5e-324 raise nothing."""
    assert d.kl(d.Dirichlet([2.0]), d.Dirichlet([3.0])).value == 0
    tiny, huge = 5e-324, 1.7e308
    for a, b in ((tiny, huge), (huge, tiny), (tiny, 1.0), (huge, huge), (1e-200, 1e200)):
        for c, e in ((tiny, huge), (huge, tiny), (1.0, tiny), (huge, huge), (2e-200, 1e200)):
            if (a, b) != (c, e):
                assert not d.kl(d.Beta(a, b), d.Beta(c, e)).value < 0


def test_gradients_of_unbalanced_batches():
    """In a tensor the members take either form; the other leaves no NaN in the gradient."""
    torch = pytest.importorskip("torch")
    p = [[1e-3, 2.0, 1e5, 3.0, 1e12], [50.0, 2.0, 3.0, 1e-4, 1e-2]]
    q = [[2e-3, 1.0, 1e5 + 1, 30.0, 1e12], [51.0, 3.0, 3.0, 1e4, 2e-2]]
    leaves = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (*p, *q)]
    d.kl(d.Beta(*leaves[:2]), d.Beta(*leaves[2:])).value.sum().backward()
    for i in range(5):
        with mp.workdps(60):
            a, b, c, e = (mp.mpf(v[i]) for v in (*p, *q))
            by_c = mp.digamma(c) - mp.digamma(c + e) - mp.digamma(a) + mp.digamma(a + b)
            by_a = (a - c) * mp.psi(1, a) + (c + e - a - b) * mp.psi(1, a + b)
            assert leaves[2].grad[i].item() == pytest.approx(float(by_c), rel=1e-12)
            assert leaves[0].grad[i].item() == pytest.approx(float(by_a), rel=1e-12)
