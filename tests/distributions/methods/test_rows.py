"""A batch is the loop over its rows: value, error, reason and method, of every family."""

import math

import numpy as np
import pytest
from random_pairs import SPACES

from kullback import distributions as d

MEASURES = {
    "kl": d.kl,
    "cross_entropy": d.cross_entropy,
    "renyi": lambda p, q: d.renyi(p, q, 0.7),
    "hellinger": d.hellinger,
    "chi_square": d.chi_square,
}
MAKERS = {family: make for space in SPACES for family, make in space.items()}
FLAT = [family for family in MAKERS if not family._EVENT]
REFERENCE = {
    "real": d.Normal(0.5, 2.0),
    "lattice": d.Geometric(0.3),
    "circle": d.VonMises(0.0, 1.0),
}


def stacked(laws):
    family = type(laws[0])
    return family(**{k: [law.parameters[k] for law in laws] for k in laws[0].parameters})


def agree(batch, rows):
    values = np.asarray(getattr(batch.value, "detach", lambda: batch.value)())
    assert np.shape(values) == np.shape(batch.error) == (len(rows),)
    for i, row in enumerate(rows):
        value = float(values[i])
        if math.isinf(row.value):
            assert value == row.value
            assert batch.reason[i]
        else:
            # The sum of two stated errors; where a method differs both hold the truth.
            assert abs(value - row.value) <= 2 * (batch.error[i] + row.error) + 1e-15 * abs(value)
            assert batch.reason[i] == ""
        assert batch.method[i]


@pytest.mark.parametrize(
    ("family", "measure"),
    [pytest.param(f, m, id=f"{f.__name__}-{m}") for f in FLAT for m in MEASURES],
)
def test_rows_of_one_family(family, measure):
    """Ordinary, equal and extreme rows."""
    rng = np.random.default_rng(3)
    first = [MAKERS[family](rng, r) for r in ("ordinary", "ordinary", "near")]
    second = [MAKERS[family](rng, "ordinary"), first[1], MAKERS[family](rng, "near")]
    batch = MEASURES[measure](stacked(first), stacked(second))
    agree(batch, [MEASURES[measure](p, q) for p, q in zip(first, second, strict=True)])


def column(library, values):
    if library == "torch":
        torch = pytest.importorskip("torch")
        return torch.tensor(values, dtype=torch.double)
    return pytest.importorskip("jax.numpy").asarray(values)


def of_library(library, laws):
    """A batch of parameters of a library, and its rows as numbers."""
    family = type(laws[0])
    held = {k: column(library, [law.parameters[k] for law in laws]) for k in laws[0].parameters}
    rows = [family(**{k: float(v[i]) for k, v in held.items()}) for i in range(len(laws))]
    return family(**held), rows


def against_rows(family, library, measures):
    rng = np.random.default_rng(6)
    first = [MAKERS[family](rng, r) for r in ("ordinary", "near", "ordinary")]
    second = [MAKERS[family](rng, "ordinary"), first[1], MAKERS[family](rng, "near")]
    p, laws = of_library(library, first)
    q, others = of_library(library, second)
    for measure in measures:
        agree(measure(p, q), [measure(a, b) for a, b in zip(laws, others, strict=True)])


@pytest.mark.parametrize("library", ["torch", "jax"])
@pytest.mark.parametrize("family", FLAT, ids=lambda f: f.__name__)
def test_rows_of_another_library(family, library):
    against_rows(family, library, [d.kl])


@pytest.mark.slow
@pytest.mark.parametrize("library", ["torch", "jax"])
def test_other_measures_of_rows_of_another_library(library):
    measures = [
        d.cross_entropy, d.jeffreys, lambda p, q: d.renyi(p, q, 2.0), d.hellinger, d.chi_square,
        d.jensen_shannon, d.bhattacharyya, lambda p, _: d.entropy(p),
    ]  # fmt: skip
    for family in FLAT:
        against_rows(family, library, measures)


def test_a_formula_that_tensors_have_not_says_so():
    torch = pytest.importorskip("torch")
    p, q = (d.Zipf(torch.tensor([s, s + 1], dtype=torch.double)) for s in (1.5, 2.0))
    found = d.kl(p, q)
    assert any("no gradient" in note.text for note in found.notes)


@pytest.mark.parametrize("family", FLAT, ids=lambda f: f.__name__)
def test_rows_against_another_family(family):
    rng = np.random.default_rng(4)
    laws = [MAKERS[family](rng, "ordinary") for _ in range(2)]
    q = REFERENCE[laws[0].support.space]
    agree(d.kl(stacked(laws), q), [d.kl(p, q) for p in laws])
    agree(d.kl(q, stacked(laws)), [d.kl(q, p) for p in laws])


