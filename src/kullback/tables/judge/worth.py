"""How many rows say as much as an independent one, where neighbours are alike."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from kullback.counts.tests import long_run
from kullback.results import Estimate, Interval
from kullback.tables.judge import block_law
from kullback.tables.results.column_facts import ShareChange, ShareName
from kullback.tables.results.comparison import ColumnComparison
from kullback.units import nats_per

Array = NDArray[np.float64]

LENGTHS = (1, 2, 4)  # in stretches
LEAST = 10  # longer stretches that tell something
ALIKE = 1.25  # times the variance of independent rows, from which it is allowed for
ROUNDING = 1e-9  # of scores; less than this apart they are one
FAR = 15.0  # times as odd as the usual stretch
FEWEST = 4  # stretches, of which one may be left out
OWN = 0.9  # of the rows in such outcomes: the column is the order, and no sample in it
GROUPS = 20  # of neighbouring outcomes, of about as many rows of both sides together
SURE = 4.0  # and as many standard deviations above 1


class Worth(NamedTuple):
    """How many rows say as much as an independent one.

    Parameters
    ----------
    rows : float
        Over all outcomes (Rao and Scott 1981).
    score : float
        For that sum over outcomes on which the divergence depends; not less than `rows`.
    ranks : float
        For the mean rank too, where outcomes have an order; not less than `score`.
    missing, new : float
        For the shares of rows without a value, and in values that Q never shows.
    stretches, outside : int
        Into how many the side was cut, and how many of P's hold rows outside Q's extent.
    excess : float
        Nats of JS that chance adds beyond that of independent rows.
    freedom : float
        Of what is said of rows: so many nearly independent draws it rests on.
    draws : float
        Independent ones that the whole side is worth.
    """

    rows: float = 1.0
    score: float = 1.0
    ranks: float = 1.0
    missing: float = 1.0
    new: float = 1.0
    stretches: int = 0
    outside: int = 0
    excess: float = 0.0
    freedom: float = math.inf
    draws: float = math.inf

    def of(self, share: ShareName) -> float:
        """Return what rows are worth for a share: no more than for the divergence."""
        own = {"missing": self.missing, "new": self.new}
        return max(self.score, own.get(share, 1.0))

    @property
    def said(self) -> float:
        """What a note says: of the values, or else of the shares."""
        return self.ranks if self.ranks > 1 else max(self.missing, self.new)

    @property
    def alike(self) -> bool:
        """Whether rows are worth less than independent ones, for anything."""
        return max(self.ranks, self.missing, self.new) > 1


INDEPENDENT = Worth(), Worth()


class Likeness(NamedTuple):
    """What rows of which neighbours are alike are worth, and say.

    Parameters
    ----------
    current, reference : Worth
        Of P's rows, and of Q's.
    p_value : float
        Of P = Q, by what varies slowly in the order of rows; 0 where nothing is alike.
    unseen : {"", "current", "reference"}
        The side of which no order is known, and which is taken to be as the other.
    """

    current: Worth
    reference: Worth
    p_value: float
    unseen: str = ""

    @property
    def worth(self) -> tuple[Worth, Worth]:
        """P's, then Q's."""
        return self.current, self.reference

    def at_most(self, current: float, reference: float) -> "Likeness":
        """Return the same where no more rows are worth one: the rest is left to wider intervals."""
        p, q = (
            side._replace(rows=max(1.0, min(side.rows, most)))
            for side, most in zip(self.worth, (current, reference), strict=True)
        )
        return Likeness(p, q, self.p_value)

    @property
    def freedom(self) -> float:
        """On how many draws the variance of a difference rests (Satterthwaite 1946)."""
        scores = [side.score for side in self.worth]
        found = sum(side.score**2 / side.freedom for side in self.worth)
        return sum(scores) ** 2 / found if found else math.inf

    @property
    def least(self) -> float:
        """The least p-value that sides of so few draws have."""
        draws = [side.draws for side in self.worth]
        return long_run.least_p_value(draws) if all(map(math.isfinite, draws)) else 0.0

    def variance(self, rows: tuple[float, float], level: float) -> float:
        """Return by how much the variance of a divergence is larger, P's and Q's rows given.

        Where the sides differ it is that of the score, and that its size is known from a few
        draws only is counted; where they do not, the square of that of all outcomes.
        """
        score, every = (
            float(
                sum(getattr(side, name) / n for side, n in zip(self.worth, rows, strict=True))
                / sum(1 / n for n in rows)
            )
            for name in ("score", "rows")
        )
        return max(score * self.wider(level), every**2)

    def wider(self, level: float) -> float:
        """Return by how much a variance is larger for being known from a few draws only."""
        if math.isinf(self.freedom):
            return 1.0
        share = (1 + level) / 2
        return float((stdtrit(self.freedom, share) / ndtri(share)) ** 2)


def likeness_of(
    x: Array, y: Array, order: Sequence[int] | None, usual: Array | None = None
) -> Likeness:
    """Return what the rows of both sides are worth, and what they say.

    Parameters
    ----------
    x, y : ndarray of shape (b, k), (c, k)
        Counts of P and of Q, a stretch of the order of rows each.
    order : sequence of int or None
        The places of the outcomes that have an order, in it.
    usual : ndarray of shape (d, k), optional
        Of rows that both are parts of, and vary from part to part as.
    """
    nothing = Likeness(*INDEPENDENT, 0.0)
    if not (x.sum() and y.sum()) or len(y if usual is None else usual) < FEWEST:
        return nothing
    if usual is None and len(x) < FEWEST:
        return nothing
    scores = [_difference(x, y), *([] if order is None else [_ranks(x, y, order)])]
    found = [_worth(side, scores) for side in (x, y)]
    tests = [long_run.p_value(x, y, order)] if min(len(x), len(y)) >= FEWEST else []
    if usual is not None:
        known, rows = _worth(usual, scores), float(usual.sum())
        found = [
            _as_much(one, known, rows / float(side.sum()))
            for one, side in zip(found, (x, y), strict=True)
        ]
        tests += [long_run.p_value(x, y, order, usual)] if known.alike else []
    if not any(side.alike for side in found):
        return nothing
    return Likeness(found[0], found[1], max(tests))


def _as_much(one: Worth, other: Worth, times: float) -> Worth:
    """Return the most that rows are worth of two ways, the other of so many times the rows."""
    if one.ranks >= other.ranks:
        return one
    return one._replace(
        rows=max(one.rows, other.rows),
        score=max(one.score, other.score),
        ranks=other.ranks,
        excess=max(one.excess, other.excess * times),
        freedom=other.freedom,
        draws=other.draws / times,
    )


def _worth(table: Array, scores: Sequence[Array]) -> Worth:
    """Return what the rows of a side are worth; 1 where chance may be what is seen.

    Stretches and longer ones tell whether neighbours are alike, and the slowest waves how much.
    A column that tells the stretches apart itself is the order.
    """
    usual = _without_oddest(table)
    lengths = [k for k in LENGTHS if k == 1 or len(usual) >= LEAST * k]
    longer = [np.add.reduceat(usual, range(0, len(usual), k), axis=0) for k in lengths]
    seen = any(
        _is_alike(blocks) or any(_moves(blocks, score) for score in scores) for blocks in longer
    )
    if len(table) < FEWEST or not seen or is_order(table):
        return Worth()
    draws = long_run.worth_of(table, scores[1] if len(scores) > 1 else None)
    rows, freedom = long_run.inflation(table, draws)
    score, *ranks = (long_run.inflation_of_sum(table, score) for score in scores)
    if max(rows, score, *ranks) <= ALIKE:
        return Worth()
    excess = (rows - 1) * (_together(table).shape[1] - 1) / (8 * float(table.sum()))
    found = rows, max(rows, score), max(rows, score, *ranks)
    return Worth(*found, excess=excess, freedom=freedom, draws=draws)


def inflation_of(table: Array, outcomes: Sequence[int]) -> float:
    """Return the inflation of the rows in some outcomes together; 1 where it may be chance."""
    if not outcomes or len(table) < FEWEST:
        return 1.0
    held = table[:, list(outcomes)].sum(axis=1)
    both = np.column_stack([held, table.sum(axis=1) - held])
    usual = _without_oddest(both)
    lengths = [k for k in LENGTHS if k == 1 or len(usual) >= LEAST * k]
    longer = (np.add.reduceat(usual, range(0, len(usual), k), axis=0) for k in lengths)
    if not both.sum(axis=0).all() or not any(map(_is_alike, longer)):
        return 1.0
    found, _ = long_run.inflation(both, long_run.worth_of(both))
    return found if found > ALIKE else 1.0


def is_order(table: Array) -> bool:
    """Return whether nearly all rows are in outcomes that come in one run, as those of days do."""
    if len(table) < FEWEST:
        return False
    seen = table > 0
    first, last = seen.argmax(axis=0), len(seen) - 1 - seen[::-1].argmax(axis=0)
    run = (last - first + 1 == seen.sum(axis=0)) & (seen.sum(axis=0) < len(table))
    return bool(table[:, run].sum() >= OWN * table.sum())


def _without_oddest(table: Array) -> Array:
    """Leave out what is least like the rest: a few odd stretches make no neighbours alike.

    The oddest one, and up to a fifth that are far from all others.
    """
    if len(table) < FEWEST:
        return table
    rows = table.sum(axis=1, keepdims=True)
    share = np.median(table / np.maximum(rows, 1), axis=0)
    expected = rows * (table.sum(axis=0) / table.sum() if not share.sum() else share / share.sum())
    odd = ((table - expected) ** 2 / np.maximum(expected, rows / table.sum())).sum(axis=1)
    far = np.flatnonzero(odd > FAR * np.median(odd))
    worst = np.argsort(-odd)[: max(1, min(len(far), len(table) // 5))]
    return np.delete(table, worst, axis=0)


def _together(table: Array) -> Array:
    """Take rare neighbours together: they say little each."""
    whole = table.sum(axis=0) / table.sum()
    return np.add.reduceat(table, long_run.grouped(whole, len(table) / table.sum()), axis=1)


def _is_alike(blocks: Array) -> bool:
    """Return whether counts vary more from block to block than chance makes them."""
    blocks = _together(blocks)
    freedom = (len(blocks) - 1) * (np.count_nonzero(blocks.sum(axis=0)) - 1)
    return bool(freedom > 0) and _is_sure(block_law.inflation(blocks), float(freedom))


def _moves(blocks: Array, score: Array) -> bool:
    """Return whether Σ counts × score varies more from block to block than chance makes it."""
    rows, whole = blocks.sum(axis=1), blocks.sum(axis=0)
    score = score - score @ whole / whole.sum()
    if len(blocks) < 2 or np.ptp(score[whole > 0]) < ROUNDING or not rows.all():
        return False
    chance = float(score**2 @ whole) * (1 - 1 / len(blocks))
    return _is_sure(float(((blocks @ score) ** 2).sum()) / chance, len(blocks) - 1)


def _difference(x: Array, y: Array) -> Array:
    """Return the score whose sum over rows is the divergence, that of neighbours taken together.

    One by one, what happened to rare outcomes is chance, and its direction that of the chance.
    """
    whole = x.sum(axis=0) / x.sum() + y.sum(axis=0) / y.sum()
    group = np.cumsum(np.r_[0, np.diff(np.floor((np.cumsum(whole) - whole / 2) / 2 * GROUPS)) > 0])
    p, q = (np.bincount(group, side.sum(axis=0)) + 0.5 for side in (x, y))
    p, q = p / p.sum(), q / q.sum()
    return np.asarray(np.log(2 * p / (p + q))[group])


def _ranks(x: Array, y: Array, order: Sequence[int]) -> Array:
    """Return the share of rows of both sides that lies below each outcome in its order."""
    both = (x.sum(axis=0) / x.sum() + y.sum(axis=0) / y.sum())[list(order)]
    score = np.full(x.shape[1], both.sum() / 2)
    score[list(order)] = np.cumsum(both) - both / 2
    return score


def _is_sure(factor: float, freedom: float) -> bool:
    return factor > max(ALIKE, 1 + SURE * math.sqrt(2 / freedom))


def shrunk(p_value: float, factor: float, freedom: float = math.inf) -> float:
    """Return the p-value of a deviate √factor times smaller, known from so many draws.

    Examples
    --------
    >>> round(shrunk(0.0455, 4.0), 3), round(shrunk(0.0455, 4.0, 6.0), 3)
    (0.317, 0.356)
    """
    deviate = float(ndtri(max(p_value, 1e-300) / 2)) / math.sqrt(factor)
    tail = float(ndtr(deviate)) if math.isinf(freedom) else float(stdtr(freedom, deviate))
    return min(1.0, 2 * tail)


def wider_share(
    share: ShareChange, factor: float, likeness: Likeness | None = None, level: float = 0.95
) -> ShareChange:
    """Widen the interval of a share as if its variance were so many times larger."""
    wider, freedom, least = 1.0, math.inf, 0.0
    if likeness is not None:
        wider, freedom, least = likeness.wider(level), likeness.freedom, likeness.least
    gap, root = share.current - share.reference, math.sqrt(factor * wider)
    low, high = gap - root * (gap - share.low), gap + root * (share.high - gap)
    p_value = shrunk(share.p_value, factor, freedom)
    return replace(share, low=low, high=high, p_value=max(p_value, least))


def widened(
    column: ColumnComparison, factor: float, p_value: float, excess: float
) -> ColumnComparison:
    """Widen the intervals of its divergences as if their variance were so many times larger.

    Take out of JS what chance adds beyond that of independent rows, in nats.
    """
    return replace(
        column,
        kl=_wider(column.kl, factor, p_value),
        reverse_kl=_wider(column.reverse_kl, factor, p_value),
        jensen_shannon=_wider(_less(column.jensen_shannon, excess), factor, p_value),
        p_value=p_value,
        detectable=column.detectable and column.detectable * math.sqrt(factor),
    )


def _less(estimate: Estimate, nats: float) -> Estimate:
    """Move a divergence and its interval down, not below 0."""
    interval, moved = estimate.interval, nats / nats_per(estimate.unit)
    value = max(0.0, estimate.value - moved)
    if interval is not None:
        ends = max(0.0, interval.low - moved), value + interval.high - estimate.value
        interval = Interval(*ends, interval.level, interval.method)
    parts = estimate.contributions
    if parts is not None and estimate.value > 0:
        parts = parts * (value / estimate.value)
    return replace(estimate, value=value, interval=interval, contributions=parts)


def _wider(estimate: Estimate, factor: float, p_value: float) -> Estimate:
    found, value, root = estimate.interval, estimate.value, math.sqrt(factor)
    interval = found
    if found is not None:
        seen = p_value <= 1 - found.level
        low = max(0.0, value - root * (value - found.low)) if seen else 0.0
        highest = {"nats": math.log(2), "bits": 1.0, "bans": math.log10(2)}
        high = value + root * (found.high - value)
        if estimate.quantity.startswith("JS"):
            high = min(high, highest[estimate.unit])
        interval = Interval(low, high, found.level, found.method)
    return replace(
        estimate,
        interval=interval,
        standard_error=estimate.standard_error * root,
        p_value=p_value,
    )
