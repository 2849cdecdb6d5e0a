"""The code agrees with the table of the interface, cell by cell."""

import importlib
import inspect
from fnmatch import fnmatch
from functools import partial

import numpy as np
import pytest
from interface_table import (
    DIFFERENT,
    INCONSISTENT,
    MEASURES,
    METHODS,
    MISSING,
    ORDER,
    READERS,
    ROOMS,
    SHARED,
    UNITLESS,
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
    for method in methods:
        assert hasattr(kind, method) != ((result, method) in MISSING), method


def test_a_module_by_its_former_name_works_and_says_the_new_one():
    with pytest.warns(DeprecationWarning, match=r"kullback\.pareto goes in 0\.3: use kullback\.vi"):
        former = kullback.pareto
    for name in ("pareto_k", "min_sample_size"):
        assert getattr(former, name) is getattr(kullback.vi, name)
