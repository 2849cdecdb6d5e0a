"""Heat maps: a cell for what was looked at, a mark for what drifted, words for who cannot see."""

import math
import re

import pytest

from kullback.report.blocks.chart_tables import as_table
from kullback.report.blocks.diagrams import Heat, HeatMap
from kullback.report.svg.draw import draw

CELLS = (
    (Heat(0.0, "same"), Heat(0.5, "drifted"), Heat(None)),
    (Heat(0.1, "same"), Heat(math.inf, "drifted"), Heat(0.02, "undecided")),
)
CHART = HeatMap("JS", ("a", "b"), ("Mon", "Tue", "Wed"), CELLS, "bits", 0.5)


def test_every_cell_that_was_looked_at_is_drawn():
    drawn = draw(CHART)
    boxes = re.findall(r'class="m"[^>]*d="([^"]*)"', drawn)
    assert sum(path.count("z") for path in boxes) == 5
    (marks,) = re.findall(r'fill="currentColor" d="([^"]*)"', drawn)
    assert marks.count("z") == 2
    assert "nan" not in drawn
    assert 'aria-label="JS: 2 by 3, 2 cells drifted; the largest is ∞ bits, b at Tue"' in drawn


def test_fuller_cells_are_darker():
    opacity = dict(
        zip(("0", ".1"), re.findall(r'fill-opacity="([^"]*)"', draw(CHART)), strict=False)
    )
    assert float(opacity["0"]) < float(opacity[".1"])


def test_numbers_of_the_picture():
    table = as_table(CHART)
    assert table.rows == (("a", 0.5, "Tue", 1.0, 2.0), ("b", math.inf, "Tue", 1.0, 3.0))


@pytest.mark.parametrize("times", [0, 1, 3000])
def test_any_width(times):
    row = tuple(Heat(1e-9, "same") for _ in range(times))
    drawn = draw(HeatMap("wide", ("<b>",), tuple(map(str, range(times))), (row,)))
    assert "nan" not in drawn
    assert "<b>" not in drawn
