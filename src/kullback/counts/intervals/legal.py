"""An estimate in the range of its quantity and in its own interval, and what a sample cannot bound.

Where all observations show one outcome, the delta method finds no error. Then another outcome may
still hold what n draws miss with probability (1 − level)/2.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from kullback.counts.rows.pair import CountPair
from kullback.results import Estimate, Interval, Note
from kullback.units import nats_per

Array = NDArray[np.float64]

ONE_OUTCOME = "Both samples show one outcome alone: what they do not show yet may differ at will."
ONE_OBSERVATION = "One observation says nothing of how outcomes vary: any value is possible."
ROUNDING = 1e-10  # nats: what sums of entropies leave of nothing


def settled(made: Estimate, highest: float = math.inf) -> Estimate:
    """Return an estimate that lies in [0, highest] and in its interval, and says what was done.

    Parameters
    ----------
    made : Estimate
        In nats, as its method gives it.
    highest : float
        What the quantity can be at most.

    Returns
    -------
    Estimate
        What came out elsewhere is `raw`. Where a method takes its bias out of the interval alone,
        the interval may not hold the value: then it reaches to it, and its method says so.
    """
    if made.interval is not None:
        low, high = (min(max(0.0, float(end)), highest) for end in made.interval)
        known = made.interval
        made = replace(made, interval=Interval(low, high, known.level, known.method))
    return _holding(_in_range(made, highest))


def _in_range(made: Estimate, highest: float) -> Estimate:
    low = 0.0 if made.interval is None else made.interval.low
    value = min(low if made.value < 0 else made.value, highest)
    if made.value == value:
        return made
    if abs(made.value - value) <= ROUNDING:
        return replace(made, value=value)
    if made.value < 0:
        text = (
            f"{made.quantity} comes out at {made.value:.3g} nats, less than it can be: the "
            f"correction for chance takes out more than this sample shows. Given is the least that "
            f"the interval holds; `raw` is what came out."
        )
        note = Note("negative", text)
    else:
        text = (
            f"{made.quantity} comes out at {made.value:.4g} nats, more than it can be: given is "
            f"the most, {highest:.4g}; `raw` is what came out."
        )
        note = Note("highest", text)
    return replace(made, value=value, raw=made.value, notes=(*made.notes, note))


def _holding(made: Estimate) -> Estimate:
    if made.interval is None or made.value in made.interval:
        return made
    low, high, value = made.interval.low, made.interval.high, made.value
    text = (
        f"Less its bias, {made.quantity} is from {low:.3g} to {high:.3g} nats, which leaves the "
        f"estimate itself out: the interval reaches to it. Rely on another method, which differs "
        f"less."
    )
    method = f"{made.interval.method}, joined with the estimate"
    interval = Interval(min(low, value), max(high, value), made.interval.level, method)
    return replace(made, interval=interval, notes=(*made.notes, Note("joined", text)))


def beside(kl: Estimate, jensen_shannon: Estimate) -> Estimate:
    """Raise a KL divergence whose interval lies below the least that JS of the same data allows.

    Where hardly any outcome is shared, what both sides show says little of KL, and JS knows better.
    JS ≤ ln 2·TV (Lin 1991, IEEE Trans. Inf. Theory 37, theorem 3) and KL ≥ −ln(1 − TV²)
    (Bretagnolle and Huber 1979), either way.

    Parameters
    ----------
    kl, jensen_shannon : Estimate
        In one unit.
    """
    known, ends = kl.interval, jensen_shannon.interval
    if known is None or ends is None:
        return kl
    unit = nats_per(kl.unit)
    least, low, high = (least_kl(v * unit) / unit for v in (jensen_shannon.value, *ends))
    least = low if math.isinf(least) else least
    if least <= known.high:
        return kl
    method = f"{known.method}; at least what JS allows"
    interval = Interval(max(known.low, low), max(high, least), known.level, method)
    text = (
        f"What both sides show gives {kl.value:.3g} {kl.unit}; their JS allows no less than this."
    )
    parts = kl.contributions
    if parts is not None:
        parts = parts * (least / kl.value) if kl.value > 0 else None
    notes = (*kl.notes, Note("least-of-js", text))
    return replace(kl, value=least, interval=interval, notes=notes, contributions=parts)


def least_kl(jensen_shannon: float) -> float:
    """Return the least KL divergence, in nats, that goes with a JS divergence.

    Examples
    --------
    >>> round(least_kl(0.5), 4), least_kl(math.log(2))
    (0.7347, inf)
    """
    variation = jensen_shannon / math.log(2)
    return math.inf if variation >= 1 else -math.log1p(-(variation**2))


def open_where_nothing_known(made: Estimate, counts: CountPair, level: float) -> Estimate:
    """Return a divergence without error and upper end where one outcome is all that was seen."""
    known = counts.q is not None
    if min(counts.n, math.inf if known else counts.m) <= 1:
        return unbounded(made, level, ONE_OBSERVATION)
    return unbounded(made, level, ONE_OUTCOME) if counts.outcomes == 1 and not known else made


def open_above(made: Estimate, x: Array, highest: float = math.inf) -> Estimate:
    """Return the estimate without an upper end where no outcome of x was seen twice."""
    if made.interval is None or np.any((x > 0) & (x != 1)):
        return made
    text = f"Every observation is another outcome: nothing bounds {made.quantity} from above."
    interval = replace(made.interval, high=highest)
    return replace(made, interval=interval, notes=(*made.notes, Note("all-singletons", text)))


def unbounded(made: Estimate, level: float, why: str, highest: float = math.inf) -> Estimate:
    """Return an estimate of which the data say nothing: no error, and all that it can be."""
    interval = Interval(0.0, highest, level, "none: nothing is known")
    return replace(
        made,
        standard_error=math.inf,
        interval=interval,
        notes=(*made.notes, Note("nothing-known", why)),
    )


def single(made: Estimate, level: float, highest: float = math.inf) -> Estimate:
    """Let an entropy that no observation varies reach to what an outcome not seen yet may add."""
    missed = missable(made.n, level)
    most = min(max(float(entr([missed, 1 - missed]).sum()), made.value), highest)
    text = (
        f"These {made.n:.10g} observations leave {made.quantity} no room to vary: what they do "
        f"not show yet may still hold up to {100 * missed:.3g} %, and the interval reaches to what "
        f"that would add."
    )
    method = "an outcome not seen yet"
    return replace(
        made,
        standard_error=max(made.standard_error, math.sqrt(0.5) / made.n),
        interval=Interval(0.0, most, level, method),
        notes=(*made.notes, Note("one-outcome", text)),
    )


def missable(n: float, level: float) -> float:
    """Return the share, up to ½, that n observations all miss with probability (1 − level)/2.

    Examples
    --------
    >>> round(missable(100, 0.95), 3)
    0.036
    """
    return min(0.5, -math.expm1(math.log((1 - level) / 2) / n))
