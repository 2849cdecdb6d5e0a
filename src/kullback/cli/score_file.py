"""A file of labels and predicted probabilities: which columns are which, and their values."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from kullback.cli.suggestion import did_you_mean
from kullback.errors import InputError

LABELS = ("label", "y", "y_true", "target", "class")  # names of a label column, in this order
PREFIXES = ("p_", "prob_", "proba_", "probability_")


class Asked(NamedTuple):
    """Names of columns, as the user gave them; empty where left to us."""

    label: tuple[str, ...] = ()
    probabilities: tuple[str, ...] = ()
    weights: str | None = None
    groups: str | None = None


class Columns(NamedTuple):
    """What was found in a file, ready to score."""

    labels: Any
    predictions: Any
    classes: tuple[str, ...] | None
    weights: Any
    groups: Any


def read(path: str, asked: Asked) -> Columns:
    """Read the columns that a score needs.

    Parameters
    ----------
    path : str
        CSV, Parquet or JSON lines, or a pattern of them.
    asked : Asked
        Which columns are which, as far as the user said.

    Returns
    -------
    Columns
        Labels as text (numbers, where several columns hold shares or votes).

    Raises
    ------
    InputError, FormatError
        If there is no such file or column, or it cannot be read.
    """
    from kullback.tables.engines.duckdb import connect

    with connect() as engine:
        engine.execute("SET preserve_insertion_order = true")  # rows are named by their number
        source = engine.open(path, "FILE")
        addresses = {column.name: column.address for column in source.columns}
        label, probabilities = _chosen(asked, tuple(addresses))

        def values(names: Sequence[str], cast: str) -> list[Any]:
            cells = ", ".join(f"TRY_CAST({addresses[name]} AS {cast})" for name in names)
            rows = engine.connection.execute(f"SELECT {cells} FROM {source.relation}")
            return [_filled(column) for column in rows.fetchnumpy().values()]

        soft = len(label) > 1
        extra = [None if n is None else n for n in (asked.weights, asked.groups)]
        return Columns(
            np.column_stack(values(label, "DOUBLE")) if soft else values(label, "VARCHAR")[0],
            np.column_stack(values(probabilities, "DOUBLE")),
            _classes(probabilities),
            None if extra[0] is None else values([extra[0]], "DOUBLE")[0],
            None if extra[1] is None else values([extra[1]], "VARCHAR")[0].astype(str),
        )


def _filled(column: Any) -> Any:
    """Return what is absent as NaN or None, which the score refuses with the row's number."""
    if isinstance(column, np.ma.MaskedArray):
        return column.filled(np.nan) if column.dtype.kind == "f" else column.filled(None)
    return column


def _chosen(asked: Asked, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the label columns and of the probability columns."""
    extra = tuple(name for name in (asked.weights, asked.groups) if name is not None)
    for name in (*asked.label, *asked.probabilities, *extra):
        if name not in names:
            hint = did_you_mean(name, names)
            raise InputError(f"there is no column {name!r}; there are {_few(names)}.{hint}")
    label = asked.label or _label(names)
    rest = tuple(name for name in names if name not in {*label, *extra})
    marked = tuple(name for name in rest if name.lower().startswith(PREFIXES))
    probabilities = asked.probabilities or marked or rest
    if not probabilities:
        raise InputError(f"no column of probabilities is left; there are {_few(names)}")
    return label, probabilities


def _label(names: tuple[str, ...]) -> tuple[str, ...]:
    known = {name.lower(): name for name in reversed(names)}
    found = next((known[name] for name in LABELS if name in known), None)
    if found is None:
        raise InputError(
            f"no column is called {', '.join(LABELS)}: say which one holds the labels with "
            f"--label; there are {_few(names)}"
        )
    return (found,)


def _classes(probabilities: tuple[str, ...]) -> tuple[str, ...] | None:
    """Name the classes after their columns, less a prefix that all of them have."""
    if len(probabilities) == 1:
        return None
    for prefix in PREFIXES:
        if all(name.lower().startswith(prefix) for name in probabilities):
            return tuple(name[len(prefix) :] for name in probabilities)
    return probabilities


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(map(repr, names[:10])) + (", …" if len(names) > 10 else "")
