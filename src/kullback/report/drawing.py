"""Which function draws which chart."""

from collections.abc import Callable

from kullback.report import svg_series, svg_shares
from kullback.report.charts import Chart, Dot, Histogram, Lines, Shares, Sparkline, Timeline


def draw(chart: Chart) -> str:
    """Return a chart as one ``<svg>`` element.

    Examples
    --------
    >>> from kullback.report.charts import Timeline
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
    wide = any(part.surprise for part in chart.parts)
    return svg_shares.shares(chart, svg_series.WIDTH if wide else svg_shares.WIDTH)


_DRAWN: dict[type, Callable[..., str]] = {
    Shares: _shares,
    Sparkline: lambda chart: svg_shares.sparkline(chart.shares),
    Dot: svg_series.dot,
    Timeline: svg_series.timeline,
    Histogram: svg_series.histogram,
    Lines: svg_series.lines,
}
