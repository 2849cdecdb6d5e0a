"""What a way of computing hands to the front end, in nats."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kullback.distributions.special.arrays import Value
from kullback.results import Interval, Note

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Answer:
    """A value in nats, with its error and the way it was obtained.

    Parameters
    ----------
    value : float, ndarray or tensor
        NaN in a batch marks the members that this way does not answer.
    error : float
        Absolute.
    method : str
        One of `kullback.results.divergence.METHODS`.
    reason : str
        Why the value is infinite.
    """

    value: Value
    error: float
    method: str
    reason: str = ""
    notes: tuple[Note, ...] = ()
    interval: Interval | None = None

    def noted(self, *notes: Note) -> "Answer":
        """The same with more notes."""
        return replace(self, notes=(*self.notes, *notes))


def infinite(reason: str) -> Answer:
    """+∞ because P reaches where Q does not, or because a mean does not exist."""
    return Answer(np.inf, 0.0, "support", reason)


def rounding(value: Any) -> float:
    """The rounding error of a stable closed form: a few dozen ulps of its largest value."""
    finite = np.abs(np.where(np.isfinite(value), value, 0.0))
    return 64 * EPS * float(np.max(finite, initial=0.0))
