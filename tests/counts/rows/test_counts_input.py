"""What counts accept, and what they say about the rest."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kullback import counts
from kullback.errors import InputError, MassError, MethodError, ShapeError, UnitError

FUNCTIONS = [
    counts.kl,
    counts.homogeneity,
    counts.jensen_shannon,
    counts.compare,
    counts.detectable,
    counts.cross_entropy,
    counts.estimates,
    counts.pool,
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("x", "y", "error", "said"),
    [
        ([1, float("nan")], [1, 2], InputError, ["x[1]", "nan", "mend"]),
        ([1, 2], [1, -3], InputError, ["y[1]", "-3", "never negative"]),
        ([1, 2], [1, float("inf")], InputError, ["y[1]", "inf"]),
        ([1, 2], [1, 1e16], InputError, ["y[1]", "1e+16", "divide"]),
        ([1, 2, 3], [1, 2], ShapeError, ["3 outcomes", "y has 2", "mappings"]),
        ([], [], ShapeError, ["x is empty", "at least one"]),
        ([0, 0], [1, 2], MassError, ["x sums to 0", "no observations"]),
        ([[1, 2], [3, 4]], [1, 2], ShapeError, ["x has shape (2, 2)", "one row"]),
        (3, [1, 2], ShapeError, ["x has shape ()"]),
        ([True, False], [1, 2], InputError, ["x holds bool"]),
        (["1", "2"], [1, 2], InputError, ["x holds str"]),
        ([1, None], [1, 2], InputError, ["x holds object"]),
        ([0.3, 0.7], [1, 2], MassError, ["x sums to 1", "probabilities", "kullback.kl"]),
        ({"a": 1}, [1], InputError, ["x has labels and y has none"]),
        ({"a": 1, "b": -2}, {"a": 1}, InputError, ["x['b']", "-2"]),
    ],
)
def test_bad_input_is_named(function, x, y, error, said):
    with pytest.raises(error) as caught:
        function(x, y)
    for words in said:
        assert words in str(caught.value)


def test_bad_options_are_named():
    with pytest.raises(
        MethodError, match=r"method='zang' is unknown for kl; choose one of 'zhang'"
    ):
        counts.kl([1, 2], [2, 1], method="zang")
    with pytest.raises(MethodError, match="exact-moments"):
        counts.homogeneity([1, 2], [2, 1], method="t")
    with pytest.raises(MethodError, match="3 outcomes were seen"):
        counts.homogeneity([1, 2, 3], [2, 1, 3], method="exact")
    with pytest.raises(MethodError):
        counts.kl([1, 2], [2, 1], method=["zhang"])
    for level in (0, 1, 95, float("nan")):
        with pytest.raises(InputError, match="level="):
            counts.kl([1, 2], [2, 1], level=level)
        with pytest.raises(InputError, match="level="):
            counts.jensen_shannon([1, 2], [2, 1], level=level)
    with pytest.raises(InputError, match="power="):
        counts.detectable([1, 2], [2, 1], power=0.1)
    for function in (counts.kl, counts.jensen_shannon, counts.compare, counts.detectable):
        with pytest.raises(UnitError, match="unit="):
            function([1, 2], [2, 1], unit="shannon")
    with pytest.raises(ShapeError, match="labels has 1 names"):
        counts.compare([1, 2], [2, 1], labels=["a"])


def test_masked_entries_are_refused():
    with pytest.raises(InputError, match="masked"):
        counts.kl(np.ma.masked_array([1, 2], [False, True]), [1, 2])


PLAIN = counts.kl([3, 4, 0], [2, 0, 5])


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ({"a": 3, "b": 4}, {"c": 5, "a": 2}),
        (Counter("aaabbbb"), Counter("cccccaa")),
        (pd.Series([3, 4], index=["a", "b"]), pd.Series([5, 2], index=["c", "a"])),
        ({"a": 3, "b": 4}, pd.Series([5, 2], index=["c", "a"])),
        ((3, 4, 0), [2, 0, 5]),
        (np.array([3, 4, 0], np.uint8), np.array([2, 0, 5], np.float32)),
        (np.array([3, 9, 4, 9, 0, 9])[::2], np.array([5, 0, 2])[::-1]),
    ],
)
def test_every_shape_of_counts_gives_one_answer(x, y):
    estimate = counts.kl(x, y)
    assert replace(estimate, notes=()) == replace(PLAIN, notes=())


def test_labels_are_kept():
    card = counts.compare({"a": 3, "b": 4}, {"c": 5, "a": 2})
    assert [outcome.label for outcome in card.outcomes] == ["a", "b", "c"]
    assert card.infinite_at == ("b",)
    assert "'b'" in str([str(note) for note in card.kl.notes])


def test_arguments_are_never_changed():
    x, y = np.array([3.0, 4, 0]), np.array([2.0, 0, 5])
    before = x.copy(), y.copy()
    x.flags.writeable = y.flags.writeable = False
    for function in FUNCTIONS:
        function(x, y)
    assert np.array_equal(x, before[0])
    assert np.array_equal(y, before[1])


def test_weights_are_accepted_with_a_note():
    for function in (counts.kl, counts.homogeneity, counts.jensen_shannon):
        notes = function([2.5, 3.25, 0.1], [4.0, 2.0, 0.2]).notes
        assert any(note.code == "weights" for note in notes)


def test_notes_say_what_a_reader_must_know():
    codes = [note.code for note in counts.kl([3, 4, 0], [2, 0, 5]).notes]
    assert codes == ["few-observations", "unseen"]
    assert counts.kl([3, 4, 0], [2, 0, 5]).unseen == pytest.approx(4 / 7)
    negative = counts.kl([30, 40], [30, 40])
    assert negative.raw < 0 == negative.value == negative.interval.low
    assert "correction for chance" in str(negative.notes[0])
    assert negative.to("bits").raw == pytest.approx(negative.raw / np.log(2))
    assert negative.to_dict()["raw"] == negative.raw
    alike = counts.jensen_shannon([30, 40], [30, 40])
    assert alike.value == 0
    assert str(alike.notes[0]).startswith("No difference beyond chance")


def test_scipy_stats_and_pandas_are_not_loaded():
    import subprocess
    import sys

    code = "from kullback.counts import *; import sys; "
    code += "print({'scipy.stats', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_public_name_of_counts_is_there_and_no_other():
    assert {name for name in counts.__all__ if getattr(counts, name)} == set(dir(counts))
    with pytest.raises(AttributeError, match=r"module 'kullback\.counts' has no attribute 'nix'"):
        counts.nix  # noqa: B018


def test_every_public_function_is_documented_in_full():
    functions = [name for name in counts.__all__ if name[0].islower()]
    assert len(functions) == 19
    for name in functions:
        for section in ("Parameters", "Returns", "Raises", "Examples"):
            assert f"{section}\n    ---" in getattr(counts, name).__doc__, (name, section)


def test_sparse_and_labelled_and_weighted_counts_go_everywhere():
    from scipy import sparse

    x, y = np.array([[3, 4, 0, 2]]), np.array([[2, 0, 5, 2]])
    for function in (counts.kl, counts.cross_entropy, counts.jensen_shannon):
        plain = function(x[0], y[0]).value
        assert function(sparse.csr_matrix(x), sparse.csr_matrix(y)).value == pytest.approx(plain)
        assert np.isfinite(function(x[0] * 1.5, y[0] * 0.7).value)
    assert counts.homogeneity(sparse.csr_matrix(x), sparse.csr_matrix(y)) == counts.homogeneity(
        x[0], y[0]
    )
    assert counts.pool(sparse.csr_matrix(x), sparse.csr_matrix(y)).labels[-2:] == ("other", "new")
    assert [e.value for e in counts.estimates({"a": 3, "b": 4}, {"b": 2, "a": 9})] == [
        e.value for e in counts.estimates([3, 4], [9, 2])
    ]
