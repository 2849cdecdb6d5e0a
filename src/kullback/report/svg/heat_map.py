"""Many things at many times as SVG: one cell each, fuller where more is found."""

import math
from collections import defaultdict
from collections.abc import Iterator

from kullback.report.blocks.diagrams import Heat, HeatMap
from kullback.report.svg import writer as svg
from kullback.report.svg.shares import amounts

WIDTH, LEFT, TOP = 640.0, 150.0, 4.0
ROW, WIDEST, FOOT = 18.0, 34.0, 18.0
SHADES = 8


def heat_map(chart: HeatMap) -> str:
    """Draw a cell a time; the shade grows with the root of the value, a dot is a drift.

    What was not looked at has no cell, what is the same an empty one.
    """
    step = min(WIDEST, (WIDTH - LEFT) / max(1, len(chart.times)))
    height = TOP + ROW * len(chart.names) + FOOT
    content = [*_names(chart), *_cells(chart, step), *_dots(chart, step)]
    named = ((LEFT + step * (i + 0.5), time) for i, time in enumerate(chart.times))
    short = ((x, svg.fitted(words, 110)) for x, words in named)
    content += [svg.text(x, height - 5, w, anchor="middle") for x, w in svg.apart(short, WIDTH)]
    said, alt = _sentence(chart)
    return svg.picture((WIDTH, height), content, label=said, alt=alt)


def _names(chart: HeatMap) -> Iterator[str]:
    for i, name in enumerate(chart.names):
        yield svg.text(LEFT - 6, _row(i) + 13, svg.fitted(name, LEFT - 10), anchor="end")


def _row(i: int) -> float:
    return TOP + ROW * i


def _cells(chart: HeatMap, step: float) -> Iterator[str]:
    shades: dict[int, str] = defaultdict(str)
    gap = min(1.0, step / 5)
    for i, row in enumerate(chart.cells):
        for j, cell in enumerate(row):
            if cell.value is not None:
                x = LEFT + step * j
                box = svg.box(x, x + step - gap, _row(i), _row(i) + ROW - 2)
                shades[_shade(cell.value, chart.full)] += box
    for shade, boxes in sorted(shades.items()):
        faint = f'class="m" fill="{svg.MORE}" fill-opacity="{max(0.04, shade / SHADES):.2g}"'
        yield f'<path {faint} d="{boxes}"/>'


def _shade(value: float, full: float) -> int:
    return round(SHADES * min(1.0, math.sqrt(max(0.0, value) / full)))


def _dots(chart: HeatMap, step: float) -> Iterator[str]:
    marks = ""
    size = max(1.0, min(5.0, step / 2.5))
    for i, row in enumerate(chart.cells):
        for j, cell in enumerate(row):
            if cell.verdict == "drifted":
                x, y = LEFT + step * (j + 0.5), _row(i) + ROW / 2 - 1
                marks += svg.box(x - size / 2, x + size / 2, y - size / 2, y + size / 2)
    if marks:
        yield f'<path fill="currentColor" d="{marks}"/>'


def _sentence(chart: HeatMap) -> tuple[str, str]:
    """Say what the map shows, and its number in the other unit."""
    found: list[tuple[Heat, str, str]] = [
        (cell, name, time)
        for name, row in zip(chart.names, chart.cells, strict=True)
        for time, cell in zip(chart.times, row, strict=True)
        if cell.value is not None
    ]
    if not found:
        return chart.title, ""
    most, name, time = max(found, key=lambda each: each[0].value or 0.0)
    drifted = sum(cell.verdict == "drifted" for cell, _, _ in found)
    amount, other = amounts(most.value or 0.0, chart.unit, 3)
    said = (
        f"{chart.title}: {len(chart.names)} by {len(chart.times)}, {drifted} cells drifted; "
        f"the largest is {amount}, {name} at {time}"
    )
    return said, f"{amount}|{other}" if other else ""
