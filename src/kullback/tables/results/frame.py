"""Results as data frames."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kullback.errors import MissingDependencyError

if TYPE_CHECKING:
    import pandas as pd

    from kullback.tables.results.comparison import ColumnComparison, Skipped, TableComparison


def table_comparison(comparison: "TableComparison") -> "pd.DataFrame":
    """Return a pandas frame with one row a column, in the order of the comparison.

    Parameters
    ----------
    comparison : TableComparison
        What `kullback.tables.compare` returned.

    Returns
    -------
    pandas.DataFrame
        Informations are in the unit of the comparison; a skipped column has only its reason.

    Raises
    ------
    MissingDependencyError
        If pandas is not installed.
    """
    return tidy_frame([_record(column) for column in comparison], list(_COMPARED))


def _record(column: "ColumnComparison | Skipped") -> dict[str, Any]:
    if not hasattr(column, "jensen_shannon"):
        return {"column": column.name, "verdict": column.verdict, "reason": column.reason}
    return {name: read(column) for name, read in _COMPARED.items()}


_COMPARED: dict[str, Any] = {
    "column": lambda c: c.name,
    "role": lambda c: c.role,
    "verdict": lambda c: c.verdict,
    "jensen_shannon": lambda c: c.jensen_shannon.value,
    "jensen_shannon_low": lambda c: _end(c.jensen_shannon, "low"),
    "jensen_shannon_high": lambda c: _end(c.jensen_shannon, "high"),
    "kl": lambda c: c.kl.value,
    "reverse_kl": lambda c: c.reverse_kl.value,
    "unit": lambda c: c.jensen_shannon.unit,
    "p_value": lambda c: c.p_value,
    "q_value": lambda c: c.q_value,
    "missing_reference": lambda c: c.missing.reference,
    "missing_current": lambda c: c.missing.current,
    "new": lambda c: len(c.new),
    "gone": lambda c: len(c.gone),
    "reason": lambda c: c.reason,
}


def _end(estimate: Any, which: str) -> float | None:
    return None if estimate.interval is None else getattr(estimate.interval, which)


def tidy_frame(rows: Sequence[Any], names: Sequence[str]) -> "pd.DataFrame":
    """Return a pandas frame with these rows.

    Parameters
    ----------
    rows : sequence of tuple or dict
        One value a column; of a dict, by its name, and what is absent is missing.
    names : sequence of str
        The columns.

    Raises
    ------
    MissingDependencyError
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingDependencyError(
            "to_frame() needs pandas, which is not installed: pip install pandas"
        ) from error
    return pd.DataFrame(list(rows), columns=list(names))
