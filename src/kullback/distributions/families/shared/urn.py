"""Urns: n draws, each of which adds c balls of its colour (Pólya: c = 1) or takes it (c = −1).

P(k) = C(n, k) Π(a + c i) Π(b + c i)/Π(a + b + c i), with i below k, n − k and n. It is the
product of two binomials over a third, each of them centred, and the ratio of two urns is a sum
of logarithms of quotients near 1: neither has large parts that cancel.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from kullback.distributions.families.shared.discrete import log_binomial, log_poisson
from kullback.distributions.special.arrays import Array
from kullback.distributions.special.primitives import difference_of_products, g

Urn = tuple[float, float]
# More draws than this are not added up one by one.
MOST_DRAWS = 1 << 22
# From here on two terms of Stirling's series are enough for a change of at most its root.
LARGE = 1e4


def log_polya(k: Array, n: float, a: float, b: float) -> Array:
    """The beta-binomial: C(n, k) B(k + a, n − k + b)/B(a, b), as three negative binomials.

    Examples
    --------
    >>> float(np.exp(log_polya(np.array(3.0), 10.0, 1.0, 1.0)).round(12))
    0.090909090909
    """
    k = np.asarray(k, dtype=np.float64)
    total = a + b
    x = 0.5 * n / (0.5 * a + 0.5 * b)
    # Logarithms of small parameters cancel: they are taken of shares.
    unit = total if total < 1 else 1.0
    each = [log_failures(c, n, s, x, unit) for c, s in ((k, a), (n - k, b), (np.asarray(n), total))]
    both = np.log(unit) * ((k > 0) & (k < n))
    result: Array = each[0] + each[1] - each[2] + both
    return result


def log_failures(count: Array, n: float, size: float, x: float, unit: float) -> Array:
    """ln(Γ(s + c)/(Γ(s) c!)) + s ln(1/(1 + x)) + c ln(x/(1 + x)) − ln(unit), for c ≤ n.

    A negative binomial about its mean s x; where s is far above n², a Poisson with what it lacks.
    Where c = 0 there is no unit.
    """
    rest = x / (1 + x)
    if size <= max(n * n, LARGE):
        binomial = log_binomial(np.asarray(size), count + size, 1 / (1 + x), rest)
        some = np.where(count > 0, np.log(size / unit) - np.log(count + size), 0.0)
        terms: Array = binomial + some
        return terms
    more = count / size
    rise = size * (1 + more) * g(-more / (1 + more)) - np.log1p(more) / 2
    rise = rise - more / (12 * (size + count))
    about: Array = log_poisson(count, size * x) + size * g(x) - count * np.log1p(x) + rise
    return about


def log_without_return(k: Array, n: float, good: float, bad: float) -> Array:
    """The hypergeometric, as three binomials of one probability.

    Examples
    --------
    >>> float(np.exp(log_without_return(np.array(1.0), 2.0, 1.0, 1.0)).round(12))
    1.0
    """
    k, total = np.asarray(k, dtype=np.float64), good + bad
    share = n / total if total else 0.0
    drawn = log_binomial(k, good, share) + log_binomial(n - k, bad, share)
    result: Array = drawn - log_binomial(np.asarray(n), total, share)
    return result


def urn_log_ratio(
    k: Array, n: float, first: Urn, second: Urn, step: float
) -> tuple[Array, Array] | None:
    """ln p(k)/q(k) of two urns of as many draws, and the size of its parts; None for too many.

    Σ ln((a₁ + c i)/(a₂ + c i)) over both colours less that over all, with the leading k ln(a₁/a₂)
    of each taken out and put together again as k ln(share₁/share₂).

    Examples
    --------
    >>> urn_log_ratio(np.array([0.0, 1.0]), 1.0, (1.0, 1.0), (1.0, 3.0), 1.0)[0].round(6).tolist()
    [-0.405465, 0.693147]
    """
    if n > MOST_DRAWS:
        return None
    k = np.asarray(k).astype(int)
    (a1, b1), (a2, b2) = first, second
    sides = ((a1, a2), (b1, b2), (a1 + b1, a2 + b2))
    large = min(min(pair) for pair in sides[:2]) > 1
    rises = _beyond_leading if large else _whole
    changes = (a1 - a2, b1 - b2, (a1 - a2) + (b1 - b2))
    sums = [rises(pair, change, int(n), step) for pair, change in zip(sides, changes, strict=True)]
    parts = [sums[0][k], sums[1][int(n) - k], -sums[2][int(n)] + 0.0 * k]
    # share₁/share₂ − 1 = (a₁ b₂ − a₂ b₁)/(a₂ (a₁ + b₁)).
    if large:
        # Only the proportions matter: powers of two keep the products in range.
        a1, b1 = _scaled(a1, b1)
        a2, b2 = _scaled(a2, b2)
        apart = difference_of_products(a1, b2, a2, b1)
        parts += [
            k * _share_ratio(apart, (a1, b1), (a2, b2)),
            (n - k) * _share_ratio(-apart, (b1, a1), (b2, a2)),
        ]
    return np.sum(parts, axis=0), np.sum(np.abs(parts), axis=0)


def _share_ratio(apart: float, first: Urn, second: Urn) -> float:
    """ln(share₁/share₂) of one colour from a₁ b₂ − a₂ b₁, or from logarithms where far apart."""
    (a1, b1), (a2, b2) = first, second
    change = apart / (a2 * (a1 + b1)) if a2 > 0 else np.inf
    if abs(change) < 0.5:
        return float(np.log1p(change))
    return float(np.log(a1) - np.log(a1 + b1) - np.log(a2) + np.log(a2 + b2))


def _scaled(a: float, b: float) -> Urn:
    exponent = -int(np.frexp(a + b)[1])
    return float(np.ldexp(a, exponent)), float(np.ldexp(b, exponent))


def _cumulated(terms: Callable[[Array], Array], n: int) -> Array:
    return np.concatenate([[0.0], np.cumsum(terms(np.arange(float(n))))])


@lru_cache(maxsize=3)
def _beyond_leading(pair: Urn, change: float, n: int, step: float) -> Array:
    """Σ ln((1 + c i/a₁)/(1 + c i/a₂)) for every number of draws."""
    x, y = pair

    def terms(i: Array) -> Array:
        shift = step * i
        return np.log1p(-shift * (change / x) / (y + shift))

    with np.errstate(all="ignore"):
        return _cumulated(terms, n)


@lru_cache(maxsize=3)
def _whole(pair: Urn, change: float, n: int, step: float) -> Array:
    """Σ ln((a₁ + c i)/(a₂ + c i)) for every number of draws."""
    x, y = pair

    def terms(i: Array) -> Array:
        quotient = change / (y + step * i)
        return np.where(
            np.abs(quotient) < 0.5, np.log1p(quotient), np.log(x + step * i) - np.log(y + step * i)
        )

    with np.errstate(all="ignore"):
        return _cumulated(terms, n)
