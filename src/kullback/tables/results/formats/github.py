"""A gate as GitHub Actions reads it: annotations, and a summary of the step."""

import os
from typing import TYPE_CHECKING

from kullback.files import append_text
from kullback.report.blocks.label import quote, unheard, visible
from kullback.tables.results.comparison import Skipped
from kullback.units import format_p_value

if TYPE_CHECKING:
    from kullback.tables.results.comparison import ColumnComparison
    from kullback.tables.results.gate import Gate, Gated

SHOWN = 10  # annotations that GitHub shows a step
SUMMARY = 1024 * 1024  # bytes that GitHub keeps of a step's summary


def render(comparison: "Gated", gate: "Gate") -> str:
    """Return workflow commands, one a line: an error a failing column, the worst ones first.

    Parameters
    ----------
    comparison : TableComparison, WindowedComparison or SegmentedComparison
        What was compared.
    gate : Gate
        What fails.

    Returns
    -------
    str
        At most `SHOWN` annotations, since GitHub shows no more: the last two are a count of the
        others, where there are more, and the headline.
    """
    failed = [_annotation("error", f.column, f.where) for f in gate.failures]
    known = [*gate.failures, *(w.failure for w in gate.waived)]
    failing = {id(failure.column) for failure in known}
    warned = [
        _annotation("warning", column, where)
        for where, table in comparison.parts
        for column in table.failing("undecided")
        if id(column) not in failing
    ]
    waived = [
        _command("notice", _title(w.failure.name, w.failure.where), w.waiver.excuse)
        for w in gate.waived
    ]
    lines = [*failed, *waived, *warned]
    most = SHOWN - 1  # beside the headline
    if len(lines) > most:
        more = len(lines) - most + 1
        kind = "error" if len(failed) >= most else "notice"
        lines = [*lines[: most - 1], f"::{kind} title=kullback::and {more} more columns"]
    return "\n".join([*lines, _command("notice", "verdict", comparison.headline)])


def annotate(comparison: "Gated", gate: "Gate") -> str:
    """Return the same, and append the page to the step's summary, where GitHub offers one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        append_text(path, summary(comparison.to_markdown()) + "\n")
    return render(comparison, gate)


def summary(markdown: str) -> str:
    """Return a page of Markdown that fits into a step's summary.

    Examples
    --------
    >>> summary("# Two datasets compared")
    '# Two datasets compared'
    """
    data = markdown.encode("utf-8", "replace")
    if len(data) <= SUMMARY:
        return markdown
    cut = data[: SUMMARY - 100].decode("utf-8", "ignore")
    return cut[: cut.rfind("\n")] + "\n\n… cut: GitHub keeps 1 MiB of a summary.\n"


def _title(column: str, where: str) -> str:
    return quote(column) + (f" in {quote(where)}" if where else "")


def _annotation(kind: str, column: "ColumnComparison | Skipped", where: str) -> str:
    if isinstance(column, Skipped):
        said = f"{column.verdict}: {column.reason}"
        return _command(kind, _title(column.name, where), said)
    js = column.jensen_shannon
    text = f"{column.verdict}: JS {js.value:.4g} {js.unit}, q {format_p_value(column.q_value)}; "
    return _command(kind, _title(column.name, where), text + column.reason)


def _command(kind: str, place: str, message: str) -> str:
    title = f"kullback: {place}" if place else "kullback"
    # The older ##[command] is obeyed inside of a line, and has no escape.
    return f"::{kind} title={_property(unheard(title))}::{_data(unheard(visible(message)))}"


def _data(text: str) -> str:
    """Escape a message as the runner unescapes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