@pytest.mark.parametrize("family", FLAT, ids=lambda f: f.__name__)
def test_entropies_of_rows(family):
    rng = np.random.default_rng(5)
    laws = [MAKERS[family](rng, "ordinary") for _ in range(2)]
    agree(d.entropy(stacked(laws)), [d.entropy(p) for p in laws])


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (d.StudentT([2.0, 5.0], 0.0, 1.0), d.Normal(0.0, 1.0)),
        (d.Pareto([1.0, 3.0], 1.0), d.Normal(0.0, 1.0)),
        (d.Uniform([0.0, -1.0], 1.0), d.Uniform(0.0, 2.0)),
        (d.Poisson([0.0, 2.0]), d.Poisson([0.0, 0.0])),
        (d.Categorical([[0.5, 0.5], [0.5, 0.5]]), d.Categorical([[0.5, 0.5], [1.0, 0.0]])),
        (d.Frechet([3.0, 0.5], 1.0), d.Exponential(1.0)),
        (
            d.MultivariateNormal(np.zeros((2, 2)), np.eye(2)),
            d.MultivariateNormal([1, 0], np.eye(2)),
        ),
        (d.Wishart([3.0, 5.0], np.eye(2)), d.Wishart(4.0, np.eye(2))),
        (d.Normal([0.0, 1.0], 1.0), d.Mixture([d.Normal(-1, 1), d.Normal(1, 1)], [0.5, 0.5])),
        (d.Affine(d.Gamma([1.0, 2.0], 1.0), 1.0, 2.0), d.Exponential(1.0)),
    ],
)
def test_infinite_and_composite_rows(p, q):
    for measure in (d.kl, d.cross_entropy):
        rows = []
        for i in range(2):
            pair = [law.at((i,)) if law.batch_shape else law for law in (p, q)]
            rows.append(measure(*pair))
        agree(measure(p, q), rows)


def test_rows_of_tensors():
    torch = pytest.importorskip("torch")
    loc = torch.tensor([0.0, 3.0], dtype=torch.float64, requires_grad=True)
    rows = d.kl(d.Uniform(torch.tensor([0.0, -1.0]), 1.0), d.Uniform(0.0, torch.tensor(2.0)))
    assert rows.value.tolist() == [pytest.approx(math.log(2)), math.inf]
    value = d.kl(d.Normal(loc, 1.0), d.Normal(0.0, 1.0)).value
    value.sum().backward()
    assert loc.grad.tolist() == [0.0, 3.0]


EDGES = {
    "outside": ([d.Uniform(0.0, 1.0), d.Uniform(-1.0, 1.0)], [d.Uniform(0.0, 2.0)] * 2),
    "one count": ([d.Poisson(0.0), d.Poisson(2.0)], [d.Poisson(0.0)] * 2),
    "sure": (
        [d.Bernoulli(x) for x in (0.0, 1.0, 0.5, 0.3)],
        [d.Bernoulli(x) for x in (0.0, 0.0, 1.0, 0.3)],
    ),
    "sure counts": (
        [d.Binomial(5.0, x) for x in (0.0, 1.0, 0.5, 0.3)],
        [d.Binomial(5.0, x) for x in (0.0, 0.0, 1.0, 0.3)],
    ),
    "ends": (
        [d.Pareto(1.0, 1.0), d.Pareto(3.0, 2.0), d.Pareto(3.0, 2.0)],
        [d.Pareto(1.0, 2.0), d.Pareto(1.0, 1.0), d.Pareto(3.0, 2.0)],
    ),
    "powers": ([d.Frechet(3.0, 1.0), d.Frechet(0.5, 1.0)], [d.Exponential(1.0)] * 2),
    "shapes": (
        [d.Gamma(1e-30, 1.0), d.Gamma(1e30, 1.0), d.Gamma(2.0, 1.0)],
        [d.Gamma(1.0, 1.0), d.Gamma(1e30, 1.0), d.Gamma(2.0, 1.0)],
    ),
    "scales": (
        [d.Normal(0.0, 1e-30), d.Normal(0.0, 1e30), d.Normal(1e30, 1.0)],
        [d.Normal(0.0, 1.0)] * 3,
    ),
}


@pytest.mark.parametrize("library", ["torch", "jax"])
@pytest.mark.parametrize(("first", "second"), EDGES.values(), ids=EDGES)
def test_infinite_and_edge_rows_of_another_library(first, second, library):
    p, laws = of_library(library, first)
    q, others = of_library(library, second)
    for measure in (*MEASURES.values(), d.total_variation, d.jeffreys):
        agree(measure(p, q), [measure(a, b) for a, b in zip(laws, others, strict=True)])


@pytest.mark.parametrize(
    "family", [d.Chi2, d.Chi, d.Gamma, d.InverseGamma, d.Nakagami, d.Beta, d.BetaPrime, d.F]
)
def test_entropies_of_tensors_of_large_shapes(family):
    rng = np.random.default_rng(8)
    law = MAKERS[family](rng, "ordinary")
    for name in law.parameters:
        larger = {s: family(**{**law.parameters, name: law.parameters[name] * s})
                  for s in (1e8, 1e14)}  # fmt: skip
        held, rows = of_library("torch", [law, *larger.values()])
        agree(d.entropy(held), [d.entropy(row) for row in rows])
