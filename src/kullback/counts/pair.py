"""Two rows of counts that belong together: read, checked and aligned by label."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.checks import aligned, numeric, place
from kullback.counts.relabelling import Moments, Relabelling, Term, relabelling
from kullback.errors import InputError, MassError, MethodError, ShapeError
from kullback.results import Note

Array = NDArray[np.float64]

Counts = ArrayLike | Mapping[Any, float]

FEW_ROWS = 20
LARGEST = 1e15  # beyond, float64 no longer tells one count from the next


@dataclass(frozen=True, eq=False)
class Pair:
    """Counts of P and of Q over the same outcomes.

    Parameters
    ----------
    x, y : ndarray of shape (k,)
        Counts of P and of Q, float64, never negative.
    labels : tuple or None
        The names of the outcomes, where the arguments had some.
    notes : tuple of Note
        What was accepted on the way.
    """

    x: Array
    y: Array
    labels: tuple[Hashable, ...] | None = None
    notes: tuple[Note, ...] = ()
    _laws: list[Relabelling] = field(default_factory=list, repr=False)

    @cached_property
    def n(self) -> float:
        """Observations of P."""
        return float(self.x.sum())

    @cached_property
    def m(self) -> float:
        """Observations of Q."""
        return float(self.y.sum())

    @cached_property
    def outcomes(self) -> int:
        """How many outcomes were seen on either side."""
        return int(np.count_nonzero(self.x + self.y))

    @cached_property
    def unseen(self) -> float:
        """Share of P's sample in outcomes that Q's sample never shows."""
        return float(self.x[self.y == 0].sum()) / self.n

    @cached_property
    def relabelling(self) -> Relabelling:
        """The law of the counts under P = Q, computed when first needed."""
        return self._laws[0].swapped() if self._laws else relabelling(self.x, self.y)

    @cached_property
    def whole(self) -> bool:
        """Whether every count is a whole number."""
        return bool(np.all(self.x == np.rint(self.x)) and np.all(self.y == np.rint(self.y)))

    def null(self, term: Term) -> Moments:
        """Moments of Σ term(x, y) under P = Q."""
        if self.outcomes == 1:
            return Moments(float(term(self.x, self.y).sum()), 0.0, 0.0)
        return self.relabelling.moments(term)

    def reverse(self) -> "Pair":
        """Return the pair with P and Q exchanged, sharing what is already known."""
        return Pair(self.y, self.x, self.labels, self.notes, [self.relabelling])

    def name(self, index: int) -> Hashable:
        """Return the label of an outcome, or its position."""
        return index if self.labels is None else self.labels[index]


def pair(x: Counts, y: Counts) -> Pair:
    """Read two rows of counts.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping or pandas Series
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.

    Returns
    -------
    Pair
        The counts in one order of outcomes.

    Raises
    ------
    InputError, ShapeError, MassError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> pair({"a": 2, "b": 1}, {"b": 3, "c": 4}).labels
    ('a', 'b', 'c')
    """
    labels, (raw_x, raw_y) = aligned({"x": x, "y": y})
    counts_x, counts_y = one_row("x", raw_x, labels), one_row("y", raw_y, labels)
    if len(counts_x) != len(counts_y):
        raise ShapeError(
            f"x has {len(counts_x)} outcomes and y has {len(counts_y)}; list the same outcomes "
            f"in the same order (0 where there is none), or give mappings of label to count"
        )
    found = Pair(counts_x, counts_y, labels)
    return Pair(counts_x, counts_y, labels, tuple(_remarks(found)))


def one_row(name: str, value: Any, labels: Sequence[Hashable] | None = None) -> Array:
    """Check one row of counts and return it as float64."""
    if np.ma.is_masked(value):
        raise InputError(f"{name} has masked entries; fill them in, with {name}.filled(0)")
    raw = numeric(name, value)
    if raw.ndim != 1:
        raise ShapeError(
            f"{name} has shape {raw.shape}; give one row of counts, one number an outcome"
        )
    if raw.size == 0:
        raise ShapeError(f"{name} is empty: no outcomes; give at least one count")
    counts = raw.astype(np.float64, copy=False)
    bad = ~((counts >= 0) & (counts <= LARGEST))
    if bad.any():
        _refuse(name, counts, int(np.argmax(bad)), labels)
    total = float(counts.sum())
    if total == 0:
        raise MassError(f"{name} sums to 0: no observations; give at least one count above 0")
    if total <= 1 + 1e-6 and np.any(counts != np.rint(counts)):
        raise MassError(
            f"{name} sums to {total:.10g} and holds fractions: these look like probabilities; "
            f"give counts, or use kullback.kl for probabilities"
        )
    return counts


def _refuse(name: str, counts: Array, index: int, labels: Sequence[Hashable] | None) -> None:
    where = place([index]) if labels is None else f"[{labels[index]!r}]"
    value = counts[index]
    remedy = "mend it or leave that outcome out"
    if value < 0:
        remedy = "a count is never negative: mend it, or give 0"
    elif np.isfinite(value):
        remedy = f"counts above {LARGEST:.0e} are no longer exact: divide both rows"
    raise InputError(f"{name}{where} is {value}; {remedy}")


def _remarks(read: Pair) -> list[Note]:
    remarks = []
    if not read.whole:
        text = (
            "Some counts are fractions (weights?): errors and p-values are those of whole counts "
            "of this size, and hold only if each weight is one independent observation."
        )
        remarks.append(Note("weights", text))
    if min(read.n, read.m) < FEW_ROWS:
        text = f"Few observations (n={read.n:.10g}, m={read.m:.10g}): errors are rough."
        remarks.append(Note("few-observations", text))
    return remarks


def chosen(methods: Mapping[str, Callable[..., Any]], method: str, what: str) -> Callable[..., Any]:
    """Return the function of a method, or say which ones there are."""
    try:
        return methods[method]
    except (KeyError, TypeError):
        names = ", ".join(repr(name) for name in methods)
        raise MethodError(
            f"method={method!r} is unknown for {what}; choose one of {names}"
        ) from None
