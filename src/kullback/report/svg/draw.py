"""Which function draws which chart."""

from collections.abc import Callable

from kullback.report.blocks.charts import Chart, Dot, Histogram, Lines, Shares, Sparkline, Timeline
from kullback.report.blocks.diagrams import Agreement, Dots, HeatMap, Waterfall
from kullback.report.svg import agreement as svg_agreement
from kullback.report.svg import dots as svg_dots
from kullback.report.svg import heat_map as svg_heat_map
from kullback.report.svg import histogram as svg_histogram
from kullback.report.svg import series as svg_series
from kullback.report.svg import shares as svg_shares
from kullback.report.svg import waterfall as svg_waterfall


def draw(chart: Chart) -> str:
    """Return a chart as one ``<svg>`` element.

    Examples
    --------
    >>> from kullback.report.blocks.charts import Timeline
    >>> draw(Timeline("JS by day", ()))[:45]
    '<svg viewBox="0 0 640 190" width="640" height'
    """
    return _DRAWN[type(chart)](chart)


def draw_again(chart: Chart) -> str:
    """Return a chart where the page holds its picture anyway: a sparkline only names it."""
    if isinstance(chart, Sparkline) and chart.shares.key:
        return svg_shares.repeated(chart.shares)
    return draw(chart)


def _shares(chart: Shares) -> str:
    alone = not chart.key  # one of many pictures of a page has a name
    return svg_shares.shares(chart, svg_series.WIDTH if alone else svg_shares.WIDTH)


_DRAWN: dict[type, Callable[..., str]] = {
    Shares: _shares,
    Sparkline: lambda chart: svg_shares.sparkline(chart.shares),
    Dot: svg_series.dot,
    Timeline: svg_series.timeline,
    Histogram: svg_histogram.histogram,
    Lines: svg_series.lines,
    Dots: svg_dots.dots,
    Agreement: svg_agreement.agreement,
    Waterfall: svg_waterfall.waterfall,
    HeatMap: svg_heat_map.heat_map,
}
