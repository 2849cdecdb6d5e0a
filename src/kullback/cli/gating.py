"""The gate of ``kullback compare``: what fails, in which form it is said, and the exit code."""

from typing import TYPE_CHECKING

from kullback.cli.output import Result
from kullback.cli.settings import ProjectSettings
from kullback.cli.streams import say

if TYPE_CHECKING:
    from kullback.tables import Failure, Gate
    from kullback.tables.results.gate import Gated


def gated(found: "Gated", fail_on: str | None, settings: ProjectSettings) -> "Gate | None":
    """Return the gate that was asked for, on the command line or in the settings."""
    if fail_on is None:
        return None
    from kullback import tables

    waivers = [tables.Waiver(**waiver) for waiver in settings.waivers]
    return tables.gate(found, fail_on=fail_on, waivers=waivers)  # type: ignore[arg-type]  # a choice of two


def shown(found: "Gated", gate: "Gate | None") -> Result:
    """Return a comparison in every form, the gate's among them."""
    from kullback.tables import Gate

    facts = found.to_dict() | ({} if gate is None else {"gate": gate.to_dict()})
    return Result(facts, found.document(), found.headline, (found, gate or Gate("drift", ())))


def ended(gate: "Gate | None") -> int:
    """Say why the gate failed, or whom it excused, and return the exit code."""
    if gate is None:
        return 0
    for waived in gate.waived:
        waiver = waived.waiver
        why = f": {waiver.reason}" if waiver.reason else ""
        say(f"waived until {waiver.until}: {_named(waived.failure)}{why}")
    for remark in gate.remarks:
        say(remark)
    if gate.passed:
        return 0
    failed = [_named(failure) for failure in gate.failures]
    reason = ", ".join(failed[:10]) + (f" and {len(failed) - 10} more" if failed[10:] else "")
    say(f"gate failed (--fail-on {gate.fail_on}): {reason or 'nothing was compared'}")
    return 1


def _named(failure: "Failure") -> str:
    from kullback.report.blocks.label import quote

    where = f" in {quote(failure.where)}" if failure.where else ""
    return f"{quote(failure.name)}{where}"
