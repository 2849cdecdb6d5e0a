"""KL and entropy from distances to nearest neighbours.

Pure functions on arrays of shape (n, d), in nats. One column is sorted, more go into a tree.
Every answer is a mean of one term a point, so that its delete-one jackknife follows from the
same neighbours: leaving a point out moves only those that count it among their k nearest, and
moves those to their (k+1)-th.
"""

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from kullback.samples.points.sorted_line import line_counts, line_nearest, line_reach, windows
from kullback.samples.points.tree import (
    EUCLIDEAN,
    Tree,
    ranked,
    tree_counts,
    tree_nearest,
    tree_radius,
)

Array = NDArray[np.float64]
Indices = NDArray[np.intp]

MOST = 100  # neighbours that the adaptive form looks at in more than one dimension
SLACK = 1e-9  # of a radius: equal distances differ by their rounding
ROUNDING = 64 * np.finfo(np.float64).eps  # of the largest coordinate, likewise


class NeighbourTerms(NamedTuple):
    """An answer in nats: one term a point of X, what is added to their mean, and the error."""

    terms: Array
    offset: float
    standard_error: float = math.nan

    @property
    def value(self) -> float:
        """Mean of the terms, and the offset."""
        return float(np.mean(self.terms)) + self.offset


class Neighbours(Protocol):
    """What both kinds of neighbours offer."""

    @property
    def radius(self) -> Array:
        """Distance to the k-th."""

    @property
    def wider(self) -> Array:
        """Distance to the (k+1)-th."""

    def shared_out(self, weights: Array) -> Array:
        """Give each query's weight to its neighbours."""


def nearest(queries: Array, points: Tree, k: int) -> Neighbours:
    """Find the k nearest `points` of each of the `queries`; one column must be sorted."""
    if queries.shape[1] == 1:
        return line_nearest(queries[:, 0], points.points[:, 0], k)
    return tree_nearest(queries, points, k)


def reach(queries: Array, points: Tree, k: int) -> Array:
    """Return the distance of each query to its k-th nearest point; one column must be sorted."""
    if queries.shape[1] == 1:
        return windows(queries[:, 0], points.points[:, 0], k)[0]
    return tree_radius(queries, points, k)


def wang_kulkarni_verdu(
    x: Array,
    y: Array,
    k: int,
    norm: float = EUCLIDEAN,
    dimensions: int | None = None,
    trees: tuple[Tree, Tree] | None = None,
) -> NeighbourTerms:
    """KL(P‖Q) ≈ (d/n) Σ ln(ν_k/ρ_k) + ln(m/(n − 1)), d the columns unless told otherwise.

    ρ_k is the distance of a point of X to its k-th neighbour in the rest of X, ν_k to its k-th
    neighbour in Y. Wang, Kulkarni and Verdú (2009), IEEE Trans. Inf. Theory 55, eq. 5.
    """
    n, dimensions = len(x), dimensions or x.shape[1]
    of_x, of_y = trees or (Tree(x, norm), Tree(y, norm))
    own = nearest(x, of_x, k + 1)  # the first of them is the point itself
    other = nearest(x, of_y, k)
    terms = dimensions * (np.log(other.radius) - np.log(own.radius))
    error = math.sqrt(_own_variance(terms, own, -dimensions) + _other_variance(other, dimensions))
    return NeighbourTerms(terms, math.log(len(y) / (n - 1)), error)


def kozachenko_leonenko(x: Array, k: int) -> NeighbourTerms:
    """H(P) ≈ ψ(n) − ψ(k) + ln V_d + (d/n) Σ ln ρ_k, V_d the volume of the unit ball.

    Kozachenko and Leonenko (1987), Problems of Information Transmission 23, for k = 1.
    """
    n, dimensions = x.shape
    own = nearest(x, Tree(x), k + 1)
    terms = dimensions * np.log(own.radius)
    offset = float(digamma(n) - digamma(k)) + log_ball(dimensions)
    return NeighbourTerms(terms, offset, math.sqrt(_own_variance(terms, own, dimensions)))


def to_density(x: Array, log_q: Array, k: int) -> NeighbourTerms:
    """KL(P‖q) ≈ −H(P) − (1/n) Σ ln q(x), H by Kozachenko and Leonenko.

    Pérez-Cruz (2008), ISIT, eq. 18, which writes ln(n − 1) for ψ(n).
    """
    n, dimensions = x.shape
    own = nearest(x, Tree(x), k + 1)
    terms = -dimensions * np.log(own.radius) - log_q
    offset = float(digamma(k) - digamma(n)) - log_ball(dimensions)
    return NeighbourTerms(terms, offset, math.sqrt(_own_variance(terms, own, -dimensions)))


def log_ball(dimensions: int) -> float:
    """Return ln of the volume of the Euclidean unit ball."""
    half = dimensions / 2
    return half * math.log(math.pi) - float(gammaln(half + 1))


def adaptive(
    x: Array, y: Array, most: int = MOST, norm: float = EUCLIDEAN, dimensions: int | None = None
) -> NeighbourTerms:
    """The bias-reduced form: within ε = max(ρ_1, ν_1) of each point, its own k on each side.

    KL(P‖Q) ≈ (d/n) Σ ln(ν_k/ρ_l) + mean(ψ(l) − ψ(k)) + ln(m/(n − 1)), l points of X and k of
    Y within ε. Wang, Kulkarni and Verdú (2009), eq. 29. More than one column looks at no more
    than `most` neighbours.
    """
    n, dimensions = len(x), dimensions or x.shape[1]
    within = _line_within if x.shape[1] == 1 else _tree_within
    (own_count, own), (other_count, other) = within(x, y, most, norm)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = dimensions * (np.log(other) - np.log(own))
    terms += digamma(own_count) - digamma(other_count)
    return NeighbourTerms(terms, math.log(len(y) / (n - 1)))


