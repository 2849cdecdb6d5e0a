"""The gate of ``kullback compare``: what fails, in which form it is said, and the exit code."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from kullback.cli.output import Result
from kullback.cli.settings import Settings
from kullback.cli.streams import say

if TYPE_CHECKING:
    from kullback.tables import Gate, TableComparison

FORMS = ("github", "junit", "openmetrics")


def gated(comparison: "TableComparison", fail_on: str | None, settings: Settings) -> "Gate | None":
    """Return the gate that was asked for, on the command line or in the settings."""
    if fail_on is None:
        return None
    from kullback import tables

    waivers = [tables.Waiver(**waiver) for waiver in settings.waivers]
    return tables.gate(comparison, fail_on=fail_on, waivers=waivers)  # type: ignore[arg-type]  # a choice of two


def result(comparison: "TableComparison", gate: "Gate | None") -> Result:
    """Return the comparison in every form, the gate's among them."""
    from kullback.report import github, junit, openmetrics
    from kullback.report.table_comparison import document, headline
    from kullback.tables import Gate

    facts = comparison.to_dict() | ({} if gate is None else {"gate": gate.to_dict()})
    open_gate = gate or Gate("drift", ())
    forms = {
        "github": lambda: _summarised(comparison, github.render(comparison, open_gate)),
        "junit": lambda: junit.render(comparison, open_gate),
        "openmetrics": lambda: openmetrics.render(comparison, open_gate),
    }
    return Result(facts, document(comparison), headline(comparison), forms)


def _summarised(comparison: "TableComparison", commands: str) -> str:
    """Append the page to the summary of the step, where GitHub offers one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        from kullback.report.github import summary

        with Path(path).open("a", encoding="utf-8", errors="replace") as file:
            file.write(summary(comparison.to_markdown()) + "\n")
    return commands


def ended(gate: "Gate | None") -> int:
    """Say why the gate failed, or whom it excused, and return the exit code."""
    from kullback.report.label import quote

    if gate is None:
        return 0
    for waived in gate.waived:
        waiver = waived.waiver
        why = f": {waiver.reason}" if waiver.reason else ""
        say(f"waived until {waiver.until}: {quote(waived.column.name)}{why}")
    for waiver in gate.expired:
        say(f"the waiver of {quote(waiver.column)} ended on {waiver.until}")
    if gate.passed:
        return 0
    failed = [quote(column.name) for column in gate.failures]
    reason = ", ".join(failed[:10]) + (f" and {len(failed) - 10} more" if failed[10:] else "")
    say(f"gate failed (--fail-on {gate.fail_on}): {reason or 'nothing was compared'}")
    return 1
