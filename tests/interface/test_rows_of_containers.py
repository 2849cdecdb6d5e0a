"""Several rows at once, in every container × every room: right, or refused in our words."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp

import kullback as k
from kullback.errors import KullbackError

P = np.array([[0.5, 0.25, 0.25, 0], [0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25]])
Q = np.array([[0.25, 0.25, 0.25, 0.25], [0.4, 0.3, 0.2, 0.1], [0.5, 0.125, 0.125, 0.25]])
LOGITS = (
    np.array([[1.0, 2, 0, -1], [0, 0, 0, 0], [3, 1, 2, 0.5]]),
    np.array([[0.0, 1, 0, -2], [1, 0, 0, 0], [3, 2, 1, 0.25]]),
)
POINTS = tuple(np.random.default_rng(i).normal(i / 2, 1, (40, 2)).round(2) for i in (0, 1))

DOORS = {
    **{
        name: (getattr(k, name), (P, Q))
        for name in ("kl", "jensen_shannon", "cross_entropy", "hellinger", "chi_square")
    },
    "entropy": (k.entropy, (P,)),
    "surprisal": (k.surprisal, (P,)),
    "contributions": (k.contributions, (P, Q)),
    "renyi": (lambda p, q: k.renyi(p, q, 0.5), (P, Q)),
    "f_divergence": (lambda p, q: k.f_divergence(p, q, lambda t: (t - 1) ** 2), (P, Q)),
    "kl down": (lambda p, q: k.kl(p, q, axis=0, mass="normalize"), (P, Q)),
    "kl of all": (lambda p, q: k.kl(p, q, axis=None, mass="normalize"), (P, Q)),
    "pairwise kl": (lambda p, q: k.pairwise(k.kl, p, q), (P, Q)),
    "pairwise renyi": (lambda p: k.pairwise(k.renyi, p, order=2), (P,)),
    "logits.kl": (k.logits.kl, LOGITS),
    "logits.kl down": (lambda p, q: k.logits.kl(p, q, axis=0), LOGITS),
    "logits.summary": (lambda p, q: k.logits.summary(p, q).jensen_shannon, LOGITS),
    "samples.kl": (k.samples.kl, POINTS),
    "samples.entropy": (k.samples.entropy, POINTS[:1]),
    "samples.total_correlation": (k.samples.total_correlation, POINTS[:1]),
    "rl.kl": (k.rl.kl, tuple(-np.abs(x) for x in LOGITS)),
    "rl.kl exact": (lambda p, q: k.rl.kl(p, q, kind="exact"), (np.log(Q), np.log(Q[::-1]))),
    "score": (lambda p: k.classifiers.score([0, 3, 1], p).cross_entropy, (Q,)),
    "soft score": (lambda y, p: k.classifiers.score(y, p, soft=True).cross_entropy, (P, Q)),
    "vi": (k.vi.kl_standard_normal, LOGITS),
}


def of_package(package, make):
    def made(values):
        return make(pytest.importorskip(package), values)

    return made


def exactly(number):
    return lambda v: [[number(x) for x in row] for row in v.tolist()]


CONTAINERS = {
    "list": lambda v: v.tolist(),
    "generator of lists": lambda v: (row for row in v.tolist()),
    "list of arrays": list,
    "Fortran order": np.asfortranarray,
    "strided": lambda v: np.repeat(v, 2, axis=-1)[..., ::2],
    "backwards": lambda v: v[:, ::-1].copy()[:, ::-1],
    "float32": lambda v: v.astype("f4"),
    "float16": lambda v: v.astype("f2"),
    "big endian": lambda v: v.astype(">f8"),
    "objects": lambda v: v.astype(object),
    "Decimal": exactly(lambda x: Decimal(str(x))),
    "Fraction": exactly(Fraction),
    "masked": lambda v: np.ma.array(v, mask=np.arange(v.size).reshape(v.shape) == 1),
    "frame": pd.DataFrame,
    "frame of objects": lambda v: pd.DataFrame(v).astype(object),
    "nullable": lambda v: pd.DataFrame(v).astype("Float64"),
    "Arrow": lambda v: pd.DataFrame(v).astype("float64[pyarrow]"),
    "sparse frame": lambda v: pd.DataFrame(v).astype(pd.SparseDtype("float64", 0.0)),
    "polars": pl.DataFrame,
    "LazyFrame": pl.LazyFrame,
    "xarray": of_package("xarray", lambda x, v: x.DataArray(v)),
    "xarray Dataset": of_package("xarray", lambda x, v: x.Dataset({"x": x.DataArray(v)})),
    "torch": of_package("torch", lambda t, v: t.tensor(v)),
    "torch transposed": of_package("torch", lambda t, v: t.tensor(v.T.copy()).T),
    "torch csr": of_package("torch", lambda t, v: t.tensor(v).to_sparse_csr()),
    "torch coo": of_package("torch", lambda t, v: t.tensor(v).to_sparse()),
    "torch bfloat16": of_package("torch", lambda t, v: t.tensor(v).bfloat16()),
    "jax": of_package("jax.numpy", lambda jnp, v: jnp.asarray(v)),
    "array_api_strict": of_package("array_api_strict", lambda x, v: x.asarray(v)),
    "dask": of_package("dask.array", lambda da, v: da.from_array(v)),
    "csr": sp.csr_array,
    "coo": sp.coo_array,
    "sparse": of_package("sparse", lambda s, v: s.COO(v)),
    "complex": lambda v: v.astype(complex),
    "text": lambda v: v.astype(str),
    "ragged": lambda v: [row if i else row[1:] for i, row in enumerate(v.tolist())],
    "nothing": lambda _: None,
}
NEVER_READ = ("masked", "LazyFrame", "xarray Dataset", "dask", "complex", "text", "ragged")
COARSE = ("float16", "torch bfloat16", "jax")
SPARSE = ("csr", "coo", "sparse", "torch csr", "torch coo")
READ_SPARSE = ("jensen_shannon", "pairwise kl")


def numbers(result):
    value = getattr(result, "value", result)
    value = value.detach().double() if hasattr(value, "detach") else value
    plain = hasattr(value, "__array__") or not hasattr(value, "__dlpack__")
    return np.asarray(value if plain else np.from_dlpack(value), dtype=np.float64)


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support")
@pytest.mark.parametrize("door", DOORS)
def test_right_or_refused_in_our_words(door):
    call, plain = DOORS[door]
    truth = numbers(call(*plain))
    for kind, make in CONTAINERS.items():
        try:
            got = numbers(call(*[make(values) for values in plain]))
        except pytest.skip.Exception:  # its library is not installed
            continue
        except KullbackError:
            assert kind not in SPARSE or door not in READ_SPARSE, f"{kind} is refused"
            continue
        assert kind not in NEVER_READ, f"{kind} is read"
        assert kind not in SPARSE or door in READ_SPARSE, f"{kind} is read"
        loose = 0.05 if kind in COARSE else 2e-3 if kind == "float32" else 1e-9
        np.testing.assert_allclose(got, truth, rtol=loose, atol=loose, err_msg=kind)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", ["list", "float32", "strided", "frame", "nullable", "polars"])
def test_everyday_containers_are_read(door, kind):
    call, plain = DOORS[door]
    if kind == "polars" and door.endswith(("down", "score")):
        pytest.skip("its columns have names, its rows have none")
    got = numbers(call(*[CONTAINERS[kind](values) for values in plain]))
    loose = 2e-3 if kind == "float32" else 1e-9
    np.testing.assert_allclose(got, numbers(call(*plain)), rtol=loose, atol=loose)


def test_pairs_of_frames_are_aligned_by_column_and_not_by_row():
    p = pd.DataFrame(P, columns=list("abcd"), index=list("xyz"))
    q = pd.DataFrame(Q, columns=list("abcd"), index=list("uvw"))
    truth = k.pairwise(k.kl, P, Q)
    assert k.pairwise(k.kl, p, q[list("dbca")]) == pytest.approx(truth)
    assert k.pairwise(k.renyi, p, q[list("dbca")], order=2) == pytest.approx(
        k.pairwise(k.renyi, P, Q, order=2)
    )
    with pytest.raises(KullbackError, match="has labels"):
        k.pairwise(k.kl, p, Q)


MISSING = {
    "None": None,
    "NaN": float("nan"),
    "NaT": pd.NaT,
    "NA": pd.NA,
}


@pytest.mark.parametrize("mine", MISSING)
@pytest.mark.parametrize("other", MISSING)
def test_what_is_missing_is_one_label_whatever_it_is_called(mine, other):
    p = {"a": 0.2, MISSING[mine]: 0.8}
    q = pd.Series([0.8, 0.2], index=pd.Index([MISSING[other], "a"], dtype=object))
    assert k.kl(p, q) == 0
    assert k.counts.homogeneity({x: 10 * n for x, n in p.items()}, 10 * q).p_value == 1
    pairs = {("u", MISSING[mine]): 0.2, ("u", "b"): 0.8}
    assert k.kl(pairs, {("u", "b"): 0.8, ("u", MISSING[other]): 0.2}) == 0


def test_two_kinds_of_missing_on_one_side_stay_two():
    p = {None: 0.2, float("nan"): 0.8}
    assert k.kl(p, {float("nan"): 0.8, None: 0.2}) == 0
    assert k.kl(p, {float("nan"): 0.2, None: 0.8}) > 0.5


@pytest.mark.parametrize("unit", ["D", "s", "us", "ns"])
def test_times_are_the_same_labels_in_every_container(unit):
    days = np.array(["2020-01-01", "2020-01-02"], dtype=f"M8[{unit}]")
    p = dict(zip(days, [0.25, 0.75], strict=True))
    q = pd.Series([0.75, 0.25], index=pd.DatetimeIndex(days[::-1]))
    assert k.kl(p, q) == 0
    xarray = pytest.importorskip("xarray")
    r = xarray.DataArray([0.75, 0.25], dims=["day"], coords={"day": days[::-1]})
    assert k.kl(p, r) == k.kl(q, r) == 0


def test_a_mapping_of_rows_has_its_outcomes_in_its_keys():
    p = {"a": [0.5, 0.25], "b": [0.5, 0.75]}
    assert k.entropy(p).shape == (2,)
    for axis in (0, None):
        with pytest.raises(KullbackError, match="its keys are the outcomes"):
            k.entropy(p, axis=axis)
