"""A file of labels and predicted probabilities: which columns are which, and their values."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from kullback.cli.score_labels import few, of_classes, two_classes
from kullback.errors import InputError, did_you_mean

LABELS = ("label", "y", "y_true", "target", "class")  # names of a label column, in this order
PREFIXES = ("p_", "prob_", "proba_", "probability_")


class ScoreColumns(NamedTuple):
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


def read(path: str, asked: ScoreColumns) -> Columns:
    """Read the columns that a score needs.

    Parameters
    ----------
    path : str
        CSV, Parquet or JSON lines, or a pattern of them.
    asked : ScoreColumns
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

    with connect(path, ordered=True) as engine:  # rows are named by their number
        source = engine.open(path, "FILE")
        addresses = {column.name: column.address for column in source.columns}
        single = {column.name for column in source.columns if column.type == "FLOAT"}
        label, probabilities = _chosen(asked, tuple(addresses))

        def values(names: Sequence[str], cast: str) -> list[Any]:
            cells = ", ".join(f"TRY_CAST({addresses[name]} AS {cast})" for name in names)
            rows = engine.connection.execute(f"SELECT {cells} FROM {source.relation}")
            return [_filled(column) for column in rows.fetchnumpy().values()]

        def numbers(names: Sequence[str]) -> Any:
            # Numbers of single precision are read as such: their sums are that much rounded.
            found = values(names, "FLOAT" if single.issuperset(names) else "DOUBLE")
            for name, column in zip(names, found, strict=True):
                _refuse_missing(name, column)
            return np.column_stack(found)

        predictions = numbers(probabilities)
        if len(label) > 1:
            labels, classes = numbers(label), _classes(probabilities)
        else:
            texts = values(label, "VARCHAR")[0].tolist()
            classes = _classes(probabilities) or two_classes(texts, _bare(probabilities)[0])
            labels = of_classes(texts, classes)
        return Columns(
            labels,
            predictions,
            classes,
            None if asked.weights is None else numbers([asked.weights])[:, 0],
            None if asked.groups is None else values([asked.groups], "VARCHAR")[0],
        )


def _filled(column: Any) -> Any:
    """Return what is absent as NaN or None."""
    if isinstance(column, np.ma.MaskedArray):
        missing: Any = np.nan if column.dtype.kind == "f" else None
        return np.where(np.ma.getmaskarray(column), missing, column.data)
    return column


def _refuse_missing(name: str, column: Any) -> None:
    missing = np.flatnonzero(np.isnan(column))
    if len(missing):
        raise InputError(
            f"the column {name!r} holds no number in {len(missing)} of {len(column)} rows, "
            f"first in row {missing[0]} (counted from 0): leave such rows out, or say with "
            "--label, --probabilities and --weights which columns are meant"
        )


def _chosen(asked: ScoreColumns, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the label columns and of the probability columns."""
    extra = tuple(name for name in (asked.weights, asked.groups) if name is not None)
    for name in (*asked.label, *asked.probabilities, *extra):
        if name not in names:
            hint = did_you_mean(name, names)
            raise InputError(f"there is no column {name!r}; there are {few(names)}.{hint}")
        if [*asked.label, *asked.probabilities, *extra].count(name) > 1:
            raise InputError(f"the column {name!r} is named twice, and can be one thing only")
    label = asked.label or _label(names)
    rest = tuple(name for name in names if name not in {*label, *extra})
    marked = tuple(name for name in rest if name.lower().startswith(PREFIXES))
    probabilities = asked.probabilities or marked or rest
    if not probabilities:
        raise InputError(f"no column of probabilities is left; there are {few(names)}")
    return label, probabilities


def _label(names: tuple[str, ...]) -> tuple[str, ...]:
    known = {name.lower(): name for name in reversed(names)}
    found = next((known[name] for name in LABELS if name in known), None)
    if found is None:
        raise InputError(
            f"no column is called {', '.join(LABELS)}: say which one holds the labels with "
            f"--label; there are {few(names)}"
        )
    return (found,)


def _classes(probabilities: tuple[str, ...]) -> tuple[str, ...] | None:
    """Name the classes after their columns, less a prefix that all of them have."""
    return None if len(probabilities) == 1 else _bare(probabilities)


def _bare(names: tuple[str, ...]) -> tuple[str, ...]:
    for prefix in PREFIXES:
        if all(name.lower().startswith(prefix) for name in names):
            return tuple(name[len(prefix) :] for name in names)
    return names
