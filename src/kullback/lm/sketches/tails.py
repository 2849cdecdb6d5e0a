"""Whether the error of what a sketch estimates can be trusted: how heavy the tail of its terms is.

A mean of terms whose tail is Pareto's of k has no variance from k = ½ on: most draws miss the few
tokens that hold much of it, are too small, and say of themselves that they are exact. From k = 1 on
there is no mean to come near either, and no end of an interval means anything.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kullback.results import Estimate, Note
from kullback.statistics.pareto import LEAST, generalized_pareto_k, tail_length

Array = NDArray[np.float64]
# From here on terms have no variance, and from there on no mean.
NO_VARIANCE, NO_MEAN = 0.5, 1.0
# Rows of which the terms are looked at; and the terms below which nothing can be said.
ROWS, FEWEST = 4_096, 100
HIGHEST = {"jensen_shannon": math.log(2.0), "total_variation": 1.0}


def tail_shape(largest: Array, drawn: int) -> float:
    """Return Pareto's k of the terms of all rows; NaN where there are too few of them.

    Parameters
    ----------
    largest : ndarray, shape (rows, terms)
        The largest terms of each row, over its median.
    drawn : int
        How many terms a row had.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> terms = np.sort(rng.pareto(1 / 0.8, (200, 64)), axis=1)[:, -8:]
    >>> 0.6 < tail_shape(terms, 64) < 1.0
    True
    """
    some = largest[:: max(1, math.ceil(len(largest) / ROWS))]
    count = len(some) * drawn
    ordered = np.sort(some[some > 0])
    if count < FEWEST or len(ordered) < FEWEST // 2:
        return math.nan
    size = min(tail_length(count), len(ordered) - 1)
    excess = ordered[-size:] - ordered[-size - 1]
    excess = excess[excess > 0]
    return generalized_pareto_k(excess) if len(excess) >= LEAST else math.nan


def is_heavy(shape: float, rows: int, drawn: int, limit: float = NO_VARIANCE) -> bool:
    """Whether k may be `limit` or more: the fewer terms there are, the less is known of it."""
    return shape > limit - 1 / math.sqrt(tail_length(max(FEWEST, min(rows, ROWS) * drawn)))


def opened_above(
    estimates: Mapping[str, Estimate], shapes: Mapping[str, float], drawn: int
) -> tuple[dict[str, Estimate], Note | None]:
    """Open the intervals of what has a heavy tail, and say so.

    Parameters
    ----------
    estimates : mapping of str to Estimate
        Means over the tokens of a text.
    shapes : mapping of str to float
        Pareto's k of their terms, by name.
    drawn : int
        How many tokens of each row were drawn.

    Returns
    -------
    tuple of dict and Note or None
        The estimates, and what to say of those that were opened.
    """
    heavy = [
        name
        for name, estimate in estimates.items()
        if is_heavy(shapes.get(name, -math.inf), int(estimate.n or 0), drawn)
    ]
    found = dict(estimates)
    for name in heavy:
        interval = found[name].interval
        if interval is not None:
            high = HIGHEST.get(name, math.inf)
            no_mean = is_heavy(shapes[name], int(found[name].n or 0), drawn, NO_MEAN)
            low = 0.0 if no_mean else interval.low
            found[name] = replace(found[name], interval=replace(interval, low=low, high=high))
    if not heavy:
        return found, None
    said = ", ".join(f"{found[name].quantity} (k = {shapes[name]:.2f})" for name in heavy)
    return found, Note(
        "heavy-tail",
        f"A few tokens that are hardly ever drawn may hold much of {said}: the terms have a heavy "
        f"tail (Pareto's k may be ½ or more). What is said is rather too small than too large, and "
        f"the intervals are open above, and from k = 1 on below as well. Draw more tokens, or "
        f"sketch the other model.",
    )
