"""Divergences of two distributions on the integers by summation, with a bound for the tail.

As for quadrature, both forms of KL are summed, outwards from the middle of P.
"""

from collections.abc import Callable, Iterator

import numpy as np

from kullback.distributions.methods import tail_sum as heavy_tail
from kullback.distributions.methods.quadrature import finish, kl_rows
from kullback.distributions.model.answer import EPS, Answer
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array, Value
from kullback.errors import MethodError

FIRST_BLOCK = 256
MOST_POINTS = 1 << 23

Rows = Callable[[Array, Array, Array], Array]


def kl_summation(p: Distribution, q: Distribution, rtol: float) -> Answer:
    """KL(P‖Q) over the integers.

    Examples
    --------
    >>> from kullback.distributions.families import Poisson, Geometric
    >>> round(kl_summation(Poisson(3), Geometric(0.25), 1e-10).value, 9)
    0.31787038
    """
    values, tails = sums(p, q, kl_rows)
    noise = EPS * values[2:4]
    which = int(np.argmin(tails[:2] + noise))
    error = float(tails[which] + 8 * noise[which])
    return finish(float(values[which]), error, rtol, "summation")


def lattice_sum(
    p: Distribution, q: Distribution, row: Callable[[Array, Array], Array], rtol: float
) -> Answer:
    """Σ row(ln p, ln q) of one non-negative term over the integers."""

    def rows(lp: Array, lq: Array, size: Array) -> Array:
        with np.errstate(all="ignore"):
            value = row(lp, lq)
        return np.stack([value, np.abs(value) * (1 + np.where(np.isfinite(size), size, 0.0))])

    values, tails = sums(p, q, rows)
    return finish(float(values[0]), float(tails[0] + 4 * EPS * values[1]), rtol, "summation")


def sums(p: Distribution, q: Distribution, rows: Rows) -> tuple[Array, Array]:
    """Sums of the rows and bounds of what was left out."""
    supports = (p.support, q.support)
    low = min(float(np.min(s.low)) for s in supports)
    high = max(float(np.max(s.high)) for s in supports)
    start = float(np.clip(_start(p), low, high))
    spread = _reach(p, q, start)
    right, right_tail = _outwards(p, q, rows, _blocks(start, high, 1.0, spread))
    left, left_tail = _outwards(p, q, rows, _blocks(start - 1, low, -1.0, spread))
    return right + left, right_tail + left_tail


def _start(p: Distribution) -> float:
    center = getattr(p, "_center", None)
    return float(center()) if center is not None else 0.0


def _reach(p: Distribution, q: Distribution, start: float) -> float:
    """How far to go before small terms may end the sum: twelve deviations of both."""
    reach = float(FIRST_BLOCK)
    for law in (p, q):
        deviation, mean = law.deviation(), law.expectation()
        if deviation is not None and mean is not None and np.isfinite(deviation):
            reach = max(reach, min(abs(float(mean) - start) + 12 * float(deviation), 1e6))
    if p.deviation() is not None and float(p.deviation() or 0) > MOST_POINTS / 16:
        raise MethodError(
            f"{p!r} spreads over more than {MOST_POINTS:,} integers, too many to sum one by one; "
            f'use method="Monte Carlo"'
        )
    return reach


def _blocks(start: float, end: float, step: float, reach: float) -> Iterator[tuple[Value, bool]]:
    """Growing blocks of integers towards `end`, and whether the reach is behind them."""
    at, size = start, FIRST_BLOCK
    while (end - at) * step >= 0 and abs(at - start) < MOST_POINTS:
        count = int(min(size, (end - at) * step + 1))
        k = at + step * np.arange(count)
        at += step * count
        yield k, abs(at - start) >= reach
        size = min(2 * size, 1 << 16)


def _outwards(
    p: Distribution, q: Distribution, rows: Rows, blocks: Iterator[tuple[Value, bool]]
) -> tuple[Array, Array]:
    total = np.zeros(len(rows(np.zeros(1), np.zeros(1), np.zeros(1))))
    last = np.zeros((len(total), 2))
    k_last, ended = 0.0, True
    for k, beyond in blocks:
        lp, lq = p.log_density(k), q.log_density(k)
        with np.errstate(all="ignore"):
            terms = rows(lp, lq, np.abs(lp) + np.abs(lq) + 2)
        terms = np.where(np.isfinite(terms), terms, 0.0)
        total = total + np.array([_sum(row) for row in terms])
        last, k_last, ended = np.abs(terms[:, -2:]), abs(float(k[-1])), len(k) < FIRST_BLOCK
        tail = _tail_bound(last, k_last)
        if beyond and (tail <= 1e-18 * np.abs(total)).any() and tail[-1] <= 1e-13:
            return total, tail
        if beyond and k[-1] >= heavy_tail.FROM:
            rest = heavy_tail.power_tail(p, q, rows, float(k[-1]) + 1)
            if rest is not None:
                return total + rest[0], rest[1]
    return total, (0.0 * total if ended or k_last < MOST_POINTS / 2 else _tail_bound(last, k_last))


def _sum(row: Array) -> float:
    return float(np.sum(np.sort(np.abs(row)) if (row >= 0).all() else row))


def _tail_bound(last: Array, k: float) -> Array:
    """Geometric where the last ratio is below 1 − 2/k, else as a power of k."""
    if last.shape[1] < 2:
        return last[:, -1]
    with np.errstate(all="ignore"):
        ratio = np.where(last[:, 1] > 0, last[:, 1] / last[:, 0], 0.0)
        ratio = np.where(np.isfinite(ratio), ratio, 1.0)
        geometric = last[:, 1] * ratio / (1 - ratio)
        exponent = k * (1 - ratio)
        power = np.where(exponent > 1.02, last[:, 1] * k / (exponent - 1), np.inf)
    bound = np.where(ratio < 1 - 4 / max(k, 8.0), geometric, power)
    return np.where(last[:, 1] == 0, 0.0, bound)
