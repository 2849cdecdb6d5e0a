"""Estimates and curves as SVG: interval dots, timelines, training curves."""

import math
from collections.abc import Callable, Iterator
from itertools import cycle

from kullback.report.blocks.charts import Dot, Lines, Point, Timeline, other_unit
from kullback.report.svg import axis_labels
from kullback.report.svg import writer as svg
from kullback.report.svg.shares import amounts

DOT = (112.0, 18.0)
WIDTH, HEIGHT = 640.0, 190.0
LEFT, RIGHT, TOP, BASE = 46.0, 634.0, 16.0, 160.0
WORDS = 174.0


def dot(chart: Dot) -> str:
    """Draw an estimate as a dot on its interval, beside the tolerance; √ axis.

    A filled dot has drifted, a ring is undecided, a bar is the same: shape tells, not colour.
    """
    width, height = DOT
    middle = height / 2
    place = _root_scale(chart.scale, 4, width - 5)
    low, high = place(chart.low), place(chart.high)
    limit = place(chart.tolerance)
    span = f"M{svg.number(low)} {svg.number(middle)}H{svg.number(max(high, low + 0.1))}"
    content = [
        svg.line(limit, 1, limit, height - 1, "limit"),
        whisker(chart.verdict, span),
        shape(chart.verdict, place(chart.value), middle),
    ]
    return svg.picture(DOT, content)


def whisker(verdict: str, steps: str) -> str:
    """Return the line of an interval in the colour of a verdict."""
    return svg.path(steps, verdict if verdict in svg.VERDICT_COLOURS else "p-line")


def shape(verdict: str, x: float, y: float, radius: float = 3.5) -> str:
    """Return the sign of a verdict at a place."""
    colour = svg.VERDICT_COLOURS.get(verdict, svg.CURRENT)
    place = f'cx="{svg.number(x)}" cy="{svg.number(y)}"'
    if verdict == "same":
        sides = svg.box(x - 2, x + 2, y - radius - 1, y + radius + 1)
        return f'<path class="same" fill="{colour}" d="{sides}"/>'
    fill = "#ffffff" if verdict == "undecided" else colour
    kind = verdict if verdict in svg.VERDICT_COLOURS else "p"
    more = f'stroke="{colour}" stroke-width="2"' if verdict == "undecided" else ""
    return f'<circle class="{kind}" {place} r="{svg.number(radius)}" fill="{fill}" {more}/>'


def timeline(chart: Timeline) -> str:
    """Draw one dot a window with its interval, and the tolerance as a line across."""
    points = chart.points
    ends = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
    finite = [v for v in ends if math.isfinite(v)]
    low = min([0.0, *finite])
    high = max([chart.tolerance or 0.0, 1e-12, *finite])
    up = svg.scaled(low, high, BASE, TOP + 8)
    step = (RIGHT - LEFT) / max(1, len(points))
    centres = [LEFT + step * (i + 0.5) for i in range(len(points))]
    content = [*_value_axis(low, high, up, chart.unit), *_tolerance(chart, up)]
    content += [_window(p, x, step, up) for p, x in zip(points, centres, strict=True)]
    named = ((x, svg.fitted(p.label, 110)) for p, x in zip(points, centres, strict=True))
    content += [svg.text(x, WORDS, words, anchor="middle") for x, words in svg.apart(named, WIDTH)]
    spots = [(x - step / 2, x + step / 2) for x in centres]
    said, alt = _timeline_sentence(chart)
    return svg.picture((WIDTH, HEIGHT), content, label=said, alt=alt, spots=spots)


