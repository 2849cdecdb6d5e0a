"""TV and JS from ∫ p^s q^(1 − s) along complex s, against other ways to the same numbers."""

import math

import mpmath as mp
import numpy as np
import pytest

from kullback import distributions as d
from kullback.distributions.methods.elliptical import log_moment
from kullback.distributions.special import half_line

MEASURES = (
    (half_line.total_variation, d.total_variation),
    (half_line.jensen_shannon, d.jensen_shannon),
)


def shape(rng, size):
    factor = rng.normal(size=(size, size))
    return factor @ factor.T + np.eye(size)


@pytest.mark.parametrize(("inverted", "measure"), MEASURES)
def test_normals_on_the_line(inverted, measure):
    rng = np.random.default_rng(1)
    for _ in range(6):
        p = d.Normal(rng.normal() * 10 ** rng.uniform(-6, 1), 10 ** rng.uniform(-2, 2))
        q = d.Normal(0.0, p.scale * (1 + 1e-4) if rng.random() < 0.3 else 10 ** rng.uniform(-2, 2))
        function, lost = log_moment(p, q)
        found, truth = inverted(function), measure(p, q)
        assert truth.method != "Monte Carlo"
        assert abs(found.value - truth.value) <= found.error + truth.error + lost < 1e-8


@pytest.mark.parametrize("dimension", [9])
@pytest.mark.parametrize(("inverted", "measure"), MEASURES)
def test_proportional_covariances_by_radii(inverted, measure, dimension):
    eye, zero = np.eye(dimension), np.zeros(dimension)
    for ratio in (1 + 1e-9, 1.5, 40.0):
        p, q = d.MultivariateNormal(zero, ratio * eye), d.MultivariateNormal(zero, eye)
        found, truth = inverted(log_moment(p, q)[0]), measure(p, q)
        assert abs(found.value - truth.value) <= found.error + truth.error < 1e-10


def test_two_directions_by_a_grid():
    """JS of smooth densities by trapezoids in the plane, which converge exponentially."""
    rng = np.random.default_rng(2)
    p, q = (d.MultivariateNormal(rng.normal(size=2), shape(rng, 2)) for _ in range(2))
    x = np.linspace(-20.0, 20.0, 301)
    points = np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2)
    lp, lq = p.log_density(points), q.log_density(points)
    middle = np.logaddexp(lp, lq) - math.log(2)
    rows = (np.exp(lp) * (lp - middle) + np.exp(lq) * (lq - middle)) / 2
    cell = (x[1] - x[0]) ** 2
    for first, second in ((p, q), (q, p)):
        found = d.jensen_shannon(first, second)
        assert found.method == "quadrature"
        assert abs(found.value - rows.sum() * cell) <= found.error + 1e-12
        by_grid = np.abs(np.exp(lp) - np.exp(lq)).sum() * cell / 2
        assert abs(d.total_variation(first, second).value - by_grid) < 1e-4


def test_near_normals_keep_their_digits():
    """JS = KL/4 and the root of TV likewise, to first order."""
    rng = np.random.default_rng(3)
    for size in (4,):
        cov, change = shape(rng, size), rng.normal(size=(size, size))
        q = d.MultivariateNormal(np.zeros(size), cov)
        p = d.MultivariateNormal(1e-7 * rng.normal(size=size), cov + 1e-7 * (change + change.T))
        found = d.jensen_shannon(p, q)
        assert found.error < 1e-9 * found.value
        assert abs(found.value / (d.kl(p, q).value / 4) - 1) < 1e-5
        assert d.total_variation(p, q).error < 1e-9 * d.total_variation(p, q).value


@pytest.mark.parametrize("size", [2, 20])
def test_many_directions_by_draws(size):
    """Of (P + Q)/2 where the laws are near, and of √(p q) where they hardly meet."""
    rng = np.random.default_rng(size)
    near = np.exp(rng.normal(size=(2, size)) / size**0.5)
    apart = np.exp(rng.normal(size=(2, size)) * 2)
    for own, other in (near, apart):
        place = rng.normal(size=size) / size**0.5
        p = d.Independent(tuple(map(d.Normal, place.tolist(), own.tolist())))
        q = d.Independent(tuple(map(d.Normal, [0.0] * size, other.tolist())))
        between = 2 / (own**-2 + other**-2)
        center = between * place / own**2 / 2
        x = center + between**0.5 * rng.standard_normal((20_000, size))

        def log_of(x, mean, variance):
            return -((x - mean) ** 2 / variance + np.log(2 * np.pi * variance)).sum(1) / 2

        drawn_from = log_of(x, center, between)
        lp, lq = log_of(x, place, own**2), log_of(x, 0.0, other**2)
        shared = np.exp(np.minimum(lp, lq) - drawn_from)
        found = d.total_variation(p, q)
        assert found.method == "quadrature"
        spread = shared.std() / len(shared) ** 0.5
        assert abs(1 - found.value - shared.mean()) < 5 * spread + found.error
        vectors = (
            d.MultivariateNormal(place, np.diag(own**2)),
            d.MultivariateNormal(np.zeros(size), np.diag(other**2)),
        )
        assert abs(d.total_variation(*vectors).value - found.value) < 1e-10


def test_wide_and_narrow_directions():
    p = d.MultivariateNormal([0.0, 1e-3, 5.0], np.diag([1e-24, 1e24, 1.0]))
    q = d.MultivariateNormal([0.0, 0.0, 0.0], np.diag([1e20, 1e-20, 3.0]))
    assert d.total_variation(p, q).value == pytest.approx(1.0, abs=1e-9)
    assert np.isfinite(p.log_density(np.zeros(3)))


def test_the_identities_of_the_inversion():
    """The weights of 1 and of x integrate to 1 and ln 2: all of Q's mass is min(1, x) at x = 1."""
    with mp.workdps(20):
        weight = mp.quad(lambda t: 1 / ((0.25 + t * t) * mp.cosh(mp.pi * t)), [0, 1, 4, 20]) / 2
        assert abs(weight - mp.log(2)) < 1e-15
    far = half_line.jensen_shannon(lambda s: (np.full(s.shape, -np.inf), np.zeros(s.shape)))
    assert abs(far.value - math.log(2)) < 1e-14
