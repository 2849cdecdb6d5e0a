"""Every room × every container: the right number, or a refusal in our words; nothing bare.

The right number is that of the same values as a plain list.
"""

import array
import importlib
import importlib.util
import itertools
import math
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest

import kullback as k
from kullback.errors import KullbackError

SHARES = ([0.5, 0.25, 0.25], [0.25, 0.25, 0.5])
LOGITS = ([2.0, 1.0, 0.0], [2.0, 0.0, 1.0])
COUNTS = ([30, 50, 20], [40, 30, 30])
POINTS = tuple(np.random.default_rng(seed).normal(seed, 1, 40).round(3).tolist() for seed in (0, 1))

LOG_POLICY = ([-1.0, -2.0, -0.5, -1.5], [-1.5, -1.0, -1.0, -1.25])


def in_order(shares):
    """The numbers of what comes back with the labels that went in."""
    return list(shares.values()) if isinstance(shares, dict) else shares


ROOMS = {
    **{
        name: (getattr(k, name), SHARES)
        for name in ("kl", "jeffreys", "jensen_shannon", "jensen_shannon_distance", "cross_entropy")
    },
    **{
        name: (getattr(k, name), SHARES)
        for name in ("total_variation", "hellinger", "chi_square", "contributions")
    },
    "entropy": (lambda p, _: k.entropy(p), SHARES),
    "surprisal": (lambda p, _: k.surprisal(p), SHARES),
    "renyi": (lambda p, q: k.renyi(p, q, 2), SHARES),
    "renyi_entropy": (lambda p, _: k.renyi_entropy(p, 2), SHARES),
    "tsallis": (lambda p, q: k.tsallis(p, q, 3), SHARES),
    "alpha_divergence": (lambda p, q: k.alpha_divergence(p, q, 0.5), SHARES),
    "bhattacharyya": (k.bhattacharyya, SHARES),
    "f_divergence": (lambda p, q: k.f_divergence(p, q, lambda t: t * np.log(t)), SHARES),
    "compare": (lambda p, q: k.compare(p, q).kl, SHARES),
    "logits.kl": (k.logits.kl, LOGITS),
    "logits.entropy": (lambda p, _: k.logits.entropy(p), LOGITS),
    "logits.jensen_shannon": (k.logits.jensen_shannon, LOGITS),
    "counts.kl": (k.counts.kl, COUNTS),
    "counts.entropy": (lambda x, _: k.counts.entropy(x), COUNTS),
    "counts.jensen_shannon": (k.counts.jensen_shannon, COUNTS),
    "counts.homogeneity": (lambda x, y: k.counts.homogeneity(x, y).p_value, COUNTS),
    "counts.compare": (lambda x, y: k.counts.compare(x, y).kl, COUNTS),
    "samples.kl": (k.samples.kl, POINTS),
    "samples.entropy": (lambda x, _: k.samples.entropy(x), POINTS),
    "samples.jensen_shannon": (k.samples.jensen_shannon, POINTS),
    "samples.mutual_information": (k.samples.mutual_information, POINTS),
    "samples.conditional_entropy": (k.samples.conditional_entropy, POINTS),
    "samples.transfer_entropy": (k.samples.transfer_entropy, POINTS),
    "logits.cross_entropy": (k.logits.cross_entropy, LOGITS),
    "logits.total_variation": (k.logits.total_variation, LOGITS),
    "counts.cross_entropy": (k.counts.cross_entropy, COUNTS),
    "counts.kl_to_known": (lambda x, _: k.counts.kl_to_known(x, SHARES[0]), COUNTS),
    "counts.psi": (k.counts.psi, COUNTS),
    "counts.smooth": (lambda x, _: in_order(k.counts.smooth(x, method="laplace")), COUNTS),
    "classifiers.score": (
        lambda f, y: k.classifiers.score(y, f).cross_entropy,
        ([0.9, 0.2, 0.7, 0.4], [1, 0, 1, 1]),
    ),
    "classifiers.reliability": (
        lambda f, y: k.classifiers.reliability(y, f).expected_calibration_error,
        ([0.9, 0.2, 0.7, 0.4], [1, 0, 1, 1]),
    ),
    "rl.kl": (k.rl.kl, LOG_POLICY),
    "rl.kl k3": (lambda p, q: k.rl.kl(p, q, kind="k3"), LOG_POLICY),
    "rl.ratios": (lambda p, q: k.rl.ratios(p, q).highest, LOG_POLICY),
    "classifiers.log_loss": (
        lambda f, y: k.classifiers.log_loss(y, f),
        ([0.9, 0.2, 0.7, 0.4], [1, 0, 1, 1]),
    ),
    "vi.kl_standard_normal": (k.vi.kl_standard_normal, LOGITS),
    "vi.pareto_k": (lambda w, _: k.vi.pareto_k(w), POINTS),
}


