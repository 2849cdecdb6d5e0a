"""What `samples.kl` answers: truths of discrete.md 3a, choices, cautions, intervals."""

import math

import numpy as np
import pytest

from kullback import samples
from kullback.errors import MethodError, MissingDependencyError
from kullback.samples.estimators import classifier


def rng(seed=0):
    return np.random.default_rng(seed)


def codes(estimate):
    return {note.code for note in estimate.notes}


def text(estimate, code):
    return " ".join(note.text for note in estimate.notes if note.code == code)


def draws(*laws, n=20_000, seed=7):
    random = rng(seed)
    return [law(random, n) for law in laws]


def normal(mean=0.0, sd=1.0):
    return lambda random, n: random.normal(mean, sd, n)


def exponential(rate):
    return lambda random, n: random.exponential(1 / rate, n)


def uniform(low, high):
    return lambda random, n: random.uniform(low, high, n)


# discrete.md A33 and A34; tolerances are four standard deviations at n = m = 20 000, and for
# the partition also what its cells leave out.
TRUTHS = {
    "normal": (normal(), normal(1, 2), 0.44314718055994531),
    "exponential, narrower": (exponential(1), exponential(2), 0.30685281944005469),
    "exponential, wider": (exponential(1), exponential(1 / 12), 1.568239983),
    "uniform": (uniform(0, 1), uniform(0, 2), math.log(2)),
    "uniform inside": (uniform(1, 2), uniform(0, 4), math.log(4)),
    "uniform and normal": (uniform(0, 1), normal(), 1.0856051998713394),
}
BANDS = {"auto": 0.06, "adaptive": 0.08, "tie-safe": 0.06, "partition": 0.06}


@pytest.mark.parametrize("method", BANDS)
@pytest.mark.parametrize("name", TRUTHS)
def test_analytic_truths_on_a_line(name, method):
    p, q, truth = TRUTHS[name]
    found = samples.kl(*draws(p, q), method=method)
    assert found.value == pytest.approx(truth, abs=BANDS[method])


def equicorrelated(random, n, mean, correlation):
    covariance = np.full((10, 10), correlation)
    np.fill_diagonal(covariance, 1)
    return mean + random.normal(size=(n, 10)) @ np.linalg.cholesky(covariance).T


@pytest.mark.parametrize(
    ("method", "band"), [("auto", 0.1), ("gaussian", 0.1), ("classifier", 0.1)]
)
def test_a35_ten_dimensions(method, band):
    random = rng(7)
    x, y = (equicorrelated(random, 2000, mean, 0.999) for mean in (0, 1))
    assert samples.kl(x, y, method=method).value == pytest.approx(0.500450405364828, abs=band)


@pytest.mark.parametrize(
    ("method", "band"), [("auto", 0.12), ("adaptive", 0.12), ("gaussian", 0.08)]
)
def test_a33_two_dimensions(method, band):
    random = rng(7)
    root = np.linalg.cholesky([[1, 1], [1, 2]])
    x, y = random.normal(size=(3000, 2)), random.normal(size=(3000, 2)) @ root.T
    assert samples.kl(x, y, method=method).value == pytest.approx(0.5, abs=band)


@pytest.mark.parametrize("decimals", [0, 1, 2, 3])
def test_rounded_values_are_answered_and_said(decimals):
    """continuous.md 4.3: count form at 0.1 is 0.470 ± 0.040 at n = 1000; here four of its sd."""
    x, y = (np.round(v, decimals) for v in draws(normal(), normal(1, 2), n=2000))
    found = samples.kl(x, y)
    assert found.method == "tie-safe"
    assert found.value == pytest.approx(0.4431, abs=0.12)
    assert "coincide" in text(found, "auto")
    if decimals < 2:
        assert "lower bound" in text(found, "as-categories")


def test_a_few_ties_do_not_move_the_answer():
    x, y = draws(normal(), normal(1, 2))
    clean = samples.kl(x, y)
    x[:4], y[:4] = 0.25, 0.25
    tied = samples.kl(x, y)
    assert (clean.method, tied.method) == ("nearest-neighbours", "tie-safe")
    assert tied.value == pytest.approx(clean.value, abs=0.002)


def test_b25_duplicates_are_routed_or_refused_never_nan():
    x, y = [1, 1, 2, 3], [1, 2, 2.5, 4]
    assert math.isfinite(samples.kl(x, y, k=1).value)
    with pytest.raises(MethodError, match=r"one occurs 3 times.*tie-safe"):
        samples.kl(x, y, k=1, method="nearest-neighbours")


