"""Labels beside predictions, checked: one distribution over the classes a row, on each side."""

import math
import sys
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import arrays, checks
from kullback.arguments import flag
from kullback.arguments import names as several
from kullback.errors import InputError, MassError, ShapeError
from kullback.intake import refuse_shuffled
from kullback.results import Note

Array = NDArray[np.float64]

VOTES = Note(
    "votes",
    "The labels are counts of votes: a row's label is the share of its votes, and its entropy is "
    "the Zhang estimate, so that few votes do not look like agreement. The estimate is never too "
    "large on average; KL may come out negative for a row.",
)


@dataclass(frozen=True, slots=True, eq=False)
class LabelledRows:
    """Labels and predictions of the same samples.

    Parameters
    ----------
    labels, predictions : ndarray of shape (samples, classes)
        A distribution a row.
    weights : ndarray of shape (samples,)
        How much a sample counts, in units of 2^exponent: the largest is between ½ and 1.
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
    exponent: int = 0


def labelled(
    labels: Any,
    predictions: Any,
    *,
    soft: bool,
    weights: ArrayLike | None,
    classes: Sequence[Hashable] | None,
) -> LabelledRows:
    """Check labels and predictions, and lay both out as one distribution a row.

    Raises
    ------
    InputError, ShapeError, MassError
        If the arguments do not fit together, or hold what is no label, probability or weight.
    """
    flag("soft", soft)
    refuse_shuffled({"predictions": predictions, "labels": labels})
    names = _names(classes, column_names(predictions))
    given = _plain("labels", labels)
    single = (names is not None and len(names) == 1) or (soft and given.shape[1:] == (1,))
    predicted, notes = _predictions(_plain("predictions", predictions), single=single)
    notes += arrays.gradient_left(predictions)
    count = predicted.shape[1]
    if names is not None and len(names) != count:
        raise ShapeError(f"classes has {len(names)} names, and predictions {count} columns")
    if len(given) != len(predicted):
        raise ShapeError(f"labels has {len(given)} rows, and predictions has {len(predicted)}")
    weight, exponent = _weights(weights, len(predicted))
    if soft:
        own = column_names(labels) if given.ndim == 2 else None
        y, votes, more = _soft(_in_order(given, own, names), count)
        shown = names or own or tuple(range(count))
        notes += more
        return LabelledRows(
            y, predicted, weight, shown, hard=False, votes=votes, notes=notes, exponent=exponent
        )
    if given.ndim != 1:
        raise ShapeError(
            f"labels has shape {given.shape}; give one class a row, or soft=True for a "
            "distribution or counts of votes a row"
        )
    guessed = names is None
    names, codes = _codes(given, names, count)
    if guessed and len(set(codes.tolist())) < count:
        notes += (_COUNTED,)
    y = np.zeros(predicted.shape)
    y[np.arange(len(y)), codes] = 1.0
    return LabelledRows(y, predicted, weight, names, hard=True, notes=notes, exponent=exponent)


_COUNTED = Note(
    "classes-counted-from-0",
    "Not every class is among the labels, so the columns of the predictions were taken as the "
    "classes 0, 1, 2, …; classes= names them otherwise.",
)


def _plain(name: str, value: Any) -> NDArray[Any]:
    """Return an array of any library, a frame or a list as a NumPy array."""
    array = arrays.numpy_of(name, value)
    if array.ndim == 0 or len(array) == 0:
        raise ShapeError(f"{name} has shape {array.shape}; at least one sample is needed")
    return array


_FRAMES = {
    "pandas": ("DataFrame", "columns"),
    "polars": ("DataFrame", "columns"),
    "pyarrow": ("Table", "column_names"),
}


def column_names(value: Any) -> tuple[Hashable, ...] | None:
    """Return the names of the columns of a frame; None where they only number them, or are none."""
    for module, (kind, names) in _FRAMES.items():
        frame = getattr(sys.modules.get(module), kind, None)
        if frame is not None and isinstance(value, frame):
            found = getattr(value, names)
            return None if type(found).__name__ == "RangeIndex" else tuple(found)
    return None


def _names(
    classes: Sequence[Hashable] | None, columns: tuple[Hashable, ...] | None
) -> tuple[Hashable, ...] | None:
    """Return the names of the classes, each of them once."""
    names = columns if classes is None else several("classes", classes)
    if names is None:
        return None
    if len(set(names)) < len(names):
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        raise InputError(f"the class {twice!r} names more than one column of predictions")
    if columns is not None and names != columns and set(names) == set(columns):
        raise InputError(
            f"classes ({_few(names)}) and the columns of predictions ({_few(columns)}) are in "
            "different orders; leave classes= out, or reorder the columns"
        )
    return names


def _in_order(
    labels: NDArray[Any], own: tuple[Hashable, ...] | None, names: tuple[Hashable, ...] | None
) -> NDArray[Any]:
    """Return soft labels with their columns, where these have names, in the order of `names`."""
    if own is None or names is None or own == names or not set(own) & set(names):
        return labels
    if set(own) != set(names) or len(own) != len(names):
        raise InputError(
            f"labels has the columns {_few(own)}, and predictions has {_few(names)}: give both "
            "the same"
        )
    return labels[:, [own.index(name) for name in names]]


def _rows(name: str, given: NDArray[Any]) -> tuple[Array, tuple[Note, ...]]:
    """Check that every row is a distribution."""
    try:
        rows = checks.rows({name: given})
    except MassError as error:
        said = str(error).split(". Choose", 1)[0]
        raise MassError(
            f"{said}. If its rows are rounded shares, divide each by its sum first: "
            f"{name} / {name}.sum(axis=1, keepdims=True); logits want a softmax"
        ) from None
    return np.asarray(rows.arrays[0], dtype=np.float64), rows.notes


def _predictions(given: NDArray[Any], *, single: bool) -> tuple[Array, tuple[Note, ...]]:
    """Return a distribution a row; one column is the only class, or the second of two."""
    if given.ndim > 2:
        raise ShapeError(f"predictions has shape {given.shape}; give (samples, classes)")
    if given.ndim == 2 and (given.shape[1] > 1 or single):
        return _rows("predictions", given)
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


def _weights(weights: ArrayLike | None, count: int) -> tuple[Array, int]:
    if weights is None:
        return np.ones(count), 0
    given = checks.numeric("weights", _plain("weights", weights)).astype(np.float64)
    if given.shape != (count,):
        raise ShapeError(f"weights has shape {given.shape}; give one for each of {count} rows")
    _within("weights", given, float(np.finfo(np.float64).max))
    if not given.any():
        raise InputError("weights are all 0: nothing is left to score")
    # 3, 3e200 and 3e-200 weigh alike; a power of two costs no digit.
    exponent = int(np.frexp(given.max())[1])
    return np.ldexp(given, -exponent), exponent


def _codes(
    given: NDArray[Any], names: tuple[Hashable, ...] | None, count: int
) -> tuple[tuple[Hashable, ...], NDArray[np.intp]]:
    """Return the classes, and which of them each label is."""
    labels = given.tolist()
    absent = first_missing(labels)
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


def first_missing(values: Sequence[Any]) -> int | None:
    """Return the place of the first None, NaN or pandas.NA, if there is one."""
    pandas = sys.modules.get("pandas")
    absent = (None, getattr(pandas, "NA", None), getattr(pandas, "NaT", None))

    def missing(value: Any) -> bool:
        nan = isinstance(value, float) and math.isnan(value)
        return nan or any(value is other for other in absent)

    return next((i for i, value in enumerate(values) if missing(value)), None)


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
        y, notes = _rows("labels", given)
        return y, None, notes
    totals = values.sum(axis=1)
    if not totals.all():
        raise InputError(f"labels[{int(np.argmin(totals))}] has no votes; leave such rows out")
    return values / totals[:, None], values, (VOTES,)


def _are_votes(values: Array) -> bool:
    """Whether the rows are counts: whole numbers, and more than one in some row."""
    with np.errstate(invalid="ignore"):
        whole = bool((np.floor(values) == values).all() and (values >= 0).all())
    return whole and bool(np.isfinite(values).all()) and bool((values.sum(axis=1) > 1).any())
