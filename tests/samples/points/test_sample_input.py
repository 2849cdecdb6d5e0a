"""What bad input gets: the argument, the place, the value and the remedy."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from kullback import samples
from kullback.errors import InputError, MethodError, ShapeError, SupportError, UnitError

GOOD = np.linspace(0, 1, 20)
TABLE = pd.DataFrame({"a": GOOD, "b": GOOD**2})


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1, np.nan, 3], InputError, r"x\[1\] is nan \(1 such values of 3\); drop"),
        ([1, 2, -np.inf], InputError, r"x\[2\] is -inf"),
        ([[1, 2], [3, np.nan]], InputError, r"x\[1, 1\] is nan"),
        (
            [1e200, 1],
            InputError,
            r"x\[0\] is 1e\+200.*divide every sample by one number.*entropy falls by its logarithm",
        ),
        ([], ShapeError, r"x has shape \(0,\): no observations"),
        (np.zeros((3, 0)), ShapeError, "no observations"),
        (3.0, ShapeError, r"x has shape \(\); give one observation a row"),
        (np.zeros((2, 2, 2)), ShapeError, "one observation a row"),
        (["a", "b"], SupportError, "x has 1 columns of categories and y has 0"),
        ([True, False], InputError, "x holds bool values"),
        ([1j, 2], InputError, "x holds complex128 values"),
        ([[1, 2], [3]], ShapeError, "x is not an array"),
        ([1, 2, 3], InputError, r"x has 3 points, too few for 5 nearest neighbours \(at least 6\)"),
        (np.ma.masked_array(GOOD, GOOD > 0.5), InputError, r"is masked.*x\.compressed\(\)"),
        (np.zeros((20, 2)), ShapeError, "x has 2 columns and y has 1.*transposed"),
        (TABLE, SupportError, "y has no column names and the other has"),
        (pd.DataFrame({"a": []}), ShapeError, "no observations"),
        (pd.DataFrame({"a": ["p", "q"]}), SupportError, "y has no column names and the other has"),
        (pd.DataFrame({"a": [1.0, None]}), InputError, r"x\['a'\]\[1\] is nan"),
        (
            pd.DataFrame({"t": pd.to_datetime(["2020-01-01"]), "a": [1.0]}),
            InputError,
            "numbers first",
        ),
        (
            pd.DataFrame({"t": ["u", None], "a": [1.0, 2.0]}),
            InputError,
            r"x\['t'\]\[1\] is missing",
        ),
        ({"a": [1.0], "b": [1.0, 2.0]}, ShapeError, "differ in length"),
    ],
)
def test_bad_samples(x, error, message):
    with pytest.raises(error, match=message):
        samples.kl(x, GOOD)


def test_the_second_sample_is_named():
    with pytest.raises(InputError, match=r"y\[0\] is nan"):
        samples.kl(GOOD, [np.nan])
    with pytest.raises(InputError, match="y has 2 points, too few for 5"):
        samples.kl(GOOD, [1, 2])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "kde"}, MethodError, "method='kde' is unknown here; choose one of 'auto'"),
        ({"method": ["auto"]}, MethodError, "is unknown here"),
        ({"unit": "bytes"}, UnitError, "unit='bytes' is unknown"),
        ({"level": 95}, InputError, "level=95 is not between 0 and 1"),
        ({"level": float("nan")}, InputError, "not between 0 and 1"),
        ({"k": 0}, InputError, "k=0 is not a whole number ≥ 1"),
        ({"k": 2.5}, InputError, "k=2.5 is not a whole number"),
        ({"seed": -1}, InputError, "seed=-1 is not a whole number ≥ 0"),
        ({"seed": "a"}, InputError, "seed='a' is not a whole number"),
    ],
)
@pytest.mark.parametrize("measure", [samples.kl, samples.jensen_shannon])
def test_bad_options(measure, options, error, message):
    with pytest.raises(error, match=message):
        measure(GOOD, GOOD + 0.01, **options)


def test_methods_that_do_not_apply():
    wide = np.random.default_rng(0).normal(size=(20, 2))
    with pytest.raises(MethodError, match='"partition" cuts a line and x has 2 columns'):
        samples.kl(wide, wide + 0.1, method="partition")
    with pytest.raises(InputError, match="x has 2 points, too few for the covariance"):
        samples.kl(wide[:2], wide, method="gaussian")
    with pytest.raises(InputError, match="too few to hold one in 5 out"):
        samples.kl(wide[:9], wide, method="classifier")
    with pytest.raises(InputError, match="lies on a line or a plane"):
        samples.kl(np.ones(20), GOOD, method="gaussian")
    with pytest.raises(InputError, match="no method applies"):
        samples.estimates([1.0], [2.0])


def test_columns_that_say_nothing():
    wide = np.random.default_rng(0).normal(size=(20, 2))
    flat = np.column_stack([wide, np.ones(20)])
    with pytest.raises(InputError, match="column 2 is constant within each sample"):
        samples.kl(flat, flat + 0.1)
    doubled = np.column_stack([wide, wide.sum(axis=1)])
    with pytest.raises(InputError, match="the 3 columns are linearly dependent"):
        samples.kl(doubled, doubled + 0.1)
    named = {"a": GOOD, "b": np.full(20, 3)}
    with pytest.raises(InputError, match="column 'b' is constant"):
        samples.kl(named, named)


def test_frames_of_all_kinds_give_what_arrays_give():
    random = np.random.default_rng(1)
    x, y = random.normal(size=(2, 60, 2))
    truth = samples.kl(x, y).value

    def as_pandas(v):
        return pd.DataFrame(v, columns=["a", "b"])

    kinds = [
        as_pandas,
        lambda v: pl.DataFrame({"a": v[:, 0], "b": v[:, 1]}),
        lambda v: pa.table({"a": v[:, 0], "b": v[:, 1]}),
        lambda v: {"a": v[:, 0], "b": v[:, 1]},
    ]
    for kind in kinds:
        assert samples.kl(kind(x), kind(y)).value == pytest.approx(truth, rel=1e-12)
    swapped = as_pandas(y)[["b", "a"]]
    assert samples.kl(as_pandas(x), swapped).value == pytest.approx(truth, rel=1e-12)
    with pytest.raises(SupportError, match=r"numeric columns differ: x has \['a', 'b'\]"):
        samples.kl(as_pandas(x), as_pandas(y).rename(columns={"b": "c"}))
    with pytest.raises(SupportError, match="numeric columns differ"):
        samples.kl(as_pandas(x), as_pandas(y).assign(b="text"))


@pytest.mark.parametrize("kind", [list, pd.Series, pl.Series, lambda v: v.astype(np.float32)])
def test_one_column_of_any_kind(kind):
    random = np.random.default_rng(1)
    x, y = random.normal(size=(2, 60)).astype(np.float32).astype(float)
    assert samples.kl(kind(x), kind(y)).value == samples.kl(x, y).value
    assert samples.kl(x[:, None], y).value == samples.kl(x, y).value


def test_the_samples_are_left_alone():
    x = np.array([3.0, 1.0, 2.0, 9.0, 4.0, 7.0, 5.0])
    before = x.copy()
    samples.kl(x, x + 0.5)
    np.testing.assert_array_equal(x, before)


def test_more_columns_than_points():
    wide = np.random.default_rng(0).normal(size=(6, 20))
    with pytest.raises(InputError, match="12 points are too few for the covariance of 20 columns"):
        samples.kl(wide, wide + 0.1, method="nearest-neighbours", k=1)


def test_pandas_types_are_read_as_what_they_are():
    random = np.random.default_rng(0)
    whole = random.integers(0, 1000, (2, 60))
    truth = samples.kl({"a": whole[0]}, {"a": whole[1]}).value
    nullable = [pd.DataFrame({"a": pd.array(side, dtype="Int64")}) for side in whole]
    assert samples.kl(*nullable).value == truth
    nullable[0].loc[3, "a"] = pd.NA
    with pytest.raises(InputError, match=r"x\['a'\]\[3\] is nan"):
        samples.kl(*nullable)
    tables = [
        pd.DataFrame({"a": random.normal(size=60), "c": random.integers(0, 2, 60)}) for _ in "xy"
    ]
    categories = [table.astype({"c": "category"}) for table in tables]
    assert samples.kl(*categories).method == "chain rule"
    assert samples.kl(*tables).method != "chain rule"
    flags = tables[0].assign(c=pd.array([True, None] * 30, dtype="boolean"))
    with pytest.raises(InputError, match=r"x\['c'\]\[1\] is missing"):
        samples.kl(flags, flags)
    with pytest.raises(SupportError, match="the column 'a' more than once"):
        samples.kl(pd.concat([tables[0], tables[0]], axis=1), tables[1])
