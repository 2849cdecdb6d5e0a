"""Probabilities in files are rounded: their rows are taken as far as the digits explain."""

import json

import numpy as np
import pytest

from kullback import classifiers
from kullback.cli.score_digits import within_digits


def rounded(digits, form="f", rows=40, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    exact = rng.dirichlet([0.4] * classes, rows)
    return exact, np.array([[float(f"{v:.{digits}{form}}") for v in row] for row in exact])


@pytest.mark.parametrize("digits", [2, 3, 4, 6])
@pytest.mark.parametrize("form", ["f", "g"])
def test_rows_are_as_near_as_their_digits_allow(digits, form):
    exact, printed = rounded(digits, form)
    rows, note = within_digits(printed)
    assert note is not None
    assert note.code == "rounded-probabilities"
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-12)
    assert np.abs(rows - exact).max() <= 3 * 10.0**-digits


@pytest.mark.parametrize(
    "rows",
    [
        [[0.5, 0.4], [0.3, 0.7]],  # one digit says nothing
        [[0.50, 0.45], [0.33, 0.67]],  # too much is missing
        [[0.333, 0.333, 0.330], [0.2, 0.3, 0.5]],
        [[0.2, 0.3], [0.123456789012345, 0.5]],  # printed in full: this is no rounding
        [[0.5, -0.01, 0.5]],
        [[np.nan, 0.5]],
    ],
)
def test_what_digits_do_not_explain_is_left(rows):
    given = np.array(rows)
    found, note = within_digits(given)
    assert note is None
    np.testing.assert_array_equal(found, given)


def test_rows_that_digits_do_not_explain_stay_and_are_named(run, tmp_path):
    given = np.array([[0.333, 0.333, 0.333], [0.2, 0.7, 0.1], [0.17, 0.17, 0.67]])
    found, note = within_digits(given)
    assert note is None
    assert found.sum(axis=1).tolist() == pytest.approx([1, 1, 1.01])
    path = tmp_path / "p.csv"
    path.write_text("label,a,b,c\na,0.333,0.333,0.333\nb,0.2,0.7,0.1\nc,0.17,0.17,0.67\n")
    refused = run("score", path)
    assert refused.code == 2
    assert "predictions[2] sums to 1.01" in refused.err


def test_a_file_of_three_digits_is_scored_with_a_note(run, tmp_path):
    _, printed = rounded(3)
    labels = np.arange(len(printed)) % 3
    path = tmp_path / "p.csv"
    rows = [
        f"{k},{','.join(f'{v:.3f}' for v in row)}" for k, row in zip(labels, printed, strict=True)
    ]
    path.write_text("\n".join(["label,p_0,p_1,p_2", *rows]) + "\n")
    done = run("score", path, "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["notes"][0]["code"] == "rounded-probabilities"
    shares = printed / printed.sum(axis=1, keepdims=True)
    want = classifiers.score(labels, shares).cross_entropy
    if np.isfinite(float(want)):
        assert told["cross_entropy"] == pytest.approx(float(want), rel=1e-12)
    assert "accuracy" in told["others"]
