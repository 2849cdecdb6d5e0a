"""Two rows of counts that belong together: read, checked and aligned by label."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kullback.counts.rows.relabelling import Moments, Relabelling, Term, relabelling
from kullback.counts.rows.row import Counts, labelled, one_row, remarks, whole_numbers
from kullback.errors import ShapeError
from kullback.results import Note

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A term of the pair with P and Q exchanged."""

    of: Term

    def __call__(self, x: Array, y: Array) -> Array:
        """Return the term of each outcome."""
        return self.of(y, x)


@dataclass(frozen=True, eq=False)
class CountPair:
    """Counts of P and of Q over the same outcomes.

    Parameters
    ----------
    x, y : ndarray of shape (k,)
        Counts of P and of Q, float64, never negative.
    labels : tuple or None
        The names of the outcomes, where the arguments had some.
    notes : tuple of Note
        What was accepted on the way.
    q : ndarray of shape (k,) or None
        Shares of Q, where they are known: `y` is then what a sample too large to have noise
        would show.
    sides : tuple of str
        What the notes call the distributions of `x` and of `y`.
    """

    x: Array
    y: Array
    labels: tuple[Hashable, ...] | None = None
    notes: tuple[Note, ...] = ()
    q: Array | None = None
    sides: tuple[str, str] = ("P", "Q")
    _laws: list[Relabelling] = field(default_factory=list, repr=False)
    _nulls: dict[Term, Moments] = field(default_factory=dict, repr=False)
    _totals: dict[Term, float] = field(default_factory=dict, repr=False)

    @cached_property
    def n(self) -> float:
        """Observations of P."""
        return float(self.x.sum())

    @cached_property
    def m(self) -> float:
        """Observations of Q."""
        return float(self.y.sum())

    @property
    def shares_q(self) -> Array:
        """Shares of Q: as they are known, else y/m."""
        return self.y / self.m if self.q is None else self.q

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
        return whole_numbers(self.x) and whole_numbers(self.y)

    def total(self, term: Term) -> float:
        """Return Σ term(x, y)."""
        if term not in self._totals:  # a test and the ends of several intervals ask for the same
            self._totals[term] = float(term(self.x, self.y).sum())
        return self._totals[term]

    def expect(self, *terms: Term) -> None:
        """Find the moments of several sums under P = Q in one go where that saves."""
        if self.outcomes > 1 and self.relabelling.is_small:
            found = self.relabelling.moments_of(terms)
            self._nulls.update(zip(terms, found, strict=True))

    def null(self, term: Term) -> Moments:
        """Moments of Σ term(x, y) under P = Q."""
        if self.outcomes == 1:
            return Moments(float(term(self.x, self.y).sum()), 0.0, 0.0)
        if term not in self._nulls:  # an estimate and what is detectable ask for the same
            self._nulls[term] = self.relabelling.moments(term)
        return self._nulls[term]

    def null_variance(self, term: Term) -> float:
        """Return the variance alone of Σ term(x, y) under P = Q."""
        if term in self._nulls:
            return self._nulls[term].variance
        return 0.0 if self.outcomes == 1 else self.relabelling.variance(term)

    def reverse(self) -> "CountPair":
        """Return the pair with P and Q exchanged, sharing what is already known."""
        known = {t.of: found for t, found in self._nulls.items() if isinstance(t, Exchanged)}
        sides = self.sides[::-1]
        laws = [self.relabelling]
        return CountPair(self.y, self.x, self.labels, self.notes, None, sides, laws, known)

    def name(self, index: int) -> Hashable:
        """Return the label of an outcome, or its position."""
        return index if self.labels is None else self.labels[index]


def pair(x: Counts, y: Counts) -> CountPair:
    """Read two rows of counts.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.

    Returns
    -------
    CountPair
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
    read = labelled({"x": x, "y": y})
    labels, (raw_x, raw_y) = read.labels, read.values
    counts_x, counts_y = one_row("x", raw_x, labels), one_row("y", raw_y, labels)
    if len(counts_x) != len(counts_y):
        raise ShapeError(
            f"x has {len(counts_x)} outcomes and y has {len(counts_y)}; list the same outcomes "
            f"in the same order (0 where there is none), or give mappings of label to count"
        )
    found = CountPair(counts_x, counts_y, labels)
    return CountPair(
        counts_x, counts_y, labels, (*read.notes, *remarks([found.n, found.m], whole=found.whole))
    )
