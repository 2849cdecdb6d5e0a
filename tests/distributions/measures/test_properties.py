"""Laws that every divergence of formulas obeys, whatever the pair."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_pairs import SPACES, draw

from kullback import distributions as d
from kullback.distributions.model.composite import Affine

seeds = st.integers(0, 2**32 - 1)
positive = st.floats(0.05, 20.0)
places = st.floats(-20.0, 20.0)
normals = st.builds(d.Normal, places, positive)
gammas = st.builds(d.Gamma, positive, positive)


def pair(seed):
    return draw(np.random.default_rng(seed))[:2]


@given(seeds)
@settings(max_examples=150, deadline=None)
def test_never_negative_and_zero_only_when_equal(seed):
    p, q = pair(seed)
    result = d.kl(p, q)
    assert float(result) >= -result.error
    assert float(d.kl(p, p)) == 0 == float(d.kl(q, q))
    if p != q and result.error < abs(float(result)):
        assert float(result) > 0


@given(normals, normals)
@settings(deadline=None)
def test_bijections_change_nothing(p, q):
    base = float(d.kl(p, q))
    images = [
        (d.LogNormal(*law.parameters.values()), d.LogitNormal(*law.parameters.values()))
        for law in (p, q)
    ]
    for first, second in zip(*images, strict=True):
        assert float(d.kl(first, second)) == base
    shifted = (Affine(law, 1.5, 0.25) for law in (p, q))
    assert float(d.kl(*shifted)) == base


@given(gammas, gammas, positive)
@settings(deadline=None)
def test_units_of_the_variable_change_nothing(p, q, c):
    scaled = (d.Gamma(law.shape, law.rate / c) for law in (p, q))
    assert float(d.kl(*scaled)) == pytest.approx(float(d.kl(p, q)), rel=1e-9, abs=1e-25)
    inverse = (d.InverseGamma(law.shape, law.rate) for law in (p, q))
    assert float(d.kl(*inverse)) == pytest.approx(float(d.kl(p, q)), rel=1e-12, abs=0)


@given(seeds, st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_independent_parts_add_and_n_copies_are_n_times(seed, n):
    p, q = pair(seed)
    assume(p.support.space in {"real", "lattice"})
    one = float(d.kl(p, q))
    copies = d.kl(d.Independent((p,) * n), d.Independent((q,) * n))
    assert float(copies) == pytest.approx(n * one, rel=1e-12)
    more = d.kl(d.Independent((p, d.Normal(0, 1))), d.Independent((q, d.Normal(1, 1))))
    assert float(more) == pytest.approx(one + 0.5, rel=1e-12)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_pinsker_and_the_other_inequalities(seed):
    p, q = draw(np.random.default_rng(seed))[:2]
    assume(p.support.space in {"real", "lattice"})
    kl = d.kl(p, q)
    assume(kl.error < 1e-6 * (1 + abs(float(kl))) or math.isinf(float(kl)))
    tv, hellinger = d.total_variation(p, q), d.hellinger(p, q)
    js = d.jensen_shannon(p, q)
    slack = 1e-7 + tv.error + js.error
    assume(slack < 1e-5)
    assert float(tv) <= math.sqrt(max(float(kl), 0) / 2) + slack
    assert -slack <= float(js) <= math.log(2) * float(tv) + slack
    assert float(hellinger) ** 2 <= float(tv) + slack
    assert float(tv) <= math.sqrt(2) * float(hellinger) + slack


@given(places, st.floats(0.5, 20.0), st.floats(0.5, 20.0), st.floats(0.3, 3.0))
@settings(max_examples=30, deadline=None)
def test_rounding_to_a_lattice_loses_information(loc, s1, s2, width):
    """Data processing: KL of the shares of intervals is at most KL of the densities."""
    p, q = d.Laplace(0.0, s1), d.Laplace(loc, s2)
    edges = np.concatenate([[-np.inf], np.arange(-40, 40) * width, [np.inf]])

    def shares(law):
        z = (edges - law.loc) / law.scale
        low, high = np.minimum(z, 0), np.maximum(z, 0)
        # Each side from its own tail, so that no share rounds to 0.
        return 0.5 * (np.diff(np.exp(low)) - np.diff(np.exp(-high)))

    first, second = shares(p), shares(q)
    kept = first > 1e-12
    rounded = float(np.sum(first[kept] * (np.log(first[kept]) - np.log(second[kept]))))
    assert rounded <= float(d.kl(p, q)) + 1e-6


@given(normals, normals, st.floats(0.1, 0.9), st.floats(1.1, 4.0))
@settings(max_examples=40, deadline=None)
def test_renyi_grows_with_its_order(p, q, low, high):
    values = [float(d.renyi(p, q, a)) for a in (low, 1.0, high)]
    assert values[0] <= values[1] * (1 + 1e-9) + 1e-12
    assert values[1] <= values[2] * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize("space", SPACES, ids=["line", "half-line", "unit", "integers", "circle"])
def test_draws_have_the_density_they_say(space):
    """Entropy by draws against entropy by formula: sampler and density belong together."""
    rng = np.random.default_rng(5)
    for family, make in space.items():
        law = make(np.random.default_rng(7), "ordinary")
        x = law.sample(40_000, rng)
        surprise = -law.log_density(x)
        error = 5 * surprise.std() / np.sqrt(len(x)) + 1e-9
        assert abs(surprise.mean() - float(d.entropy(law))) < error, family
