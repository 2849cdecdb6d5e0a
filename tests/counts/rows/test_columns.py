"""One result a column."""

import numpy as np
import pandas as pd
import pytest

from kullback import counts
from kullback.errors import InputError, ShapeError

X = np.array([[7, 50, 4], [3, 30, 4], [1, 20, 2]])
Y = np.array([[50, 10, 4], [40, 80, 4], [10, 10, 2]])


def test_a_column_is_what_it_is_alone():
    results = counts.by_column(counts.kl, X, Y, unit="bits", level=0.9)
    assert list(results) == [0, 1, 2]
    for i, result in results.items():
        assert result == counts.kl(X[:, i], Y[:, i], unit="bits", level=0.9)


def test_one_table():
    assert counts.by_column(counts.entropy, X)[1] == counts.entropy(X[:, 1])


def test_frames_match_columns_by_name_and_outcomes_by_label():
    x = pd.DataFrame(X, index=["a", "b", "c"], columns=["p", "q", "r"])
    y = pd.DataFrame(Y, index=["a", "b", "c"], columns=["p", "q", "r"])
    shuffled = y.loc[["c", "a", "b"], ["r", "p", "q"]]
    results = counts.by_column(counts.jensen_shannon, x, shuffled)
    assert list(results) == ["p", "q", "r"]
    assert results["q"].value == counts.jensen_shannon(X[:, 1], Y[:, 1]).value


def test_columns_that_differ():
    with pytest.raises(ShapeError, match="only one has r"):
        counts.by_column(counts.kl, {"p": [1, 2]}, {"p": [1, 2], "r": [1, 2]})
    with pytest.raises(ShapeError, match=r"x has shape \(2,\)"):
        counts.by_column(counts.kl, [1, 2], [[1], [2]])


def test_an_error_names_the_column():
    with pytest.raises(InputError) as caught:
        counts.by_column(counts.kl, {"p": [1, 2], "bad": [1, -2]}, {"p": [1, 2], "bad": [1, 2]})
    assert caught.value.__notes__ == ["in column 'bad'"]
