"""What two laws share: bijections that may be taken off, mass in common, tails that diverge."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions.families import (
    Beta,
    Dirichlet,
    InverseWishart,
    LogisticNormal,
    LogitNormal,
    Wishart,
)
from kullback.distributions.methods.change_of_variable import Chart, chart_for, edges_for, regions
from kullback.distributions.methods.closed_renyi import closed_renyi
from kullback.distributions.methods.elliptical import on_range, tail_power
from kullback.distributions.methods.integrands import Rounding
from kullback.distributions.methods.summation import sums
from kullback.distributions.model.answer import EPS, Answer, infinite
from kullback.distributions.model.composite import Independent, Mixture
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.ends import shared_tails
from kullback.distributions.model.support import LINES, Support, meets
from kullback.distributions.model.tails import ratio_diverges
from kullback.distributions.special.arrays import Array
from kullback.distributions.special.gauss_kronrod import integrate

HEAVY = infinite("P's tail is too heavy: ∫ p^a q^(1 − a) = ∞")
# Pairs whose Q falls faster than every power of P at an end, whatever the parameters.
FASTER = {(Wishart, InverseWishart), (InverseWishart, Wishart), (Dirichlet, LogisticNormal)}


def stripped(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution]:
    """The laws under an equal bijection, which changes no f-divergence.

    Examples
    --------
    >>> from kullback.distributions.families import LogNormal
    >>> stripped(LogNormal(0, 1), LogNormal(1, 1))[1]
    Normal(loc=1, scale=1)
    """
    p, q = sticks(*(on_range(p, q) or (p, q)))
    if p._natural() is not None or not p._EXACT_IMAGE:
        return p, q
    first, second = p._canonical(), q._canonical()
    if first is None or second is None or first[0] != second[0]:
        return p, q
    return stripped(first[1], second[1])


def sticks(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution]:
    """A Dirichlet and a logistic normal by the pieces of one stick, which are independent in both.

    Other pairs stay as they are.

    Examples
    --------
    >>> sticks(Dirichlet([1, 2]), LogisticNormal([0.0], [1.0]))[0]
    Independent(parts=(Beta(a=1, b=2),))
    """
    ways = [STICKS.get(type(law)) for law in (p, q)]
    single = p.is_scalar and q.is_scalar and not (p._holds_tensors or q._holds_tensors)
    if type(p) is type(q) or None in ways or not single:
        return p, q
    first, second = (way(law) for way, law in zip(ways, (p, q), strict=True))  # type: ignore[misc]
    return first, second


def _pieces(p: Dirichlet) -> Independent:
    left = np.cumsum(p.alpha[::-1])[::-1]
    return Independent(tuple(map(Beta, p.alpha[:-1].tolist(), left[1:].tolist())))


def _logits(p: LogisticNormal) -> Independent:
    return Independent(tuple(map(LogitNormal, (p.loc - p._offset()).tolist(), p.scale.tolist())))


STICKS: dict[type[Distribution], Callable[[Any], Distribution]] = {
    Dirichlet: _pieces,
    LogisticNormal: _logits,
}


def singular(p: Distribution, q: Distribution) -> bool:
    """Whether P and Q share no mass because of their supports, or as normals on two subspaces.

    Examples
    --------
    >>> from kullback.distributions.families import Poisson, Uniform
    >>> singular(Uniform(0, 1), Uniform(1, 2)), singular(Uniform(0, 9), Poisson(3))
    (True, True)
    """
    first, second = p.support, q.support
    if first.space == "vector":
        return p != q and on_range(p, q) is None
    return first.space in LINES and not meets(first, second)


def ratio_infinite(p: Distribution, q: Distribution, order: float) -> Answer | None:
    """+∞ where the tails say that ∫ p^a q^(1 − a) is, for an order above 1.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> ratio_infinite(Normal(0, 2), Normal(0, 1), 2.0).value
    inf
    """
    p, q = stripped(p, q)
    if p.support.space not in LINES:
        return HEAVY if _vectors_diverge(p, q, order) else None
    for tail_p, tail_q in shared_tails(p, q):
        known = np.isfinite(tail_p.rate) and np.isfinite(tail_q.rate)
        if known and ratio_diverges(tail_p, tail_q, order):
            return HEAVY
    return None


def _vectors_diverge(p: Distribution, q: Distribution, order: float) -> bool:
    """Whether ∫ p^a q^(1 − a) of vectors or matrices is known to be infinite, a > 1."""
    if isinstance(p, Mixture):
        live = zip(p.components, p.weights, strict=True)
        return any(_vectors_diverge(part, q, order) for part, weight in live if weight > 0)
    if (type(p), type(q)) in FASTER:
        return True
    closed = closed_renyi(p, q, order)
    if closed is not None:
        return bool(closed.value == np.inf)
    fall_p, fall_q = tail_power(p), tail_power(q)
    if fall_p is None or fall_q is None or fall_p == np.inf:
        return False
    return order * fall_p + (1 - order) * fall_q <= p.support.dimension[0]


# About a peak, in the chart's variable.
AROUND = np.concatenate([-(10.0 ** np.arange(2, -8, -1)), [0.0], 10.0 ** np.arange(-7, 3)])


def log_integral(p: Distribution, q: Distribution, order: float) -> tuple[float, float] | None:
    """ln ∫ p^a q^(1 − a) and its error where doubles do not hold the integral itself.

    The peak of the logarithm is searched for and taken off. None where there is none inside.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> log_integral(Normal(0.0, 1.0), Normal(100.0, 1.0), 0.5)[0]
    -1250.0
    """
    found = []
    for low, high in regions(p, q):
        marks = np.concatenate([law._landmarks() for law in (p, q)])
        chart = chart_for(low, high, marks[(marks > low) & (marks < high)], circle=False)
        edges = edges_for(chart, marks[(marks > low) & (marks < high)])

        def mixed(t: Array, chart: Chart = chart) -> tuple[Array, Array]:
            lp, lq = chart.log_density(p, t), chart.log_density(q, t)
            with np.errstate(all="ignore"):
                value = order * lp + (1 - order) * lq
                size = order * np.abs(lp) + abs(1 - order) * np.abs(lq)
            return np.where(np.isfinite(value), value, -np.inf), size

        peak = _peak(mixed, edges)
        if peak is not None and np.isfinite(peak[1]):
            about = peak[0] + AROUND
            inside = about[(about > edges[0]) & (about < edges[-1])]
            found.append((peak[1], np.union1d(edges, inside), mixed))
    if not found:
        return None
    top = max(height for height, _, _ in found)
    value = error = 0.0
    for _, edges, mixed in found:

        def rows(t: Array, mixed: Any = mixed) -> Array:
            logarithm, size = mixed(t)
            mass = np.exp(logarithm - top)
            return np.stack([mass, np.where(mass > 0, mass * (size + 2), 0.0)])

        values, errors = integrate(rows, edges, _enough)
        value, error = value + float(values[0]), error + float(errors[0] + 4 * EPS * values[1])
    return (top + float(np.log(value)), error / value) if value > 0 else None


def log_sum(p: Distribution, q: Distribution, order: float) -> tuple[float, float] | None:
    """ln Σ p^a q^(1 − a) and its error over a lattice, where doubles do not hold the sum itself.

    Examples
    --------
    >>> from kullback.distributions.families import Binomial
    >>> round(log_sum(Binomial(2, 1e-300), Binomial(2, 0.5), 0.999)[0], 6)
    -0.001386
    """

    def mixed(lp: Array, lq: Array) -> Array:
        return np.where(np.isfinite(lp) & np.isfinite(lq), order * lp + (1 - order) * lq, -np.inf)

    top = -np.inf
    for piece in p.support.lattices():
        top = max(top, highest(lambda x: mixed(p.log_density(x), q.log_density(x)), piece, p))

    def rows(lp: Array, lq: Array, size: Rounding, d: Array | None) -> Array:  # noqa: ARG001
        mass = np.exp(np.minimum(mixed(lp, lq) - top, 700.0))
        return np.stack([mass, mass * (size.ratio + abs(top))])

    if not np.isfinite(top):
        return None
    values, errors = sums(p, q, rows)
    value, error = float(values[0]), float(errors[0] + 4 * EPS * values[1])
    return (top + float(np.log(value)), error / value) if value > 0 else None


def highest(height: Callable[[Array], Array], piece: Support, p: Distribution) -> float:
    """The largest of heights over the points of a lattice, from the middle of P outwards."""
    middle = float(getattr(p, "_center", lambda: 0.0)())
    steps = np.unique(np.rint(2.0 ** np.arange(0, 53, 0.25)))
    steps = float(piece.step) * np.concatenate([np.arange(-512.0, 513), -steps, steps])
    for _ in range(60):
        x = np.unique(piece.snapped(np.clip(middle + steps, piece.low, piece.high)))
        values = height(x)
        best = float(x[int(np.argmax(values))])
        if best == middle:
            break
        middle = best
    return float(values.max())


def _enough(values: Array, errors: Array) -> tuple[int, float]:  # noqa: ARG001
    return 0, 1e-13 * float(values[0])


def _peak(
    mixed: Callable[[Array], tuple[Array, Array]], edges: Array
) -> tuple[float, float] | None:
    """Where a logarithm is largest, and how large; None at an end of the chart."""
    t = np.linspace(edges[:-1], edges[1:], 33).T.ravel()
    for step in range(30):
        values, _ = mixed(t)
        at = int(np.argmax(values))
        if step == 0 and at in (0, len(t) - 1):
            return None
        t = np.linspace(t[max(at - 1, 0)], t[min(at + 1, len(t) - 1)], 17)
    return float(t[8]), float(values[at])
