"""Scores against definitions, peers and each other."""

import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import xlogy

from kullback import classifiers
from kullback.errors import InputError, MassError, ShapeError, UnitError


def sample(seed, rows=60, classes=3):
    rng = np.random.default_rng(seed)
    predictions = rng.dirichlet(np.ones(classes), rows)
    labels = np.array([rng.choice(classes, p=p) for p in predictions])
    return labels, predictions, rng


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), classes=st.integers(2, 6), soft=st.booleans())
def test_both_splits_add_up(seed, classes, soft):
    labels, f, rng = sample(seed, 40, classes)
    y = rng.dirichlet(np.full(classes, 0.5), 40) if soft else labels
    weights = rng.integers(0, 4, 40).astype(float)
    weights[0] = 1
    score = classifiers.score(y, f, soft=soft, weights=weights, classes=range(classes))
    assert score.cross_entropy == pytest.approx(float(score.entropy + score.kl), rel=1e-12)
    parts = score.miscalibration - score.discrimination + score.uncertainty
    assert score.cross_entropy == pytest.approx(float(parts), rel=1e-9)
    assert score.kl >= 0
    assert score.miscalibration >= -1e-12
    # A temperature reaches uniform predictions, but not the base rates.
    assert classes > 2 or score.discrimination >= -1e-12
    for name in ("cross_entropy", "entropy", "kl"):
        total = sum(float(getattr(c, name)) for c in score.per_class)
        assert total == pytest.approx(float(getattr(score, name)), rel=1e-9, abs=1e-12)
    for c in score.per_class:
        one = c.miscalibration - c.discrimination + c.uncertainty
        k = score.per_class.index(c)
        hit = (y[:, k] if soft else labels == k).astype(float)
        rest = -xlogy(hit, f[:, k]) - xlogy(1 - hit, 1 - f[:, k])
        assert float(one) == pytest.approx(np.average(rest, weights=weights), rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), classes=st.integers(2, 5), weighted=st.booleans())
def test_against_scikit_learn(seed, classes, weighted):
    from sklearn.metrics import d2_log_loss_score, log_loss

    labels, f, rng = sample(seed, 50, classes)
    labels[:classes] = range(classes)
    weights = rng.random(50) if weighted else None
    score = classifiers.score(labels, f, weights=weights)
    expected = log_loss(labels, f, sample_weight=weights)
    assert float(score.cross_entropy) == pytest.approx(expected, rel=1e-12)
    assert classifiers.log_loss(labels, f, sample_weight=weights) == pytest.approx(expected)
    skill = d2_log_loss_score(labels, f, sample_weight=weights)
    assert score.skill == pytest.approx(skill, rel=1e-9, abs=1e-12)


def test_the_temperature_is_the_best_of_a_grid():
    labels, f, _ = sample(3, 400, 4)
    hot = f**0.3 / (f**0.3).sum(axis=1, keepdims=True)
    score = classifiers.score(labels, hot)

    def cost(temperature):
        g = hot ** (1 / temperature)
        g /= g.sum(axis=1, keepdims=True)
        return -np.log(g[np.arange(400), labels]).mean()

    best = min(cost(t) for t in np.geomspace(0.1, 10, 4001))
    saved = float(score.cross_entropy) - best
    assert float(score.miscalibration) == pytest.approx(saved, rel=1e-6)
    assert float(score.recalibration.split()[1]) == pytest.approx(0.3, rel=0.15)


def test_isotonic_recalibration_beats_every_monotone_step():
    """Brute force: all non-decreasing step functions on a grid of a tenth."""
    from itertools import combinations_with_replacement

    y, f = np.array([0, 1, 0, 1, 1.0]), np.array([0.1, 0.2, 0.5, 0.5, 0.9])
    score = classifiers.score(y.astype(int), f)
    recalibrated = float(score.cross_entropy - score.miscalibration)
    steps = np.linspace(0, 1, 21)
    with np.errstate(divide="ignore", invalid="ignore"):
        best = min(
            (-xlogy(y, g) - xlogy(1 - y, 1 - g)).mean()
            for a, b, c, d in combinations_with_replacement(steps, 4)
            for g in [np.array([a, b, c, c, d])]
        )
    assert recalibrated <= best + 1e-12
    assert recalibrated == pytest.approx(best, abs=0.005)


def test_predictions_near_zero_stay_apart():
    """Interpolating between 1e-320 and 1e-300 would overflow; only their order counts."""
    y, f = [0, 1, 0, 1], [1e-320, 1e-300, 1e-299, 1 - 1e-16]
    score = classifiers.score(y, f)
    same = classifiers.score(y, [0.1, 0.2, 0.3, 0.4])
    assert float(score.discrimination) == pytest.approx(float(same.discrimination), rel=1e-12)


