"""What is known of two lists, and how far their rounding lets it be known."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# How far the probabilities of a list may be above 1 when 16-bit numbers were their source.
ABOVE = 1e-2
# Roundings between logits and log-probabilities as they are given: a difference of two numbers
# as large as the log-probability, and a log-sum.
ROUNDINGS = 4.0

# The rounding of what servers compute with.
SINGLE = 2.0**-23


@dataclass(frozen=True, slots=True, eq=False)
class KnownLists:
    """What is known of both sides, one row a token, ready for the formulas.

    Parameters
    ----------
    log_p, log_q : ndarray of shape (tokens, k)
        At the tokens that P lists; NaN in `log_p` where the list is shorter, NaN in `log_q`
        where Q says nothing of the token.
    cap : ndarray of shape (tokens,)
        The most that P gives to a token that it does not list.
    fine : tuple of float
        The rounding of the numbers of P and of Q, relative.

    Attributes
    ----------
    rest : tuple of ndarray
        What P gives to the tokens that it does not list, at least and at most.
    """

    log_p: Array
    log_q: Array
    cap: Array
    fine: tuple[float, float]
    rest: tuple[Array, Array] = field(init=False)  # once: it is asked for token by token

    def __post_init__(self) -> None:
        object.__setattr__(self, "rest", _left_over(self.log_p, self.fine[0]))

    def free(self, others: Array) -> tuple[Array, Array]:
        """Return what Q gives to tokens of no list, at least and at most; `others` are its own."""
        return _left_over(np.concatenate([self.log_q, others], axis=1), self.fine[1])

    @property
    def slack(self) -> Array:
        """By how much rounding may move Σ p ln(p/q) − p + q over the tokens of both lists."""
        both = ~np.isnan(self.log_p) & ~np.isnan(self.log_q)
        p, q = np.exp(self.log_p), np.exp(self.log_q)
        with np.errstate(invalid="ignore"):
            of_p = _moved(self.log_p, self.fine[0]) * p * np.abs(self.log_p - self.log_q)
            of_q = _moved(self.log_q, self.fine[1]) * np.abs(p - q)
            terms = np.where(both & np.isfinite(of_p + of_q), of_p + of_q, 0.0)
        sums = self.log_p.shape[1] * 2.0**-52 * np.where(both, p + q, 0.0).sum(axis=1)
        total: Array = terms.sum(axis=1) + sums
        return total


def _moved(log_p: Array, fine: float) -> Array:
    """Return how far rounding may have moved a log-probability."""
    moved: Array = ROUNDINGS * fine * (1 + np.where(np.isfinite(log_p), np.abs(log_p), 0.0))
    return moved


def _left_over(log_p: Array, fine: float) -> tuple[Array, Array]:
    """Return 1 − Σ p at least and at most; a sum above 1 shows how coarse the numbers are."""
    p = np.exp(log_p)
    left = 1.0 - np.nansum(p, axis=1)
    sums = log_p.shape[1] * 2.0**-52
    slack = np.nansum(p * _moved(log_p, fine), axis=1) + sums
    # What is above 1 by more than its digits allow has fewer: those of float32, or of its sum.
    coarse = np.nansum(p * _moved(log_p, SINGLE), axis=1) + sums
    slack = np.where(-left > slack, np.maximum(coarse, -2 * left), slack)
    return np.maximum(left - slack, 0.0), np.maximum(left + slack, 0.0)
