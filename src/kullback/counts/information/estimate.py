"""From a table and signed margins to an estimate: value, error, interval and p-value, in nats."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, xlogy

from kullback.counts.estimators.entropy import METHODS
from kullback.counts.information.margins import Margins
from kullback.counts.information.shuffling import shuffled
from kullback.counts.information.table import CountTable
from kullback.counts.intervals.legal import (
    ONE_OBSERVATION,
    ROUNDING,
    open_above,
    settled,
    single,
    unbounded,
)
from kullback.counts.intervals.non_central import NEAR, near_uniform, noncentrality
from kullback.counts.intervals.normal import normal_interval
from kullback.counts.intervals.unseen_tail import entropy_tail
from kullback.counts.rows.row import CountRow, chosen
from kullback.counts.tests.statistics import MINIMUM_EXPECTED
from kullback.results import Estimate, Interval, Note

Array = NDArray[np.float64]

MOST_ROWS = 2_000_000  # beyond, shuffling takes long, and the chi-square law is near enough
LARGE_STATISTIC = 1e4  # beyond, the chi-square law is the normal one
HOW = "delta, of the margins' entropies"


def entropies(found: CountTable, margins: Margins, method: str) -> float:
    """Return the signed sum of the entropies by one method."""
    answer = chosen(METHODS, method, "entropy")
    return sum(
        margin.sign * answer(CountRow(found.margin(margin.columns).ravel())).value
        for margin in margins
    )


def local(found: CountTable, margins: Margins) -> Array:
    """Return what each cell says: the signed sum of −ln of the shares of its margins."""
    logs = np.zeros_like(found.x)
    for margin in margins:
        p = found.margin(margin.columns) / found.n
        logs = logs - margin.sign * np.log(np.where(p > 0, p, 1.0))
    return logs


def conditional_of(
    found: CountTable, margins: Margins, method: str, level: float, quantity: str
) -> Estimate:
    """Estimate a conditional entropy."""
    value = entropies(found, margins, method)
    joint, given = margins
    groups = int(np.count_nonzero(found.margin(given.columns)))
    others = tuple(i for i in joint.columns if i not in given.columns)
    outcomes = int(np.count_nonzero(found.margin(others)))
    error = _delta(found, local(found, margins), groups * (outcomes - 1) / 2 / found.n**2)
    own = normal_interval(value, error, level, HOW)
    interval = _reaching(found, margins, own, error, method)
    interval = near_uniform(interval, _plug_in(found.x, found, margins), outcomes, found.n, groups)
    made = replace(_estimate(found, value, error, interval, method), quantity=quantity)
    nothing = _plug_in(found.x, found, margins) <= ROUNDING
    return settled(_reaching_unseen(made, found.x, level, nothing=nothing))


def information_of(
    found: CountTable, margins: Margins, method: str, level: float, seed: int, quantity: str
) -> Estimate:
    """Estimate information: how far the columns are from what the margins say of them."""
    value = entropies(found, margins, method)
    independent = _independent(found, margins)
    support = independent > 0
    df = _degrees(found, margins, support)
    error = _delta(found, local(found, margins), df / 2 / found.n**2)
    statistic = 2 * found.n * max(0.0, _plug_in(found.x, found, margins))
    dense = float(independent[support].min()) * found.n >= MINIMUM_EXPECTED
    notes: tuple[Note, ...] = ()
    if dense or df == 0 or found.n > MOST_ROWS:
        p, mean = (float(chdtrc(df, statistic)) if df else 1.0), float(df)
    else:
        p, mean, notes = shuffled(found, margins, statistic, seed)
    own = normal_interval(value, error, level, HOW)
    interval = _reaching(found, margins, own, error, method)
    if dense and df:
        interval = _near(interval, statistic, df, found.n, level)
    elif p > 1 - level:
        interval = Interval(0.0, interval.high, level, interval.method)
    made = _estimate(found, value, error, interval, method, p, mean / 2 / found.n)
    made = replace(made, quantity=quantity, notes=(*made.notes, *notes))
    return settled(_reaching_unseen(made, found.x, level, nothing=df == 0))


def _reaching_unseen(made: Estimate, x: Array, level: float, *, nothing: bool) -> Estimate:
    """Let the interval reach on where nothing varies that could tell, or nothing else is there."""
    if made.n <= 1:
        return unbounded(made, level, ONE_OBSERVATION)
    if nothing:
        return single(made, level)
    return made if made.method == "nsb" else open_above(made, x)


def _estimate(
    found: CountTable,
    value: float,
    error: float,
    interval: Interval,
    method: str,
    p_value: float | None = None,
    null_bias: float | None = None,
) -> Estimate:
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=interval,
        method=method,
        n=found.n,
        m=None,
        outcomes=int(np.count_nonzero(found.x)),
        quantity="",
        p_value=p_value,
        null_bias=null_bias,
        notes=found.notes,
    )


def _delta(found: CountTable, logs: Array, null: float) -> float:
    p = found.x / found.n
    mean = float((p * logs).sum())
    return math.sqrt(max(float((p * (logs - mean) ** 2).sum()) / found.n, null))


def _reaching(
    found: CountTable, margins: Margins, own: Interval, error: float, method: str
) -> Interval:
    """Let the interval hold Zhang's too, and what outcomes too rare to be seen may move."""
    zhang = normal_interval(entropies(found, margins, "zhang"), error, own.level, own.method)
    tails = [(m.sign, entropy_tail(found.margin(m.columns).ravel())) for m in margins]
    up = sum(tail for sign, tail in tails if sign > 0)
    down = sum(tail for sign, tail in tails if sign < 0)
    if method == "nsb":
        return own
    low = min(own.low, max(0.0, zhang.low - max(0.0, down - up)))
    high = max(own.high, zhang.high + max(0.0, up - down))
    return Interval(low, high, own.level, own.method)


def _near(interval: Interval, statistic: float, df: int, n: float, level: float) -> Interval:
    """Join with the interval from the non-central chi-square law of G, whose is the low end."""
    if statistic > min(LARGE_STATISTIC, df + NEAR * math.sqrt(2 * df)):
        return interval
    tail = (1 - level) / 2
    low, high = (noncentrality(statistic, df, q) / 2 / n for q in (1 - tail, tail))
    how = f"{interval.method}, joined with non-central chi-square"
    return Interval(low, max(high, interval.high), level, how)


def _independent(found: CountTable, margins: Margins) -> Array:
    """Return the shares of cells that the margins alone would give."""
    shares = np.ones_like(found.x)
    for margin in margins[1:]:
        p = found.margin(margin.columns) / found.n
        seen = p > 0
        shares = np.where(seen, shares * np.where(seen, p, 1.0) ** margin.sign, 0.0)
    return np.asarray(shares / shares.sum())


def _degrees(found: CountTable, margins: Margins, support: NDArray[np.bool_]) -> int:
    cells = int(np.count_nonzero(support)) + sum(margin.sign for margin in margins)
    return cells - sum(
        margin.sign * int(np.count_nonzero(found.margin(margin.columns))) for margin in margins[1:]
    )


def _plug_in(x: Array, found: CountTable, margins: Margins) -> float:
    """Return the plug-in of another table of the same shape."""
    other = CountTable(x.reshape(found.x.shape))
    n = other.n
    return sum(
        margin.sign * (math.log(n) - float(xlogy(m, m).sum()) / n)
        for margin in margins
        for m in (other.margin(margin.columns),)
    )
