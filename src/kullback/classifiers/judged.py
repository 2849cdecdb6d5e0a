"""Labels beside predictions, checked: one distribution over the classes a row, on each side."""

import math
import sys
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import arrays, checks
from kullback.errors import InputError, ShapeError
from kullback.results import Note

Array = NDArray[np.float64]

VOTES = Note(
    "votes",
    "The labels are counts of votes: a row's label is the share of its votes, and its entropy is "
    "the Zhang estimate, so that few votes do not look like agreement. The estimate is never too "
    "large on average; KL may come out negative for a row.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Labels and predictions of the same samples.

    Parameters
    ----------
    labels, predictions : ndarray of shape (samples, classes)
        A distribution a row.
    weights : ndarray of shape (samples,)
        How much a sample counts.
    classes : tuple
        The names of the classes.
    hard : bool
        Whether every label is one class.
    votes : ndarray of shape (samples, classes) or None
        The counts behind the labels, where they were counts.
    notes : tuple of Note
        What was decided on the way.
    """

    labels: Array
    predictions: Array
    weights: Array
    classes: tuple[Hashable, ...]
    hard: bool
    votes: Array | None = None
    notes: tuple[Note, ...] = ()


def judged(
    labels: Any,
    predictions: Any,
    *,
    soft: bool,
    weights: ArrayLike | None,
    classes: Sequence[Hashable] | None,
) -> Judged:
    """Check labels and predictions, and lay both out as one distribution a row.

    Raises
    ------
    InputError, ShapeError, MassError
        If the arguments do not fit together, or hold what is no label, probability or weight.
    """
    names = tuple(classes) if classes is not None else _column_names(predictions)
    predicted, notes = _predictions(_plain(predictions))
    count = predicted.shape[1]
    if names is not None and len(names) != count:
        raise ShapeError(f"classes has {len(names)} names, and predictions {count} columns")
    given = _plain(labels)
    if len(given) != len(predicted):
        raise ShapeError(f"labels has {len(given)} rows, and predictions has {len(predicted)}")
    weight = _weights(weights, len(predicted))
    if soft:
        y, votes, more = _soft(given, count)
        shown = names or tuple(range(count))
        return Judged(y, predicted, weight, shown, hard=False, votes=votes, notes=notes + more)
    if given.ndim != 1:
        raise ShapeError(
            f"labels has shape {given.shape}; give one class a row, or soft=True for a "
            "distribution or counts of votes a row"
        )
    names, codes = _codes(given, names, count)
    y = np.zeros(predicted.shape)
    y[np.arange(len(y)), codes] = 1.0
    return Judged(y, predicted, weight, names, hard=True, notes=notes)


def _plain(value: Any) -> NDArray[Any]:
    """Return an array of any library, a frame or a list as a NumPy array."""
    copied = arrays.numpy_copy(value) if arrays.library(value) else value
    try:
        array = np.asarray(copied)
    except ValueError as error:
        raise ShapeError(f"rows of different lengths: {error}") from None
    if array.ndim == 0 or len(array) == 0:
        raise ShapeError(f"an argument has shape {array.shape}; at least one sample is needed")
    return array


def _column_names(predictions: Any) -> tuple[Hashable, ...] | None:
    pandas, polars = sys.modules.get("pandas"), sys.modules.get("polars")
    if (pandas and isinstance(predictions, pandas.DataFrame)) or (
        polars and isinstance(predictions, polars.DataFrame)
    ):
        return tuple(predictions.columns)
    return None


def _predictions(given: NDArray[Any]) -> tuple[Array, tuple[Note, ...]]:
    if given.ndim > 2:
        raise ShapeError(f"predictions has shape {given.shape}; give (samples, classes)")
    if given.ndim == 2 and given.shape[1] > 1:
        rows = checks.rows({"predictions": given})
        return np.asarray(rows.arrays[0], dtype=np.float64), rows.notes
    chance = checks.numeric("predictions", given.reshape(len(given))).astype(np.float64)
    _within("predictions", chance, 1.0)
    note = Note("binary", "One probability a row is that of the second class.")
    return np.column_stack([1 - chance, chance]), (note,)


def _within(name: str, values: Array, most: float) -> None:
    bad = np.flatnonzero(~((values >= 0) & (values <= most)))
    if len(bad):
        i = int(bad[0])
        limits = "between 0 and 1" if most == 1 else "a finite number from 0 up"
        raise InputError(f"{name}[{i}] is {values[i]}, not {limits}")


def _weights(weights: ArrayLike | None, count: int) -> Array:
    if weights is None:
        return np.ones(count)
    given = checks.numeric("weights", _plain(weights)).astype(np.float64)
    if given.shape != (count,):
        raise ShapeError(f"weights has shape {given.shape}; give one for each of {count} rows")
    _within("weights", given, float(np.finfo(np.float64).max))
    if not given.any():
        raise InputError("weights are all 0: nothing is left to score")
    return given


def _codes(
    given: NDArray[Any], names: tuple[Hashable, ...] | None, count: int
) -> tuple[tuple[Hashable, ...], NDArray[np.intp]]:
    """Return the classes, and which of them each label is."""
    labels = given.tolist()
    absent = next((i for i, label in enumerate(labels) if _is_missing(label)), None)
    if absent is not None:
        raise InputError(f"labels[{absent}] is missing ({labels[absent]}); leave such rows out")
    seen = set(labels)
    if names is None:
        names = _guessed(seen, count)
    place = {name: i for i, name in enumerate(names)}
    unknown = next((i for i, label in enumerate(labels) if label not in place), None)
    if unknown is not None:
        raise InputError(
            f"labels[{unknown}] is {labels[unknown]!r}, which is none of the classes "
            f"{_few(names)}; give classes= in the order of the columns of predictions"
        )
    return names, np.array([place[label] for label in labels], dtype=np.intp)


def _is_missing(label: Any) -> bool:
    return label is None or (isinstance(label, float) and math.isnan(label))


def _guessed(seen: set[Any], count: int) -> tuple[Hashable, ...]:
    """Name the columns after the labels: sorted, or counted from 0 where some are not seen."""
    if len(seen) == count:
        try:
            return tuple(sorted(seen))
        except TypeError:
            return tuple(sorted(seen, key=repr))
    if all(isinstance(label, int) and 0 <= label < count for label in seen):
        return tuple(range(count))
    raise InputError(
        f"labels holds {len(seen)} classes ({_few(tuple(seen))}), and predictions has {count} "
        "columns; give classes= in the order of the columns"
    )


def _few(names: Sequence[Hashable]) -> str:
    return ", ".join(map(repr, names[:5])) + (", …" if len(names) > 5 else "")


def _soft(given: NDArray[Any], count: int) -> tuple[Array, Array | None, tuple[Note, ...]]:
    """Return labels as shares, the votes behind them if they are counts, and notes."""
    if given.ndim == 1 and count == 2:
        chance = checks.numeric("labels", given).astype(np.float64)
        _within("labels", chance, 1.0)
        return np.column_stack([1 - chance, chance]), None, ()
    if given.ndim != 2 or given.shape[1] != count:
        raise ShapeError(
            f"labels has shape {given.shape}; soft=True takes one number for each of the "
            f"{count} classes a row"
        )
    values = checks.numeric("labels", given).astype(np.float64)
    if not _are_votes(values):
        rows = checks.rows({"labels": given})
        return np.asarray(rows.arrays[0], dtype=np.float64), None, rows.notes
    totals = values.sum(axis=1)
    if not totals.all():
        raise InputError(f"labels[{int(np.argmin(totals))}] has no votes; leave such rows out")
    return values / totals[:, None], values, (VOTES,)


def _are_votes(values: Array) -> bool:
    """Whether the rows are counts: whole numbers, and more than one in some row."""
    with np.errstate(invalid="ignore"):
        whole = bool((np.floor(values) == values).all() and (values >= 0).all())
    return whole and bool(np.isfinite(values).all()) and bool((values.sum(axis=1) > 1).any())
