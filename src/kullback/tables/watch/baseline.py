"""What is usual: the limits of each share, from the reference and its own windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, chdtri, xlogy

Array = NDArray[np.float64]

NATS_PER_BIT = float(np.log(2.0))
UNSURE = 0.1  # the chance that the variance between windows is taken too small
_STEPS = 60  # of bisection: to the last digit


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """Between which limits the share of each event lies while nothing has changed.

    Parameters
    ----------
    low, high : ndarray of shape (events,)
        Of the share.
    correlation : ndarray of shape (events,)
        How alike two rows of one window are: ρ, 0 for independent rows.
    share : ndarray of shape (events,)
        In the reference.
    """

    low: Array
    high: Array
    correlation: Array
    share: Array

    def design(self, rows: Array) -> Array:
        """Return how many rows of a window are worth one independent row: 1 + (n − 1)ρ."""
        return np.maximum(1.0, 1 + (rows - 1) * self.correlation)


def correlation_of(groups: Sequence[tuple[Array, Array]]) -> Array:
    """Return how alike rows of one window are, from windows that are of one kind a group.

    With R windows of n_r rows and shares s_r about their common share s, Σ n_r (s_r − s)² over
    s(1 − s)(R − 1) is 1 for independent rows and 1 + (n − 1)ρ for rows that are alike. It is
    taken at its upper 90 % limit, the χ² law of R − 1 degrees of freedom.

    Parameters
    ----------
    groups : sequence of (counts, rows)
        Both of shape (windows, events); one group a season.

    References
    ----------
    Rao and Scott (1992), A simple method for the analysis of clustered binary data.
    """
    events = groups[0][0].shape[1]
    squares, sizes, freedom, count = np.zeros(events), np.zeros(events), 0, 0
    for counts, rows in groups:
        if len(rows) < 2:
            continue
        share = counts.sum(axis=0) / np.maximum(rows.sum(axis=0), 1.0)
        spread = np.maximum(share * (1 - share), 1e-300)
        gaps = counts / np.maximum(rows, 1.0) - share
        squares += (rows * gaps**2).sum(axis=0) / spread
        sizes += rows.sum(axis=0)
        freedom, count = freedom + len(rows) - 1, count + len(rows)
    if not freedom:
        return np.zeros(events)
    design = squares / chdtri(freedom, 1 - UNSURE)
    result: Array = np.clip((design - 1) / (np.maximum(sizes / count, 2.0) - 1), 0.0, 1.0)
    return result


def baseline_of(
    counts: Array, rows: Array, correlation: Array, miss: float, tolerance: float
) -> Baseline:
    """Return the limits of all events from the windows of a reference.

    Parameters
    ----------
    counts : ndarray of shape (windows, events)
        How often each event happened.
    rows : ndarray of shape (windows, events)
        Out of so many rows.
    correlation : ndarray of shape (events,)
        From `correlation_of`.
    miss : float
        The chance that a share lies outside its limits.
    tolerance : float
        Bits of JS that are no change: the limits are widened by what such a change could do.

    Notes
    -----
    Clopper and Pearson (1934) on counts divided by the design effect. No event can differ by
    more than the whole column does (data processing), so a share p is tolerated if the JS
    divergence of (p, 1 − p) from (share, 1 − share) is at most the tolerance.
    """
    sizes = rows / (1 + (rows - 1) * correlation)
    shares = counts / np.maximum(rows, 1.0)
    k, n = (sizes * shares).sum(axis=0), sizes.sum(axis=0)
    with np.errstate(invalid="ignore"):
        low = np.where(k > 0, betaincinv(np.maximum(k, 1e-300), n - k + 1, miss / 2), 0.0)
        high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1e-300), 1 - miss / 2), 1.0)
    if tolerance > 0:
        low, high = tolerated(low, tolerance, 0.0), tolerated(high, tolerance, 1.0)
    return Baseline(low, high, correlation, k / np.maximum(n, 1e-300))


def tolerated(share: Array, tolerance: float, end: float) -> Array:
    """Return how far toward 0 or 1 a share may go before two outcomes differ by more.

    Examples
    --------
    >>> tolerated(np.array([0.5]), 0.01, 1.0).round(4).tolist()
    [0.6168]
    """
    near: NDArray[Any] = share
    far: NDArray[Any] = np.full(share.shape, end)
    for _ in range(_STEPS):
        middle = (near + far) / 2
        inside = _js_of_two(middle, share) <= tolerance * NATS_PER_BIT
        near, far = np.where(inside, middle, near), np.where(inside, far, middle)
    return np.asarray(near, dtype=np.float64)


def _js_of_two(p: NDArray[Any], q: NDArray[Any]) -> NDArray[Any]:
    both: NDArray[Any] = _entropy_of_two((p + q) / 2)
    return np.asarray(both - (_entropy_of_two(p) + _entropy_of_two(q)) / 2)


def _entropy_of_two(p: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(-xlogy(p, p) - xlogy(1 - p, 1 - p))
