"""Rows of logits in parts: vocabulary blocks, or the shards of a model on several devices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import kernels
from kullback.arrays import numpy_copy
from kullback.errors import ShapeError
from kullback.logits.rows import rows
from kullback.units import Unit, nats_per


@dataclass(frozen=True, eq=False, slots=True)
class RowState:
    """What KL(P‖Q) needs to know of a stretch of the outcomes: five numbers a row.

    States of disjoint stretches merge into the state of their union, in any order, as exactly
    as if the row had been read whole: a model that is split over devices exchanges 40 bytes a
    row in place of its logits.

    Parameters
    ----------
    numbers : ndarray of shape (..., 5)
        With w = e^(p − max_p), b = e^(q − max_q) and d = (p − q) − (max_p − max_q): max_p,
        max_q, Σ w, Σ (b − w) and Σ w·d + b − w. This is what to send and to store.

    Raises
    ------
    ShapeError
        If the last axis does not hold five numbers, or two states differ in shape.

    Examples
    --------
    >>> from kullback import logits
    >>> p, q = [2.0, 1.0, 0.0, 0.5], [2.0, 0.0, 1.0, 0.5]
    >>> left, right = RowState.of(p[:2], q[:2]), RowState.of(p[2:], q[2:])
    >>> round(float(left.merge(right).kl()), 6) == round(float(logits.kl(p, q)), 6)
    True
    """

    numbers: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.numbers.ndim == 0 or self.numbers.shape[-1] != 5:
            raise ShapeError(
                f"numbers has shape {self.numbers.shape}; a state holds five numbers a row"
            )

    @classmethod
    def of(
        cls, p: ArrayLike, q: ArrayLike, *, axis: int = -1, temperature: float = 1.0
    ) -> "RowState":
        """Read one stretch; a row may hold −∞ only, as another stretch may not."""
        named = {"p": numpy_copy(p), "q": numpy_copy(q)}
        checked = rows(named, axis=axis, temperature=temperature)
        numbers = kernels.logits_state(*checked.arrays, checked.scale)
        return cls(numbers.reshape(*checked.batch, 5))

    def merge(self, other: "RowState") -> "RowState":
        """Return the state of both stretches together."""
        if self.numbers.shape != other.numbers.shape:
            raise ShapeError(
                f"the states have shapes {self.numbers.shape} and {other.numbers.shape}; "
                f"only stretches of the same rows merge"
            )
        flat = (state.numbers.reshape(-1, 5) for state in (self, other))
        return RowState(kernels.merge_states(*flat).reshape(self.numbers.shape))

    def kl(self, unit: Unit = "nats") -> NDArray[np.float64]:
        """KL(P‖Q) a row, of the union of all stretches; NaN where a logit was NaN or +∞."""
        states = self.numbers.reshape(-1, 5)
        nats: NDArray[np.float64] = kernels.kl_of_states(states) / nats_per(unit)
        return nats.reshape(self.numbers.shape[:-1])
