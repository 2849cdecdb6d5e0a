"""Why a gate failed, as the text of an error: one line a column."""

from typing import TYPE_CHECKING

from kullback.report.blocks.cell import write
from kullback.report.blocks.label import name
from kullback.tables.results.comparison import UNCOMPARED, Skipped
from kullback.units import format_p_value

if TYPE_CHECKING:
    from kullback.tables.results.comparison import ColumnComparison, TableComparison
    from kullback.tables.results.gate import Gate

SHOWN = 20


def explain(comparison: "TableComparison", gate: "Gate") -> str:
    """Return which columns fail, with their evidence, the worst ones first.

    Parameters
    ----------
    comparison : TableComparison
        What was compared.
    gate : Gate
        What fails.
    """
    q, p = comparison.reference, comparison.current
    head = f"{len(gate.failures)} of {len(comparison.columns)} columns fail"
    head += _uncompared(comparison)
    said = f"KL(current‖reference) of {p.rows} rows against {q.rows}"
    lines = [f"{head} (fail_on={gate.fail_on!r}; {said})"]
    lines += [_line(failure.column) for failure in gate.failures[:SHOWN]]
    if len(gate.failures) > SHOWN:
        lines.append(f"  and {len(gate.failures) - SHOWN} more")
    passing = [c for c in comparison.uncompared if c.passes]
    lines += [f"  {c.verdict}: {name(c.name)}: {c.reason}" for c in passing[:SHOWN]]
    lines += [f"  the waiver of {name(w.column)} ended on {w.until}" for w in gate.expired]
    return "\n".join(lines)


def _uncompared(comparison: "TableComparison") -> str:
    counts = comparison.counts
    return "".join(f", {counts[v]} {v}" for v in UNCOMPARED if counts[v])


def _line(column: "ColumnComparison | Skipped") -> str:
    if isinstance(column, Skipped):
        return f"  {name(column.name)}: {column.verdict}: {column.reason}"
    js = column.jensen_shannon
    value = write(js, "interval").replace(" [", f" {js.unit} [", 1)
    evidence = f"q {format_p_value(column.q_value)}, tolerance {column.tolerance:g}"
    return f"  {name(column.name)}: JS {value}, {evidence}: {column.reason}"
