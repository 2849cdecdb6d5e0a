"""The logarithm and the exponential of the kernels, against mpmath over the whole range."""

import mpmath as mp
import numpy as np
import pytest

native = pytest.importorskip("kullback.kernels._native", reason="built without a compiler")

mp.mp.dps = 40
RNG = np.random.default_rng(0)


def ulps(got, x, exact):
    """The largest error in units of the last place of the exact result."""
    worst = 0.0
    for value, argument in zip(got.tolist(), x.tolist(), strict=True):
        truth = exact(mp.mpf(argument))
        unit = float(np.spacing(got.dtype.type(abs(truth))))
        worst = max(worst, abs(float((mp.mpf(value) - truth) / unit)))
    return worst


def everywhere(dtype, low, high):
    """Numbers of every size from 2^low to 2^high."""
    spread = np.exp2(RNG.uniform(low, high, 2500))
    return spread.astype(dtype)


@pytest.mark.parametrize(
    ("dtype", "lowest", "highest"), [(np.float64, -1074, 1023), (np.float32, -149, 127)]
)
def test_log(dtype, lowest, highest):
    near_one = (1 + RNG.normal(size=1000) * 10 ** RNG.uniform(-12, -0.5, 1000)).astype(dtype)
    x = np.concatenate([everywhere(dtype, lowest, highest), np.abs(near_one)])
    x = x[x > 0]
    assert ulps(native.log(x), x, mp.log) < (2.0 if dtype is np.float64 else 3.0)


def test_log_at_the_edges():
    tiny, huge = 5e-324, np.finfo(np.float64).max
    x = np.array([0.0, -0.0, tiny, 1.0, huge, np.inf, -1.0, -np.inf, np.nan])
    got = native.log(x)
    assert got[:2].tolist() == [-np.inf, -np.inf]
    assert got[[3, 5]].tolist() == [0.0, np.inf]
    assert got[[2, 4]] == pytest.approx([np.log(tiny), np.log(huge)], rel=1e-15)
    assert np.isnan(got[6:]).all()


@pytest.mark.parametrize(
    ("dtype", "low", "high"), [(np.float64, -745, 709), (np.float32, -103, 88)]
)
def test_exp(dtype, low, high):
    x = np.concatenate([RNG.uniform(low, high, 2500), RNG.normal(size=500)]).astype(dtype)
    assert ulps(native.exp(x), x, mp.exp) < (2.0 if dtype is np.float64 else 3.0)


def test_exp_at_the_edges():
    x = np.array([0.0, -745.13, -746.0, 709.78, 710.0, np.inf, -np.inf, np.nan])
    got = native.exp(x)
    assert got[[0, 1, 2, 4, 5, 6]].tolist() == [1.0, 5e-324, 0.0, np.inf, np.inf, 0.0]
    assert got[3] == pytest.approx(np.exp(709.78), rel=1e-15)
    assert np.isnan(got[7])
    single = native.exp(np.array([-90.0, -104.0, -180.0, -1e30, 89.0, 180.0], np.float32))
    assert single.tolist() == [np.float32(np.exp(-90.0)), 0.0, 0.0, 0.0, np.inf, np.inf]
