"""A chart as a table: what text shows in its place, and a screen reader beside it."""

from collections.abc import Callable
from typing import Any

from kullback.report.charts import Chart, Histogram, Lines, Shares, Timeline
from kullback.report.document import Column, Row, Table


def as_table(chart: Chart) -> Table:
    """Return the numbers of a chart, in the order in which it draws them.

    Examples
    --------
    >>> from kullback.report.charts import Lines, Line
    >>> as_table(Lines("KL", (0.0, 1.0), (Line("train", (0.5, 0.4)),))).rows
    ((0.0, 0.5), (1.0, 0.4))
    """
    return _WAYS[type(chart)](chart)


def _shares(chart: Shares) -> Table:
    p, q = chart.names
    columns = [Column("outcome"), Column(p, "share"), Column(q, "share")]
    columns.append(Column(f"contribution ({chart.unit})", "brief", bar=True, unit=chart.unit))
    rows = (_share_row(part) for part in chart.parts)
    return Table(tuple(columns), tuple(rows), f"Outcomes of {chart.title}", detail=True)


def _share_row(part: Any) -> Row:
    return (part.label, float(part.p), float(part.q), float(part.contribution))


def _timeline(chart: Timeline) -> Table:
    of = f" ({chart.unit})" if chart.unit else ""
    columns = (
        Column("verdict", "verdict"),
        Column("window"),
        Column(f"value{of}", "brief", bar=True, unit=chart.unit),
        Column("low", "brief", unit=chart.unit),
        Column("high", "brief", unit=chart.unit),
    )
    rows = tuple((p.verdict or None, p.label, p.value, p.low, p.high) for p in chart.points)
    return Table(columns, rows, chart.title, detail=True)


def _histogram(chart: Histogram) -> Table:
    columns = (
        Column(f"from ({chart.unit})" if chart.unit else "from", "brief"),
        Column("to", "brief"),
        Column("count", "count", bar=True),
    )
    rows = zip(chart.edges[:-1], chart.edges[1:], chart.counts, strict=True)
    return Table(columns, tuple((a, b, float(c)) for a, b, c in rows), chart.title)


def _lines(chart: Lines) -> Table:
    of = f" ({chart.unit})" if chart.unit else ""
    curves = (Column(f"{line.name}{of}", "number", unit=chart.unit) for line in chart.lines)
    values = (line.values for line in chart.lines)
    rows = tuple(zip(chart.index, *values, strict=True))
    return Table((Column(chart.index_title, "number"), *curves), rows, chart.title)


_WAYS: dict[type, Callable[[Any], Table]] = {
    Shares: _shares,
    Timeline: _timeline,
    Histogram: _histogram,
    Lines: _lines,
}
