"""One row of counts: read and checked."""

import sys
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.arguments import MANY, number, shown
from kullback.checks import numeric, place
from kullback.errors import InputError, MassError, MethodError, ShapeError
from kullback.intake import AlignedArguments, aligned, refuse_masked
from kullback.results import Note

Array = NDArray[np.float64]

Counts = ArrayLike | Mapping[Any, float]
"""An array, a mapping of label to count, a pandas Series, or one row of a SciPy sparse matrix."""

Chosen = TypeVar("Chosen")

FEW_ROWS = 20
LARGEST = 1e15  # beyond, float64 no longer tells one count from the next


@dataclass(frozen=True, eq=False)
class CountRow:
    """Counts of one sample.

    Parameters
    ----------
    x : ndarray of shape (k,)
        Counts, float64, never negative.
    labels : tuple or None
        The names of the outcomes, where the argument had some.
    alphabet : int or None
        How many outcomes there are, where the caller said so.
    notes : tuple of Note
        What was accepted on the way.
    """

    x: Array
    labels: tuple[Hashable, ...] | None = None
    alphabet: int | None = None
    notes: tuple[Note, ...] = ()

    @cached_property
    def n(self) -> float:
        """Observations."""
        return float(self.x.sum())

    @cached_property
    def seen(self) -> Array:
        """Counts above 0."""
        return self.x[self.x > 0]

    @cached_property
    def possible(self) -> int:
        """How many outcomes there are: as the caller said, else as many as were listed."""
        return len(self.x) if self.alphabet is None else self.alphabet

    @cached_property
    def whole(self) -> bool:
        """Whether every count is a whole number."""
        return whole_numbers(self.x)

    def holding(self, count: float) -> int:
        """How many outcomes were seen exactly so often."""
        return int(np.count_nonzero(self.x == count))


def row(x: Counts, alphabet: int | None = None) -> CountRow:
    """Read one row of counts.

    Parameters
    ----------
    x : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of one sample.
    alphabet : int, optional
        How many outcomes there are, with those never seen.

    Returns
    -------
    CountRow
        The counts, checked.

    Raises
    ------
    InputError, ShapeError, MassError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> row({"a": 2, "b": 1}).labels
    ('a', 'b')
    """
    read = labelled({"x": x})
    labels, (raw,) = read.labels, read.values
    counts = one_row("x", raw, labels)
    found = CountRow(counts, labels, _alphabet(alphabet, counts))
    return CountRow(found.x, labels, found.alphabet, tuple(remarks([found.n], whole=found.whole)))


def _alphabet(alphabet: int | None, counts: Array) -> int | None:
    if alphabet is None:
        return None
    seen = int(np.count_nonzero(counts))
    size = number("alphabet", alphabet)
    if isinstance(alphabet, bool) or size % 1 or size < seen:
        raise InputError(
            f"alphabet={shown(alphabet)} is not a whole number of outcomes of at least {seen}, the "
            f"outcomes that x shows"
        )
    return int(alphabet)


def labelled(named: dict[str, Any]) -> AlignedArguments:
    """Bring counts into one order of outcomes; the labels of sparse rows are their columns."""
    sparse = {name: _entries(value) for name, value in named.items()}
    found = [entries for entries in sparse.values() if entries is not None]
    if len(found) < len(named):  # an array beside a sparse row lists every column
        whole = {
            name: value if sparse[name] is None else value.toarray().ravel()
            for name, value in named.items()
        }
        return aligned(whole)
    columns = np.unique(np.concatenate([where for where, _ in found]))
    rows = [np.zeros(len(columns), dtype=data.dtype) for _, data in found]
    for values, (where, data) in zip(rows, found, strict=True):
        values[np.searchsorted(columns, where)] = data
    return AlignedArguments(tuple(columns.tolist()), rows)