def named(values):
    return dict(zip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", values, strict=False))


def torch_tensor(dtype, **more):
    def make(values):
        torch = pytest.importorskip("torch")
        return torch.tensor(values, dtype=getattr(torch, dtype), **more)

    return make


def of_package(package, make):
    def made(values):
        return make(pytest.importorskip(package), values)

    return made


def sparse(kind):
    def make(values):
        import scipy.sparse

        return getattr(scipy.sparse, kind)(np.array([values]))

    return make


CONTAINERS = {
    "list": list,
    "tuple": tuple,
    "float64": np.array,
    "float32": lambda v: np.array(v, dtype=np.float32),
    "float16": lambda v: np.array(v, dtype=np.float16),
    "longdouble": lambda v: np.array(v, dtype=np.longdouble),
    "big endian": lambda v: np.array(v, dtype=">f8"),
    "read only": lambda v: np.frombuffer(np.array(v, dtype=float).tobytes()),
    "strided": lambda v: np.repeat(np.array(v, dtype=float), 2)[::2],
    "objects": lambda v: np.array(v, dtype=object),
    "array.array": lambda v: array.array("d", v),
    "memoryview": lambda v: memoryview(np.array(v, dtype=float)),
    "dict": named,
    "OrderedDict": lambda v: OrderedDict(named(v)),
    "defaultdict": lambda v: defaultdict(float, named(v)),
    "Counter": lambda v: Counter(named(v)),
    "dict.values()": lambda v: dict(enumerate(v)).values(),
    "generator": lambda v: (x for x in v),
    "iterator": iter,
    "Decimal": lambda v: [Decimal(str(x)) for x in v],
    "Fraction": lambda v: [Fraction(x) for x in v],
    "masked, nothing masked": np.ma.array,
    "masked": lambda v: np.ma.array(v, mask=[1, *[0] * (len(v) - 1)]),
    "Series": pd.Series,
    "Series of names": lambda v: pd.Series(list(v), index=[f"n{i}" for i in range(len(v))]),
    "Series nullable": lambda v: pd.Series(list(v), dtype="Float64"),
    "Series of Arrow": lambda v: pd.Series(list(v), dtype="float64[pyarrow]"),
    "pandas array": lambda v: pd.array(v, dtype="Float64"),
    "pandas array of Arrow": lambda v: pd.array(v, dtype="float64[pyarrow]"),
    "pandas Index": pd.Index,
    "a missing value": lambda v: pd.array([None, *v[1:]], dtype="Float64"),
    "polars Series": pl.Series,
    "polars LazyFrame": lambda v: pl.LazyFrame({"x": v}),
    "pyarrow array": of_package("pyarrow", lambda pa, v: pa.array(v)),
    "pyarrow chunks": of_package("pyarrow", lambda pa, v: pa.chunked_array([v[:1], v[1:]])),
    "torch float64": torch_tensor("float64"),
    "torch float32": torch_tensor("float32"),
    "torch bfloat16": torch_tensor("bfloat16"),
    "torch float8": lambda v: torch_tensor("float32")(v).to(
        pytest.importorskip("torch").float8_e4m3fn
    ),
    "torch Parameter": lambda v: pytest.importorskip("torch").nn.Parameter(
        torch_tensor("float64")(v)
    ),
    "ChainMap": lambda v: ChainMap(named(v)),
    "UserDict": lambda v: UserDict(named(v)),
    "torch int64": torch_tensor("int64"),
    "torch with a gradient": torch_tensor("float64", requires_grad=True),
    "torch sparse": lambda v: torch_tensor("float64")(v).to_sparse(),
    "jax": of_package("jax.numpy", lambda jnp, v: jnp.asarray(v)),
    "mlx": of_package("mlx.core", lambda mx, v: mx.array(v)),
    "mlx bfloat16": of_package("mlx.core", lambda mx, v: mx.array(v, dtype=mx.bfloat16)),
    "bfloat16": of_package("ml_dtypes", lambda m, v: np.array(v).astype(m.bfloat16)),
    "xarray": of_package("xarray", lambda x, v: x.DataArray(v, dims=["outcome"])),
    "dask": of_package("dask.array", lambda da, v: da.from_array(np.array(v))),
    "csr": sparse("csr_array"),
    "csr matrix": sparse("csr_matrix"),
    "coo": sparse("coo_array"),
    "set": set,
    "text": lambda v: [str(x) for x in v],
    "one text": lambda _: "0.5 0.5",
    "complex": lambda v: np.array(v, dtype=complex),
    "booleans": lambda v: np.array(v, dtype=bool),
    "dates": lambda v: np.array(v).astype("datetime64[s]"),
    "None": lambda _: None,
    "one number": lambda v: v[0],
    "nothing": lambda _: [],
    "an object": lambda _: object(),
}


def numbers(result):
    value = getattr(result, "value", result)
    value = value.detach() if hasattr(value, "detach") else value
    if type(value).__module__ == "mlx.core":
        value = memoryview(value.astype(importlib.import_module("mlx.core").float32))
    return np.asarray(value, dtype=np.float64)


@pytest.fixture(scope="module")
def truth():
    return {room: numbers(measure(*data)) for room, (measure, data) in ROOMS.items()}


@pytest.mark.parametrize(("room", "kind"), list(itertools.product(ROOMS, CONTAINERS)), ids=str)
def test_right_or_refused_in_our_words(room, kind, truth):
    measure, data = ROOMS[room]
    if room in ("surprisal", "vi.kl_standard_normal") and kind in ("one number", "nothing"):
        pytest.skip("it is taken number by number")
    if kind == "torch int64" and room not in OF_WHOLE_NUMBERS:
        pytest.skip("whole numbers are other numbers here")
    given = [CONTAINERS[kind](values) for values in data]
    try:
        got = numbers(measure(*given))
    except KullbackError:
        return
    coarse, single = (
        {"float16", "torch bfloat16", "bfloat16", "mlx bfloat16", "torch float8"},
        SINGLE,
    )
    if room.endswith(NEIGHBOURS_COUNT):  # a count of neighbours is another at a rounding
        coarse |= single
    close = 0.05 if kind in coarse else 2e-3 if kind in single else 0
    assert got.ravel() == pytest.approx(truth[room].ravel(), rel=close or 1e-9, abs=close)


SINGLE = {"float32", "torch float32", "jax", "mlx"}
OF_WHOLE_NUMBERS = [room for room in ROOMS if room.startswith("counts.")]
NEIGHBOURS_COUNT = ("mutual_information", "conditional_entropy", "transfer_entropy")
READ_EVERYWHERE = ("list", "tuple", "float64", "dict.values()", "generator", "Decimal", "objects")


@pytest.mark.parametrize(("room", "kind"), list(itertools.product(ROOMS, READ_EVERYWHERE)), ids=str)
def test_everyday_containers_are_read(room, kind, truth):
    measure, data = ROOMS[room]
    got = numbers(measure(*[CONTAINERS[kind](values) for values in data]))
    assert got.ravel() == pytest.approx(truth[room].ravel(), rel=1e-9)


SPARSE = ("jensen_shannon", "jensen_shannon_distance")
REFUSED = {"masked": "mask", "csr": "sparse", "torch sparse": "sparse", "dask": "compute"}


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("room", [room for room in ROOMS if "." not in room])
def test_what_needs_a_decision_is_refused_with_the_remedy(room, kind):
    if kind == "dask" and importlib.util.find_spec("dask") is None:
        pytest.skip("dask is not installed")
    measure, data = ROOMS[room]
    if REFUSED[kind] == "sparse" and room in SPARSE:
        return  # worked on by what is not zero: test_rows_of_containers
    with pytest.raises(KullbackError, match=REFUSED[kind]):
        measure(*[CONTAINERS[kind](values) for values in data])


LABELLED = {
    "dict": named,
    "Series": lambda v: pd.Series(named(v)),
    "Series nullable": lambda v: pd.Series(named(v), dtype="Float64"),
    "columns": lambda v: pd.DataFrame([v], columns=list(named(v))),
    "polars columns": lambda v: pl.DataFrame([list(v)], schema=list(named(v)), orient="row"),
}


ONE_SIDED = ("counts.kl_to_known", "counts.smooth")
OF_OUTCOMES = [
    room
    for room in ROOMS
    if not room.startswith(("samples.", "classifiers.", "rl.", "vi.")) and room not in ONE_SIDED
]


@pytest.mark.parametrize(("room", "kind"), list(itertools.product(OF_OUTCOMES, LABELLED)), ids=str)
def test_labels_align(room, kind, truth):
    """The second argument with its labels in reverse order: the same number, where it is read."""
    measure, (first, second) = ROOMS[room]
    p, q = (LABELLED[kind](values) for values in (first, second))
    back = list(named(second))[::-1]
    q = (
        q.select(back)
        if kind == "polars columns"
        else q[back]
        if kind != "dict"
        else {label: q[label] for label in back}
    )
    try:
        got = numbers(measure(p, q))
    except KullbackError:
        assert "columns" in kind, "labelled rows are read everywhere"
        return
    assert got.ravel() == pytest.approx(truth[room].ravel(), rel=1e-9)


def test_nan_is_one_label():
    shares = pd.Series([1.0, np.nan, 2.0]).value_counts(normalize=True, dropna=False)
    assert k.kl(shares, shares.copy()) == 0
    table = pd.Series([1.0, np.nan, np.nan, 1.0] * 50).value_counts(dropna=False)
    assert k.counts.homogeneity(table, table.copy()).p_value == pytest.approx(1)
    assert k.kl({(1, math.nan): 1.0}, {(1, float("nan")): 1.0}) == 0


def test_labels_that_differ_in_type_only_are_told():
    found = k.kl({1: 0.5, 2: 0.5}, {"1": 0.5, "2": 0.5})
    assert math.isinf(found)
    assert [note.code for note in found.notes] == ["unlike-labels"]
    counted = k.counts.kl({1: 5, 2: 5}, {"1": 5, "2": 5})
    assert "unlike-labels" in [note.code for note in counted.notes]
    assert k.kl({1: 0.5, 2: 0.5}, {2: 0.5, 1: 0.5}).notes == ()


def test_columns_of_other_names_share_no_outcome():
    p = pd.DataFrame([[0.2, 0.8], [0.5, 0.5]], columns=["a", "b"])
    assert np.isinf(k.kl(p, p.rename(columns={"a": "x", "b": "y"}))).all()
    assert k.kl(p, p.rename(columns={"a": "x"}))[0] == math.inf
    assert k.kl(p.T, p.T[[0, 1]].iloc[::-1], axis=0).tolist() == [0, 0]


def test_rows_of_other_names_are_not_paired():
    p = pd.DataFrame([[0.2, 0.8], [0.5, 0.5]], columns=["a", "b"], index=["mon", "tue"])
    assert k.kl(p, p).tolist() == [0, 0]
    with pytest.raises(KullbackError, match=r"q\.loc\[p\.index\]"):
        k.kl(p, p.iloc[::-1])


ROWS = {
    "rl.kl": k.rl.kl,
    "classifiers.score": lambda p, q: k.classifiers.score(q, p),
}


@pytest.mark.parametrize("room", ROWS)
def test_rows_in_another_order_are_refused_where_rows_are_observations(room):
    _, (first, second) = ROOMS[room]
    p, q = (pd.Series(values, index=list("abcd")) for values in (first, second))
    ROWS[room](p, q)
    with pytest.raises(KullbackError, match=r"in another order.*\.loc\["):
        ROWS[room](p, q[list("dcba")])
    ROWS[room](p, q.set_axis(list("wxyz")))  # other names are no order


def test_no_rows_is_a_result_and_no_outcomes_is_none():
    none = np.zeros((0, 3))
    for measure in (k.kl, k.jensen_shannon, k.total_variation, k.hellinger, k.chi_square):
        assert measure(none, none).shape == (0,)
    for measure in (k.logits.kl, k.logits.jensen_shannon, k.logits.total_variation):
        assert measure(none, none).shape == (0,)
    assert k.entropy(none).shape == k.logits.entropy(none).shape == (0,)
    with pytest.raises(KullbackError, match="no outcomes"):
        k.kl(np.zeros((3, 0)), np.zeros((3, 0)))


@pytest.mark.parametrize("measure", [k.kl, k.logits.kl, k.total_variation])
def test_several_axes_are_refused_with_the_remedy(measure):
    cube = np.full((2, 2, 2), 0.25)
    with pytest.raises(KullbackError, match=r"axis=\(1, 2\) is not one number"):
        measure(cube, cube, axis=(1, 2))


def test_a_histogram_is_told_which_door_is_its():
    pair = np.histogram([1.0, 2.0, 2.0], bins=2)
    with pytest.raises(KullbackError, match="from_histograms"):
        k.kl(pair, pair)
