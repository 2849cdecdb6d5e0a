"""A chart as a table: what text shows in its place, and a screen reader beside it."""

from collections.abc import Callable
from typing import Any

from kullback.report.blocks.charts import Chart, Histogram, Lines, Shares, Timeline
from kullback.report.blocks.diagrams import Agreement, Dots, HeatMap, Place, Waterfall
from kullback.report.blocks.document import Column, Row, Table


def as_table(chart: Chart) -> Table:
    """Return the numbers of a chart, in the order in which it draws them.

    Examples
    --------
    >>> from kullback.report.blocks.charts import Lines, Line
    >>> as_table(Lines("KL", (0.0, 1.0), (Line("train", (0.5, 0.4)),))).rows
    ((0.0, 0.5), (1.0, 0.4))
    """
    return _WAYS[type(chart)](chart)


def _shares(chart: Shares) -> Table:
    p, q = chart.names
    columns = [Column("outcome"), Column(p, "share"), Column(q, "share")]
    columns.append(Column(f"contribution ({chart.unit})", "number", bar=True, unit=chart.unit))
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
    columns = [
        Column(f"from ({chart.unit})" if chart.unit else "from", "brief"),
        Column("to", "brief"),
        Column(chart.names[0] if chart.names else "count", "count", bar=True),
    ]
    counts = [chart.counts]
    if chart.others:
        columns.append(Column(chart.names[1], "count", bar=True))
        counts.append(chart.others)
    rows = zip(chart.edges[:-1], chart.edges[1:], *counts, strict=True)
    return Table(tuple(columns), tuple(tuple(map(float, row)) for row in rows), chart.title)


def _lines(chart: Lines) -> Table:
    of = f" ({chart.unit})" if chart.unit else ""
    curves = (Column(f"{line.name}{of}", "number", unit=chart.unit) for line in chart.lines)
    values = (line.values for line in chart.lines)
    rows = tuple(zip(chart.index, *values, strict=True))
    return Table((Column(chart.index_title, "number"), *curves), rows, chart.title)


def _dots(chart: Dots) -> Table:
    of = f" ({chart.unit})" if chart.unit else ""
    columns = [Column(chart.along or "place", "word")]
    for side in chart.names:
        columns.append(Column(f"{side or 'value'}{of}", "number", bar=True))
        columns += [Column("from", "number"), Column("to", "number")]
    rows = (
        (place.label, *(cell for side in range(len(chart.names)) for cell in _value(place, side)))
        for place in chart.places
    )
    return Table(tuple(columns), tuple(rows), chart.title)


def _value(place: Place, side: int) -> Row:
    span = place.intervals[side] if place.intervals else None
    return (place.values[side], *(span or (None, None)))


def _agreement(chart: Agreement) -> Table:
    columns = (
        Column("predicted", "number"),
        Column("observed", "number", bar=True),
        Column("low", "number"),
        Column("high", "number"),
        Column("samples", "count"),
        Column("agrees", "word"),
    )
    rows = tuple(
        (p.predicted, p.observed, p.low, p.high, p.n, "yes" if p.agrees else "no")
        for p in chart.points
    )
    return Table(columns, rows, chart.title)


def _waterfall(chart: Waterfall) -> Table:
    columns = (Column("part", "word"), Column(f"value ({chart.unit})", "number"))
    rows = tuple((step.label, abs(step.end - step.start)) for step in chart.steps)
    return Table(columns, rows, chart.title)


def _heat_map(chart: HeatMap) -> Table:
    """Return where each row is worst, and how often it drifted."""
    columns = (
        Column("column"),
        Column(f"most ({chart.unit})" if chart.unit else "most", "brief", unit=chart.unit),
        Column("at"),
        Column("drifted", "count"),
        Column("looked at", "count"),
    )
    rows = []
    for name, cells in zip(chart.names, chart.cells, strict=True):
        seen = [
            (c.value, t) for c, t in zip(cells, chart.times, strict=True) if c.value is not None
        ]
        most, at = max(seen, key=lambda each: each[0], default=(None, None))
        drifted = sum(cell.verdict == "drifted" for cell in cells)
        rows.append((name, most, at, float(drifted), float(len(seen))))
    return Table(columns, tuple(rows), chart.title)


_WAYS: dict[type, Callable[[Any], Table]] = {
    Shares: _shares,
    Timeline: _timeline,
    Histogram: _histogram,
    Lines: _lines,
    Dots: _dots,
    Agreement: _agreement,
    Waterfall: _waterfall,
    HeatMap: _heat_map,
}