def test_a_spike_in_a_continuous_sample():
    """Half of P and a tenth of Q sit at 0: KL = categories + ½ KL of the rest (equal)."""
    random = rng(5)
    x = np.where(random.random(4000) < 0.5, 0.0, random.normal(size=4000))
    y = np.where(random.random(4000) < 0.1, 0.0, random.normal(size=4000))
    truth = 0.5 * math.log(0.5 / 0.1) + 0.5 * math.log(0.5 / 0.9)
    found = samples.kl(x, y)
    assert found.method == "atoms"
    safe = samples.kl(x, y, method="tie-safe")
    for one in (found, safe):
        assert one.value == pytest.approx(truth, abs=4 * one.standard_error)
        assert one.standard_error < 0.05


def test_auto_says_what_it_took_and_what_else_it_asked():
    found = samples.kl(*draws(normal(), normal(1, 2), n=1000))
    assert found.method == "nearest-neighbours"
    assert "one column" in text(found, "auto")
    assert "k = 5" in text(found, "neighbours")
    assert all(f"for k = {k}" in text(found, "k-sensitivity") for k in (1, 5, 20))
    assert "partition" in text(found, "second-opinion")
    assert found.interval.method == "delete-one jackknife"
    assert str(found).startswith("KL(P‖Q) = ")


@pytest.mark.parametrize(("d", "method"), [(2, "nearest-neighbours"), (5, "nearest-neighbours")])
def test_auto_in_few_dimensions_asks_a_classifier(d, method):
    random = rng(1)
    found = samples.kl(random.normal(size=(400, d)), random.normal(size=(400, d)))
    assert found.method == method
    assert "classifier" in text(found, "second-opinion")
    assert found.interval.method.startswith("sampling interval")
    assert "bias" in codes(found)


@pytest.mark.parametrize("d", [6, 12])
def test_auto_in_many_dimensions_takes_the_classifier(d):
    random = rng(1)
    found = samples.kl(random.normal(size=(300, d)), random.normal(size=(300, d)))
    assert found.method == "classifier"
    assert "Donsker–Varadhan lower bound" in text(found, "model")


def test_disagreement_stretches_the_interval():
    """continuous.md 4.1: P wider than Q in five columns, where neighbours fall far short."""
    random = rng(2)
    x, y = math.sqrt(2) * random.normal(size=(1000, 5)), random.normal(size=(1000, 5))
    found = samples.kl(x, y)
    assert found.value < 0.5
    assert "disagreement" in codes(found)
    assert found.interval.high > 0.65


def test_without_scikit_learn(monkeypatch):
    monkeypatch.setattr(classifier, "find_spec", lambda _: None)
    x, y = rng(1).normal(size=(2, 100, 12))
    install = r'pip install "kullback\[ml\]"'
    with pytest.raises(MissingDependencyError, match=install):
        samples.kl(x, y, method="classifier")
    with pytest.raises(MissingDependencyError, match=f"12 columns.*{install}"):
        samples.kl(x, y)
    found = samples.kl(x[:, :8], y[:, :8])
    assert found.method == "nearest-neighbours"
    assert "scikit-learn is not installed" in text(found, "auto")
    assert "no-second-opinion" in codes(samples.kl(x[:, :2], y[:, :2]))
    assert "classifier" not in {one.method for one in samples.estimates(x, y)}


def test_beyond_the_reach_of_q_is_said():
    found = samples.kl(*draws(normal(), normal(2, 1), n=500))
    assert found.unseen > 0.05
    assert "lies outside the range of y" in text(found, "outside")
    assert "stretched" in codes(found)
    assert found.interval.method.startswith("sampling interval")
    for d in (2, 3, 5):
        random = rng(d)
        found = samples.kl(random.normal(size=(300, d)) * 3, random.normal(size=(300, d)))
        assert "outside" in codes(found)


def test_one_distribution_is_not_said_to_reach_beyond():
    for d in (1, 2, 3, 5):
        random = rng(d)
        x, y = random.normal(size=(2, 1000, d))
        assert "outside" not in codes(samples.kl(x, y, method="gaussian"))


def test_near_the_limit_is_said():
    found = samples.kl(*draws(normal(0, 0.001), normal(0, 1), n=1000))
    assert "ln m = 6.91 nats" in text(found, "near-limit")