def test_units():
    labels, f, _ = sample(1)
    nats, bits = (classifiers.score(labels, f, unit=unit) for unit in ("nats", "bits"))
    assert float(nats.cross_entropy) == pytest.approx(float(bits.cross_entropy) * math.log(2))
    assert bits.cross_entropy.unit == bits.per_class[0].kl.unit == "bits"
    assert nats.interval.high == pytest.approx(bits.interval.high * math.log(2))
    again = nats.to("bits")
    assert again.per_sample.kl == pytest.approx(bits.per_sample.kl)
    assert again.skill == nats.skill
    with pytest.raises(UnitError, match="dits"):
        classifiers.score(labels, f, unit="dits")


def test_weights_repeat_rows():
    labels, f, rng = sample(5)
    times = rng.integers(0, 3, len(labels))
    weighted = classifiers.score(labels, f, weights=times)
    repeated = classifiers.score(np.repeat(labels, times), np.repeat(f, times, axis=0))
    assert float(weighted.cross_entropy) == pytest.approx(float(repeated.cross_entropy))
    assert float(weighted.miscalibration) == pytest.approx(float(repeated.miscalibration))
    rel = [(b.predicted, b.observed) for b in weighted.reliability.bins]
    assert len(rel) <= 10


def test_copies_of_rows_are_one_group():
    """Each row three times tells nothing more: the clustered error says so, the other does not."""
    labels, f, _ = sample(6, 200)
    once = classifiers.score(labels, f)
    thrice = np.repeat(np.arange(200), 3)
    blind = classifiers.score(labels[thrice], f[thrice])
    grouped = classifiers.score(labels[thrice], f[thrice], cluster=thrice)
    assert float(grouped.standard_error) == pytest.approx(float(once.standard_error), rel=1e-12)
    assert float(blind.standard_error) == pytest.approx(
        float(once.standard_error) / math.sqrt(3), rel=0.01
    )
    assert grouped.groups == 200


def test_row_order_and_class_order_do_not_matter():
    labels, f, rng = sample(7)
    order, columns = rng.permutation(len(labels)), [2, 0, 1]
    score = classifiers.score(labels, f)
    other = classifiers.score(labels[order], f[order][:, columns], classes=columns)
    for name in ("cross_entropy", "miscalibration", "discrimination", "uncertainty"):
        assert float(getattr(score, name)) == pytest.approx(float(getattr(other, name)), rel=1e-9)


def test_votes():
    """Three annotators: shares make the cross-entropy, and the entropy is not the plug-in's."""
    votes = np.array([[3, 0], [2, 1], [1, 2], [3, 0]])
    f = np.array([[0.9, 0.1], [0.6, 0.4], [0.5, 0.5], [0.8, 0.2]])
    score = classifiers.score(votes, f, soft=True)
    shares = votes / 3
    plug_in = classifiers.score(shares, f, soft=True)
    assert float(score.cross_entropy) == pytest.approx(float(plug_in.cross_entropy), rel=1e-12)
    # ψ(3) − (2/3) ψ(2) − (1/3) ψ(1) = 1 − 1/6 ... by ψ(n+1) = ψ(n) + 1/n.
    assert score.per_sample.entropy == pytest.approx([0, 5 / 6, 5 / 6, 0], rel=1e-12)
    assert score.entropy > plug_in.entropy
    assert next(note.code for note in score.notes) == "votes"


def test_entropy_of_votes_is_less_biased():
    """400 rows of three votes from (.6, .4): the plug-in misses a fifth of the entropy."""
    rng = np.random.default_rng(11)
    p = np.array([0.6, 0.4])
    votes = rng.multinomial(3, p, 4000)
    f = np.tile(p, (4000, 1))
    truth = -(p * np.log(p)).sum()
    score = classifiers.score(votes, f, soft=True)
    plug_in = classifiers.score(votes / 3, f, soft=True)
    assert abs(float(score.kl)) < 0.12 < float(plug_in.kl)
    assert abs(float(score.cross_entropy) - truth) < 4 * float(score.standard_error)


def test_infinite_labels_are_listed_and_the_rest_goes_on():
    f = np.array([[1.0, 0, 0], [0.2, 0.8, 0], [0.3, 0.3, 0.4]])
    score = classifiers.score(["a", "c", "b"], f)
    assert score.cross_entropy == math.inf
    assert score.infinite_at == ((1, "c"),)
    assert score.miscalibration is None
    assert math.isnan(score.standard_error)
    assert score.interval is None
    assert score.per_sample.cross_entropy[[0, 2]] == pytest.approx([0, -math.log(0.3)])
    assert {"impossible-labels", "no-temperature"} <= {note.code for note in score.notes}
    binary = classifiers.score([0, 1], [0.0, 0.0])
    assert binary.miscalibration == math.inf
    assert binary.discrimination == pytest.approx(0, abs=1e-15)
    # A row of no weight is not there.
    fine = classifiers.score(["a", "c", "b"], f, weights=[1, 0, 1])
    assert math.isfinite(fine.cross_entropy)
    assert fine.infinite_at == ()


def test_one_class_only():
    """scikit-learn refuses labels of a single class; the answer is well defined."""
    score = classifiers.score([1, 1, 1], [0.9, 0.8, 0.7])
    assert float(score.cross_entropy) == pytest.approx(-np.log([0.9, 0.8, 0.7]).mean())
    assert score.uncertainty == 0
    assert score.skill is None


