"""Rare but costly changes: shares of rows that a divergence hides, each tested for itself.

A JS divergence of .01 bits has room for 0 → 1 % missing. So the share of missing values, of
values outside the reference's range and of values that are new have tolerances of their own.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kullback.counts.rows.pair import pair
from kullback.counts.rows.relabelling import Moments
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.counts.tests.p_values import sidak
from kullback.counts.tests.pearson_three import upper_tail
from kullback.statistics.level import quantile
from kullback.tables.judge import reasons
from kullback.tables.judge.extent import Outside
from kullback.tables.judge.verdict import ShareTolerances
from kullback.tables.profiles import labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.labels import Bin
from kullback.tables.results.share_change import ShareChange, ShareName

Array = NDArray[np.float64]


def share_changes(
    aligned: Aligned, outside: Outside | None, level: float, tolerances: ShareTolerances
) -> Iterator[ShareChange]:
    """Test those shares that are not 0 on both sides; the verdict waits for the q-value."""
    n, m = float(aligned.x.sum()), float(aligned.y.sum())
    if labels.MISSING in aligned.labels:
        place = aligned.labels.index(labels.MISSING)
        x, y = float(aligned.x[place]), float(aligned.y[place])
        p_value = homogeneity_of(pair([x, n - x], [y, m - y])).p_value
        said = f"missing {reasons.percent(y / m)} → {reasons.percent(x / n)}"
        yield _change("missing", (x, n), (y, m), p_value, level, tolerances, said)
    if outside is not None and outside.rows:
        ends = (outside.rows, outside.current)
        yield _change(
            "out of range", ends, (0.0, math.inf), outside.p_value, level, tolerances, outside.said
        )
    found = _new(aligned, n, m)
    if found is not None:
        held, chance, p_value, number = found
        said = f"{_values(number)} {reasons.percent(held / n)} of current rows"
        yield _change("new", (held, n), (chance, math.inf), p_value, level, tolerances, said)


def _values(number: int) -> str:
    return "one new value holds" if number == 1 else f"{number} new values hold"


def _change(
    name: ShareName,
    current: tuple[float, float],
    reference: tuple[float, float],
    p_value: float,
    level: float,
    tolerances: ShareTolerances,
    said: str,
) -> ShareChange:
    """Return a share of (rows, of all) each; of infinitely many it is known and given itself."""
    p, q = current[0] / current[1], reference[0]
    q = q if math.isinf(reference[1]) else q / reference[1]
    low, high = _difference(current, reference, level)
    tolerance = tolerances.of(name)
    return ShareChange(name, q, p, low, high, p_value, 1.0, tolerance, "undecided", said)


def _difference(
    current: tuple[float, float], reference: tuple[float, float], level: float
) -> tuple[float, float]:
    """Return the interval of a difference of shares (Newcombe 1998, method 10)."""
    p, low_p, high_p = _wilson(*current, level)
    known = math.isinf(reference[1])
    q, low_q, high_q = (reference[0],) * 3 if known else _wilson(*reference, level)
    gap = p - q
    return gap - math.hypot(p - low_p, high_q - q), gap + math.hypot(high_p - p, q - low_q)


def _wilson(rows: float, whole: float, level: float) -> tuple[float, float, float]:
    """Return a share and its interval (Wilson 1927)."""
    share, z = rows / whole, quantile(level) ** 2 / whole
    centre = (share + z / 2) / (1 + z)
    reach = math.sqrt(max(0.0, z * (share * (1 - share) + z / 4))) / (1 + z)
    return share, min(share, max(0.0, centre - reach)), max(share, min(1.0, centre + reach))


def _new(aligned: Aligned, n: float, m: float) -> tuple[float, float, float, int] | None:
    """Return rows in new values, the share that chance puts there, p-value and their number.

    Given its pooled count z, an outcome is P's alone with probability (n/N)^z when P = Q. The sum
    has these moments; beside it stands the chance of any outcome as large as the largest new one.
    """
    named = np.array(
        [reasons.is_named(label) and not isinstance(label, Bin) for label in aligned.labels]
    )
    x, y = aligned.x[named], aligned.y[named]
    only = (x > 0) & (y == 0)
    if not only.any() or labels.OTHER in aligned.labels:
        return None
    z = x + y
    chance = np.exp(z * math.log(n / (n + m)))
    held, number = float(x[only].sum()), int(only.sum())
    mean, spread = float(z @ chance), z * z * chance * (1 - chance)
    law = Moments(mean, float(spread.sum()), float((spread * z * (1 - 2 * chance)).sum()))
    largest = min(1.0, float(chance[z >= z[only].max()].sum()))
    whole = upper_tail(held, law) if law.variance > 0.01 else largest
    return held, mean / n, sidak(whole, largest), number
