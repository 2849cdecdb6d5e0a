"""Shares, histograms and sums, as bars."""

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from kullback.report.blocks.charts import Histogram, SharePart, Shares
from kullback.report.blocks.diagrams import Waterfall
from kullback.report.blocks.label import shorten, visible
from kullback.report.svg.writer import CURRENT, FEWER, MORE, REFERENCE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 30  # categories
ROOM = 1.2  # above the highest bar, for the legend


def plain(words: str, most: int = 60) -> str:
    """Return words that matplotlib does not take for a formula."""
    return shorten(visible(words), most).replace("$", r"\$")


def name_places(ax: "Axes", at: list[int], labels: list[str]) -> None:
    """Write labels at places, slanted where they would run into each other."""
    names = [plain(label, 24) for label in labels]
    crowded = len(names) > 8 or max(map(len, names), default=0) > 10
    ax.set_xticks(at, names, rotation=45 if crowded else 0, ha="right" if crowded else "center")


def shares(ax: "Axes", chart: Shares) -> None:
    """Draw bins as densities, or categories side by side."""
    placed = [p for p in chart.parts if p.low is not None and p.high is not None]
    bins = [p for p in placed if p.low != p.high]
    if len(bins) > 1:
        _densities(ax, chart, bins)
    else:
        parts = [part for part in chart.parts if not part.rest]
        _categories(ax, chart, parts[:SHOWN], len(parts))
    ax.set_title(plain(chart.title))
    ax.legend(frameon=False)


def _densities(ax: "Axes", chart: Shares, bins: list[SharePart]) -> None:
    bins = sorted(bins, key=lambda part: part.low or 0.0)
    edges: list[float] = []
    heights: tuple[list[float], list[float]] = ([], [])
    for part in bins:
        low, high = float(part.low or 0.0), float(part.high or 0.0)
        if edges and low > edges[-1]:  # nothing is known between them
            edges.append(low)
            for side in heights:
                side.append(0.0)
        edges += [high] if edges else [low, high]
        for side, share in zip(heights, (part.p, part.q), strict=True):
            side.append(share / (high - low))
    ax.stairs(heights[1], edges, fill=True, color=REFERENCE, label=plain(chart.names[1]))
    ax.stairs(heights[0], edges, color=CURRENT, linewidth=1.6, label=plain(chart.names[0]))
    if chart.axis == "log" and edges[0] > 0:
        ax.set_xscale("log")
    ax.set_ylabel("density: share ÷ width")
    ax.set_xlabel("seconds" if chart.axis in {"time", "clock"} else "value")


def _categories(ax: "Axes", chart: Shares, parts: list[SharePart], count: int) -> None:
    places = list(range(len(parts)))
    p_name, q_name = map(plain, chart.names)
    before, after = ([i + side for i in places] for side in (-0.2, 0.2))
    ax.bar(before, [part.q for part in parts], 0.4, color=REFERENCE, label=q_name)
    ax.bar(after, [part.p for part in parts], 0.4, color=CURRENT, label=p_name)
    name_places(ax, places, [part.label for part in parts])
    ax.set_ylabel("share")
    ax.set_ylim(0, max([p.p for p in parts] + [p.q for p in parts] + [0.01]) * ROOM)
    if count > len(parts):
        ax.set_xlabel(f"{len(parts)} of {count} outcomes")


def histogram(ax: "Axes", chart: Histogram) -> None:
    """Draw counts as densities over their axis."""
    log = chart.axis == "log"
    widths = [math.log10(high / low) if log else high - low for low, high in pairwise(chart.edges)]
    for counts, colour, fill in ((chart.counts, CURRENT, True), (chart.others, MORE, False)):
        if counts:
            name = plain(chart.names[0 if fill else 1]) if chart.names else None
            heights = [n / width for n, width in zip(counts, widths, strict=True)]
            ax.stairs(heights, chart.edges, fill=fill, color=colour, label=name)
    if log:
        ax.set_xscale("log")
    for value, name in chart.marks:
        ax.axvline(value, color="0.3", linestyle=":")
        place = (value, 1.0)
        ax.annotate(plain(name), place, xycoords=("data", "axes fraction"), rotation=90, va="top")
    ax.set_xlabel(chart.unit)
    ax.set_ylabel("count ÷ width" + (" in decades" if log else ""))
    ax.set_title(plain(chart.title, 80))
    if chart.names:
        ax.legend(frameon=False)


def waterfall(ax: "Axes", chart: Waterfall) -> None:
    """Draw a sum and its parts, each from where the last one ended."""
    colours = {"whole": CURRENT, "given": REFERENCE, "cost": MORE, "gain": FEWER}
    steps = chart.steps[::-1]
    ax.barh(
        [plain(step.label) for step in steps],
        [step.end - step.start for step in steps],
        left=[step.start for step in steps],
        color=[colours[step.kind] for step in steps],
    )
    ax.set_xlabel(chart.unit)
    ax.set_title(plain(chart.title))
