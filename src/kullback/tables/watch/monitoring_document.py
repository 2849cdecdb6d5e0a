"""A monitored table as a document: what changed and when, and the evidence through time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kullback.glossary import footer
from kullback.report.blocks.charts import Point, Timeline
from kullback.report.blocks.document import (
    Block,
    Column,
    Document,
    Row,
    State,
    Table,
    Text,
    Verdict,
)
from kullback.report.blocks.label import name, quote
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.tables.watch.monitoring import Monitoring

BRIEF = 40  # columns that a terminal shows
DRAWN = 12  # columns whose evidence is drawn, the most first


def document(monitoring: "Monitoring") -> Document:
    """Build the document of a table that was watched over time.

    Parameters
    ----------
    monitoring : Monitoring
        What `kullback.tables.monitor` returned.

    Returns
    -------
    Document
        Whether anything changed, when and how, the evidence of each column, and what was
        promised.
    """
    state: State = "drifted" if monitoring.alarmed else "same"
    blocks: list[Block] = [Verdict(state, headline(monitoring)), *_changes(monitoring)]
    blocks.append(_table(monitoring))
    blocks += _timelines(monitoring)
    blocks.append(Text(_promise(monitoring), "note"))
    blocks += [Text(text, "note") for text in _in_time(monitoring)]
    notes = dict.fromkeys(note.text for look in monitoring.looks for note in look.notes)
    blocks += [Text(text, "note") for text in notes]
    blocks.append(Text(footer("monitor", "js", "role"), "hint"))
    return Document("A table watched over time", tuple(blocks), "bits")


def headline(monitoring: "Monitoring") -> str:
    """Return whether anything changed, in one line."""
    looks, first = monitoring.looks, monitoring.first_alarm
    if not looks:
        return "no window to look at"
    repeated = sum(look.repeated for look in looks)
    span = f"{len(looks)} windows by {monitoring.by}, {looks[0].at} to {looks[-1].at}"
    if repeated:
        span += f" ({repeated} looked at before)"
    if first is None:
        return f"no change in {span}"
    changed = ", ".join(map(quote, monitoring.alarmed[:3]))
    more = len(monitoring.alarmed) - 3
    return f"changed: {changed}{f' and {more} more' if more > 0 else ''}; first alarm at {first}"


def _changes(monitoring: "Monitoring") -> Iterator[Text]:
    for change in monitoring.changes[:BRIEF]:
        yield Text(f"{change}; alarmed at {monitoring.monitor.alarms[change.column]}.")


def _table(monitoring: "Monitoring") -> Table:
    columns = (
        Column("verdict", "verdict"),
        Column("column"),
        Column("evidence (bits)", "number"),
        Column("most", "number"),
        Column("first alarm", "word"),
        Column(f"finds {_shift(monitoring)} sd after", "number"),
    )
    delays = monitoring.delay()
    last = monitoring.looks[-1].evidence if monitoring.looks else {}
    rows = [(*_row(monitoring, c, bits), delays.get(c)) for c, bits in last.items()]
    rows.sort(key=lambda row: -float(row[3]))  # type: ignore[arg-type]  # a number of bits
    title = "Evidence of a change, the most first; 1 bit is one doubling of a bet"
    return Table(columns, tuple(rows), title, brief=BRIEF)


def _row(monitoring: "Monitoring", column: str, bits: float) -> Row:
    most = max(look.evidence[column] for look in monitoring.looks)
    at = monitoring.monitor.alarms.get(column)
    return ("same" if at is None else "drifted", column, bits, most, at)


def _timelines(monitoring: "Monitoring") -> Iterator[Timeline]:
    looks = monitoring.looks
    if len(looks) < 2:
        return
    most = {c: max(look.evidence[c] for look in looks) for c in looks[-1].evidence}
    for column in sorted(most, key=lambda c: -most[c])[:DRAWN]:
        points = tuple(
            Point(
                look.at,
                max(0.0, look.evidence[column]),
                verdict="drifted" if column in look.alarmed else "same",
            )
            for look in looks
        )
        title = f"Evidence that {name(column)} has changed"
        yield Timeline(title, points, "bits", looks[-1].threshold, "alarm")


def _promise(monitoring: "Monitoring") -> str:
    watching = monitoring.monitor
    bits = format_number(watching.threshold, 3)
    if watching.alpha is not None:
        chance = format_number(100 * watching.alpha, 3)
        promise = f"the chance of ever a false alarm, over all columns, is at most {chance} %"
    else:
        run = format_number(watching.expected_run, 4)
        promise = f"a false alarm, over all columns, comes after {run} windows or more on average"
    return (
        f"A column is alarmed from {bits} bits of evidence on, k of them together from log₂ k bits "
        f"fewer: then {promise}, however often one looks, if windows are independent of each other."
        f" The last column says after how many windows a shift of {_shift(monitoring)} standard"
        " deviations would be found."
    )


def _shift(monitoring: "Monitoring") -> str:
    shift = monitoring.monitor.shift
    return "¼" if shift == 0.25 else format_number(shift, 3)


def _in_time(monitoring: "Monitoring") -> Iterator[str]:
    """Say of how many columns a shift is found as soon as was asked for, and what others take."""
    promises = monitoring.promises
    late = [promise for promise in promises if not promise.kept]
    if promises:
        within = format_number(promises[0].within, 3)
        yield (
            f"Within {within} windows {_shift(monitoring)} sd is found in "
            f"{len(promises) - len(late)} of {len(promises)} columns of numbers and times."
        )
    yield from (f"{promise}." for promise in late[:BRIEF])
