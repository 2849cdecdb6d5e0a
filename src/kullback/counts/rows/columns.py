"""Many counts at once: one result a column."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from kullback.arguments import function, refuse_lazy
from kullback.arrays import numpy_of
from kullback.errors import ShapeError

Result = TypeVar("Result")


def by_column(
    measure: Callable[..., Result], x: Any, y: Any = None, **options: Any
) -> dict[Hashable, Result]:
    """Apply a function of this module to each column of one table of counts, or of two.

    Parameters
    ----------
    measure : callable
        Such as `kl`, `entropy` or `homogeneity`.
    x, y : array_like of shape (k, c), pandas DataFrame, or mapping from name to counts
        Outcomes down, columns across. Columns of frames and mappings are matched by name, and
        their outcomes by label where they have some.
    **options
        Keywords of the measure, the same for all columns.

    Returns
    -------
    dict
        From the name of the column, or its position, to what the measure returns.

    Raises
    ------
    ShapeError
        If the tables do not have the same columns, or an array is not a matrix.
    InputError, MassError, MethodError
        Whatever the measure raises; a note names the column.

    Examples
    --------
    >>> from kullback import counts
    >>> results = by_column(counts.kl, [[7, 50], [3, 50]], [[500, 10], [500, 90]])
    >>> [round(result.value, 3) for result in results.values()]
    [0.029, 0.483]
    """
    function("measure", measure)
    left = _columns("x", x)
    if y is None:
        return {name: _applied(measure, name, (side,), options) for name, side in left.items()}
    right = _columns("y", y)
    if left.keys() != right.keys():
        differing = sorted(map(str, left.keys() ^ right.keys()))
        raise ShapeError(f"x and y differ in their columns: only one has {', '.join(differing)}")
    return {name: _applied(measure, name, (left[name], right[name]), options) for name in left}


def _columns(argument: str, table: Any) -> dict[Hashable, Any]:
    refuse_lazy(argument, table)
    if isinstance(table, Mapping):
        return dict(table)
    if hasattr(table, "columns"):
        names = getattr(table, "column_names", table.columns)  # Arrow's first
        return {name: table[name] for name in names}
    array = numpy_of(argument, table)
    if array.ndim != 2:
        raise ShapeError(
            f"{argument} has shape {array.shape}; give a matrix, outcomes down and columns across"
        )
    return dict(enumerate(array.T))


def _applied(
    measure: Callable[..., Result], name: Hashable, sides: tuple[Any, ...], options: dict[str, Any]
) -> Result:
    try:
        return measure(*sides, **options)
    except Exception as error:
        error.add_note(f"in column {name!r}")
        raise
