"""A gate as GitHub Actions reads it: annotations, and a summary of the step."""

from typing import TYPE_CHECKING

from kullback.report.label import quote, visible
from kullback.units import format_p_value

if TYPE_CHECKING:
    from kullback.tables.comparison import ColumnComparison, TableComparison
    from kullback.tables.gate import Gate

SHOWN = 10  # annotations that GitHub shows a step
SUMMARY = 1024 * 1024  # bytes that GitHub keeps of a step's summary


def render(comparison: "TableComparison", gate: "Gate") -> str:
    """Return workflow commands, one a line: an error a failing column, the worst ones first.

    Parameters
    ----------
    comparison : TableComparison
        What was compared.
    gate : Gate
        What fails.

    Returns
    -------
    str
        At most `SHOWN` annotations, since GitHub shows no more, the last of them a count.
    """
    failed = [_annotation("error", column) for column in gate.failures]
    undecided = [c for c in comparison.compared if c.verdict == "undecided"]
    warned = [_annotation("warning", c) for c in undecided if c not in gate.failures]
    waived = [
        _command("notice", w.column.name, f"waived until {w.waiver.until}: {w.waiver.reason}")
        for w in gate.waived
    ]
    lines = [*failed, *waived, *warned]
    if len(lines) > SHOWN:
        more = len(lines) - SHOWN + 1
        kind = "error" if len(failed) >= SHOWN else "notice"
        lines = [*lines[: SHOWN - 1], f"::{kind} title=kullback::and {more} more columns"]
    return "\n".join(lines) if lines else _command("notice", "", _passed(comparison))


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


def _passed(comparison: "TableComparison") -> str:
    return f"{comparison.verdict}: {len(comparison.compared)} columns compared"


def _annotation(kind: str, column: "ColumnComparison") -> str:
    js = column.jensen_shannon
    text = f"{column.verdict}: JS {js.value:.4g} {js.unit}, q {format_p_value(column.q_value)}; "
    return _command(kind, column.name, text + column.reason)


def _command(kind: str, column: str, message: str) -> str:
    title = f"kullback: {quote(column)}" if column else "kullback"
    return f"::{kind} title={_property(title)}::{_data(visible(message))}"


def _data(text: str) -> str:
    """Escape a message as the runner unescapes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
