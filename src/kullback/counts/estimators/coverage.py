"""What a sample says of the outcomes that it never shows: Good–Turing and Chao.

f₁ and f₂ are the numbers of outcomes seen once and twice.
"""

import numpy as np
from numpy.typing import NDArray

from kullback.results import Note

Array = NDArray[np.float64]

ABOUND = 0.1  # a share of observations that are singletons and that is worth a note


def coverage(x: Array) -> float:
    """Return 1 − f₁/n, the probability of the outcomes that were seen (Good 1953).

    Examples
    --------
    >>> coverage(np.array([4.0, 2.0, 1.0, 1.0]))
    0.75
    """
    return 1 - float(np.count_nonzero(x == 1)) / float(x.sum())


def richness(x: Array) -> float:
    """Return a lower bound for the number of outcomes: seen + f₁²/2f₂ (Chao 1984).

    Where nothing was seen twice: seen + f₁(f₁ − 1)/2, its bias-corrected form.

    Examples
    --------
    >>> richness(np.array([4.0, 2.0, 1.0, 1.0]))
    6.0
    """
    once, twice = (float(np.count_nonzero(x == count)) for count in (1, 2))
    more = once**2 / (2 * twice) if twice else once * (once - 1) / 2
    return float(np.count_nonzero(x)) + more


def singletons(side: str, x: Array) -> list[Note]:
    """Say how much a sample has not seen, where outcomes seen once abound."""
    covered = coverage(x)
    if 1 - covered <= ABOUND:
        return []
    seen = int(np.count_nonzero(x))
    once = int(np.count_nonzero(x == 1))
    text = (
        f"{once} of the {seen} outcomes in {side}'s sample were seen once: all seen hold about "
        f"{100 * covered:.3g} % of {side} (Good–Turing), and there are at least about "
        f"{max(richness(x), seen):.4g} outcomes (Chao1)."
    )
    return [Note("singletons", text)]
