"""Which function draws which chart with matplotlib."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kullback.errors import MissingDependencyError
from kullback.report.axes import bars, series
from kullback.report.blocks.charts import Block, Histogram, Lines, Shares, Timeline
from kullback.report.blocks.diagrams import Agreement, Dots, HeatMap, Waterfall

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DRAWN: dict[type, Callable[["Axes", Any], None]] = {
    Shares: bars.shares,
    Histogram: bars.histogram,
    Waterfall: bars.waterfall,
    Timeline: series.timeline,
    Lines: series.lines,
    Dots: series.dots,
    Agreement: series.agreement,
    HeatMap: series.heat_map,
}


def draw(chart: Block, ax: "Axes | None" = None) -> "Axes":
    """Draw a chart.

    Parameters
    ----------
    chart : Shares, Histogram, Waterfall, Timeline, Lines, Dots or Agreement
        What to draw.
    ax : matplotlib Axes, optional
        Where; a new figure otherwise.

    Returns
    -------
    matplotlib Axes
        With axes that are named, and their units.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    """
    ax = new_axes() if ax is None else ax
    _DRAWN[type(chart)](ax, chart)
    return ax


def new_axes() -> "Axes":
    """Return the axes of a new figure."""
    try:
        from matplotlib import pyplot as plt
    except ImportError as error:
        raise MissingDependencyError(
            'plot() needs matplotlib, which is not installed: pip install "kullback[plot]"'
        ) from error
    return plt.subplots(layout="constrained")[1]
