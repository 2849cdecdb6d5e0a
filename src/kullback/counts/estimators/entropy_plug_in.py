"""Entropy from the shares as they are, and the corrections of its bias in 1/n."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, xlog1py, xlogy

from kullback.counts.rows.row import CountRow
from kullback.errors import InputError, MethodError

Array = NDArray[np.float64]


def plug_in(row: CountRow) -> float:
    """−Σ (x/n) ln(x/n): on average too small by about (K − 1)/2n."""
    return float(np.log(row.n) - xlogy(row.seen, row.seen).sum() / row.n)


def miller_madow(row: CountRow) -> float:
    """The plug-in plus (K − 1)/2n, K the outcomes seen (Miller 1955)."""
    return plug_in(row) + (len(row.seen) - 1) / (2 * row.n)


def zhang(row: CountRow) -> float:
    """ψ(n) − Σ (x/n) ψ(x): Zhang 2012, Neural Computation 24, 1368, in digamma form."""
    return float((row.seen / row.n) @ (digamma(row.n) - digamma(row.seen)))


def grassberger(row: CountRow) -> float:
    """ln n − Σ (x/n) G(x), G(x) = ψ(x) + ½ (−1)ˣ [ψ((x+1)/2) − ψ(x/2)] (Grassberger 2003)."""
    x = whole(row, "grassberger")
    sign = np.where(x % 2 == 0, 0.5, -0.5)
    terms = digamma(x) + sign * (digamma((x + 1) / 2) - digamma(x / 2))
    return float(np.log(row.n) - (x / row.n) @ terms)


def jackknife(row: CountRow) -> float:
    """n·H − (n−1)·(mean of H with one observation left out) (Burnham and Overton 1978)."""
    x, n = whole(row, "jackknife"), row.n
    if n < 2:
        raise InputError('x has one observation: method="jackknife" leaves one out; give two')
    # Expanded, so that the terms of the size of n cancel on paper and not in the computer.
    left = x @ xlog1py(x - 1, -1 / x) / n
    return plug_in(row) + float(left - xlog1py(n - 1, -1 / n))


def whole(row: CountRow, method: str) -> Array:
    """Return the counts above 0, which a method needs to be whole numbers."""
    if not row.whole:
        raise MethodError(
            f"method={method!r} is defined for whole counts, and x holds fractions; "
            f'"zhang", "plug-in", "miller-madow", "james-stein" and "nsb" take weights'
        )
    return row.seen
