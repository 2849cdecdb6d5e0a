"""A comparison as flat numbers, for what takes one number a name."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kullback.tables.results.comparison import ColumnComparison, TableComparison

_OTHER = re.compile(r"[^\w\-./ ]", re.ASCII)


def flattened(comparison: "TableComparison") -> dict[str, float]:
    """Return finite numbers by name: the counts of verdicts, then every column's measures.

    Parameters
    ----------
    comparison : TableComparison
        What was compared.

    Returns
    -------
    dict
        From ``name`` or ``column/name`` to float; two columns whose names become the same
        get ``~2`` and so on.
    """
    flat = {str(verdict): float(count) for verdict, count in comparison.counts.items()}
    seen: Counter[str] = Counter()
    for column in comparison.compared:
        name = _OTHER.sub("_", column.name)[:200]
        seen[name] += 1
        unique = name if seen[name] == 1 else f"{name}~{seen[name]}"
        flat |= {f"{unique}/{key}": value for key, value in _of_column(column)}
    return flat


def _of_column(column: "ColumnComparison") -> Iterator[tuple[str, float]]:
    for key in ("jensen_shannon", "kl", "reverse_kl"):
        found = getattr(column, key)
        low, high = (math.nan, math.nan) if found.interval is None else found.interval
        for part, value in ((key, found.value), (f"{key}_low", low), (f"{key}_high", high)):
            if math.isfinite(value):
                yield part, float(value)
            elif math.isinf(value):
                yield f"{part}_infinite", 1.0
    yield "p_value", float(column.p_value)
    yield "q_value", float(column.q_value)
    yield "missing_reference", float(column.missing.reference)
    yield "missing_current", float(column.missing.current)
    yield "drifted", float(column.verdict == "drifted")
