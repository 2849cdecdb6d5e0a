"""Two datasets, column by column, as a document."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from kullback.glossary import footer
from kullback.report.blocks.charts import Dot, Point, Shares, Sparkline, Timeline, other_unit
from kullback.report.blocks.document import (
    Block,
    Card,
    Column,
    Document,
    Fact,
    Facts,
    Row,
    Table,
    Text,
    Verdict,
)
from kullback.report.blocks.label import name, quote
from kullback.results import Information
from kullback.tables.results.column_card import card, dot
from kullback.tables.results.column_shares import LEAST_SCALE, shares
from kullback.tables.results.comparison import UNCOMPARED
from kullback.units import format_number, nats_per

if TYPE_CHECKING:
    from kullback.tables.results.comparison import ColumnComparison, Skipped, TableComparison
    from kullback.tables.results.segmented import SegmentedComparison
    from kullback.tables.results.windowed import WindowedComparison

    Asked: TypeAlias = TableComparison | WindowedComparison | SegmentedComparison

BRIEF = 40  # columns that a terminal shows
SHORT = 40  # characters of a name in the table; the card has more of them
LIMITS = 5  # columns with a tolerance of their own that are named below
ALL_CARDS = 300  # up to so many columns each has a card
MOST_CARDS = 300  # beyond that: those that drifted, and at least the first few
FEWEST_CARDS = 50
PAIRS = 5  # that are named
NAMED = 3  # columns that the headline names for being lost, retyped or unlike


def document(comparison: "TableComparison") -> Document:
    """Build the document of a comparison of two datasets.

    Parameters
    ----------
    comparison : TableComparison
        What `kullback.tables.compare` returned.

    Returns
    -------
    Document
        The verdict, the few numbers that matter, one row a column, what was skipped and why,
        and a card a column (of more than 300 columns: of those that drifted).
    """
    compared = comparison.compared
    state = comparison.verdict if compared else "undecided"
    blocks: list[Block] = [
        Verdict(state, headline(comparison), headline(comparison, other=True)),
        Text(_sides(comparison)),
        Facts(tuple(_facts(comparison))),
    ]
    blocks += _pairs(comparison)
    if compared:
        cards = _cards(comparison)
        blocks += [_columns(comparison, cards), *cards, *_undrawn(cards, len(compared))]
    if comparison.uncompared:
        blocks.append(_uncompared_table(comparison))
    blocks += [Text(note.text, "note") for note in comparison.notes]
    blocks += _column_notes(comparison)
    blocks += [Text(_closing(comparison)), Text(_CONTRIBUTION, "note"), Text(_HINT, "hint")]
    said = settings(comparison, tuple(_own(comparison)))
    return Document("Two datasets compared", tuple(blocks), comparison.unit, said)


def settings(comparison: "Asked", more: Sequence[tuple[str, str]] = ()) -> tuple[Fact, ...]:
    """Return what was compared, and how it was asked for.

    Parameters
    ----------
    comparison : TableComparison, WindowedComparison or SegmentedComparison
        Of two sides.
    more : sequence of (str, str)
        Further settings, and what they were.
    """
    found = [
        ("reference", f"{name(comparison.reference.name)} ({comparison.reference.rows:,} rows)"),
        ("current", f"{name(comparison.current.name)} ({comparison.current.rows:,} rows)"),
        ("alpha", f"{comparison.alpha:g}"),
        ("tolerance", f"{comparison.tolerance:g} bits of JS"),
        ("intervals", f"{100 * comparison.level:g} %"),
        *more,
    ]
    return tuple(Fact(title, text, "word") for title, text in found if text)


def _own(comparison: "TableComparison") -> Iterator[tuple[str, str]]:
    own = sum(c.tolerance != comparison.tolerance for c in comparison.compared)
    yield "columns with a tolerance of their own", f"{own}" if own else ""
    yield "allowed", ", ".join(comparison.allow)


def overview(comparison: "TableComparison") -> Timeline:
    """Return all columns side by side, the largest JS divergence first, and the tolerance."""
    points = tuple(map(_point, comparison.compared))
    limit = comparison.tolerance * nats_per("bits") / nats_per(comparison.unit)
    return Timeline("JS divergence of each column", points, comparison.unit, limit)


def _point(column: "ColumnComparison") -> Point:
    js = column.jensen_shannon
    low, high = js.interval or (js.value, js.value)
    return Point(name(column.name), js.value, low, high, column.verdict)


_CONTRIBUTION = (
    "The contribution of an outcome is p ln(p/q) − p + q, never negative: together they are "
    "KL(current‖reference) of the shares shown. In the JSON, plug_in holds the divergences of "
    "these shares, with all that chance adds."
)
_HINT = footer("verdict", "js", "q-value", "role", "interval")


def headline(comparison: "TableComparison", *, other: bool = False) -> str:
    """Return the verdict in one line, with the column that says it loudest.

    Parameters
    ----------
    comparison : TableComparison
        What `kullback.tables.compare` returned.
    other : bool
        Say it in the other unit.

    Returns
    -------
    str
        One line without a line break, whatever the columns are called.
    """
    compared = comparison.compared
    if not comparison.columns or (not compared and not comparison.failing("drift")):
        only_skipped = len(comparison.skipped) == len(comparison.columns)
        said = "" if only_skipped else _uncompared(comparison)
        return f"nothing to compare: every column was skipped{said}"
    verdict = comparison.verdict
    worst = [c for c in compared if c.verdict == verdict]
    text = f"{verdict}: {len(worst)} of {len(compared)} columns"
    if not worst:  # what fails is no column that was compared, or one of another type
        text = f"failed: {'none' if compared else 'no column was compared'}"
        text += f" of {len(compared)} columns drifted" if compared else ""
    text += _uncompared(comparison) + _together(comparison)
    text += "".join(f"; {note.text}" for note in comparison.notes if note.code == "sample")
    marked = "".join(f"; {c.mark} {quote(c.name)} {c.verdict}" for c in compared if c.mark)
    if verdict == "same" or not worst:
        return text + marked
    said = loudest(worst[0], comparison.alpha, other=other)
    return f"{text}; the largest difference is in {quote(worst[0].name)} ({said}){marked}"


def loudest(column: "ColumnComparison", alpha: float, *, other: bool = False) -> str:
    """Return what the verdict of a column is of: its divergence, or else a share of its rows.

    Parameters
    ----------
    column : ColumnComparison
        Not the same on both sides.
    alpha : float
        Of the comparison.
    other : bool
        Say it in the other unit.
    """
    shares = column.deciding(alpha)
    if shares:
        return shares[0].sentence
    estimate = column.jensen_shannon
    estimate = estimate.to(other_unit(estimate.unit)) if other else estimate
    return f"JS {format_number(estimate.value, 3)} {estimate.unit}"


def _pairs(comparison: "TableComparison") -> Iterator[Text]:
    """Say what a look at the pairs of columns found: a line of its own."""
    found = comparison.pairs
    if found is None:
        return
    reference, current = found.rows
    where = f"in samples of {reference:,} reference and {current:,} current rows"
    if not found.changed:
        noun = "pair" if found.pairs == 1 else "pairs"
        yield Text(
            f"Pairs: what {found.pairs} {noun} of {found.columns} columns say of each other has "
            f"not drifted, {where}.",
            "note",
        )
        return
    said = [f"{quote(c.first)} with {quote(c.second)}: {c.sentence}" for c in found.changed[:PAIRS]]
    more = f"; and {len(found.changed) - PAIRS} more" if found.changed[PAIRS:] else ""
    yield Text(
        f"Pairs: {len(found.changed)} of {found.pairs} hang together otherwise than before "
        f"(an error level of their own, {found.alpha:g}; {where}): {'; '.join(said)}{more}."
    )


def _together(comparison: "TableComparison") -> str:
    changed = () if comparison.pairs is None else comparison.pairs.changed
    if not changed:
        return ""
    first = changed[0]
    said = f"{len(changed)} of {comparison.pairs.pairs} pairs"  # type: ignore[union-attr]  # some changed
    return f"; {said} drifted, most {quote(first.first)} with {quote(first.second)}"


def _uncompared(comparison: "TableComparison") -> str:
    """Count what was not compared, and name what fails for it."""
    counts = comparison.counts
    said = "".join(f", {counts[v]} {v}" for v in UNCOMPARED if counts[v])
    failing = [c for c in comparison.failing("drift") if c.verdict in UNCOMPARED]
    named = [_failing(column) for column in failing[:NAMED]]
    more = [f"{len(failing) - NAMED} more"] if failing[NAMED:] else []
    return said + (f" ({', '.join(named + more)})" if named else "")


def _failing(column: "ColumnComparison | Skipped") -> str:
    _, _, hint = column.reason.partition("; did you mean ")
    meant = f", did you mean {hint}" if hint and column.verdict == "lost" else ""
    return f"{quote(column.name)} {column.verdict}{meant}"


def _sides(comparison: "TableComparison") -> str:
    current, reference = comparison.current, comparison.reference
    return (
        f"P = current: {name(current.name)} ({current.rows:,} rows). "
        f"Q = reference: {name(reference.name)} ({reference.rows:,} rows). "
        "KL(current‖reference) is the extra surprise of who believes the reference while the "
        "current data happens."
    )


def _facts(comparison: "TableComparison") -> Iterator[Fact]:
    compared = comparison.compared
    yield Fact("columns compared", float(len(compared)), "count")
    for verdict, count in comparison.counts.items():
        if verdict not in UNCOMPARED:
            yield Fact(verdict, float(count), "count")
    infinite = sum(math.isinf(column.kl.value) for column in compared)
    if infinite:
        yield Fact("infinite KL", float(infinite), "count")
    if compared:
        largest = compared[0].jensen_shannon
        value = Information(largest.value, largest.unit)
        yield Fact("largest JS", value, "brief")
    for verdict in UNCOMPARED:
        if comparison.counts[verdict]:
            yield Fact(verdict, float(comparison.counts[verdict]), "count")


def _cards(comparison: "TableComparison") -> list[Card]:
    compared = comparison.compared
    scale = _contribution_scale(compared)
    shown = [
        (i, column)
        for i, column in enumerate(compared)
        if len(compared) <= ALL_CARDS or column.verdict == "drifted" or i < FEWEST_CARDS
    ][:MOST_CARDS]
    return [card(column, f"c{i}", shares(column, scale, f"s{i}")) for i, column in shown]


def _undrawn(cards: "Sequence[Card]", columns: int) -> Iterator[Text]:
    if len(cards) < columns:
        which = f"those that drifted, and those among the first {FEWEST_CARDS}"
        yield Text(f"Pictures of {len(cards)} of {columns} columns: {which}.", "note")


def _contribution_scale(columns: "Sequence[ColumnComparison]") -> float:
    """Return the contribution that fills a picture, one for the whole page, in its unit.

    One column that is off by far would make all others look the same: a tenth of the columns
    may reach beyond the scale, and their pictures write the value.
    """
    largest = [c.outcomes.contribution[np.isfinite(c.outcomes.contribution)] for c in columns]
    highs = sorted(float(values.max()) for values in largest if values.size)
    usual = highs[int(0.9 * (len(highs) - 1))] if highs else 0.0
    return max(usual, LEAST_SCALE / nats_per(columns[0].kl.unit))


def strip(comparison: "Asked", scale: float) -> Column:
    """Return the column of the strips of intervals, with the ends of their axis in its title."""

    def title(unit: str) -> str:
        most = scale * nats_per(comparison.unit) / nats_per(unit)
        limit = comparison.tolerance * nats_per("bits") / nats_per(unit)
        scale_end, line = (format_number(value, 2) for value in (most, limit))
        return f"interval on 0 to {scale_end} {unit}, tolerance ┊ {line}"

    other = title(other_unit(comparison.unit))
    return Column(title(comparison.unit), "picture", detail=True, other=other)


def _columns(comparison: "TableComparison", cards: "Sequence[Card]") -> Table:
    compared = comparison.compared
    highs = (c.jensen_shannon.interval.high for c in compared if c.jensen_shannon.interval)
    scale = max([0.0, *highs]) or 1.0
    columns = (
        Column("verdict", "verdict"),
        Column("column"),
        Column("role", "word", detail=True),
        Column("current on reference", "picture"),
        Column(f"JS, {100 * comparison.level:g} %", "interval"),
        strip(comparison, scale),
        Column("KL", "number"),
        Column("reverse", "number", detail=True),
        *(_PSI if any(c.psi for c in comparison.compared) else ()),
        Column("q-value", "p-value"),
        Column("why", "sentence"),
    )
    drawn = {card.anchor: card.chart for card in cards}
    rows = tuple(
        _column(column, drawn.get(f"c{i}"), dot(column, column.tolerance, scale))
        for i, column in enumerate(compared)
    )
    ends = (e.interval.high for c in compared for e in (c.kl, c.reverse_kl) if e.interval)
    opened = " (–∞: perhaps infinite)" if math.inf in ends else ""
    said = f"JS, KL and reverse KL{opened} in {comparison.unit}"
    title = f"Columns, the largest JS divergence first; {said}"
    anchors = tuple(f"c{i}" if f"c{i}" in drawn else "" for i in range(len(compared)))
    return Table(columns, rows, title, brief=BRIEF, anchors=anchors)


_PSI = (Column("PSI (nats), less chance", "interval"),)


def _column(column: "ColumnComparison", chart: Shares | None, interval: Dot) -> Row:
    return (
        column.verdict,
        name(column.name, SHORT),
        f"{column.mark}, {column.role}" if column.mark else column.role,
        Sparkline(chart) if chart else None,
        column.jensen_shannon,
        interval,
        column.kl,
        column.reverse_kl,
        *(() if column.psi is None else (column.psi,)),
        float(column.q_value),
        column.reason,
    )


def _uncompared_table(comparison: "TableComparison") -> Table:
    rows = tuple((c.verdict, name(c.name), c.reason) for c in comparison.uncompared)
    columns = (Column("verdict", "verdict"), Column("column"), Column("why", "sentence"))
    return Table(columns, rows, "Not compared", brief=BRIEF)


def _column_notes(comparison: "TableComparison") -> list[Block]:
    rows = tuple(
        (name(column.name), note.text) for column in comparison.compared for note in column.notes
    )
    columns = (Column("column"), Column("note", "sentence"))
    return [Table(columns, rows, "Notes on single columns", detail=True)] if rows else []


def _closing(comparison: "TableComparison") -> str:
    parts = [
        f"{count} {verdict}"
        for verdict, count in comparison.counts.items()
        if count or verdict not in UNCOMPARED
    ]
    own = [c for c in comparison.compared if c.tolerance != comparison.tolerance]
    limits = "".join(f", {quote(c.name)} {c.tolerance:g}" for c in own[:LIMITS])
    limits += f", {len(own) - LIMITS} more of their own" if own[LIMITS:] else ""
    return (
        f"{' · '.join(parts)} (alpha {comparison.alpha:g}, tolerance {comparison.tolerance:g} bits "
        f"of JS{limits}, {100 * comparison.level:g} % intervals)"
    )