Reach = tuple[Indices, Array]


def _line_within(x: Array, y: Array, most: int, norm: float) -> tuple[Reach, Reach]:
    """Count what lies within ε on a line, all of it (`most` and `norm` do not matter)."""
    del most, norm
    queries, others = x[:, 0], y[:, 0]
    radius = np.maximum(reach(x, Tree(x), 2), reach(x, Tree(y), 1))
    radius = radius + slack(radius, x, y)
    count, own = line_reach(queries, queries, radius)
    return (count - 1, own), line_reach(queries, others, radius)


def _tree_within(x: Array, y: Array, most: int, norm: float) -> tuple[Reach, Reach]:
    own = ranked(x, Tree(x, norm), min(most + 1, len(x)))[0][:, 1:]
    other = ranked(x, Tree(y, norm), min(most, len(y)))[0]
    radius = np.maximum(own[:, 0], other[:, 0])
    radius = radius + slack(radius, x, y)
    return _within(own, radius), _within(other, radius)


def _within(distances: Array, radius: Array) -> Reach:
    """Count the ranked distances up to `radius`, and return the largest of them."""
    count = np.count_nonzero(distances <= radius[:, None], axis=1)
    return count, np.take_along_axis(distances, count[:, None] - 1, axis=1)[:, 0]


def tie_safe(x: Array, y: Array, k: int, dimensions: int | None = None) -> NeighbourTerms:
    """The form of Wang, Kulkarni and Verdú, with counts in place of distances at ties.

    Where a distance is 0, or more than k points lie within it (some on its rim), the term is
    ψ(l) − ψ(c) with l points of X (itself apart) and c of Y within δ = max(ρ_k, ν_k), the rim
    included. Elsewhere it is d ln(ν_k/ρ_k): counts there would aim toward 0 by a tenth, however
    many points there are. After Gao, Kannan, Oh and Viswanath (2017), NeurIPS, for mixtures.
    """
    n, dimensions = len(x), dimensions or x.shape[1]
    of_x, of_y = Tree(x), Tree(y)
    own, other = reach(x, of_x, k + 1), reach(x, of_y, k)
    plain = (own > 0) & (other > 0)
    plain &= counted(x, of_x, own + slack(own, x, y)) == k + 1
    plain &= counted(x, of_y, other + slack(other, x, y)) == k
    both = np.maximum(own, other)
    both = both + slack(both, x, y)
    terms = digamma(counted(x, of_x, both) - 1) - digamma(counted(x, of_y, both))
    terms[plain] = dimensions * np.log(other[plain] / own[plain])
    return NeighbourTerms(np.asarray(terms, dtype=np.float64), math.log(len(y) / (n - 1)))


def share_of_mixture(x: Array, y: Array, k: int, weight: float | None = None) -> Array:
    """Estimate ln(p/M) at each point of X, M = (P + Q)/2, safe against ties.

    ψ(l) − ψ(s) + ln 2 with l points of X and c of Y within ρ_k, the rim included, s = l + w·c
    and w = (n − 1)/m: for w = 1 the mutual information of Ross (2014), PLoS ONE 9, e87357.
    Weighted counts are noisier than whole ones: (w − 1)·w·c/(2s²) takes out what that adds, to
    second order. k grows with w, so that c is as large as k would be at equal sizes. Another w
    stands for sides of unequal weight.
    """
    weight = (len(x) - 1) / len(y) if weight is None else weight
    k = min(max(k, round(k * weight)), len(x) - 1)
    of_x = Tree(x)
    radius = reach(x, of_x, k + 1)
    radius = radius + slack(radius, x, y)
    own = counted(x, of_x, radius) - 1
    other = counted(x, Tree(y), radius) * weight
    noise = (weight - 1) * other / (2 * (own + other) ** 2)
    return np.asarray(digamma(own) - digamma(own + other) - noise + math.log(2.0))


def counted(queries: Array, points: Tree, radius: Array) -> Indices:
    """Count the points within `radius` of each query."""
    if queries.shape[1] == 1:
        return line_counts(queries[:, 0], points.points[:, 0], radius)
    return tree_counts(queries, points, radius)


def slack(radius: Array, *clouds: Array) -> Array:
    """Return by how much equal distances may differ through rounding."""
    largest = max(float(np.abs(cloud).max()) for cloud in clouds)
    return SLACK * radius + ROUNDING * largest


def _own_variance(terms: Array, own: Neighbours, slope: float) -> float:
    """Delete-one jackknife variance of a mean over X whose terms hold slope·ln ρ_k."""
    n = len(terms)
    if not np.isfinite(own.wider).all():
        return math.nan
    growth = slope * np.log(own.wider / own.radius)
    # A point is among its own k + 1 nearest, and is not moved by its own absence.
    left_out = (terms.sum() - terms + own.shared_out(growth) - growth) / (n - 1)
    return float((n - 1) * np.var(left_out))


def _other_variance(other: Neighbours, slope: float) -> float:
    """Delete-one jackknife variance over Y of a mean over X whose terms hold slope·ln ν_k."""
    if not np.isfinite(other.wider).all():
        return math.nan
    growth = slope * np.log(other.wider / other.radius)
    left_out = other.shared_out(growth) / len(growth)
    return float((len(left_out) - 1) * np.var(left_out))
