"""A monitor's evidence as OpenMetrics text, which Prometheus scrapes."""

from typing import TYPE_CHECKING

from kullback.tables.results.formats.openmetrics import PREFIX, head, label, number

if TYPE_CHECKING:
    from kullback.tables.watch.monitoring import Monitoring


def render(monitoring: "Monitoring") -> str:
    """Return where each column stands after the last window.

    Parameters
    ----------
    monitoring : Monitoring
        What `kullback.tables.monitor` returned.

    Returns
    -------
    str
        OpenMetrics 1.0 text, ended by ``# EOF``: evidence and alarm of each column, the bits from
        which on a column is alarmed, and the windows that were looked at.
    """
    watching = monitoring.monitor
    last = monitoring.looks[-1].evidence if monitoring.looks else {}
    alarms = {name: float(name in watching.alarms) for name in watching.columns}
    lines = [
        *_gauge("evidence_bits", "Evidence that the column has changed.", last),
        *_gauge("alarm", "1 if the column was ever alarmed.", alarms),
        *head("alarm_threshold_bits", "Evidence from which on a column is alarmed for itself."),
        f"{PREFIX}_alarm_threshold_bits {number(watching.threshold)}",
        *head("windows", "Windows looked at."),
        f"{PREFIX}_windows {watching.looks}",
        "# EOF",
    ]
    return "\n".join(lines)


def _gauge(name: str, meaning: str, values: dict[str, float]) -> list[str]:
    samples = (f'{PREFIX}_{name}{{column="{label(c)}"}} {number(v)}' for c, v in values.items())
    return [*head(name, meaning), *samples]