def test_what_comes_out_below_0_is_raw_and_explained():
    x = rng(0).normal(size=(30, 200))
    found = [samples.kl(row[:100], row[100:], method="partition") for row in x]
    assert min(one.value for one in found) == 0
    low = [one for one in found if one.raw is not None]
    assert low
    for one in low:
        assert "negative" in codes(one)
        assert one.value == 0 > one.raw
        assert one.interval.low == 0
        assert one.interval.high > 0


def test_too_small_for_an_error():
    found = samples.kl([1, 2], [1.5, 2.5], k=1, method="nearest-neighbours")
    assert found.value == pytest.approx(0, abs=1e-15)
    assert math.isnan(found.standard_error)
    assert found.interval is None
    assert "no-error" in codes(found)


def test_no_opinion_where_there_is_nothing_to_tell_it_from():
    assert "second-opinion" not in codes(samples.kl([1, 2, 4], [1.5, 3], k=1))
    said = text(samples.kl([1, 2, 4], [1.5, 3, 7, 9, 11], k=2), "second-opinion")
    assert "agreement" not in said


def test_units_and_seeds():
    x, y = draws(normal(), normal(1, 2), n=300)
    nats, bits = samples.kl(x, y), samples.kl(x, y, unit="bits")
    assert bits.value == pytest.approx(nats.value / math.log(2))
    assert bits.unit == "bits"
    one, same, other = (samples.kl(x, y, method="adaptive", seed=s) for s in (None, 0, 1))
    assert one.standard_error == same.standard_error != other.standard_error
    assert one.value == other.value
    wide = samples.kl(x, y, level=0.99).interval
    assert wide.high > nats.interval.high
    assert wide.level == 0.99


def test_estimates_stand_side_by_side():
    x, y = draws(normal(), normal(1, 2), n=300)
    assert [one.method for one in samples.estimates(x, y)] == [
        "nearest-neighbours",
        "adaptive",
        "tie-safe",
        "partition",
        "classifier",
        "gaussian",
    ]
    tied = samples.estimates(np.round(x), np.round(y), unit="bits")
    assert [one.method for one in tied] == ["tie-safe", "partition", "classifier", "gaussian"]
    assert {one.unit for one in tied} == {"bits"}


def test_the_gaussian_form_is_unbiased_where_both_are_normal():
    """20 columns, P = Q: the plug-in is 0.23 at n = 1000 (continuous.md 4.1), and 1.3 here."""
    random = rng(3)
    values = [
        samples.kl(*random.normal(size=(2, 200, 20)), method="gaussian").value for _ in range(40)
    ]
    plug_in = 20 * 23 / 4 * (2 / 200)
    assert abs(np.mean(values)) < 4 * np.std(values) / math.sqrt(40)
    assert abs(np.mean(values)) < 0.05 * plug_in


def test_the_partition_is_unbiased_where_both_are_equal():
    random = rng(4)
    found = [samples.kl(*random.normal(size=(2, 400)), method="partition") for _ in range(99)]
    values = [one.value if one.raw is None else one.raw for one in found]
    assert abs(np.mean(values)) < 4 * np.std(values) / math.sqrt(99)


def test_progress_speaks_only_on_a_terminal(monkeypatch, capsys):
    from kullback.statistics import progress

    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    assert len(list(progress.blocks(10, "work", size=5))) == 2
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    list(progress.blocks(10, "work", size=5))
    said = capsys.readouterr()
    assert "work: [##########..........]  50%" in said.err
    assert said.err.endswith("\r")
    assert said.out == ""


def test_the_classifier_takes_trees_where_no_normal_shape_fits():
    """Boxes in six columns, P inside Q: quadratic log-odds see half of the KL."""
    random = rng(1)
    x, y = random.uniform(0, 1, (1000, 6)), random.uniform(0, 1.2, (1000, 6))
    found = samples.kl(x, y)
    assert "boosted trees" in text(found, "model")
    assert found.value == pytest.approx(6 * math.log(1.2), abs=0.2)


def test_the_classifier_leaves_out_models_with_too_many_features():
    x, y = rng(2).normal(size=(2, 20, 12))
    found = samples.kl(x, y, method="classifier")
    assert "the least held-out loss of 2;" in text(found, "model")


def test_the_classifier_gives_one_answer_for_all_threads(monkeypatch):
    x, y = rng(3).normal(size=(2, 200, 6))
    one, two = [], []
    for threads, found in (("1", one), ("2", two)):
        monkeypatch.setenv("KULLBACK_THREADS", threads)
        found.append(samples.kl(x, y, method="classifier").value)
    assert one == two