def _entries(value: Any) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Return columns and counts of a SciPy sparse row, and None for anything else."""
    sparse = sys.modules.get("scipy.sparse")
    if sparse is None or not sparse.issparse(value):
        return None
    entries = value.tocoo(copy=True)
    entries.sum_duplicates()
    if len(entries.shape) == 2 and entries.shape[0] != 1:
        raise ShapeError(
            f"a sparse matrix of shape {entries.shape} is given; give one row of counts, X[i]"
        )
    columns = entries.coords[-1] if hasattr(entries, "coords") else entries.col
    return columns, entries.data


def one_row(name: str, value: Any, labels: Sequence[Hashable] | None = None) -> Array:
    """Check one row of counts and return it as float64."""
    plain = type(value) is np.ndarray and value.dtype == np.float64
    raw = value if plain else _read(name, value)
    if raw.ndim != 1:
        raise ShapeError(
            f"{name} has shape {raw.shape}; give one row of counts, one number an outcome "
            f"(for a table of columns, counts.by_column)"
        )
    if raw.size == 0:
        raise ShapeError(f"{name} is empty: no outcomes; give at least one count")
    counts = raw.astype(np.float64, copy=False)
    fits = (counts >= 0) & (counts <= LARGEST)
    if not fits.all():
        _refuse(name, counts, int(np.argmin(fits)), labels)
    total = float(counts.sum())
    if total == 0:
        raise MassError(f"{name} sums to 0: no observations; give at least one count above 0")
    if total <= 1 + 1e-6 and not whole_numbers(counts):
        raise MassError(
            f"{name} sums to {total:.10g} and holds fractions: these look like probabilities; "
            f"give counts, or use kullback.kl for probabilities"
        )
    return counts


def _read(name: str, value: Any) -> NDArray[Any]:
    refuse_masked(name, value)
    return numeric(name, value)


def whole_numbers(counts: Array) -> bool:
    """Whether every count is a whole number."""
    return bool(np.all(counts == np.rint(counts)))


def _refuse(name: str, counts: Array, index: int, labels: Sequence[Hashable] | None) -> None:
    where = place([index]) if labels is None else f"[{labels[index]!r}]"
    value = counts[index]
    remedy = "mend it or leave that outcome out"
    if value < 0:
        remedy = "a count is never negative: mend it, or give 0"
    elif np.isfinite(value):
        remedy = f"counts above {LARGEST:.0e} are no longer exact: divide both rows"
    raise InputError(f"{name}{where} is {value}; {remedy}")


def remarks(sizes: Sequence[float], *, whole: bool) -> list[Note]:
    """Say what a reader must know about samples of these sizes."""
    found = []
    if not whole:
        text = (
            "Some counts are fractions (weights?): errors and p-values are those of whole counts "
            "of this size, and hold only if each weight is one independent observation."
        )
        found.append(Note("weights", text))
    if min(sizes) < FEW_ROWS:
        said = ", ".join(f"{name}={n:.10g}" for name, n in zip("nm", sizes, strict=False))
        found.append(Note("few-observations", f"Few observations ({said}): errors are rough."))
    return found


def unfold(values: ArrayLike, repeats: ArrayLike) -> NDArray[Any]:
    """Return the counts that a histogram of counts stands for, an outcome an entry.

    Parameters
    ----------
    values : array_like of shape (d,) or (d, 2)
        The distinct counts; or the distinct pairs of counts of P and of Q.
    repeats : array_like of int, shape (d,)
        How many outcomes have each.

    Returns
    -------
    ndarray of shape (k,) or (2, k)
        One row of counts, or two that belong together, with k = Σ repeats.

    Raises
    ------
    ShapeError, InputError
        Where the two do not fit together, or a number of outcomes is negative.

    Examples
    --------
    >>> unfold([1, 2, 7], [3, 1, 1])
    array([1, 1, 1, 2, 7])
    >>> x, y = unfold([[3, 1], [0, 2]], [2, 1])
    >>> x, y
    (array([3, 3, 0]), array([1, 1, 2]))
    """
    counts, number = numeric("values", values), numeric("repeats", repeats)
    if counts.ndim not in (1, 2) or number.shape != counts.shape[:1]:
        raise ShapeError(
            f"values has shape {counts.shape} and repeats {number.shape}; give one number of "
            f"outcomes for each distinct count (or row of counts)"
        )
    if not np.all((number >= 0) & (number < MANY) & (number == np.rint(number))):
        raise InputError("repeats holds a number that is negative, not whole or endless; mend it")
    return np.repeat(counts, number.astype(np.intp), axis=0).T


def chosen(methods: Mapping[str, Chosen], method: Any, what: str, name: str = "method") -> Chosen:
    """Return what a table holds for a method, or say which ones there are."""
    try:
        return methods[method]
    except (KeyError, TypeError):
        names = ", ".join(map(repr, methods))
        raise MethodError(
            f"{name}={method!r} is unknown for {what}; choose one of {names}"
        ) from None
