"""A comparison as OpenMetrics text, which Prometheus scrapes: gauges labelled by column."""

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kullback.tables.results.gate import Gate, Gated

PREFIX = "kullback"
VERDICTS = ("same", "undecided", "drifted", "retyped")


def render(comparison: "Gated", gate: "Gate") -> str:
    """Return one gauge a measure, with a sample a column.

    Parameters
    ----------
    comparison : TableComparison, WindowedComparison or SegmentedComparison
        What was compared.
    gate : Gate
        Whether it passes.

    Returns
    -------
    str
        OpenMetrics 1.0 text, ended by ``# EOF``; informations are in bits whatever the unit.
    """
    lines = [line for name in _GAUGES for line in _gauge(name, comparison)]
    lines += [
        *head("gate_failures", "Columns that fail the gate."),
        f"{PREFIX}_gate_failures {len(gate.failures)}",
        *head("columns", "Columns by verdict."),
        *(f'{PREFIX}_columns{{verdict="{v}"}} {n}' for v, n in comparison.counts.items()),
        "# EOF",
    ]
    return "\n".join(lines)


def _gauge(name: str, comparison: "Gated") -> Iterator[str]:
    meaning, read = _GAUGES[name]
    yield from head(name, meaning)
    for where, table in comparison.parts:
        part = f',part="{label(where)}"' if where else ""
        for column in table.compared:
            value = read(column)
            if value is not None and not math.isnan(value):
                labels = f'column="{label(column.name)}"{part}'
                yield f"{PREFIX}_{name}{{{labels}}} {number(value)}"


def head(name: str, meaning: str) -> Iterator[str]:
    """Yield what stands before the samples of a gauge."""
    yield f"# TYPE {PREFIX}_{name} gauge"
    if name.endswith("_bits"):
        yield f"# UNIT {PREFIX}_{name} bits"
    yield f"# HELP {PREFIX}_{name} {meaning}"


def number(value: float) -> str:
    """Return a number as OpenMetrics writes it."""
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(float(value))


def label(text: str) -> str:
    """Return a label's value, escaped."""
    # A CI runner obeys ##[ anywhere in a line, and takes \r for the end of one.
    unheard = text.replace("##[", r"##\x5b").replace("\r", r"\r")
    escaped = unheard.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return escaped.encode("utf-8", "replace").decode("utf-8")


def _bits(name: str) -> Callable[[Any], float]:
    return lambda column: float(getattr(column, name).to("bits").value)


def _end(end: str) -> Callable[[Any], float | None]:
    def read(column: Any) -> float | None:
        interval = column.jensen_shannon.to("bits").interval
        return None if interval is None else float(getattr(interval, end))

    return read


_GAUGES: dict[str, tuple[str, Callable[[Any], float | None]]] = {
    "jensen_shannon_bits": ("Jensen-Shannon divergence.", _bits("jensen_shannon")),
    "jensen_shannon_low_bits": ("Lower end of its interval.", _end("low")),
    "jensen_shannon_high_bits": ("Upper end of its interval.", _end("high")),
    "kl_bits": ("KL(current||reference).", _bits("kl")),
    "reverse_kl_bits": ("KL(reference||current).", _bits("reverse_kl")),
    "q_value": ("Of no change, Benjamini-Hochberg over the columns.", lambda c: c.q_value),
    "missing_ratio": ("Share of missing values now.", lambda c: c.missing.current),
    "verdict": (
        "0 same, 1 undecided, 2 drifted, 3 retyped.",
        lambda c: float(VERDICTS.index(c.verdict)),
    ),
}
