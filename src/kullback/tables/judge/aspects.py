"""The aspects of a column together: its verdict is that of the aspect that changed most."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kullback.results import Note
from kullback.tables.profiles.aspects import OF_KEYS, aspect, whole
from kullback.tables.results.comparison import ColumnComparison, Missing, Skipped

Judged = ColumnComparison | Skipped
_WORST = ("retyped", "drifted", "undecided", "same")


def together(columns: Iterable[Judged]) -> tuple[Judged, ...]:
    """Return the columns of a table, each with what its aspects show.

    Parameters
    ----------
    columns : iterable of ColumnComparison or Skipped
        With their verdicts; aspects among them, each tested by itself.
    """
    found = {column.name: column for column in columns}
    aspects: dict[str, list[Judged]] = defaultdict(list)
    for name, column in found.items():
        if whole(name, found) != name:
            aspects[whole(name, found)].append(column)
    return tuple(
        _judged(column, aspects[name]) if aspects[name] else column
        for name, column in found.items()
        if whole(name, found) == name
    )


def _judged(column: Judged, aspects: Sequence[Judged]) -> Judged:
    if column.verdict in {"lost", "new", "retyped"}:
        return column
    compared = [c for c in (column, *aspects) if isinstance(c, ColumnComparison)]
    worst = min(compared, key=_rank, default=None)
    if worst is not None and worst.verdict in {"retyped", "drifted"}:
        return _as_whole(column, worst, compared)
    if isinstance(column, Skipped) and not column.passes:
        return column
    odd = next((c for c in aspects if isinstance(c, Skipped) and not c.passes), None)
    if odd is not None:
        return _unlike(column, odd)
    if worst is None or [aspect(c.name) for c in aspects] == [OF_KEYS]:
        return column
    return _as_whole(column, worst, compared)


def _rank(column: ColumnComparison) -> tuple[int, float, float]:
    return _WORST.index(column.verdict), column.q_value, -column.jensen_shannon.value


def _unlike(column: Judged, odd: Skipped) -> Skipped:
    """Return a column of which one aspect cannot pass: a field that is gone, say."""
    verdict = "retyped" if odd.verdict in {"lost", "retyped"} else odd.verdict
    said = f"its {aspect(odd.name)}: {odd.reason}"
    return Skipped(column.name, said, verdict, column.role, odd.unlike)


def _as_whole(
    column: Judged, worst: ColumnComparison, compared: Sequence[ColumnComparison]
) -> ColumnComparison:
    """Return the worst aspect under the name of its column, its p-value that of all of them."""
    combined = simes([c.p_value for c in compared])
    if worst is column:
        return replace(worst, p_value=combined)
    names = ", ".join(aspect(c.name) for c in compared if c is not column)
    shown = aspect(worst.name)
    note = Note("aspects", f"Compared by {names}; shown is its {shown}.")
    return replace(
        worst,
        name=column.name,
        p_value=combined,
        missing=column.missing if isinstance(column, ColumnComparison) else Missing(0.0, 0.0),
        reason=f"{shown}: {worst.reason}",
        notes=(*worst.notes, note),
    )


def simes(p_values: Sequence[float]) -> float:
    """Return the p-value of many tests together (Simes 1986).

    Examples
    --------
    >>> simes([0.01, 0.04, 0.5])
    0.03
    """
    ordered = sorted(p_values)
    return min(1.0, *(len(ordered) * p / i for i, p in enumerate(ordered, 1)))
