"""Counts against peers: SciPy always, infomeasure and pyitlib where they are installed.

What peers are known to get wrong is listed in `KNOWN_ERRORS`, with the reason: those calls are
not compared, and the test says what the right value is. See reference/discrete.md, section 7.
"""

import logging
import math
import warnings

import numpy as np
import pytest
from scipy import stats
from scipy.special import rel_entr

from kullback import counts

SEEDS = range(6)


def rows(seed, zeros=True):
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.full(rng.integers(3, 12), 1.0))
    x, y = (rng.multinomial(size, share) for size in rng.integers(20, 300, 2))
    return (x, y) if zeros else (x + 1, y + 1)


def samples(row):
    return np.repeat(np.arange(len(row)), row)


@pytest.fixture(scope="module")
def infomeasure():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = pytest.importorskip("infomeasure")
    logging.getLogger("infomeasure").setLevel(logging.ERROR)
    return module


@pytest.fixture(scope="module")
def pyitlib():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("pyitlib.discrete_random_variable")


@pytest.mark.parametrize("seed", SEEDS)
def test_plug_in_against_scipy(seed):
    x, y = rows(seed, zeros=False)
    kl = counts.kl(x, y, method="plug-in").value
    assert kl == pytest.approx(stats.entropy(x, y), rel=1e-10, abs=1e-14)
    assert counts.entropy(x, method="plug-in").value == pytest.approx(stats.entropy(x), rel=1e-12)
    cross = counts.cross_entropy(x, y, method="plug-in").value
    assert cross == pytest.approx(stats.entropy(x) + stats.entropy(x, y), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_jensen_shannon_against_scipy(seed):
    from scipy.spatial.distance import jensenshannon

    x, y = rows(seed)
    plug_in = jensenshannon(x, y) ** 2
    # With a million times the counts there is no chance left to take out.
    many = counts.jensen_shannon(10**6 * np.array(x), 10**6 * np.array(y))
    assert many.value == pytest.approx(plug_in, rel=1e-3)
    assert plug_in in counts.jensen_shannon(x, y).interval


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("method", "law"), [("g", "log-likelihood"), ("pearson", "pearson")])
def test_homogeneity_against_scipy(seed, method, law):
    table = np.array(rows(seed))
    table = table[:, table.sum(axis=0) > 0]
    peer = stats.chi2_contingency(table, correction=False, lambda_=law)
    test = counts.homogeneity(*table, method=method)
    assert (test.statistic, test.df) == (pytest.approx(peer.statistic, rel=1e-10), peer.dof)
    assert test.p_value == pytest.approx(peer.pvalue, rel=1e-8)


@pytest.mark.parametrize("seed", SEEDS)
def test_permutation_p_value_against_scipy(seed):
    x, y = rows(seed, zeros=False)
    pooled = np.repeat([0, 1], [x.sum(), y.sum()])
    outcome = np.concatenate([samples(x), samples(y)])
    ours = counts.homogeneity(x, y, method="permutation", resamples=999).p_value
    rng = np.random.default_rng(seed)
    g = counts.homogeneity(x, y).statistic
    drawn = []
    for _ in range(300):
        a = np.bincount(outcome[rng.permutation(pooled) == 0], minlength=len(x))
        expected = (x + y) * a.sum() / len(pooled), (x + y) * (1 - a.sum() / len(pooled))
        drawn.append(2 * (rel_entr(a, expected[0]) + rel_entr(x + y - a, expected[1])).sum())
    share = np.mean(np.array(drawn) >= g * (1 - 1e-9))
    assert ours == pytest.approx(share, abs=4 * math.sqrt(0.25 / 300))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("plug-in", "discrete"),
        ("miller-madow", "miller_madow"),
        ("zhang", "zhang"),
        ("chao-shen", "chao_shen"),
        ("chao-wang-jost", "chao_wang_jost"),
        ("james-stein", "shrink"),
    ],
)
def test_entropy_against_infomeasure(infomeasure, seed, ours, theirs):
    x = rows(seed)[0]
    x = x[x > 0]  # it sees samples, and so takes the outcomes seen as all there are
    peer = infomeasure.entropy(samples(x), approach=theirs)
    assert counts.entropy(x, method=ours).value == pytest.approx(peer, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_entropy_against_pyitlib(pyitlib, seed):
    x = rows(seed)[0]
    x = x[x > 0]
    for name, ours in (("ML", "plug-in"), ("JAMES-STEIN", "james-stein")):
        peer = pyitlib.entropy(samples(x), base=math.e, estimator=name)
        assert counts.entropy(x, method=ours).value == pytest.approx(float(peer), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "prior"), [(1, "laplace"), ("PERKS", "perks")])
