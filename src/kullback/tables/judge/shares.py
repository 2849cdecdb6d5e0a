"""Rare but costly changes: shares of rows that a divergence hides, each tested for itself.

A JS divergence of .01 bits has room for 0 → 1 % missing, or for a flag that rises from .1 to .5 %.
So the shares of missing values, of values outside the reference's range, of values that are new
and of those that are rare have tolerances of their own.
"""

import math
from collections.abc import Hashable, Iterator
from typing import NamedTuple

import numpy as np
from scipy.special import gammaincinv

from kullback.counts.rows.pair import pair
from kullback.counts.rows.relabelling import Moments
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.counts.tests.p_values import sidak
from kullback.counts.tests.pearson_three import upper_tail
from kullback.statistics.level import quantile
from kullback.tables.judge import reasons
from kullback.tables.judge.constancy import rare_values
from kullback.tables.judge.extent import BeyondRange
from kullback.tables.judge.verdict import SHARE_OF_ALPHA, Criteria, ShareTolerances
from kullback.tables.profiles import labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.labels import Bin
from kullback.tables.results.column_facts import ShareChange, ShareName

SMALLEST = 0.01  # a variance from which the moments have a law


class _Share(NamedTuple):
    """A share with its interval."""

    value: float
    low: float
    high: float


def share_changes(
    aligned: Aligned, outside: BeyondRange | None, level: float, tolerances: ShareTolerances
) -> Iterator[ShareChange]:
    """Test those shares that are not 0 on both sides; the verdict waits for the q-value."""
    n, m = float(aligned.x.sum()), float(aligned.y.sum())

    def change(name: ShareName, p: _Share, q: _Share, p_value: float, said: str) -> ShareChange:
        low, high = _difference(p, q)
        tolerance = tolerances.of(name, q.value)
        ends = (q.value, p.value, low, high, p_value, 1.0, tolerance)
        return ShareChange(name, *ends, "undecided", said)

    place = aligned.place_of(labels.MISSING)
    if place is not None:
        x, y = float(aligned.x[place]), float(aligned.y[place])
        p_value = homogeneity_of(pair([x, n - x], [y, m - y])).p_value
        said = f"missing {reasons.percent(y / m)} → {reasons.percent(x / n)}"
        yield change("missing", _wilson(x, n, level), _wilson(y, m, level), p_value, said)
    rare = rare_values(aligned)
    if rare is not None:
        x, n_held, y, m_held = rare[:4]
        p_value = homogeneity_of(pair([x, n_held - x], [y, m_held - y])).p_value
        yield change(
            "rare", _wilson(x, n_held, level), _wilson(y, m_held, level), p_value, rare.said
        )
    if outside is not None and outside.rows:
        share = _wilson(outside.rows, outside.current, level)
        yield change("out of range", share, _ends(m, level), outside.p_value, outside.said)
    found = _new(aligned, n, m)
    if found is not None:
        said = reasons.new_values(found.names, found.rows / n)
        reach = quantile(level) * found.spread
        chance = _Share(found.mean / n, max(0.0, found.mean - reach) / n, (found.mean + reach) / n)
        yield change("new", _wilson(found.rows, n, level), chance, found.p_value, said)


def share_differs(
    name: str, reference: tuple[int, int], current: tuple[int, int], criteria: Criteria
) -> bool:
    """Return whether a share (so many of so many) has changed by more than its tolerance.

    Parameters
    ----------
    name : str
        Of the tolerance.
    reference, current : (int, int)
        Rows, and all rows.
    criteria : Criteria
        The level, the error level and the tolerances.

    Examples
    --------
    >>> share_differs("unique", (0, 2000), (60, 2000), Criteria("bits", 0.95, 0.05, 0.01))
    True
    """
    (k, m), (j, n) = reference, current
    if not (m and n) or k * n == j * m:
        return False
    p_value = homogeneity_of(pair([j, n - j], [k, m - k])).p_value
    low, high = _difference(_wilson(j, n, criteria.level), _wilson(k, m, criteria.level))
    tolerance = criteria.shares.of(name, k / m)
    return p_value <= SHARE_OF_ALPHA * criteria.alpha and (low > tolerance or high < -tolerance)


def _difference(p: _Share, q: _Share) -> tuple[float, float]:
    """Return the interval of a difference of shares (Newcombe 1998, method 10)."""
    gap = p.value - q.value
    low = gap - math.hypot(p.value - p.low, q.high - q.value)
    return low, gap + math.hypot(p.high - p.value, q.value - q.low)


def _wilson(rows: float, whole: float, level: float) -> _Share:
    """Return a share and its interval (Wilson 1927)."""
    share, z = rows / whole, quantile(level) ** 2 / whole
    centre = (share + z / 2) / (1 + z)
    reach = math.sqrt(max(0.0, z * (share * (1 - share) + z / 4))) / (1 + z)
    return _Share(share, min(share, max(0.0, centre - reach)), max(share, min(1.0, centre + reach)))


def _ends(m: float, level: float) -> _Share:
    """Return the share that lies beyond both ends of m values: Beta(2, m − 1), or nearly Gamma."""
    tail = (1 - level) / 2
    low, high = (float(gammaincinv(2, share)) / m for share in (tail, 1 - tail))
    return _Share(min(1.0, 2 / m), low, min(1.0, high))


class _NewValues(NamedTuple):
    """Rows in new values, what chance puts there (mean and spread), the p-value, the names."""

    rows: float
    mean: float
    spread: float
    p_value: float
    names: list[Hashable]


def _new(aligned: Aligned, n: float, m: float) -> _NewValues | None:
    """Return the current rows in values that the reference never shows.

    Given its pooled count z, an outcome is P's alone with probability (n/N)^z when P = Q. The sum
    has these moments; beside it stands the chance of any outcome as large as the largest new one.
    """
    if aligned.place_of(labels.OTHER) is not None:
        return None
    places = [i for i, label in enumerate(aligned.labels) if _is_value(label)]
    x, y = aligned.x[places], aligned.y[places]
    only = (x > 0) & (y == 0)
    if not only.any():
        return None
    z = x + y
    chance = np.exp(z * math.log(n / (n + m)))
    held, mean, spread = float(x[only].sum()), float(z @ chance), z * z * chance * (1 - chance)
    law = Moments(mean, float(spread.sum()), float((spread * z * (1 - 2 * chance)).sum()))
    largest = min(1.0, float(chance[z >= z[only].max()].sum()))
    whole = upper_tail(held, law) if law.variance > SMALLEST else largest
    names = [aligned.labels[places[i]] for i in np.flatnonzero(only)]
    return _NewValues(held, mean, math.sqrt(law.variance), sidak(whole, largest), names)


def _is_value(label: Hashable) -> bool:
    return isinstance(label, str) or (reasons.is_named(label) and not isinstance(label, Bin))
