"""A histogram as SVG: density over a linear or a logarithmic axis, of one side or of two."""

import math
from collections.abc import Iterator

from kullback.report.blocks.charts import Histogram
from kullback.report.svg import axis_labels
from kullback.report.svg import writer as svg
from kullback.report.svg.dots import BASE, FOOT, HEIGHT, RIGHT, TOP, WIDTH, WORDS, Scale

LEFT = 4.0


def histogram(chart: Histogram) -> str:
    """Draw counts as density, with marked values; a second side is a broken orange line."""
    place = _axis_scale(chart)
    ends = [(place(a), place(b)) for a, b in zip(chart.edges[:-1], chart.edges[1:], strict=True)]
    sides = [_densities(counts, ends) for counts in (chart.counts, chart.others) if counts]
    top = max(max(side) for side in sides) or 1.0
    tops = [[BASE - d / top * (BASE - TOP - 4) for d in side] for side in sides]
    steps = [[(a, b, y) for (a, b), y in zip(ends, ys, strict=True)] for ys in tops]
    content = [svg.path(svg.steps(steps[0], BASE, closed=True), "q")] if len(sides) == 1 else []
    content += [svg.path(svg.steps(steps[0], BASE, closed=False), "p-line")]
    if len(sides) > 1:
        content.append(_second(svg.steps(steps[1], BASE, closed=False)))
    content += [svg.line(LEFT, BASE, RIGHT, BASE), *_below(chart, place)]
    content += [*_marks(chart, place), *_names(chart)]
    return svg.picture((WIDTH, HEIGHT), content, label=_sentence(chart), spots=ends)


def _densities(counts: tuple[float, ...], ends: list[tuple[float, float]]) -> list[float]:
    total = sum(counts) or 1.0
    return [c / total / (x2 - x1) for c, (x1, x2) in zip(counts, ends, strict=True)]


def _axis_scale(chart: Histogram) -> Scale:
    if chart.axis == "log":
        straight = svg.scaled(math.log(chart.edges[0]), math.log(chart.edges[-1]), LEFT, RIGHT)
        return lambda value: straight(math.log(value))
    return svg.scaled(chart.edges[0], chart.edges[-1], LEFT, RIGHT)


def _second(steps: str) -> str:
    drawn = svg.path(steps, "more-bars")
    return drawn.replace("d=", 'fill="none" stroke-width="1.6" stroke-dasharray="5 2" d=', 1)


def _below(chart: Histogram, place: Scale) -> Iterator[str]:
    found = axis_labels.along(chart.edges[0], chart.edges[-1], chart.axis, 6)
    yield svg.words(svg.apart(((place(value), words) for value, words in found), WIDTH), WORDS)
    ticks = "".join(f"M{svg.number(place(value))} {svg.number(BASE)}v3" for value, _ in found)
    yield svg.path(ticks, "axis")
    per = " per decade" if chart.axis == "log" else ""
    yield svg.text(LEFT, FOOT, f"height: density{per}")
    yield svg.text(RIGHT, FOOT, chart.unit, anchor="end") if chart.unit else ""


def _marks(chart: Histogram, place: Scale) -> Iterator[str]:
    inside = [m for m in chart.marks if chart.edges[0] <= m[0] <= chart.edges[-1]]
    for value, _ in inside:
        yield svg.line(place(value), TOP - 8, place(value), BASE, "limit")
    yield svg.words(svg.apart(((place(value), said) for value, said in inside), WIDTH), TOP - 12)


def _names(chart: Histogram) -> Iterator[str]:
    x = LEFT
    for words, second in zip(chart.names, (False, True), strict=False):
        sign = f"M{svg.number(x)} 7h18"
        yield _second(sign) if second else svg.path(sign, "p-line")
        yield svg.text(x + 24, 10, svg.fitted(words, 150))
        x += 42 + min(150, len(words) * svg.LETTER)


def _sentence(chart: Histogram) -> str:
    words = f"{chart.title}: {len(chart.counts)} bins from {axis_labels.short(chart.edges[0])}"
    return f"{words} to {axis_labels.short(chart.edges[-1])} {chart.unit}".rstrip()