def test_inputs_of_many_kinds_agree():
    torch = pytest.importorskip("torch")
    pandas = pytest.importorskip("pandas")
    labels, f, _ = sample(8)
    expected = classifiers.score(labels, f)
    frame = pandas.DataFrame(f, columns=["x", "y", "z"])
    names = [["x", "y", "z"][k] for k in labels]
    tensor = torch.tensor(f, requires_grad=True)
    kinds = [
        (labels.tolist(), f.tolist()),
        (torch.tensor(labels), tensor),
        (names, frame),
        (labels, np.asfortranarray(f)),
        (labels, np.repeat(f, 2, axis=0)[::2]),
    ]
    frozen = f.copy()
    frozen.setflags(write=False)
    for y, q in [*kinds, (labels, frozen)]:
        assert classifiers.score(y, q).cross_entropy == expected.cross_entropy
    assert classifiers.score(names, frame).per_class[2].label == "z"


def test_jax_arrays():
    jax = pytest.importorskip("jax")
    labels, f, _ = sample(9)
    found = classifiers.score(jax.numpy.asarray(labels), jax.numpy.asarray(f, dtype="float32"))
    assert float(found.cross_entropy) == pytest.approx(
        float(classifiers.score(labels, f).cross_entropy), rel=1e-5
    )


@pytest.mark.parametrize(
    ("labels", "predictions", "options", "error", "words"),
    [
        ([0, 1], [[0.5, 0.4], [0.5, 0.5]], {}, MassError, r"predictions\[0\]"),
        ([0, 1], [[0.5, 0.5]], {}, ShapeError, "2 rows, and predictions has 1"),
        ([0, 1], [1.5, 0.5], {}, InputError, r"predictions\[0\] is 1.5, not between 0 and 1"),
        ([0, 1], [np.nan, 0.5], {}, InputError, r"predictions\[0\] is nan"),
        ([0, 5], [[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]], {}, InputError, "holds 2 classes"),
        ([0, None], [0.5, 0.5], {}, InputError, r"labels\[1\] is missing"),
        ([0.0, float("nan")], [0.5, 0.5], {}, InputError, r"labels\[1\] is missing"),
        (["a", "b"], [0.5, 0.5], {"classes": ["a", "c"]}, InputError, r"labels\[1\] is 'b'"),
        (["a", "b"], [0.5, 0.5], {"classes": ["a"]}, ShapeError, "1 names"),
        ([[0, 1], [1, 0]], [0.5, 0.5], {}, ShapeError, "soft=True"),
        ([[0, 0], [3, 0]], [0.5, 0.5], {"soft": True}, InputError, r"labels\[0\] has no votes"),
        ([[0.5, 0.6]], [0.5], {"soft": True}, MassError, "labels"),
        ([0, 1], [0.5, 0.5], {"weights": [1, -1]}, InputError, r"weights\[1\] is -1"),
        ([0, 1], [0.5, 0.5], {"weights": [0, 0]}, InputError, "all 0"),
        ([0, 1], [0.5, 0.5], {"weights": [1]}, ShapeError, "2 rows"),
        ([0, 1], [0.5, 0.5], {"cluster": [1]}, ShapeError, "cluster"),
        ([0, 1], [0.5, 0.5], {"level": 1.0}, InputError, "level"),
        ([], [], {}, ShapeError, "at least one"),
        ([0], [[[0.5]]], {}, ShapeError, "samples, classes"),
    ],
)
def test_errors_say_what_and_where(labels, predictions, options, error, words):
    with pytest.raises(error, match=words):
        classifiers.score(labels, predictions, **options)


def test_every_form_of_output():
    labels, f, _ = sample(10)
    score = classifiers.score(labels, f, classes=["a<b>", "</script>", "c"][:0] or None)
    assert "cross-entropy" in str(score)
    facts = json.loads(score.to_json())
    assert facts["cross_entropy"] == float(score.cross_entropy)
    assert "per_sample" not in facts
    name = "<script>x"
    hostile = classifiers.score([name, "b"], [[0.0, 1.0], [0.5, 0.5]], classes=[name, "b"])
    page = hostile.to_html()
    assert name not in page
    assert "&lt;script&gt;x" in page
    assert json.loads(hostile.to_json())["cross_entropy"] is None
    assert "∞" in hostile.to_markdown()
    assert len(hostile._repr_html_()) < 60_000


def test_a_page_is_written_whole(tmp_path):
    labels, f, _ = sample(12)
    path = tmp_path / "score.html"
    html = classifiers.score(labels, f).to_html(path)
    assert path.read_text(encoding="utf-8") == html
    assert [p.name for p in tmp_path.iterdir()] == ["score.html"]


def test_scores_can_be_pickled():
    labels, f, _ = sample(13)
    score = classifiers.score(labels, f)
    assert pickle.loads(pickle.dumps(score)).cross_entropy == score.cross_entropy
