"""How small a difference this much data could have shown."""

import math

from scipy.special import ndtri

from kullback.arguments import number
from kullback.counts.estimators.jensen_shannon import HIGHEST, js_terms
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.row import Counts
from kullback.counts.tests.classes import has_rare
from kullback.counts.tests.pearson_three import SAME, upper_quantile
from kullback.errors import InputError
from kullback.results import Information
from kullback.statistics.level import quantile
from kullback.units import Unit


def detectable(
    x: Counts, y: Counts, *, level: float = 0.95, power: float = 0.8, unit: Unit = "nats"
) -> Information:
    """Return the smallest JS divergence that samples like these would show.

    A true divergence of this size is found (p ≤ 1 − level) in a share `power` of all pairs of
    samples of these sizes, over outcomes as common as these. It answers "how much could
    there be that I do not see?" before looking at the difference itself: it depends on the
    totals x + y alone.

    With a the upper 1 − level quantile of JS − E₀ when P = Q, v₀ its variance then, and
    c = (1/n + 1/m)/8, it is the δ for which δ − a = z·√(v₀ + 4cδ): the variance of a
    non-central chi-square law, on the scale of JS.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q.
    level : float
        One less the share of false alarms, in (0, 1).
    power : float
        The share of true differences that is to be found, in [0.5, 1).
    unit : {"nats", "bits", "bans"}
        Of the result.

    Returns
    -------
    Information
        In [0, ln 2] nats.

    Raises
    ------
    InputError, ShapeError, MassError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> detectable([100] * 10, [100] * 10, unit="bits")
    0.005579 bits
    """
    return Information(detectable_of(pair(x, y), level, power), "nats").to(unit)


def detectable_of(counts: CountPair, level: float = 0.95, power: float = 0.8) -> float:
    """Return the smallest detectable JS for a pair that has been read already, in nats."""
    quantile(level)
    if not 0.5 <= number("power", power) < 1:
        raise InputError(f"power={power} is not in [0.5, 1); 0.8 is usual")
    null = counts.null(js_terms(counts.n, counts.m))
    if null.variance <= (SAME * null.mean) ** 2 and counts.outcomes > 1:
        return HIGHEST  # every relabelling gives the same JS: nothing can be told apart
    reach = float(ndtri(power))
    noise = 4 * (1 / counts.n + 1 / counts.m) / 8
    # Where a second test looks at rare outcomes, each of the two has its share of the level.
    chance = 1 - (math.sqrt(level) if has_rare(counts) else level)
    critical = upper_quantile(chance, null) - null.mean
    half = critical + reach**2 * noise / 2
    delta = half + math.sqrt(max(0.0, half**2 - critical**2 + reach**2 * null.variance))
    return min(delta, HIGHEST)
