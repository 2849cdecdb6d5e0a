"""Batches go through kernels where there is a compiler; what they answer never depends on it."""

import json
import math
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from kullback import distributions as d
from kullback import kernels
from kullback.errors import MethodError, ShapeError

FAMILIES = (
    d.Bernoulli, d.Beta, d.Cauchy, d.Exponential, d.Gamma, d.Geometric, d.Gumbel, d.Laplace,
    d.LogNormal, d.Normal, d.Poisson,
)  # fmt: skip
SHARES = (d.Bernoulli, d.Geometric)
PLACED = (d.Cauchy, d.Gumbel, d.Laplace, d.LogNormal, d.Normal)
GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "parametric.json").read_text())
CASES = [c for c in GOLDEN if c["p"] == c["q"] and d.by_name(c["p"]) in FAMILIES]


@pytest.fixture(params=["kernels", "twins"])
def backend(request, monkeypatch):
    if request.param == "twins":
        monkeypatch.setattr(kernels, "divergences", None)
    return request.param


def parameters(family, rng, shape):
    if family in SHARES:
        return [rng.uniform(1e-6, 1, shape)]
    scales = [np.exp(rng.normal(size=shape)) for _ in fields(family)]
    return [rng.normal(size=shape) * 3, scales[1]] if family in PLACED else scales


def one_by_one(p, q):
    """The scalar formulas, which never go through a kernel."""
    shape = np.broadcast_shapes(p.batch_shape, q.batch_shape)
    members = [
        [d.by_name(type(law).__name__)(*numbers) for numbers in zip(*columns, strict=True)]
        for law in (p, q)
        for columns in [
            [np.broadcast_to(v, shape).ravel().tolist() for v in law.parameters.values()]
        ]
    ]
    values = [float(d.kl(a, b)) for a, b in zip(*members, strict=True)]
    return np.array(values).reshape(shape)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{GOLDEN.index(c)}-{c['p']}")
@pytest.mark.usefixtures("backend")
def test_golden_values(case):
    """The values with 30 digits, as members of a batch whose other member is ordinary."""
    p, q = (
        d.by_name(case[side])(**{k: [v, 0.5] for k, v in case[f"{side}_params"].items()})
        for side in "pq"
    )
    result = d.kl(p, q)
    truth = float(case["value"])
    assert result.value[0] == pytest.approx(truth, rel=1e-13, abs=0)
    assert bool(result.reason[0]) == math.isinf(truth)
    assert result.reason[1] == ""
    assert abs(result.value[1]) < 1e-300
    assert result.value[0] > 0


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.usefixtures("backend")
def test_a_batch_is_its_members(family):
    rng = np.random.default_rng(1)
    p, q = (family(*parameters(family, rng, (40,))) for _ in range(2))
    result = d.kl(p, q)
    np.testing.assert_allclose(result.value, one_by_one(p, q), rtol=2e-13)
    assert (result.method == family._EXACT).all()
    assert (result.reason == "").all()
    assert (result.error > 0).all()
    assert (result.error < 3e-13 * result.value).all()
    np.testing.assert_allclose(d.kl(p, q, unit="bits").value * math.log(2), result.value, 1e-14)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.usefixtures("backend")
def test_shapes_broadcast(family):
    rng = np.random.default_rng(2)
    p = family(*parameters(family, rng, (4, 1)))
    q = family(*parameters(family, rng, (3,)))
    assert d.kl(p, q).value.shape == (4, 3)
    np.testing.assert_allclose(d.kl(p, q).value, one_by_one(p, q), rtol=2e-13)
    single = family(*(float(v) for v in parameters(family, rng, ())))
    np.testing.assert_allclose(d.kl(single, p).value, one_by_one(single, p), rtol=2e-13)
    empty = family(*(np.empty(0) for _ in fields(family)))
    assert d.kl(empty, single).value.shape == (0,)
    with pytest.raises(ShapeError, match="do not broadcast"):
        d.kl(family(*parameters(family, rng, (2,))), q)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.usefixtures("backend")
