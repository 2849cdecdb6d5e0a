"""What one method of estimating KL answers, before it is put into an `Estimate`."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.intervals.normal import plug_in_null_bias
from kullback.counts.intervals.unseen_tail import UnseenTail
from kullback.counts.rows.pair import CountPair
from kullback.counts.smoothing.prior import Smoothing
from kullback.results import Note

Array = NDArray[np.float64]

NOTHING = 1e-20  # a variance that is rounding
NAMED = 5  # outcomes that a note names before it says "and more"


class KLDraft(NamedTuple):
    """Error, centre of the interval and how that is made, in nats.

    `tail` says by how much rare outcomes may move the truth; where there are `draws` of a
    posterior, the interval holds their middle.
    """

    standard_error: float
    centre: float
    interval: str = "delta"
    tail: UnseenTail = UnseenTail()
    notes: tuple[Note, ...] = ()
    draws: Array | None = None


class Method(NamedTuple):
    """A method: its value outcome by outcome, and what is said of it."""

    terms: Callable[[CountPair, Smoothing], Array]
    draft: Callable[[CountPair, Smoothing, Array], KLDraft]


def delta_variance(counts: CountPair) -> float:
    """Return Var_p(ln p/q)/n + χ²(p‖q)/m, an outcome without y counted as seen once there."""
    seen = counts.x > 0
    p, q = counts.x[seen] / counts.n, np.maximum(counts.y[seen], 1.0) / counts.m
    ratio = p / q
    logs = np.log(ratio)
    spread = float(p @ (logs - p @ logs) ** 2)
    chi_square = max(0.0, float(p @ ratio) - 1)
    return spread / counts.n + chi_square / counts.m


def delta_error(counts: CountPair, null_variance: float) -> float:
    """Return the delta-method error, and not less than the one that holds when P = Q."""
    variance = max(delta_variance(counts), null_variance)
    # Where every relabelling gives the same, the law of the statistic alone tells the noise.
    return math.sqrt(variance if variance > NOTHING else chi_square_variance(counts))


def chi_square_variance(counts: CountPair) -> float:
    """Return the variance of the plug-in when P = Q.

    2nm/(n+m) of the plug-in is then chi-square with K − 1 degrees of freedom.
    """
    return (counts.outcomes - 1) / 2 * (1 / counts.n + 1 / counts.m) ** 2


def centred(
    counts: CountPair, terms: Array, bias: float, null_variance: float, how: str
) -> KLDraft:
    """Centre the interval on the value less what it takes when P = Q."""
    text = f"The interval is centred on the value less its bias when P = Q ({bias:.3g} nats)."
    error = delta_error(counts, null_variance)
    return KLDraft(error, float(terms.sum()) - bias, how, UnseenTail(), (Note("centred", text),))


def less_null_bias(counts: CountPair, terms: Array) -> KLDraft:
    """Centre a plug-in, whose null bias is known to the first order."""
    bias = plug_in_null_bias(counts)
    return centred(counts, terms, bias, chi_square_variance(counts), "delta, less null bias")


def infinite(counts: CountPair) -> KLDraft:
    """Say where an infinite estimate is infinite."""
    missing = np.flatnonzero((counts.x > 0) & (counts.y == 0))
    text = f"Infinite: x has counts and y has none in {named(counts, missing)}. "
    text += 'Q may still give some probability there: method="zhang" allows for that.'
    if counts.q is not None:
        text = f"Infinite: x has counts where q is 0, in {named(counts, missing)}."
    return KLDraft(math.inf, math.inf, "none", UnseenTail(), (Note("infinite", text),))


def named(counts: CountPair, where: NDArray[np.intp]) -> str:
    """Name outcomes, those with the most counts in x first."""
    order = where[np.argsort(-counts.x[where], kind="stable")]
    shown = ", ".join(repr(counts.name(int(i))) for i in order[:NAMED])
    more = len(where) - NAMED
    return f"{shown} and {more} more" if more > 0 else shown
