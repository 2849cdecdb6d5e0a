"""What is doubtful about an estimate from samples, said in notes."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from kullback.results import Estimate, Note
from kullback.samples.estimators.choice import HIGH, LOW
from kullback.samples.points.pair import SamplePair

ROUNDING = 1e-10  # nats: what sums leave of nothing
BY_DISTANCE = {"nearest-neighbours", "adaptive", "tie-safe"}


def cautions(pair: SamplePair, method: str, value: float) -> tuple[Note, ...]:
    """Return everything that is doubtful about this value."""
    return (
        *_same_points(pair),
        *_outside(pair),
        *_near_the_limit(pair, value),
        *(_thin(pair) if method in BY_DISTANCE else ()),
        *(distance_bias(pair.dimensions) if method in BY_DISTANCE else ()),
        *_few_ties(pair, method),
    )


def settled(pair: SamplePair, method: str, notes: tuple[Note, ...]) -> bool:
    """Return whether the coverage of the interval has been established for such data."""
    doubtful = {"outside", "near-limit", "disagreement", "ties"}
    usual = method == "nearest-neighbours" and pair.dimensions == 1
    return usual and not doubtful & {note.code for note in notes}


def in_range(made: Estimate, lowest: float = 0.0, highest: float = math.inf) -> Estimate:
    """Return an estimate, in nats, no less and no more than its quantity can be.

    What came out elsewhere is `raw`, with a note; within rounding it is not worth one.
    """
    value = min(max(made.value, lowest), highest)
    if not abs(made.value - value) > ROUNDING:  # nor where it is NaN
        return replace(made, value=made.value if math.isnan(made.value) else value)
    code, end = ("negative", "less") if made.value < value else ("highest", "more")
    text = (
        f"{made.quantity} comes out at {made.value:.3g} nats, {end} than it can be: estimates that "
        f"are right on average fall on both sides of the truth, which may be {value:.4g}. Given is "
        f"that; `raw` is what came out, and what to average over many samples."
    )
    return replace(made, value=value, raw=made.value, notes=(*made.notes, Note(code, text)))


def errorless(error: float) -> Iterator[Note]:
    """Say why there is no interval."""
    if math.isnan(error):
        text = "Too few points for a standard error, so there is no interval: collect more."
        yield Note("no-error", text)


def _same_points(pair: SamplePair) -> Iterator[Note]:
    """Say where the two samples are not two."""
    if pair.n == pair.m and np.array_equal(pair.x, pair.y):
        text = (
            "x and y hold the same points: this is one sample against itself, whose KL is 0, and "
            "estimates for two independent samples do not hold for it."
        )
        yield Note("same-sample", text)


def _outside(pair: SamplePair) -> Iterator[Note]:
    if not pair.outside.notable:
        return
    least = "At least " if pair.dimensions > 3 else ""
    text = (
        f"{least}{100 * pair.outside.share:.3g} % of x lies outside the range of y "
        f"({100 * pair.outside.expected:.2g} % if P = Q), where nothing is known of Q: the truth "
        f"may be infinite, so that the interval has no upper end."
    )
    yield Note("outside", text)


def _thin(pair: SamplePair) -> Iterator[Note]:
    """Say where the columns are functions of one another."""
    x, y = pair.thickness
    if min(x.dimensions, y.dimensions) == pair.dimensions:
        return
    lie = f"In {pair.dimensions} columns the rows of x lie on a set of about {x.measured:.2g} "
    if pair.apart:
        text = (
            f"{lie}dimensions and those of y on one of about {y.measured:.2g}: if that is so the "
            f"truth is infinite, and the interval has no upper end."
        )
        yield Note("thin", text)
        return
    text = f"{lie}dimensions (functions of one another): distances count in {x.dimensions}."
    yield Note("thin", text)


def _near_the_limit(pair: SamplePair, value: float) -> Iterator[Note]:
    limit = math.log(pair.m)
    if value > limit / 2:
        text = (
            f"No method can certify a KL much above ln m = {limit:.3g} nats from {pair.m} points "
            f"of Q, and this estimate is above half of that: the truth may be far larger."
        )
        yield Note("near-limit", text)


def distance_bias(dimensions: int) -> Iterator[Note]:
    """Say what an error from distances leaves out in more than one column."""
    if dimensions == 1:
        return
    worse = ""
    if dimensions > LOW:
        worse = f" With {dimensions} columns it is usually larger than the error"
        worse += ": do not rely on this number." if dimensions > HIGH else "."
    text = (
        f"The error holds no bias, which distances in {dimensions} columns have, in either "
        f"direction."
    )
    yield Note("bias", text + worse)


def _few_ties(pair: SamplePair, method: str) -> Iterator[Note]:
    if pair.tied > 0 and method in BY_DISTANCE - {"tie-safe"}:
        text = (
            f"{100 * pair.tied:.2g} % of the points coincide with another: distances were taken "
            f'as they are; method="tie-safe" counts instead.'
        )
        yield Note("ties", text)
