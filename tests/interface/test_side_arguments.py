"""What goes along with the data: weights, masks, groups, references, in every container.

Right is what the plain array gives; all else is refused in our words.
"""

import itertools
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp

import kullback as k
from kullback.errors import KullbackError

RNG = np.random.default_rng(3)
N = 12
SHARES = RNG.dirichlet([1, 1, 1], N)
LABELS = np.arange(N) % 3
WEIGHTS = np.arange(1.0, N + 1)
GROUPS = np.arange(N) // 2
KEPT = np.arange(N) % 3 > 0
LOG_P, LOG_REF = (-np.abs(RNG.normal(size=N)) for _ in range(2))
MEANS = RNG.normal(size=(6, 2))
HALF = np.array([0.25, 0.75])

DOORS = {
    "score weights": (
        lambda v: k.classifiers.score(LABELS, SHARES, weights=v).cross_entropy,
        WEIGHTS,
    ),
    "score groups": (
        lambda v: k.classifiers.score(LABELS, SHARES, cluster=v).standard_error,
        GROUPS,
    ),
    "score labels": (lambda v: k.classifiers.score(v, SHARES).cross_entropy, LABELS),
    "log_loss weights": (
        lambda v: k.classifiers.log_loss(LABELS, SHARES, sample_weight=v),
        WEIGHTS,
    ),
    "rl mask": (lambda v: k.rl.kl(LOG_P, LOG_REF, mask=v), KEPT),
    "rl cluster": (lambda v: k.rl.kl(LOG_P, LOG_REF, cluster=v).standard_error, GROUPS),
    "rl log_sampled": (lambda v: k.rl.kl(LOG_P, LOG_REF, log_sampled=v), LOG_P - 0.1),
    "rl penalties": (lambda v: k.rl.penalties(v, LOG_REF), LOG_P),
    "rl penalties mask": (lambda v: k.rl.penalties(LOG_P, LOG_REF, mask=v), KEPT),
    "rl loss": (lambda v: k.rl.loss(v, LOG_REF), LOG_P),
    "js weights": (lambda v: k.jensen_shannon(HALF, HALF[::-1], weights=v), HALF),
    "known q": (lambda v: k.counts.kl_to_known([3, 5], v), HALF),
    "toward": (
        lambda v: k.counts.smooth([3, 5], method="dirichlet", toward=v, strength=2),
        HALF,
    ),
    "source": (lambda v: k.counts.transfer_entropy(v, GROUPS % 2), KEPT.astype(int)),
    "by_column": (
        lambda v: [float(e) for e in k.counts.by_column(k.counts.entropy, v).values()],
        np.array([[5, 6], [9, 3]]),
    ),
    "table": (k.counts.mutual_information, np.array([[5, 6], [9, 3]])),
    "vi active": (lambda v: k.vi.active_units(v).count, MEANS),
    "vi decompose": (lambda v: k.vi.decompose(v, np.zeros((6, 2)), seed=0).kl, MEANS),
    "vi full": (lambda v: k.vi.kl_full_normal(v, np.eye(3)), np.arange(3.0)),
    "vi evidence": (lambda v: k.vi.evidence(v, LOG_REF).elbo, LOG_P),
    "pareto": (k.vi.pareto_k, RNG.normal(size=40)),
    "Normal": (
        lambda v: k.distributions.kl(k.distributions.Normal(v, 1), k.distributions.Normal(0, 1)),
        np.arange(4.0),
    ),
    "MultivariateNormal": (
        lambda v: k.distributions.entropy(k.distributions.MultivariateNormal(np.zeros(2), v)),
        2 * np.eye(2),
    ),
    "histogram": (
        lambda v: k.from_histograms((v, [0, 1, 2, 3]), ([1, 2, 3], [0, 1, 2, 3]))[0],
        np.array([4, 5, 6]),
    ),
}


def of_package(package, make):
    def made(values):
        return make(pytest.importorskip(package), values)

    return made


def tensor(dtype=None, **more):
    def make(values):
        torch = pytest.importorskip("torch")
        dtypes = {} if dtype is None or values.dtype.kind != "f" else {"dtype": dtype(torch)}
        return torch.tensor(values, **dtypes, **(more if values.dtype.kind == "f" else {}))

    return make


def framed(values):
    return pd.Series(values) if values.ndim == 1 else pd.DataFrame(values)


