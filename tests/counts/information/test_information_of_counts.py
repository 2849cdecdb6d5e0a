"""Information between columns of counts: against the formulas, peers and simulation."""

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kullback import counts
from kullback.errors import InputError, MassError, MethodError, ShapeError

# Two and three columns of 12 rows. What infomeasure 0.6.3 and pyitlib 0.3.1 say of them.
X = [0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0]
Y = [0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0]


def table(*columns):
    return Counter(zip(*columns, strict=True))


def test_what_the_peers_say():
    """infomeasure.mutual_information(approach="discrete"), pyitlib's information_mutual, nats."""
    found = counts.mutual_information(table(X, Y), method="plug-in")
    assert found.value == pytest.approx(0.2425859716936405, rel=1e-12)
    found = counts.conditional_entropy(table(X, Y), method="plug-in")
    assert found.value == pytest.approx(0.4505612088663048, rel=1e-12)


def _series():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 4, 300)
    y = (x + rng.integers(0, 3, 300)) % 5
    return x, y, (y + rng.integers(0, 2, 300)) % 3


def test_what_infomeasure_says_of_three_columns_and_of_series():
    x, y, z = _series()
    found = counts.mutual_information(table(x, y, z), given=2, method="plug-in")
    assert found.value == pytest.approx(0.4910096297266431, rel=1e-12)
    assert found.quantity == "I(X; Y|Z)"
    found = counts.transfer_entropy(x, y, method="plug-in")
    assert found.value == pytest.approx(0.04800395552467657, rel=1e-12)
    found = counts.transfer_entropy(x, y, history=2, source_history=2, method="plug-in")
    assert found.value == pytest.approx(0.6545513544952787, rel=1e-12)


def test_they_are_kl_from_independence():
    """By brute force over the cells; also the rows of a frame and a table of three axes."""
    rng = np.random.default_rng(1)
    cells = rng.integers(1, 30, (3, 4, 2)).astype(float)
    p = cells / cells.sum()
    product = np.einsum("i,j,k->ijk", p.sum((1, 2)), p.sum((0, 2)), p.sum((0, 1)))
    truth = float((p * np.log(p / product)).sum())
    found = counts.total_correlation(cells, method="plug-in")
    assert found.value == pytest.approx(truth, rel=1e-12)
    flat = cells.sum(2)
    frame = pd.DataFrame(flat, columns=list("abcd"))
    one = counts.mutual_information(frame).value
    assert one == counts.mutual_information(flat).value
    assert counts.total_correlation(flat).value == pytest.approx(one, rel=1e-12)
    swapped = counts.conditional_entropy(flat.T, given=0)
    assert swapped.value == pytest.approx(counts.conditional_entropy(flat).value, rel=1e-12)


def test_units_and_the_chain_rule():
    both = counts.mutual_information(table(X, Y), unit="bits")
    assert both.to("nats").value == pytest.approx(counts.mutual_information(table(X, Y)).value)
    alone = counts.entropy(list(Counter(X).values()), method="zhang").value
    rest = counts.conditional_entropy(table(X, Y)).value
    assert both.to("nats").value == pytest.approx(alone - rest, rel=1e-9)


def test_rare_combinations_are_said_and_reach_far():
    rng = np.random.default_rng(2)
    wide = table(rng.integers(0, 40, 150).tolist(), rng.integers(0, 40, 150).tolist())
    found = counts.mutual_information(wide)
    assert {"shuffled"} <= {note.code for note in found.notes}
    assert found.p_value > 0.01
    assert found.interval.low == 0  # the columns are independent: the truth
    assert found.null_bias > 1


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([1, 2, 3], ShapeError, r"table has shape \(3,\); give the counts of two columns"),
        ([[1, -1], [2, 3]], InputError, r"table\[\(0, 1\)\] is -1"),
        ([[0, 0], [0, 0]], MassError, "sums to 0"),
        ([[0.25, 0.25], [0.25, 0.25]], MassError, "look like probabilities"),
        ({"a": 1, "b": 2}, ShapeError, "labels are not all tuples"),
        (np.ones((2, 2, 2)), ShapeError, "two must be left"),
        (np.ma.masked_array([[1, 2], [3, 4]], [[0, 1], [0, 0]]), InputError, "is masked"),
    ],
)
def test_bad_tables(given, error, message):
    with pytest.raises(error, match=message):
        counts.mutual_information(given)


def test_bad_options():
    with pytest.raises(MethodError, match="unknown for entropy"):
        counts.mutual_information([[1, 2], [3, 4]], method="ksg")
    with pytest.raises(ShapeError, match="names an axis"):
        counts.mutual_information([[1, 2], [3, 4]], given=5)
    with pytest.raises(ShapeError, match="name some, not all"):
        counts.conditional_entropy([[1, 2], [3, 4]], given=(0, 1))
    with pytest.raises(ShapeError, match="source has 3 steps and target 2"):
        counts.transfer_entropy([1, 2, 3], [1, 2])
    with pytest.raises(InputError, match="history=0"):
        counts.transfer_entropy([1, 2, 3], [1, 2, 3], history=0)


P_TWO = np.array([[0.4, 0.1], [0.15, 0.35]])
P_FREE = np.outer([0.5, 0.3, 0.2], [0.6, 0.4])


@pytest.mark.slow
@pytest.mark.parametrize("p", [P_TWO, P_FREE], ids=["dependent", "independent"])
@pytest.mark.parametrize("n", [60, 500])
def test_coverage(p, n):
    rows, columns = p.sum(1, keepdims=True), p.sum(0, keepdims=True)
    information = max(0.0, float((p * np.log(p / (rows * columns))).sum()))
    conditional = -float((p * np.log(p / columns)).sum())
    held, left, early, runs = 0, 0, 0, 150
    for seed in range(runs):
        drawn = np.random.default_rng([seed, n]).multinomial(n, p.ravel()).reshape(p.shape)
        one = counts.mutual_information(drawn)
        held += one.interval.low - 1e-12 <= information <= one.interval.high
        early += one.p_value < 0.05
        left += conditional in counts.conditional_entropy(drawn).interval
    least = stats.binom.ppf(0.001, runs, 0.93)
    assert held >= least
    assert left >= least
    if information == 0:
        assert early <= stats.binom.ppf(0.999, runs, 0.06)
    else:
        assert early >= 0.6 * runs or n < 100


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 0.6, 0.9])
@pytest.mark.parametrize("n", [50, 200])
def test_entropy_near_its_highest_is_covered(share, n):
    """The delta method alone held 80 % of (.6, .4) at n = 100."""
    p = np.array([share, 1 - share])
    truth, runs = -float((p * np.log(p)).sum()), 300
    held = 0
    for seed in range(runs):
        low, high = counts.entropy(np.random.default_rng([seed, n]).multinomial(n, p)).interval
        held += low - 1e-12 <= truth <= high + 1e-12
    assert held >= stats.binom.ppf(0.001, runs, 0.93)
    assert math.isfinite(truth)
