"""What a way of computing hands to the front end, in nats."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kullback.distributions.special.arrays import Value, is_tensor
from kullback.errors import MethodError
from kullback.results import Interval, Note
from kullback.results.divergence import METHODS

EPS = float(np.finfo(np.float64).eps)
# The least double that has all its digits: what is below may be 0.
LEAST = 1e-307
OVERFLOW = "the value is above the largest double"


@dataclass(frozen=True, slots=True)
class Answer:
    """A value in nats, with its error and the way it was obtained.

    Parameters
    ----------
    value : float, ndarray or tensor
        NaN in a batch marks the rows that this way does not answer.
    error : float or ndarray
        Absolute; of a batch one for all rows, or one a row.
    method : str or ndarray
        One of `kullback.results.divergence.METHODS`, or one a row.
    reason : str or ndarray
        Why the value is infinite.
    """

    value: Value
    error: Any
    method: Any
    reason: Any = ""
    notes: tuple[Note, ...] = ()
    interval: Interval | None = None

    def noted(self, *notes: Note) -> "Answer":
        """The same with more notes."""
        return replace(self, notes=(*self.notes, *notes)) if notes else self


def infinite(reason: str) -> Answer:
    """+∞ because P reaches where Q does not, or because a mean does not exist."""
    return Answer(np.inf, 0.0, "support", reason)


def rounding(value: Any) -> Any:
    """The rounding error of a stable closed form, row by row: a thousand ulps of its value."""
    if isinstance(value, float):
        return 1024 * EPS * abs(value) + LEAST if math.isfinite(value) else 0.0
    size = 1024 * EPS * np.abs(value) + LEAST
    return np.where(np.isfinite(size), size, 0.0)[()]


def answered(found: Answer, p: object, q: object) -> Answer:
    """The answer of one pair, if doubles have one.

    Raises
    ------
    MethodError
        If overflow left no number.
    """
    if isinstance(found.value, float) and math.isnan(found.value):
        raise MethodError(
            f"{p!r} and {q!r} are beyond the range of doubles: every way overflows; "
            f"rescale the variable"
        )
    if isinstance(found.value, float) and math.isinf(found.value) and not found.reason:
        return replace(found, error=0.0, reason=OVERFLOW)
    return found


def added(each: list[Answer]) -> Answer:
    """Values that add, with their errors; row by row the method of the least exact.

    Examples
    --------
    >>> added([Answer(1.0, 0.5, "closed form"), Answer(2.0, 0.5, "quadrature")])
    Answer(value=3.0, error=1.0, method='quadrature', reason='', notes=(), interval=None)
    """
    methods = _row_by_row([f.method for f in each], lambda row: max(row, key=METHODS.index))
    reasons = _row_by_row([f.reason for f in each], lambda row: next((r for r in row if r), ""))
    notes = tuple(dict.fromkeys(note for f in each for note in f.notes))
    values = [f.value for f in each]
    tensor = next(filter(is_tensor, values), None)
    if tensor is not None:
        values = [v if is_tensor(v) else tensor.new_tensor(v) for v in values]
    return Answer(sum(values), sum(f.error for f in each), methods, reasons, notes)


def _row_by_row(columns: list[Any], one: Callable[[tuple[str, ...]], str]) -> Any:
    if all(np.ndim(column) == 0 for column in columns):
        return one(tuple(map(str, columns)))
    rows = np.broadcast_arrays(*columns)
    kept = [one(row) for row in zip(*map(np.ravel, rows), strict=True)]
    return np.array(kept, dtype=object).reshape(rows[0].shape)


def finish(value: float, error: float, rtol: float, method: str = "quadrature") -> Answer:
    """A numeric value, with a note where the error exceeds what was asked for."""
    found = Answer(value, error, method)
    if error > max(rtol, 1e-9) * abs(value):
        text = (
            f"the estimated error {error:.2g} exceeds the relative tolerance {rtol:g}; rounding "
            f"of the densities, a slowly decaying tail or the step of a grid limits it"
        )
        found = found.noted(Note("tolerance", text))
    return found
