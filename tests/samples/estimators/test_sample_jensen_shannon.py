"""The Jensen–Shannon divergence of two samples."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from kullback import samples


def truth_of(p, q):
    """½ ∫ p ln(2p/(p+q)) + q ln(2q/(p+q)), by quadrature."""

    def term(z):
        a, b = p.pdf(z), q.pdf(z)
        both = [v * math.log(2 * v / (a + b)) for v in (a, b) if v > 0]
        return 0.5 * sum(both)

    return quad(term, -12, 12, limit=400, points=[0, 1])[0]


PAIRS = [
    (stats.norm(), stats.norm()),
    (stats.norm(), stats.norm(1, 1)),
    (stats.norm(), stats.norm(1, 2)),
    (stats.uniform(), stats.norm()),
    (stats.norm(), stats.norm(4, 1)),
]


@pytest.mark.parametrize("sizes", [(4000, 4000), (1000, 5000), (5000, 1000)])
@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_truth_whatever_the_ratio_of_sizes(p, q, sizes):
    """A mixture of the pooled sample would depend on it (discrete.md section 7, item 7)."""
    n, m = sizes
    found = samples.jensen_shannon(p.rvs(n, random_state=1), q.rvs(m, random_state=2))
    assert found.value == pytest.approx(truth_of(p, q), abs=4 * found.standard_error + 0.004)
    assert found.standard_error < 0.015
    assert found.interval.low >= 0
    assert found.interval.high <= math.log(2)


def test_disjoint_is_ln_2_and_ties_do_no_harm():
    x = np.linspace(0, 1, 200)
    assert samples.jensen_shannon(x, x + 10).value == pytest.approx(math.log(2), abs=0.01)
    lattice = np.random.default_rng(0).integers(0, 5, 2000)
    assert samples.jensen_shannon(lattice[:1000], lattice[1000:]).value == pytest.approx(
        0, abs=0.01
    )
    assert samples.jensen_shannon([0] * 50, [1] * 50).value == pytest.approx(math.log(2), abs=0.02)


@pytest.mark.parametrize("d", [1, 2, 4])
def test_exchanging_the_samples_changes_nothing(d):
    random = np.random.default_rng(d)
    x, y = random.normal(size=(100, d)), random.normal(0.5, 2, size=(150, d))
    one, other = samples.jensen_shannon(x, y), samples.jensen_shannon(y, x)
    assert one.value == pytest.approx(other.value, abs=1e-14)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-9)


def test_many_columns_are_judged_by_a_classifier():
    random = np.random.default_rng(3)
    x, y = random.normal(size=(2000, 8)), random.normal(size=(2000, 8))
    y[:, 0] += 1  # the other columns say nothing: the truth is that of one column
    found = samples.jensen_shannon(x, y)
    assert found.method == "classifier"
    assert found.value == pytest.approx(0.111421, abs=0.02)
    assert "lower bound" in " ".join(note.text for note in found.notes)
    few = samples.jensen_shannon(x[:, :1], y[:, :1], method="classifier")
    assert few.value == pytest.approx(0.111421, abs=0.02)


def test_very_unequal_samples_in_space():
    random = np.random.default_rng(4)
    x, y = random.normal(size=(4000, 2)), random.normal(size=(200, 2))
    y[:, 0] += 1
    found = samples.jensen_shannon(x, y)
    assert found.value == pytest.approx(0.111421, abs=0.06)
    assert 0 < found.standard_error < 0.03
    assert found.interval.method == "sampling interval, influence function"
