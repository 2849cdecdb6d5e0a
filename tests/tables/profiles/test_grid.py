"""The fixed grid: the engine's cells against exact arithmetic, and parts against the whole."""

import math
from fractions import Fraction

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kullback import tables
from kullback.tables.counting import statements
from kullback.tables.counting.statements import Reading
from kullback.tables.engines.dialect import Dialect
from kullback.tables.profiles import grid
from kullback.tables.profiles.grid import Cell, Grid, border, coarser, join, key_of, keyed, settle

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def by_definition(value, level):
    """Number the cell of a value in exact arithmetic: octave by octave, 2^level cells each."""
    x = abs(Fraction(value))
    if x == 0:
        return 0
    if x < Fraction(2) ** -900:
        place = 1048 << level
    else:
        octave = math.frexp(float(x))[1] - 1
        inside = math.floor((x / Fraction(2) ** octave - 1) * 2**level)
        place = ((octave + 2048) << level) + inside
    return place if value > 0 else -place


def grid_of(values):
    """Return the grid of all rows at once, counted in Python."""
    cells = grid.by_value(Cell(value, value, 1) for value in values)
    if grid.few([cell.low for cell in cells]):
        return Grid(None, tuple(cells))
    return settle(keyed(cells, grid.FINEST), grid.FINEST)


@given(value=FINITE, level=st.integers(0, grid.FINEST))
def test_key(value, level):
    assert key_of(value, level) == by_definition(value, level)


@given(value=FINITE, level=st.integers(1, grid.FINEST), down=st.integers(0, grid.FINEST))
def test_cells_are_nested(value, level, down):
    down = min(down, level)
    keys = np.array([key_of(value, level)])
    assert coarser(keys, down).tolist() == [key_of(value, level - down)]


@given(value=FINITE, level=st.integers(0, grid.FINEST))
def test_borders_enclose(value, level):
    key = key_of(value, level)
    if key:
        away = key + 1 if key > 0 else key - 1
        assert abs(border(key, level)) <= abs(value) < abs(border(away, level))
        assert border(key, level) == 0 or key_of(border(key, level), level) == key


@pytest.mark.parametrize("level", [0, 3, grid.BASE, 20, grid.FINEST])
def test_the_engine_numbers_cells_exactly(level):
    """On both sides of every power of two, where an octave from a logarithm may be off."""
    powers = [math.ldexp(1, e) for e in range(-1074, 1024)]
    values = [v for b in powers for v in (b, math.nextafter(b, 0), math.nextafter(b, math.inf))]
    values += [0.0, -0.0, 1.7976931348623157e308, *np.random.default_rng(0).lognormal(0, 50, 5_000)]
    values = pd.DataFrame({"v": [*values, *(-v for v in values)]})
    connection = duckdb.connect(config={"python_enable_replacements": "false"})
    connection.register("t", values)
    reading = Reading("t", '"v"', '"v"', floating=True, dialect=Dialect())
    counted = connection.execute(statements.grid_cells(reading, level)).fetchall()
    keys, counts = np.unique([key_of(v, level) for v in values["v"]], return_counts=True)
    assert {row[0]: row[1] for row in counted} == dict(zip(keys.tolist(), counts, strict=True))


SHAPES = {
    "normal": lambda rng, n: rng.normal(size=n),
    "offset": lambda rng, n: rng.normal(1e9, 1, n),
    "lognormal": lambda rng, n: rng.lognormal(0, 3, n),
    "rounded": lambda rng, n: rng.normal(50, 10, n).round(1),
    "two scales": lambda rng, n: np.where(rng.random(n) < 0.5, rng.normal(size=n), 1e9 + n),
    "all octaves": lambda rng, n: rng.choice([-1, 1], n) * np.exp2(rng.uniform(-1080, 1023, n)),
    "outliers": lambda rng, n: np.where(rng.random(n) < 0.1, rng.normal(0, 1e5, n), 293.0),
    "neighbours": lambda rng, n: 1 + rng.integers(0, 4 * n, n) * 2.0**-52,
    "few": lambda rng, n: rng.choice([0.1, 0.2, 1e300, -3], n),
}


@settings(max_examples=60, deadline=None)
@given(
    shapes=st.lists(st.sampled_from(sorted(SHAPES)), min_size=3, max_size=3),
    sizes=st.lists(st.integers(0, 4_000), min_size=3, max_size=3),
    seed=st.integers(0, 2**32),
)
def test_parts_join_to_the_whole(shapes, sizes, seed):
    rng = np.random.default_rng(seed)
    parts = [SHAPES[name](rng, n).tolist() for name, n in zip(shapes, sizes, strict=True)]
    whole = grid_of([value for part in parts for value in part])
    a, b, c = (grid_of(part) for part in parts)
    assert join(join(a, b), c) == whole
    assert join(a, join(b, c)) == whole
    assert join(c, join(b, a)) == whole
    assert whole.rows == sum(sizes)
    assert len(whole.cells) <= max(grid.CELLS, 2 * 1924 + 1)  # every octave, at level 0


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("n", [100, 3_000, 60_000])
def test_the_engine_finds_the_grid_of_the_rows(name, n):
    values = SHAPES[name](np.random.default_rng(n), n)
    frame = pd.DataFrame({"x": values})
    assert tables.profile(frame)["x"].grid == grid_of(values.tolist())


def test_the_finest_level_is_what_tells_values_apart():
    narrow = grid_of([1 + i * 2.0**-52 for i in range(5_000)])
    assert narrow.level == grid.FINEST
    assert len(narrow.cells) == 2
    assert grid_of(list(range(1, 257))).level is None
    assert grid_of(np.linspace(1e9, 1e9 + 5, 2_000).tolist()).level > 30
