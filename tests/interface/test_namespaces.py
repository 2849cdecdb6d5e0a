"""df.kullback and series.kullback, in pandas and polars."""

import subprocess
import sys

import pytest

import kullback
from kullback import counts, samples


def frames(name):
    library = pytest.importorskip(name)
    __import__(f"kullback.{name}")
    before = {"paid": ["card"] * 80 + ["cash"] * 20, "age": [20.0 + i % 37 for i in range(100)]}
    after = {"paid": ["card"] * 30 + ["cash"] * 70, "age": [25.0 + i % 41 for i in range(100)]}
    return library.DataFrame(before), library.DataFrame(after)


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_a_frame_is_the_current_data(name):
    before, after = frames(name)
    found = after.kullback.compare(before, columns=["paid"])
    assert found.drifted == ("paid",)
    assert found["paid"].outcomes[0].q == 0.8
    assert after.kullback.profile().rows == 100
    with pytest.raises(AssertionError, match="paid"):
        after.kullback.assert_same(before)
    before.kullback.assert_same(before)


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_a_series_of_words_is_counted_and_one_of_numbers_sampled(name):
    before, after = frames(name)
    words = after["paid"].kullback.kl(before["paid"], unit="bits")
    assert words == counts.kl({"card": 30, "cash": 70}, {"card": 80, "cash": 20}, unit="bits")
    assert after["paid"].kullback.entropy() == counts.entropy({"card": 30, "cash": 70})
    numbers = after["age"].kullback.kl(before["age"])
    assert numbers == samples.kl(after["age"].to_numpy(), before["age"].to_numpy())
    assert after["paid"].kullback.compare(before["paid"]).verdict == "drifted"
    both = after["paid"].kullback.jensen_shannon(before["paid"])
    assert both == counts.jensen_shannon({"card": 30, "cash": 70}, {"card": 80, "cash": 20})


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_what_is_missing_is_left_out(name):
    library = pytest.importorskip(name)
    __import__(f"kullback.{name}")
    series = library.Series(["a", None, "b", "a"])
    assert series.kullback.entropy() == counts.entropy({"a": 2, "b": 1})


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_it_is_there_once_tables_are_opened(name):
    pytest.importorskip(name)
    code = (
        f"import {name}; import kullback; kullback.tables; "
        f"print(type({name}.DataFrame({{'a': [1]}}).kullback).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "FrameNamespace"


def test_importing_the_package_loads_neither():
    code = "import sys, kullback; print([m for m in ('pandas', 'polars') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert "pandas" in dir(kullback)