def test_any_layout_in_memory(family):
    rng = np.random.default_rng(3)
    grids = [parameters(family, rng, (6, 10)) for _ in range(2)]
    expected = d.kl(family(*grids[0]), family(*grids[1])).value[:, ::2]
    for change in (lambda x: x[:, ::2], lambda x: np.asfortranarray(x)[:, ::2]):
        p, q = ([change(x) for x in grid] for grid in grids)
        for x in (*p, *q):
            x.flags.writeable = False
        np.testing.assert_array_equal(d.kl(family(*p), family(*q)).value, expected)
    backwards = [family(*(x[::-1, ::-2][:, :] for x in grid)) for grid in grids]
    assert d.kl(*backwards).value.shape == (6, 5)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.usefixtures("backend")
def test_members_at_the_ends_of_the_range(family):
    """Where a kernel does not reach, the formulas do: the batch shows no seam."""
    rng = np.random.default_rng(4)
    p, q = (parameters(family, rng, (12,)) for _ in range(2))
    tiny, huge = [1e-300, 2e-300, 5e-324], [1e300, 2e300]
    p[-1][:3], q[-1][1:4] = tiny, tiny
    if family not in SHARES:
        p[-1][6:8], q[-1][7:9] = huge, huge
    p, q = family(*p), family(*q)
    expected = one_by_one(p, q)
    np.testing.assert_allclose(d.kl(p, q).value, expected, rtol=2e-13)
    np.testing.assert_array_equal(np.isinf(d.kl(p, q).value), np.isinf(expected))


@pytest.mark.usefixtures("backend")
def test_infinite_members_say_why():
    rates = d.kl(d.Poisson([1.0, 0.0, 2.0, 0.0]), d.Poisson([0.0, 1.5, 3.0, 0.0]))
    assert rates.value[:2].tolist() == [math.inf, 1.5]
    assert rates.value[3] == 0
    assert "Q only on {0, …, 0}" in rates.reason[0]
    assert rates.reason[1:].tolist() == [""] * 3
    shares = d.kl(d.Bernoulli([0.5, 1.0, 0.5]), d.Bernoulli([1.0, 1.0, 0.25]))
    assert shares.value[:2].tolist() == [math.inf, 0]
    assert "Q only on" in shares.reason[0]
    all_of_them = d.kl(d.Poisson([1.0, 2.0]), d.Poisson([0.0, 0.0]))
    assert all_of_them.value.tolist() == [math.inf] * 2
    assert all_of_them.method.tolist() == ["support"] * 2
    assert all("Q only on" in reason for reason in all_of_them.reason)


@pytest.mark.usefixtures("backend")
def test_what_batches_leave_as_it_was():
    p, q = d.Normal([0.0, 1.0], 1), d.Normal([0.0, 1.0], 2)
    assert d.kl(p, p).value.tolist() == [0, 0]
    assert d.kl(p, d.Normal([0.0, 1.0], 1)).value.tolist() == [0, 0]
    assert (d.kl(p, q, method="quadrature").method == "quadrature").all()
    with pytest.raises(MethodError, match="choose one of"):
        d.kl(p, q, method="quick")
    result = d.kl(p, q, method="closed form", strict=True)
    result.value[0] = 7.0
    assert d.kl(p, q).value[0] != 7.0


@pytest.mark.parametrize(
    ("p", "q", "truth"),
    [
        # A shape so much smaller once divided by zero.
        (d.Gamma(1e18, 1.0), d.Gamma(1e-3, 1.0), 1.0e18),
        # The means differ by a tenth, shapes and rates by 1e9.
        (
            d.Gamma(781251947.071104, 198362790.75306928),
            d.Gamma(0.2262802279114899, 0.05578999765804651),
            10.775334897193665,
        ),
        # The logarithms of tiny rates are 700, and that of their quotient is 0.7.
        (d.Exponential(2e-300), d.Exponential(1e-300), 0.19314718055994531),
    ],
)
def test_far_parameters_of_one_pair(p, q, truth):
    """By mpmath with 60 digits, from the definition."""
    assert float(d.kl(p, q)) == pytest.approx(truth, rel=1e-14)
    twice = (type(law)(*([v, v] for v in law.parameters.values())) for law in (p, q))
    assert d.kl(*twice).value == pytest.approx([truth, truth], rel=1e-14)
