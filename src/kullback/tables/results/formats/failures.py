"""Why a gate failed, as the text of an error: one line a column."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kullback.report.blocks.cell import write
from kullback.report.blocks.label import name, unheard
from kullback.tables.results.comparison import UNCOMPARED, Skipped
from kullback.units import format_p_value

if TYPE_CHECKING:
    from kullback.tables.results.column_facts import ShareChange
    from kullback.tables.results.comparison import ColumnComparison, TableComparison
    from kullback.tables.results.gate import Gate

SHOWN = 20
CHANGED = 3  # outcomes of a failing column that are shown
WIDTH = 24  # of their names


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
    for failure in gate.failures[:SHOWN]:
        lines += [_line(failure.column, comparison.alpha), *_diff(failure.column)]
    if len(gate.failures) > SHOWN:
        lines.append(f"  and {len(gate.failures) - SHOWN} more")
    passing = [c for c in comparison.uncompared if c.passes]
    lines += [f"  {c.verdict}: {name(c.name)}: {c.reason}" for c in passing[:SHOWN]]
    lines += [f"  {remark}" for remark in gate.remarks]
    return unheard("\n".join(lines))


def _uncompared(comparison: "TableComparison") -> str:
    counts = comparison.counts
    return "".join(f", {counts[v]} {v}" for v in UNCOMPARED if counts[v])


def _diff(column: "ColumnComparison | Skipped") -> Iterator[str]:
    """Yield the outcomes that changed most, as they were (-) and as they are (+)."""
    if isinstance(column, Skipped):
        return
    changed = [o for o in column.outcomes.largest(CHANGED) if o.contribution > 0]
    for outcome in changed:
        label = name(outcome.label, WIDTH)
        yield f"    - {label:<{WIDTH}} {100 * outcome.q:6.2f} %"
        yield f"    + {label:<{WIDTH}} {100 * outcome.p:6.2f} %"


def _line(column: "ColumnComparison | Skipped", alpha: float) -> str:
    if isinstance(column, Skipped):
        return f"  {name(column.name)}: {column.verdict}: {column.reason}"
    js = column.jensen_shannon
    value = write(js, "interval").replace(" [", f" {js.unit} [", 1)
    evidence = f"q {format_p_value(column.q_value)}, tolerance {column.tolerance:g}"
    evidence += "".join(map(_share, column.deciding(alpha)))
    return f"  {name(column.name)}: JS {value}, {evidence}: {column.reason}"


def _share(share: "ShareChange") -> str:
    gap = share.current - share.reference
    ends = f"[{share.low:+.4f}, {share.high:+.4f}]"
    return f"; {share.name} {gap:+.4f} of rows {ends}, tolerance {share.tolerance:.3g}, decides"
