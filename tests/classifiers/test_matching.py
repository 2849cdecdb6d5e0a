"""Labels, predictions and groups that fit together by name, and those that do not."""

import inspect
import math

import numpy as np
import pytest

from kullback import classifiers
from kullback.classifiers import Accumulator
from kullback.errors import InputError, MassError, ShapeError

F = [[0.2, 0.8], [0.6, 0.4], [0.3, 0.7]]
SOFT = [[0.5, 0.5], [0.25, 0.75], [0.0, 1.0]]


def frames(library):
    module = pytest.importorskip(library)
    if library == "pandas":
        return lambda rows, names: module.DataFrame(rows, columns=names)
    columns = module.DataFrame if library == "polars" else module.table
    return lambda rows, names: columns(
        dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    )


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames_are_matched_by_name(library):
    frame = frames(library)
    swapped = [row[::-1] for row in SOFT]
    straight = classifiers.score(SOFT, F, soft=True)
    named = classifiers.score(frame(swapped, ["b", "a"]), frame(F, ["a", "b"]), soft=True)
    assert float(named.kl) == float(straight.kl)
    assert [c.label for c in named.per_class] == ["a", "b"]
    # Not in the order of the alphabet: the frame's own.
    hard = classifiers.score(["b", "a", "b"], frame(F, ["b", "a"]))
    other = classifiers.score([0, 1, 0], F)
    assert float(hard.cross_entropy) == float(other.cross_entropy)
    with pytest.raises(InputError, match="give both the same"):
        classifiers.score(frame(SOFT, ["a", "c"]), frame(F, ["a", "b"]), soft=True)
    with pytest.raises(InputError, match="different orders"):
        classifiers.score([0, 1, 0], frame(F, ["a", "b"]), classes=["b", "a"])


def test_two_models_in_frames():
    frame = frames("pandas")
    labels, swapped = ["b", "a", "b"], [row[::-1] for row in F]
    first, second = frame(F, ["b", "a"]), frame(swapped, ["a", "b"])
    assert classifiers.compare(labels, first, second).value == 0
    assert classifiers.compare(labels, first, F).value == 0
    assert classifiers.compare(labels, F, first).value == 0
    soft = frame(SOFT, ["b", "a"])
    assert classifiers.compare(soft, first, second, soft=True).value == 0
    with pytest.raises(InputError, match="fit one order only"):
        classifiers.compare(SOFT, first, second, soft=True)


def test_one_name_for_two_columns():
    with pytest.raises(InputError, match="'a' names more than one column"):
        classifiers.score(["a", "a", "a"], F, classes=["a", "a"])


def test_what_is_missing():
    pandas = pytest.importorskip("pandas")
    for labels in (
        pandas.Series(["a", pandas.NA, "b"], dtype="string"),
        pandas.Series(["a", None, "b"]),
        [0.0, math.nan, 1.0],
    ):
        with pytest.raises(InputError, match=r"labels\[1\] is missing"):
            classifiers.score(labels, F)
    for groups in (["a", None, "b"], [1.0, math.nan, math.nan]):
        with pytest.raises(InputError, match=r"cluster\[1\] is missing"):
            classifiers.score([0, 1, 0], F, cluster=groups)
    with pytest.raises(InputError, match="is masked"):
        classifiers.score(np.ma.array([0, 1, 0], mask=[0, 1, 0]), F)


def test_groups_of_any_kind():
    torch = pytest.importorskip("torch")
    expected = float(classifiers.score([0, 1, 0], F, cluster=["x", "x", "y"]).standard_error)
    mixed = np.array(["x", "x", 7], dtype=object)
    for groups in (mixed, torch.tensor([3, 3, 1]), (True, True, False)):
        assert float(classifiers.score([0, 1, 0], F, cluster=groups).standard_error) == expected


def test_groups_are_counted():
    """Also where the score is infinite, and without those of no weight."""
    infinite = classifiers.score([0, 0, 1], [1.0, 0.2, 0.7], cluster=["x", "x", "y"])
    assert (infinite.cross_entropy, infinite.groups) == (math.inf, 2)
    given = {"weights": [1, 1, 0, 1], "cluster": ["x", "y", "z", "x"]}
    labels, f = [0, 1, 0, 1], [0.2, 0.6, 0.3, 0.5]
    whole = classifiers.score(labels, f, **given)
    streamed = Accumulator(classes=(0, 1)).update(labels, f, **given).score()
    assert streamed.groups == whole.groups == 2
    assert float(streamed.standard_error) == pytest.approx(float(whole.standard_error), rel=1e-12)


def test_streamed_votes_say_so():
    votes = Accumulator(classes=(0, 1, 2), soft=True).update([[3, 1, 0]], [[0.5, 0.25, 0.25]])
    both = Accumulator(classes=(0, 1, 2), soft=True).merge(votes)
    assert both.score().notes[0].code == "votes"


def test_columns_counted_from_0():
    score = classifiers.score([1, 2, 3], np.full((3, 4), 0.25))
    assert [c.label for c in score.per_class] == [0, 1, 2, 3]
    assert "classes-counted-from-0" in {note.code for note in score.notes}


def test_messages_name_the_argument():
    with pytest.raises(ShapeError, match="weights has shape"):
        classifiers.score([0, 1, 0], F, weights=3)
    with pytest.raises(ShapeError, match=r"predictions .*give rows of equal length"):
        classifiers.score([0, 1], [[0.5, 0.5], [1.0]])
    with pytest.raises(MassError, match="divide each by its sum first") as caught:
        classifiers.score([0, 1], [[0.333, 0.666], [0.5, 0.5]])
    assert "mass=" not in str(caught.value)


class Model:
    """An estimator that always predicts the same."""

    def __init__(self, *rows):
        self.rows = np.array(rows)
        self.classes_ = np.arange(self.rows.shape[1])

    def predict_proba(self, _):
        return self.rows


def test_scorers_where_a_measure_is_not_defined():
    skill = classifiers.scorer("skill")
    assert math.isnan(skill(Model([0.2, 0.8], [0.4, 0.6]), None, [1, 1]))
    infinite = Model([1.0, 0, 0], [0.2, 0.4, 0.4])
    assert classifiers.scorer()(infinite, None, [1, 2]) == -math.inf
    for measure in ("miscalibration", "discrimination"):
        assert math.isnan(classifiers.scorer(measure)(infinite, None, [1, 2]))


def test_the_parts_add_up_in_single_precision():
    """A row of float32 may sum to 1.0002; the score is of the predictions as they are."""
    f = np.array([[0.5002, 0.25, 0.25], [0.2, 0.6, 0.2], [0.3, 0.3, 0.4]], dtype=np.float32)
    score = classifiers.score([0, 1, 2], f)
    parts = float(score.miscalibration) - float(score.discrimination) + float(score.uncertainty)
    assert parts == pytest.approx(float(score.cross_entropy), rel=1e-14)


def test_the_former_name_of_cluster_works_and_says_the_new_one():
    told = pytest.warns(DeprecationWarning, match=r"groups= goes in 0\.3: it is cluster=")
    with told:
        former = classifiers.score([0, 1, 0], F, groups=["x", "x", "y"])
    now = classifiers.score([0, 1, 0], F, cluster=["x", "x", "y"])
    assert float(former.standard_error) == float(now.standard_error)
    assert "groups" not in inspect.signature(classifiers.score).parameters