def test_smoothed_kl_against_pyitlib(pyitlib, seed, name, prior):
    x, y = rows(seed, zeros=False)
    peer = pyitlib.divergence_kullbackleibler(samples(x), samples(y), base=math.e, estimator=name)
    ours = counts.kl(x, y, method="dirichlet", smoothing=prior).value
    assert ours == pytest.approx(float(peer), rel=1e-8, abs=1e-12)


# What is called, what comes back, what is right, and why.
KNOWN_ERRORS = [
    (
        "kld of samples without a common outcome",
        lambda peer: peer.kld([1, 1, 2, 2], [3, 3, 4, 4], approach="discrete"),
        -0.693147,
        lambda: counts.kl([2, 2, 0, 0], [0, 0, 2, 2], method="plug-in").value,
        math.inf,
        "the cross-entropy runs over the common support only",
    ),
    (
        "kld where Q misses an outcome",
        lambda peer: peer.kld([1, 1, 2, 3], [1, 1, 1, 2], approach="discrete"),
        -0.549306,
        lambda: counts.kl([2, 1, 1], [3, 1, 0], method="plug-in").value,
        math.inf,
        "the same",
    ),
    (
        "NSB",
        lambda peer: peer.entropy([1, 2, 3, 4, 5, 1, 2], approach="nsb"),
        1.45265,
        lambda: counts.entropy([2, 2, 1, 1, 1], method="nsb").value,
        1.5050434005379551,
        "ratios of Γ are multiplied by the counts, and β is integrated over (0, ln K)",
    ),
    (
        "Miller–Madow KL",
        lambda peer: peer.kld([1, 1, 2, 2, 2], [1, 2, 2, 1, 1], approach="miller_madow"),
        0.2 * math.log(1.5),
        lambda: counts.kl([2, 3], [3, 2], method="first-order").raw,
        0.2 * math.log(1.5) - 1 / 10 - (0.4 / 0.6 + 0.6 / 0.4 - 1) / 10,
        "the correction of the cross-entropy and of the entropy cancel where n = m",
    ),
]


@pytest.mark.parametrize("case", KNOWN_ERRORS, ids=[case[0] for case in KNOWN_ERRORS])
def test_known_errors_of_infomeasure(infomeasure, case):
    _, theirs, pinned, ours, right, _ = case
    assert theirs(infomeasure) == pytest.approx(pinned, abs=1e-5)
    assert ours() == pytest.approx(right, rel=1e-9)


def test_what_is_right_where_peers_are_known_to_be_wrong():
    """Holds without the peers."""
    for _, _, pinned, ours, right, reason in KNOWN_ERRORS:
        assert ours() == pytest.approx(right, rel=1e-9), reason
        assert ours() != pytest.approx(pinned, abs=1e-3), reason
    # The `divergence` package mixes by sample size: 0.0403572.
    js = counts.jensen_shannon([7, 3], [500, 500])
    assert js.value + js.null_bias == pytest.approx(0.02100592570183705, rel=1e-12)
    # DiscreteEntropy.jl: NSB 1.569751; ndd's active reference: 2.6192535776.
    assert counts.entropy([1, 2, 3, 2, 1], method="nsb").value == pytest.approx(1.5090062278724)
    # pyitlib takes −1 for a missing value; labels here are only names.
    assert counts.entropy({-1: 2, 1: 2}, method="plug-in").value == pytest.approx(math.log(2))
