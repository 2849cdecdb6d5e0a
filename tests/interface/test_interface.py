"""The code agrees with the table of the interface, cell by cell."""

import importlib
import inspect
from fnmatch import fnmatch
from functools import partial

import numpy as np
import pytest
from interface_table import (
    BATCHES,
    DIFFERENT,
    INCONSISTENT,
    KL_RESULTS,
    LEVELS,
    MEASURES,
    METHODS,
    MISSING,
    NO_STRICT,
    ORDER,
    OWN_WORDS,
    PLAIN_NUMBERS,
    READERS,
    ROOMS,
    SHARED,
    UNITLESS,
    UNITS,
    Cell,
)

import kullback
from kullback import distributions

EVERY_ROOM = (*ROOMS, "tables", "lm", "classifiers", "rl", "vi", "torch")
CELLS = [
    (measure, room, cell)
    for measure, row in MEASURES.items()
    for room, cell in zip(ROOMS, row, strict=True)
]
SHARES = ([0.5, 0.25, 0.25], [0.25, 0.25, 0.5])
POINTS = tuple(np.random.default_rng(s).normal(s, 1, 60) for s in (0, 1))
GIVEN = {
    "probabilities": SHARES,
    "logits": SHARES,
    "counts": ([30, 50, 20], [40, 30, 30]),
    "samples": POINTS,
    "distributions": (distributions.Normal(0, 1), distributions.Normal(1, 2)),
}
OTHER = {
    "order": 2.0,
    "alpha": 0.5,
    "f": lambda t: t * np.log(t),
    "measure": kullback.kl,
    "distribution": distributions.Normal(0, 1),
    "table": [[30, 10], [15, 25]],
    "joint": distributions.Dirichlet([1.0, 2.0, 3.0]),
}


def public(room):
    module = importlib.import_module(f"kullback.{room}")
    return {name: getattr(module, name) for name in module.__all__}


def functions():
    for room in EVERY_ROOM:
        if room == "torch":
            pytest.importorskip("torch")
        for name, value in public(room).items():
            if inspect.isfunction(value):
                yield room, name, inspect.signature(value).parameters


def positional(parameters):
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY)
    for parameter in parameters.values():
        if parameter.kind in kinds:
            yield parameter.name
        elif parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            yield f"*{parameter.name}"


@pytest.mark.parametrize(("measure", "room", "cell"), CELLS, ids=str)
def test_a_cell_is_implemented_or_says_why_not(measure, room, cell):
    found = public(room).get(measure)
    if isinstance(cell, str):
        assert found is None, f"{room}.{measure} exists; write its cell"
        assert len(cell) > 10
        return
    names = tuple(positional(inspect.signature(found).parameters))
    assert names == tuple(cell.arguments.split())


@pytest.mark.parametrize(
    ("measure", "room", "cell"), [c for c in CELLS if isinstance(c[2], Cell)], ids=str
)
def test_a_cell_returns_what_it_says(measure, room, cell):
    first, second = GIVEN[room]
    known = {"p": first, "q": second, "x": first, "y": second, "P": [first], "Q": [second]}
    if (room, measure) == ("counts", "kl_to_known"):
        known["q"] = SHARES[1]
    known |= OTHER | {"source": first, "target": second}
    if measure == "total_correlation":
        known["x"] = np.column_stack(POINTS)
    result = public(room)[measure](
        *(known[name] for name in cell.arguments.split() if not name.startswith("*"))
    )
    assert type(result).__name__ in (cell.result, "float64" if cell.result == "float" else "")


GRID = np.linspace(-1, 1, 9)
READ = {
    "from_histograms": tuple((np.arange(1, 9), GRID) for _ in "pq"),
    "from_density": (GRID, np.full(9, 0.5)),
}


@pytest.mark.parametrize(("reader", "cell"), READERS.items(), ids=str)
def test_what_reads_for_a_room_stands_at_the_top(reader, cell):
    room, arguments, result = cell
    read = getattr(kullback, reader)
    assert public(room)[reader] is read
    assert " ".join(positional(inspect.signature(read).parameters)) == arguments
    assert type(read(*READ[reader])).__name__ == result


def test_a_word_has_one_default():
    """Everywhere, or the table says why not; and what the table says is so."""
    odd = set()
    for room, name, parameters in functions():
        for word in parameters.keys() & SHARED.keys():
            default = parameters[word].default
            if default is not inspect.Parameter.empty and default != SHARED[word]:
                odd.add((room, name, word))
        if name in UNITLESS and "unit" in parameters:
            odd.add((room, name, "unit"))
    told = [*DIFFERENT, *INCONSISTENT]
    assert [one for one in odd if not any(map(partial(fits, one), told))] == [], "write a reason"
    mended = [rule for rule in INCONSISTENT if not any(fits(one, rule) for one in odd)]
    assert mended == [], "mended: take these out of the table"


def fits(one, rule):
    return all(map(fnmatch, one, rule))


@pytest.mark.parametrize(("place", "order"), ORDER.items(), ids=str)
def test_the_order_of_the_two_sides(place, order):
    room, name = place
    if room == "torch":
        pytest.importorskip("torch")
    names = list(positional(inspect.signature(public(room)[name]).parameters))
    assert tuple(names[: len(order)]) == order