CONTAINERS = {
    "list": lambda v: v.tolist(),
    "iterator": lambda v: iter(v.tolist()),
    "dict.values()": lambda v: dict(enumerate(v.tolist())).values(),
    "objects": lambda v: v.astype(object),
    "Decimal": np.vectorize(lambda x: Decimal(str(float(x))), otypes=[object]),
    "read only": lambda v: np.broadcast_to(v, v.shape),
    "frame": framed,
    "nullable": lambda v: framed(v).convert_dtypes(),
    "polars": lambda v: pl.Series(v) if v.ndim == 1 else pl.DataFrame(v),
    "masked": lambda v: np.ma.array(v, mask=np.arange(v.size).reshape(v.shape) == 1),
    "csr": lambda v: sp.csr_array(np.atleast_2d(v)),
    "coo": sp.coo_array,
    "sparse": of_package("sparse", lambda s, v: s.COO(v)),
    "torch": tensor(),
    "torch bfloat16": tensor(lambda torch: torch.bfloat16),
    "torch with a gradient": tensor(requires_grad=True),
    "torch sparse": lambda v: tensor()(v).to_sparse(),
    "jax": of_package("jax.numpy", lambda jnp, v: jnp.asarray(v)),
    "array_api_strict": of_package("array_api_strict", lambda x, v: x.asarray(v)),
    "dask": of_package("dask.array", lambda da, v: da.from_array(v)),
    "xarray": of_package("xarray", lambda x, v: x.DataArray(v)),
    "xarray Dataset": of_package("xarray", lambda x, v: x.Dataset({"x": x.DataArray(v)})),
    "LazyFrame": lambda v: pl.LazyFrame({"x": v.ravel()}),
    "set": lambda v: set(v.ravel().tolist()),
    "nothing": lambda _: None,
    "an object": lambda _: object(),
}
NEVER_READ = ("masked", "sparse", "torch sparse", "dask", "xarray Dataset", "LazyFrame", "set")
OPTIONAL = ("weights", "mask", "groups", "cluster", "log_sampled", "toward")


def numbers(result):
    value = getattr(result, "value", result)
    value = value.detach().double() if hasattr(value, "detach") else value
    return np.asarray(value, dtype=np.float64)


@pytest.mark.parametrize("door", DOORS)
def test_right_or_refused_in_our_words(door):
    call, plain = DOORS[door]
    truth = numbers(call(plain))
    for kind, make in CONTAINERS.items():
        if kind == "nothing" and door.endswith(OPTIONAL):
            continue
        try:
            given = make(plain)
            got = numbers(call(given))
        except (KullbackError, pytest.skip.Exception):
            continue
        assert kind not in NEVER_READ, f"{kind} is read"
        loose = {"torch bfloat16": 0.06, "jax": 2e-3}.get(kind, 1e-9)
        np.testing.assert_allclose(got, truth, rtol=loose, atol=loose, err_msg=kind)


EVERYDAY = ("list", "frame", "objects", "nullable")


@pytest.mark.parametrize(
    ("door", "kind"),
    [pair for pair in itertools.product(DOORS, EVERYDAY) if pair[0] != "rl loss"],
    ids=str,
)
def test_everyday_containers_are_read(door, kind):
    call, plain = DOORS[door]
    np.testing.assert_allclose(numbers(call(CONTAINERS[kind](plain))), numbers(call(plain)))


def test_a_reference_is_matched_by_label():
    shares = pd.Series([0.75, 0.25], index=["b", "a"])
    found = k.counts.smooth({"a": 3, "b": 5}, method="dirichlet", toward=shares, strength=2)
    assert found == pytest.approx({"a": 0.35, "b": 0.65})
    with pytest.raises(KullbackError, match="which the counts do not list"):
        k.counts.smooth({"a": 3}, method="dirichlet", toward=shares, strength=2)


def test_nan_is_one_category_of_a_series():
    gaps = np.where(KEPT, 1.0, np.nan)
    found = k.counts.transfer_entropy(gaps, GROUPS % 2)
    assert found.value == k.counts.transfer_entropy(KEPT, GROUPS % 2).value
    table = {("a", float("nan")): 3, ("b", float("nan")): 4, ("a", 1.0): 5}
    plain = {("a", "none"): 3, ("b", "none"): 4, ("a", 1.0): 5}
    mutual = k.counts.mutual_information
    assert mutual(table).value == mutual(plain).value


def test_penalties_that_are_no_number_are_refused():
    with pytest.raises(KullbackError, match=r"no number at \[1\].*mask="):
        k.rl.penalties([-1.0, np.nan], [-1.0, -2.0])
    assert k.rl.penalties([-1.0, np.nan], [-1.0, -2.0], mask=[1, 0]).tolist() == [0, 0]