def lines(chart: Lines) -> str:
    """Draw curves over an index; what is not finite is a gap."""
    values = [v for curve in chart.lines for v in curve.values if math.isfinite(v)]
    low, high = min([0.0, *values]), max([1e-12, *values])
    up = svg.scaled(low, high, BASE, TOP + 8)
    along = svg.scaled(chart.index[0], chart.index[-1], LEFT, RIGHT)
    content = [*_value_axis(low, high, up, chart.unit)]
    for curve, colour, dashes in zip(chart.lines, cycle(svg.CURVES), cycle(_DASHES), strict=False):
        pairs = zip(chart.index, curve.values, strict=True)
        points = ((along(i), up(v)) if math.isfinite(v) else None for i, v in pairs)
        content.append(
            f'<path fill="none" stroke="{colour}" stroke-width="1.6"{dashes} '
            f'd="{svg.polyline(points)}"/>'
        )
    content += list(_curve_names(chart))
    found = axis_labels.along(chart.index[0], chart.index[-1], "linear")
    for x, words in svg.apart(((along(value), words) for value, words in found), WIDTH):
        content.append(svg.text(x, WORDS, words, anchor="middle"))
    content.append(svg.text(RIGHT, HEIGHT - 4, chart.index_title, anchor="end"))
    names = ", ".join(curve.name for curve in chart.lines)
    words = f"{chart.title}: {names} over {len(chart.index)} values of {chart.index_title}"
    return svg.picture((WIDTH, HEIGHT), content, label=words)


_DASHES = (
    "",
    ' stroke-dasharray="6 3"',
    ' stroke-dasharray="2 2"',
    ' stroke-dasharray="8 2 2 2"',
    ' stroke-dasharray="1 3"',
)


def _root_scale(largest: float, start: float, end: float) -> Callable[[float], float]:
    straight = svg.scaled(0.0, math.sqrt(largest) if largest > 0 else 1.0, start, end)
    return lambda value: min(end, straight(math.sqrt(max(0.0, value))))


def _value_axis(low: float, high: float, up: Callable[[float], float], unit: str) -> Iterator[str]:
    for value in svg.ticks(low, high):
        other = amounts(value, unit, 3)[1].partition(" ")[0]
        yield svg.text(LEFT - 6, up(value) + 3, axis_labels.short(value), anchor="end", alt=other)
        yield svg.path(f"M{svg.number(LEFT)} {svg.number(up(value))}H{svg.number(RIGHT)}", "grid")
    if unit:
        yield svg.text(LEFT - 6, 9, unit, anchor="end", alt=other_unit(unit))


def _tolerance(chart: Timeline, up: Callable[[float], float]) -> Iterator[str]:
    if chart.tolerance is not None:
        y = up(chart.tolerance)
        yield svg.line(LEFT, y, RIGHT, y, "limit")
        yield svg.text(RIGHT, y - 3, chart.line, anchor="end")


def _window(point: Point, x: float, step: float, up: Callable[[float], float]) -> str:
    if not math.isfinite(point.value):
        return svg.text(x, TOP + 6, "∞", anchor="middle")
    span = ""
    if point.low is not None and point.high is not None:
        steps = f"M{svg.number(x)} {svg.number(up(point.low))}V{svg.number(up(point.high))}"
        span = whisker(point.verdict, steps)
    return span + shape(point.verdict, x, up(point.value), max(1.4, min(4.0, step / 2.5)))


def _timeline_sentence(chart: Timeline) -> tuple[str, str]:
    if not chart.points:
        return chart.title, ""
    most = max(chart.points, key=lambda point: point.value)
    amount, other = amounts(most.value, chart.unit, 3)
    drifted = sum(point.verdict == "drifted" for point in chart.points)
    windows = f"{len(chart.points)} windows, {drifted} drifted"
    said = f"{chart.title}: {windows}; the largest is {amount}, of {most.label}"
    return said, f"{amount}|{other}" if other else ""


def _curve_names(chart: Lines) -> Iterator[str]:
    x = LEFT
    for curve, colour, dashes in zip(chart.lines, cycle(svg.CURVES), cycle(_DASHES), strict=False):
        yield (f'<path stroke="{colour}" stroke-width="2"{dashes} d="M{svg.number(x)} 6h16"/>')
        yield svg.text(x + 20, 9, curve.name)
        x += 34 + len(curve.name) * svg.LETTER
