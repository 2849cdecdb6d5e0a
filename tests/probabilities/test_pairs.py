"""All pairs, beside SciPy's and beside the measure called for each of them."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import cdist, jensenshannon, pdist, squareform

import kullback as k
from kullback.errors import InputError, MassError, ShapeError, UnitError

RNG = np.random.default_rng(5)
P, Q = RNG.dirichlet(np.ones(12), 9), RNG.dirichlet(np.ones(12), 7)
MEASURES = (
    k.kl,
    k.cross_entropy,
    k.jensen_shannon,
    k.jensen_shannon_distance,
    k.hellinger,
    k.total_variation,
    k.jeffreys,
    k.chi_square,
)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("mass", ["check", "normalize", "as-is"])
def test_each_pair_is_the_measure_of_it(measure, mass):
    p, q = (P, Q) if mass == "check" else (P * RNG.uniform(0.5, 3, (9, 1)), 2 * Q)
    table = k.pairwise(measure, p, q, mass=mass)
    each = [[float(measure(x, y, mass=mass)) for y in q] for x in p]
    np.testing.assert_allclose(table, each, rtol=1e-13)
    own = k.pairwise(measure, p, mass=mass)
    each = [[float(measure(x, y, mass=mass)) for y in p] for x in p]
    np.testing.assert_allclose(own, each, rtol=1e-13, atol=1e-15)
    half = k.pairwise(measure, p, mass=mass, condensed=True)
    np.testing.assert_allclose(half, own[np.triu_indices(9, 1)], rtol=1e-13)


@pytest.mark.parametrize("share", [1.0, 0.3])
def test_the_distance_is_scipys(share):
    p, q = (x * (RNG.random(x.shape) < share) + 1e-9 for x in (P, Q))
    p, q = (x / x.sum(axis=1, keepdims=True) for x in (p, q))
    distances = k.pairwise(k.jensen_shannon_distance, p, condensed=True)
    np.testing.assert_allclose(distances, pdist(p, "jensenshannon"), rtol=1e-10)
    bits = k.pairwise(k.jensen_shannon_distance, p, q, unit="bits")
    expected = cdist(p, q, lambda x, y: jensenshannon(x, y, base=2))
    np.testing.assert_allclose(bits, expected, rtol=1e-10)
    half = k.pairwise(k.total_variation, p, condensed=True)
    np.testing.assert_allclose(half, pdist(p, "cityblock") / 2, rtol=1e-12)


def test_condensed_distances_go_into_scipys_clustering():
    distances = k.pairwise(k.hellinger, P, condensed=True)
    assert squareform(distances).tolist() == k.pairwise(k.hellinger, P).tolist()
    assert linkage(distances).shape == (8, 4)


def test_apart_is_infinite_or_its_bound_and_equal_is_zero():
    p = np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0]])
    assert k.pairwise(k.kl, p).tolist() == [[0, np.inf, 0], [np.inf, 0, np.inf], [0, np.inf, 0]]
    assert k.pairwise(k.hellinger, p, condensed=True).tolist() == [1, 0, 1]
    assert k.pairwise(k.jensen_shannon, p, condensed=True, unit="bits").tolist() == [1, 0, 1]


def test_a_callable_and_other_options_are_called():
    doubled = k.pairwise(lambda p, q: 2 * k.kl(p, q), P, Q)
    np.testing.assert_allclose(doubled, 2 * k.pairwise(k.kl, P, Q), rtol=1e-13)
    weighted = k.pairwise(k.jensen_shannon, P, Q, weights=[0.25, 0.75])
    assert weighted[2, 3] == pytest.approx(
        float(k.jensen_shannon(P[2], Q[3], weights=[0.25, 0.75]))
    )
    single = k.pairwise(k.kl, P.astype(np.float32), Q)
    np.testing.assert_allclose(single, k.pairwise(k.kl, P, Q), rtol=1e-5)


def test_refusals():
    with pytest.raises(InputError, match="leave Q out"):
        k.pairwise(k.hellinger, P, Q, condensed=True)
    with pytest.raises(MassError, match=r"Q\[2\] sums to 2"):
        k.pairwise(k.kl, P, np.r_[Q[:2], 2 * Q[2:]])
    with pytest.raises(ShapeError, match="P has 12 outcomes and Q has 11"):
        k.pairwise(k.jensen_shannon, P, Q[:, 1:])
    with pytest.raises(UnitError):
        k.pairwise(k.kl, P, unit="trits")
    with pytest.raises(InputError, match=r"P\[1, 0\] is -1"):
        k.pairwise(k.kl, [[0.5, 0.5], [-1, 2]])
