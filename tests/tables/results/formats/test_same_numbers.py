"""Every format says of how many columns something was lost, retyped, new or skipped."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.cli.gating import shown
from kullback.cli.output import FORMATS, Output
from kullback.sklearn import DriftDetector
from kullback.testing import assert_same

N = 300
COUNTS = {"lost": 2, "retyped": 3, "new": 1, "skipped": 3}


def sides():
    rng = np.random.default_rng(0)
    keys = [f"u{i}" for i in range(N)]
    before = pd.DataFrame({"x": rng.normal(size=N), "l1": np.arange(N) / 2, "l2": 1})
    before = before.assign(**{f"t{i}": rng.integers(0, 5, N) for i in range(3)})
    before = before.assign(s0=keys, s1=7, s2="a", s3=[f"w{i}" for i in range(N)])
    after = before.drop(columns=["l1", "l2"]).assign(n=1, s3=[f"U-{i}" for i in range(N)])
    return before, after.assign(**{f"t{i}": ["a", "b"] * (N // 2) for i in range(3)})


@pytest.fixture(scope="module")
def found():
    return tables.compare(*sides())


def in_words(text):
    """Return the numbers that stand before each word, wherever it is said; all must agree."""
    said = {word: set(re.findall(rf"(\d+) {word}\b", text)) for word in COUNTS}
    assert all(len(numbers) == 1 for numbers in said.values()), said
    return {word: int(numbers.pop()) for word, numbers in said.items()}


def written(found, form):
    result = shown(found, tables.gate(found))
    return FORMATS[form].write(result, Output("text", everything=True))


@pytest.mark.parametrize("form", ["text", "md", "quiet", "github"])
def test_formats_of_words(found, form):
    assert in_words(written(found, form)) == COUNTS


def test_json(found):
    told = json.loads(written(found, "json"))
    assert {word: told["counts"][word] for word in COUNTS} == COUNTS
    verdicts = [column["verdict"] for column in told["columns"]]
    assert {word: verdicts.count(word) for word in COUNTS} == COUNTS


def test_a_page(found):
    body = found.to_html().partition("<body")[2]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))
    assert in_words(text.partition("Search")[0].partition("columns compared")[0]) == COUNTS
    for word, number in COUNTS.items():
        assert f" {word} {number} " in text


def test_junit(found):
    suite = ElementTree.fromstring(written(found, "junit"))
    said = [failure.get("type") for failure in suite.iter("failure")]
    said += [one.get("message").partition(":")[0] for one in suite.iter("skipped")]
    assert {word: said.count(word) for word in COUNTS} == COUNTS
    assert int(suite.get("tests")) == len(found)


def test_openmetrics(found):
    text = written(found, "openmetrics")
    assert {w: int(float(re.search(rf'verdict="{w}"}} (\S+)', text)[1])) for w in COUNTS} == COUNTS


def test_the_assertion():
    with pytest.raises(AssertionError) as caught:
        assert_same(*sides())
    assert in_words(str(caught.value).splitlines()[0]) == COUNTS


def test_the_properties_and_the_frame(found):
    assert {word: len(getattr(found, word)) for word in COUNTS} == COUNTS
    assert found.to_frame()["verdict"].value_counts()[list(COUNTS)].to_dict() == COUNTS
    assert {word: found.counts[word] for word in COUNTS} == COUNTS


def test_the_detector():
    """It takes numbers only: what is skipped and yet unlike is drifted, and named so."""
    rng = np.random.default_rng(0)
    values = np.column_stack([rng.normal(size=N), np.arange(N) + 1e6, np.full(N, 3.0)])
    detector = DriftDetector().fit(values)
    again = detector.compare(values)
    assert again.counts["skipped"] == len(again.skipped) == 2
    holes = np.where(np.arange(N)[:, None] % 2 * [0, 1, 0], np.nan, values)
    assert detector.drifted(holes).tolist() == [False, True, False]
