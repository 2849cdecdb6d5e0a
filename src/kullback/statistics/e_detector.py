"""Evidence that adds up over time: e-values of shares, and detectors that may be looked at always.

An e-value is a number ≥ 0 whose mean is at most 1 while nothing has changed. Products of them are
evidence that a gambler would have won against "nothing has changed": by Ville's inequality their
product ever reaches 1/α with a chance of at most α, however often one looks. The Shiryaev–Roberts
sum M ← e·(M + 1) starts anew at every window: the first time that it reaches N comes, on average,
after N windows or more while nothing has changed. (Where nothing was bet it stays as it is.)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Alternatives, in standard errors of one window: within a factor of √2 of any shift from .18 on.
LADDER = np.array([0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0])


def log_e_values(k: Array, n: Array, low: Array, high: Array, design: Array) -> Array:
    """Return ln e of each bet that a share has left its limits, in one window.

    The bets on a share above `high` are θ = high + c·√(high(1 − high)·design/n), c of `LADDER`;
    those on one below `low` likewise. Each pays the ratio of binomial likelihoods, whose mean is
    at most 1 for every share within the limits, since the ratio is monotone in k.

    Parameters
    ----------
    k : ndarray of shape (events,)
        How often each event happened among the rows of the window.
    n : ndarray of shape (events,)
        Among how many rows each could have.
    low, high : ndarray of shape (events,)
        Between which the share of each event lies while nothing has changed.
    design : ndarray of shape (events,)
        How many rows are worth one independent row, ≥ 1: a power 1/design of a likelihood ratio.

    Returns
    -------
    ndarray of shape (events, 2, 8)
        For each event: above and below, for each step of the ladder. 0 where no bet is possible.

    References
    ----------
    Wald (1945), Sequential tests of statistical hypotheses; Waudby-Smith and Ramdas (2024),
    Estimating means of bounded random variables by betting.

    Examples
    --------
    >>> one = np.ones(1)
    >>> bets = log_e_values(80 * one, 100 * one, 0.4 * one, 0.6 * one, one)
    >>> bool(bets[0, 0].max() > 7), bool((bets[0, 1] < 0).all())
    (True, True)
    """
    limit = np.stack([high, low], axis=1)[:, :, None]
    step = np.array([1.0, -1.0])[None, :, None] * LADDER
    spread = np.sqrt(limit * (1 - limit) * (design / np.maximum(n, 1.0))[:, None, None])
    farthest = np.stack([(1 + high) / 2, low / 2], axis=1)[:, :, None]
    theta = limit + step * spread
    theta = np.where(step > 0, np.minimum(theta, farthest), np.maximum(theta, farthest))
    possible = (limit > 0) & (limit < 1) & (theta > 0) & (theta < 1)
    theta, limit = np.where(possible, theta, 0.5), np.where(possible, limit, 0.5)
    happened = k[:, None, None] * np.log(theta / limit)
    not_so = (n - k)[:, None, None] * np.log1p((limit - theta) / (1 - limit))
    result: Array = np.where(possible, (happened + not_so) / design[:, None, None], 0.0)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Winnings:
    """What bets have won over a stretch of windows; stretches join in the order of time.

    Parameters
    ----------
    product : ndarray of shape (events, 2, 8)
        ln of the product of the e-values.
    detector : ndarray of that shape
        ln of the Shiryaev–Roberts sum, −∞ before the first window.
    growth : ndarray of that shape
        ln of the largest product that ends with the last window: the CUSUM of ln e.
    start : ndarray of int, of that shape
        The window from which on that product is taken, from 0.
    counted : ndarray of shape (2, events, 1, 1)
        How often each event happened, and among how many rows.
    since : ndarray of shape (2, events, 2, 8)
        The same from `start` on.
    windows : int
        How many windows the stretch has.
    """

    product: Array
    detector: Array
    growth: Array
    start: NDArray[np.int64]
    counted: Array
    since: Array
    windows: int = 0

    @classmethod
    def none(cls, events: int, windows: int = 0) -> "Winnings":
        """Return the winnings of no window, or of windows in which nothing could be seen."""
        shape = (events, 2, len(LADDER))
        nothing, counted = np.full(shape, -np.inf), np.zeros((2, events, 1, 1))
        start = np.zeros(shape, dtype=np.int64)
        return cls(
            np.zeros(shape), nothing, nothing, start, counted, np.zeros((2, *shape)), windows
        )

    @classmethod
    def of(cls, log_e: Array, k: Array, n: Array) -> "Winnings":
        """Return the winnings of one window, in which each event happened k times among n rows.

        A bet that could not be made (ln e = 0) starts nothing: the sum of a detector would grow
        by 1 a window, and alarm of itself in the end, where there is nothing to be seen.
        """
        counted = np.stack([k, n])[:, :, None, None]
        begun = np.where(log_e == 0, -np.inf, log_e)
        start = np.zeros(log_e.shape, dtype=np.int64)
        since = np.broadcast_to(counted, (2, *log_e.shape))
        return cls(log_e, begun, begun, start, counted, since, 1)

    def then(self, later: "Winnings") -> "Winnings":
        """Return the winnings of this stretch and a later one.

        Examples
        --------
        >>> k = np.ones(1)
        >>> one, two = (Winnings.of(np.full((1, 2, 8), np.log(e)), k, 9 * k) for e in (2.0, 4.0))
        >>> both = one.then(two)
        >>> [float(np.exp(part[0, 0, 0]).round(9)) for part in (both.product, both.detector)]
        [8.0, 12.0]
        """
        longer = self.growth + later.product
        kept = longer > later.growth
        return Winnings(
            self.product + later.product,
            np.logaddexp(self.detector + later.product, later.detector),
            np.where(kept, longer, later.growth),
            np.where(kept, self.start, later.start + self.windows),
            self.counted + later.counted,
            np.where(kept, self.since + later.counted, later.since),
            self.windows + later.windows,
        )


def log_mean(logs: Array) -> float:
    """Return the ln of the mean of numbers given by their ln; −∞ of none."""
    if not logs.size:
        return -np.inf
    return float(np.logaddexp.reduce(logs, axis=None) - np.log(logs.size))
