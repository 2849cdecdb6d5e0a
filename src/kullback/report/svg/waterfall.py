"""A sum and its parts as SVG: bars below each other, each from where the last one ended."""

import math
from collections.abc import Iterator

from kullback.report.blocks.diagrams import Step, Waterfall
from kullback.report.svg import axis_labels
from kullback.report.svg import writer as svg
from kullback.units import format_number

WIDTH = 420.0
LEFT, RIGHT, TOP, ROW = 104.0, 372.0, 6.0, 22.0
STYLES = {"whole": "p", "given": "q", "cost": "more", "gain": "fewer"}


def waterfall(chart: Waterfall) -> str:
    """Draw wholes in blue, what cannot be changed in grey, costs in orange, gains in green."""
    ends = [end for step in chart.steps for end in (step.start, step.end) if math.isfinite(end)]
    along = svg.scaled(min([0.0, *ends]), max([1e-12, *ends]), LEFT, RIGHT)
    foot = TOP + ROW * len(chart.steps)
    content = [*_axis(min([0.0, *ends]), max([1e-12, *ends]), foot, chart.unit)]
    for row, step in enumerate(chart.steps):
        y = TOP + ROW * row
        x1, x2 = sorted((along(step.start), along(step.end)))
        content.append(svg.path(svg.box(x1, max(x2, x1 + 1), y + 4, y + 18), STYLES[step.kind]))
        if any(later.start == step.end != 0 for later in chart.steps[row + 1 : row + 2]):
            content.append(svg.line(along(step.end), y + 18, along(step.end), y + ROW + 4))
        content.append(svg.text(LEFT - 8, y + 14.5, svg.fitted(step.label, LEFT), anchor="end"))
        content.append(svg.text(x2 + 5, y + 14.5, format_number(abs(_size(step)), 3)))
    return svg.picture((WIDTH, foot + 22), content, label=_sentence(chart))


def _axis(low: float, high: float, foot: float, unit: str) -> Iterator[str]:
    along = svg.scaled(low, high, LEFT, RIGHT)
    found = [(along(value), axis_labels.short(value)) for value in svg.ticks(low, high)]
    for x, _ in found:
        yield svg.line(x, TOP, x, foot, "grid")
    yield svg.words(svg.apart(found, WIDTH), foot + 12)
    yield svg.text(2, foot + 12, unit)


def _size(step: Step) -> float:
    return step.end - step.start


def _sentence(chart: Waterfall) -> str:
    parts = (f"{step.label} {format_number(abs(_size(step)), 3)}" for step in chart.steps)
    return f"{chart.title}: {', '.join(parts)} {chart.unit}".strip()