@pytest.mark.parametrize(("result", "methods"), METHODS.items(), ids=str)
def test_results_share_their_methods(result, methods):
    room, name = result.split(".")
    kind = getattr(importlib.import_module(f"kullback.{room}"), name)
    absent = [method for method in methods if not hasattr(kind, method)]
    assert absent == []


@pytest.mark.parametrize(("result", "method"), MISSING, ids=str)
def test_what_a_result_lacks_has_a_reason(result, method):
    room, name = result.split(".")
    assert not hasattr(getattr(importlib.import_module(f"kullback.{room}"), name), method)


ONE_LINE = 200  # characters of a result at a prompt


def test_results_at_a_prompt_are_a_line():
    many, more = (np.random.default_rng(s).normal(size=(500, 4)) for s in (2, 3))
    wide = np.arange(1, 901)
    pair = distributions.Normal(0, 1), distributions.Normal(many, 1)
    found = [
        kullback.kl(*SHARES),
        distributions.kl(*pair),
        kullback.vi.kl(*pair),
        kullback.counts.kl(wide, wide[::-1]),
        kullback.counts.pool(wide, wide[::-1]),
        kullback.logits.summary(many, more),
        kullback.vi.elbo(many[:, 0], more**2),
        kullback.vi.decompose(many[:40], more[:40]),
        kullback.vi.collapse(many, more),
        kullback.vi.evidence(many[:, 0], more[:, 0]),
        kullback.rl.ratios(many[:, 0], more[:, 0]),
        kullback.classifiers.reliability([0, 1] * 250, (many[:, 0] > 0) * 0.5 + 0.2),
        kullback.compare(*SHARES),
    ]
    assert [repr(one) for one in found if len(repr(one)) > ONE_LINE or "\n" in repr(one)] == []


@pytest.mark.parametrize(("kind", "table"), [("unit", UNITS), ("level", LEVELS)])
def test_what_says_a_quantity_takes_its_unit_and_level_or_says_why_not(kind, table):
    for place, reason in table.items():
        room, name = place.split(".")
        if room == "torch":
            pytest.importorskip("torch")
        found = getattr(importlib.import_module(f"kullback.{room}"), name)
        assert (kind in inspect.signature(found).parameters) == (reason is None), place


@pytest.mark.parametrize(("room", "name", "word"), OWN_WORDS, ids=str)
def test_words_of_one_room(room, name, word):
    if room == "torch":
        pytest.importorskip("torch")
    assert word in inspect.signature(public(room)[name]).parameters


def test_every_measure_of_formulas_takes_strict():
    rows = public("distributions")
    measures = {m for m, row in MEASURES.items() if isinstance(row[-1], Cell)} | {"wasserstein"}
    lacking = {m for m in measures if "strict" not in inspect.signature(rows[m]).parameters}
    assert lacking == set(NO_STRICT)
    pair = distributions.Normal(0, 1), distributions.Logistic(0, 1)
    for name in measures - lacking - {"entropy"}:
        more = [0.5] if name in ("renyi", "tsallis", "alpha_divergence") else []
        with pytest.raises(kullback.errors.UnreliableError, match="strict"):
            rows[name](*pair, *more, strict=True)


def sides(room, batch):
    if room == "vi":
        room = "distributions"
    if room == "rl":
        return [-1.0, -2.0, -0.5], [-1.5, -1.0, -1.0]
    if not batch:
        return GIVEN[room]
    if room == "distributions":
        return distributions.Normal([0.0, 1.0], 1.0), distributions.Normal(0, 2)
    return np.array([SHARES[0]] * 2), np.array([SHARES[1]] * 2)


@pytest.mark.parametrize(("places", "batch"), [(KL_RESULTS, False), (BATCHES, True)])
def test_kl_comes_back_by_one_rule(places, batch):
    for place, result in places.items():
        room, name = place.split(".")
        found = getattr(importlib.import_module(f"kullback.{room}"), name)(*sides(room, batch))
        assert type(found).__name__ == result, place
        if batch:
            assert np.shape(getattr(found, "value", found)) == (2,)


def test_plain_numbers_say_why():
    assert all(len(reason) > 10 for reason in PLAIN_NUMBERS.values())
    loss = kullback.classifiers.log_loss([0, 1, 1], [0.2, 0.7, 0.9])
    assert type(loss) is float


def test_a_module_by_its_former_name_works_and_says_the_new_one():
    with pytest.warns(DeprecationWarning, match=r"kullback\.pareto goes in 0\.3: use kullback\.vi"):
        former = kullback.pareto
    for name in ("pareto_k", "min_sample_size"):
        assert getattr(former, name) is getattr(kullback.vi, name)


def test_what_comes_back_has_its_class_at_the_top():
    for name in kullback.results.__all__:
        assert getattr(kullback, name) is getattr(kullback.results, name)
        assert name in dir(kullback)
    # Where the package is installed, pytest adds names that begin with "@".
    shown = [name for name in dir(kullback.vi.schedules) if name[0] not in "_@"]
    assert shown == ["cyclical", "linear", "sigmoid"]
    law = [name for name in dir(distributions.Normal(0, 1)) if not name.startswith("_")]
    assert len(law) < 20
