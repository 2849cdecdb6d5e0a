"""The factors that docs/conventions.md names, against the peers themselves."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.spatial import distance

import kullback as k

P, Q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.5, 0.3])


def test_scipy():
    assert k.kl(P, Q) == pytest.approx(stats.entropy(P, Q), rel=1e-14)
    assert k.jensen_shannon(P, Q) == pytest.approx(distance.jensenshannon(P, Q) ** 2, rel=1e-12)
    x = np.array([50, 30, 20])
    assert 100 * k.chi_square(P, Q) == pytest.approx(stats.chisquare(x, 100 * Q).statistic)
    table = [[50, 30, 20], [20, 50, 30]]
    peer = stats.chi2_contingency(table, lambda_="log-likelihood", correction=False)
    assert k.counts.homogeneity(*table).statistic == pytest.approx(peer.statistic)


def test_torch():
    torch = pytest.importorskip("torch")
    p, q = torch.tensor(P), torch.tensor(Q)
    ours = k.kl(P, Q)
    kl_div = torch.nn.functional.kl_div
    assert float(kl_div(q.log(), p, reduction="sum")) == pytest.approx(ours)
    with pytest.warns(UserWarning, match="batchmean"):
        assert float(kl_div(q.log(), p, reduction="mean")) == pytest.approx(ours / 3)
    family = torch.distributions
    found = family.kl_divergence(family.Categorical(p), family.Categorical(q))
    assert float(found) == pytest.approx(ours)


def test_the_mixture_loss_is_four_times_the_usual_one_at_a_half():
    """TRL and Liger: ½ KL(P‖M) + ½ KL(Q‖M), M = ½(P + Q)."""
    torch = pytest.importorskip("torch")
    from kullback.torch import kl_from_logits

    p, q = torch.tensor(np.log(P)[None]), torch.tensor(np.log(Q)[None])
    for beta in (0.5, 0.2):
        m = beta * P + (1 - beta) * Q
        usual = beta * stats.entropy(P, m) + (1 - beta) * stats.entropy(Q, m)
        ours = float(kl_from_logits(p, q, beta=beta, reduction="row-mean"))
        assert ours == pytest.approx(usual / (beta * (1 - beta)), rel=1e-9)


def test_factors():
    root = math.sqrt(float(((np.sqrt(P) - np.sqrt(Q)) ** 2).sum()))
    assert k.hellinger(P, Q) * math.sqrt(2) == pytest.approx(root)
    assert 2 * k.hellinger(P, Q) == pytest.approx(2 * math.sqrt(1 - np.sqrt(P * Q).sum()))
    assert 2 * k.total_variation(P, Q) == pytest.approx(np.abs(P - Q).sum())
    assert k.jeffreys(P, Q) == pytest.approx(((P - Q) * np.log(P / Q)).sum())
    assert k.alpha_divergence(P, Q, 0) == pytest.approx(4 * k.hellinger(P, Q) ** 2)
    assert k.alpha_divergence(P, Q, 1) == pytest.approx(k.kl(Q, P))
    assert k.tsallis(P, Q, 2) == pytest.approx(k.chi_square(P, Q))
    assert k.bhattacharyya(P, Q) == pytest.approx(-math.log(np.sqrt(P * Q).sum()))
    order = 3.0
    powers = float((P**order * Q ** (1 - order)).sum())
    assert k.tsallis(P, Q, order) == pytest.approx((powers - 1) / (order - 1))


def test_expected_calibration_error_of_equal_widths():
    """torchmetrics' binary_calibration_error: 10 bins of equal width, l1."""
    rng = np.random.default_rng(0)
    f = rng.uniform(size=400)
    y = (rng.uniform(size=400) < f).astype(int)
    edges = np.linspace(0, 1, 11)
    which = np.clip(np.searchsorted(edges, f, side="left") - 1, 0, 9)
    truth = sum(
        abs(f[which == i].mean() - y[which == i].mean()) * (which == i).mean() for i in range(10)
    )
    found = k.classifiers.reliability(y, f, strategy="uniform")
    assert found.expected_calibration_error == pytest.approx(truth, rel=1e-12)
    torchmetrics = pytest.importorskip("torchmetrics")
    torch = pytest.importorskip("torch")
    peer = torchmetrics.functional.classification.binary_calibration_error(
        torch.tensor(f), torch.tensor(y), n_bins=10
    )
    assert found.expected_calibration_error == pytest.approx(float(peer), rel=1e-5)


def test_spacings_are_scipys():
    x = np.random.default_rng(0).normal(size=300)
    for method in ("vasicek", "van-es", "ebrahimi", "correa"):
        found = k.samples.entropy(x, method=method)
        peer = stats.differential_entropy(x, method=method.replace("-", " "))
        assert found.value == pytest.approx(peer, rel=1e-12)
        assert 0.5 * math.log(2 * math.pi * math.e) in found.interval


def test_penalties_a_token():
    rng = np.random.default_rng(0)
    p, q = np.log(rng.uniform(size=(2, 3, 4)))
    for kind in ("k1", "k2", "k3", "abs"):
        each = k.rl.penalties(p, q, kind=kind)
        assert each.shape == (3, 4)
        assert each.mean() == pytest.approx(k.rl.kl(p, q, kind=kind).value)
    mask = np.zeros((3, 4), dtype=bool)
    assert not k.rl.penalties(p, np.where(mask, q, np.nan), mask=mask).any()
    torch = pytest.importorskip("torch")
    there = k.rl.penalties(torch.tensor(p, requires_grad=True), torch.tensor(q))
    assert not there.requires_grad


def test_units_and_levels_of_a_policy():
    p, q = np.log([0.5, 0.4, 0.7, 0.2]), np.log([0.4, 0.5, 0.5, 0.3])
    nats, bits = k.rl.kl(p, q), k.rl.kl(p, q, unit="bits", level=0.8)
    assert bits.to("nats").value == pytest.approx(nats.value)
    assert bits.interval.level == 0.8
    assert bits.to("nats").interval.high < nats.interval.high


@pytest.mark.parametrize("far", [1e300, -1e300])
def test_logits_beyond_the_range_are_refused(far):
    with pytest.raises(k.errors.InputError, match=r"p\[0\] is -?1e\+300, beyond"):
        k.logits.kl([far, 0.0], [0.0, 0.0])
    assert k.logits.kl([0.0, -math.inf], [0.0, 0.0]) == pytest.approx(math.log(2))


def test_columns_of_numbers_are_no_names():
    """scikit-learn's test_log_loss_pandas_input: labels that are words, columns 0 and 1."""
    pd = pytest.importorskip("pandas")
    y = pd.Series(["ham", "spam", "spam", "ham"])
    f = pd.DataFrame([[0.3, 0.7], [0.6, 0.4], [0.4, 0.6], [0.7, 0.3]])
    assert k.classifiers.log_loss(y, f) == pytest.approx(0.7469410259762035)
