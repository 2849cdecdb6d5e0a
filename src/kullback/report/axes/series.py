"""Values in order: over time, over an index, side by side, and predicted against observed."""

import math
from typing import TYPE_CHECKING

from kullback.report.axes.bars import name_places, plain
from kullback.report.blocks.charts import Lines, Timeline
from kullback.report.blocks.diagrams import Agreement, Dots, HeatMap
from kullback.report.svg.writer import AXIS, CURRENT, CURVES, VERDICT_COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELLED = 12  # places along an axis
MARKERS = {"drifted": "s", "undecided": "D", "same": "o"}
STYLES = ("-", "--", ":", "-.")


def timeline(ax: "Axes", chart: Timeline) -> None:
    """Draw estimates with their intervals, and the line that they are held against."""
    for verdict in dict.fromkeys(point.verdict for point in chart.points):
        at = [i for i, point in enumerate(chart.points) if point.verdict == verdict]
        points = [chart.points[i] for i in at]
        spans = [
            [max(0.0, p.value - (p.value if p.low is None else p.low)) for p in points],
            [max(0.0, (p.value if p.high is None else p.high) - p.value) for p in points],
        ]
        ax.errorbar(
            at,
            [point.value for point in points],
            spans,
            fmt=MARKERS.get(verdict, "o"),
            color=VERDICT_COLOURS.get(verdict, CURRENT),
            label=verdict or None,
        )
    if chart.tolerance is not None:
        ax.axhline(chart.tolerance, color="0.3", linestyle="--", label=plain(chart.line))
    _places(ax, [point.label for point in chart.points])
    ax.set_ylabel(chart.unit)
    ax.set_title(plain(chart.title))
    ax.legend(frameon=False)


def lines(ax: "Axes", chart: Lines) -> None:
    """Draw curves over one index."""
    for i, line in enumerate(chart.lines):
        style, colour = STYLES[i % len(STYLES)], CURVES[i % len(CURVES)]
        ax.plot(chart.index, line.values, style, color=colour, label=plain(line.name))
    ax.set_xlabel(chart.index_title)
    ax.set_ylabel(chart.unit)
    ax.set_title(plain(chart.title))
    ax.legend(frameon=False)


def dots(ax: "Axes", chart: Dots) -> None:
    """Draw values over places in order, of one side or of several beside each other."""
    sides = len(chart.names)
    for side, name in enumerate(chart.names):
        shift = 0.25 * (side - (sides - 1) / 2)
        for i, place in enumerate(chart.places):
            value = place.values[side]
            span = place.intervals[side] if place.intervals else None
            if value is None or not math.isfinite(value):
                continue
            label = plain(name) if name and not i else None
            low, high = span or (value, value)
            spans = [[max(0.0, value - low)], [max(0.0, high - value)]]
            colour = CURVES[side % len(CURVES)]
            ax.errorbar([i + shift], [value], spans, fmt="o", color=colour, label=label)
    if chart.axis == "log":
        ax.set_yscale("log")
    _places(ax, [place.label for place in chart.places])
    ax.set_xlabel(chart.along)
    ax.set_ylabel(chart.unit)
    ax.set_title(plain(chart.title))
    if any(chart.names):
        ax.legend(frameon=False)


def agreement(ax: "Axes", chart: Agreement) -> None:
    """Draw what came against what was said, with the diagonal on which both are one."""
    ax.plot([0, 1], [0, 1], color=AXIS, linestyle="--", label="calibrated")
    spans = [
        [max(0.0, point.observed - point.low) for point in chart.points],
        [max(0.0, point.high - point.observed) for point in chart.points],
    ]
    ax.errorbar(
        [point.predicted for point in chart.points],
        [point.observed for point in chart.points],
        spans,
        fmt="o",
        color=CURRENT,
        label=f"observed, {100 * chart.level:g} %",
    )
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="predicted", ylabel="observed", aspect="equal")
    ax.set_title(plain(chart.title, 80), wrap=True)
    ax.legend(frameon=False)


def _places(ax: "Axes", labels: list[str]) -> None:
    step = max(1, math.ceil(len(labels) / LABELLED))
    name_places(ax, list(range(0, len(labels), step)), labels[::step])


def heat_map(ax: "Axes", chart: HeatMap) -> None:
    """Draw a cell a time, fuller where more is found; what was not looked at stays empty."""
    values = [[math.nan if c.value is None else c.value for c in row] for row in chart.cells]
    shown = ax.imshow(values, aspect="auto", cmap="Oranges", vmin=0, vmax=chart.full or 1)
    ax.set_yticks(range(len(chart.names)), [plain(name, 24) for name in chart.names])
    _places(ax, list(chart.times))
    ax.figure.colorbar(shown, ax=ax, label=chart.unit)
    ax.set_title(plain(chart.title))
