"""Observed against predicted shares as SVG: a square, its diagonal, dots with intervals."""

import math
from collections.abc import Iterator

from kullback.report.blocks.diagrams import Agreed, Agreement
from kullback.report.svg import axis_labels
from kullback.report.svg import writer as svg
from kullback.report.svg.dots import marker

SIDE = 220.0
LEFT, TOP = 46.0, 20.0
RIGHT, BASE = LEFT + SIDE, TOP + SIDE
WIDTH, HEIGHT = 420.0, BASE + 34
LEGEND = RIGHT + 16


def agreement(chart: Agreement) -> str:
    """Draw a reliability diagram; where the interval misses the diagonal, the dot is a diamond."""
    low, high = _ends(chart.points)
    along, up = svg.scaled(low, high, LEFT, RIGHT), svg.scaled(low, high, BASE, TOP)

    def right(value: float) -> float:  # the ends of a range may lie outside
        return min(RIGHT, max(LEFT, along(value)))

    content = [*_frame(low, high), svg.line(LEFT, BASE, RIGHT, TOP, "limit")]
    for side in (0, 1):
        points = [p for p in chart.points if p.agrees is (side == 0)]
        flat = [(right(p.start), right(p.end), up(p.observed)) for p in points]
        tall = [(right(p.predicted), up(p.low), up(p.high)) for p in points]
        content += [_across(side, flat), _tall(side, tall)]
        content.append(marker(side, [(right(p.predicted), up(p.observed)) for p in points]))
    content += list(_legend(chart))
    spots = [(right(p.start), right(p.end)) for p in chart.points]
    return svg.picture((WIDTH, HEIGHT), content, label=_sentence(chart), spots=spots)


def _ends(points: tuple[Agreed, ...]) -> tuple[float, float]:
    """Return 0 and 1, or what is shown of them where all shares are small, or all are large."""
    values = [v for p in points for v in (p.low, p.high, p.predicted)]
    least, most = min(values, default=0.0), max(values, default=1.0)
    if 0 < most < 0.5:
        power = 10.0 ** math.floor(math.log10(most))
        return 0.0, next(power * f for f in (1, 2, 5, 10) if power * f >= most)
    return (0.5, 1.0) if least >= 0.5 else (0.0, 1.0)


def _frame(low: float, high: float) -> Iterator[str]:
    yield f'<path class="x" fill="none" stroke="{svg.AXIS}" d="{svg.box(LEFT, RIGHT, TOP, BASE)}"/>'
    right, up = svg.scaled(low, high, LEFT, RIGHT), svg.scaled(low, high, BASE, TOP)
    found = [(value, axis_labels.short(value)) for value in svg.ticks(low, high, 5)]
    yield svg.words(((right(value), words) for value, words in found), BASE + 13)
    for value, words in found:
        yield svg.text(LEFT - 5, up(value) + 3.5, words, anchor="end")
        yield svg.line(LEFT, up(value), RIGHT, up(value), "grid")
    yield svg.text(RIGHT, BASE + 28, "predicted", anchor="end")
    yield svg.text(2, 8, "observed")


def _across(side: int, spans: list[tuple[float, float, float]]) -> str:
    steps = "".join(
        f"M{svg.number(x1)} {svg.number(y)}H{svg.number(x2)}" for x1, x2, y in spans if x2 - x1 > 1
    )
    style = ("p-bars", "more-bars")[side]
    return svg.path(steps, style).replace("d=", 'stroke-opacity=".45" d=', 1)


def _tall(side: int, spans: list[tuple[float, float, float]]) -> str:
    steps = "".join(f"M{svg.number(x)} {svg.number(y1)}V{svg.number(y2)}" for x, y1, y2 in spans)
    style = ("p-bars", "more-bars")[side]
    return svg.path(steps, style).replace("d=", 'stroke-width="1.5" d=', 1)


def _legend(chart: Agreement) -> Iterator[str]:
    y = TOP + 14
    yield svg.path(f"M{LEGEND} {y - 3.5}h14", "limit")
    yield svg.text(LEGEND + 22, y, "agreement")
    for side, words in ((0, "agrees"), (1, "does not")):
        count = sum(p.agrees is (side == 0) for p in chart.points)
        y += 18
        yield marker(side, [(LEGEND + 7, y - 3.5)])
        yield svg.text(LEGEND + 22, y, f"{words} ({count})")
    y += 18
    yield _tall(0, [(LEGEND + 7, y - 9, y + 2)])
    yield svg.text(LEGEND + 22, y, f"{100 * chart.level:g} % interval")
    yield _across(0, [(LEGEND, LEGEND + 14, y + 14.5)])
    yield svg.text(LEGEND + 22, y + 18, "range predicted")


def _sentence(chart: Agreement) -> str:
    agree = sum(p.agrees for p in chart.points)
    return f"{chart.title}: {agree} of {len(chart.points)} intervals hold what was predicted"
