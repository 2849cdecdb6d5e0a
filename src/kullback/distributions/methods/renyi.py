"""Rényi divergences of every order in [0, ∞]."""

import itertools

import numpy as np

from kullback.distributions.families import Categorical
from kullback.distributions.methods import closed_form as exact
from kullback.distributions.methods.change_of_variable import Chart, chart_for, edges_for, regions
from kullback.distributions.methods.closed_renyi import closed_renyi
from kullback.distributions.methods.elliptical import elliptical_supremum
from kullback.distributions.methods.f_divergences import numeric_integral, of_parts
from kullback.distributions.methods.grid import with_error
from kullback.distributions.methods.integrands import Rounding, renyi_row
from kullback.distributions.methods.overlap import (
    highest,
    log_integral,
    log_sum,
    ratio_infinite,
    singular,
    stripped,
)
from kullback.distributions.methods.quadrature import over_line
from kullback.distributions.methods.route import RouteSettings, kl_nats
from kullback.distributions.model.answer import EPS, LEAST, OVERFLOW, Answer, added, infinite
from kullback.distributions.model.as_given import by_order, counting
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import LINES, uncovered
from kullback.distributions.special.arrays import Array
from kullback.errors import MethodError

# An order that stands for ∞: what is left is of the order of ln a/a.
HUGE = 2.0**52
# How many points of a lattice are compared for its supremum, on each side.
POINTS = 1 << 16


@counting(by_order)
def renyi_nats(p: Distribution, q: Distribution, a: float, asked: RouteSettings) -> Answer:
    """Rényi divergence of order a in nats, for one pair."""
    if singular(p, q):
        return infinite("P and Q are mutually singular")
    parts = of_parts(p, q, asked, lambda x, y, how: renyi_nats(x, y, a, how))
    if parts is not None:
        return added(parts)
    if a in ORDERS:
        return ORDERS[a](p, q, asked)
    out = exact.by_support(p, q) if a > 1 else None
    found = out or closed_renyi(*stripped(p, q), a)
    if found is None and a > 1:
        found = ratio_infinite(p, q, a)
    return found or _numeric(p, q, a, asked)


def _numeric(p: Distribution, q: Distribution, a: float, asked: RouteSettings) -> Answer:
    found = numeric_integral(p, q, renyi_row(a), asked)
    if np.isinf(found.value):
        return by_logarithms(p, q, a) or found if found.reason == OVERFLOW else found
    if a < 1 and found.value > 0.5 and p.support.space in LINES:
        return _far_apart(p, q, a, asked)
    sign = 1.0 if a > 1 else -1.0
    with np.errstate(all="ignore"):
        value = float(np.log1p(sign * found.value) / (a - 1))
    error = found.error / max(1 + sign * found.value, 1e-300) / abs(a - 1) + 4 * EPS * abs(value)
    return Answer(max(value, 0.0), error, found.method, notes=found.notes)


def _far_apart(p: Distribution, q: Distribution, a: float, asked: RouteSettings) -> Answer:
    """Where ∫ p^a q^(1 − a) is small it is integrated itself, and not what it lacks to 1."""

    def row(lp: Array, lq: Array, d: Array | None = None) -> Array:  # noqa: ARG001
        both = np.isfinite(lp) & np.isfinite(lq)
        return np.where(both, np.exp(np.where(both, a * lp + (1 - a) * lq, -np.inf)), 0.0)

    found = numeric_integral(p, q, row, asked)
    if found.value <= LEAST:
        by_peak = by_logarithms(p, q, a)
        if by_peak is not None:
            return by_peak
        raise MethodError(
            f"∫ p^a q^(1 − a) of {p!r} and {q!r} is below the least double; "
            f"no numeric way finds its logarithm"
        )
    value = float(-np.log(min(found.value, 1.0)) / (1 - a))
    error = found.error / found.value / (1 - a) + 4 * EPS * value
    return Answer(value, error, found.method, notes=found.notes)


def by_logarithms(p: Distribution, q: Distribution, a: float) -> Answer | None:
    """R_a where ∫ p^a q^(1 − a) is beyond the range of doubles, of two densities or two lattices.

    Examples
    --------
    >>> from kullback.distributions.families import Laplace, Normal
    >>> round(by_logarithms(Normal(0.0, 1.0), Laplace(3000.0, 1.0), 0.5).value, 3)
    2998.581
    """
    p, q = stripped(p, q)
    way = BY_LOGARITHMS.get(frozenset({p.support.space, q.support.space}))
    if way is None:
        return None
    with np.errstate(all="ignore"):
        found = way[0](p, q, a)
    if found is None:
        return None
    value = found[0] / (a - 1)
    return Answer(value, found[1] / abs(a - 1) + 4 * EPS * abs(value), way[1])


def _order_zero(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """−ln Q(P > 0)."""
    if p.support.space not in LINES or not uncovered(q.support, p.support):
        return Answer(0.0, 0.0, "closed form")

    def rows(lp: Array, lq: Array, size: Rounding, d: Array | None) -> Array:  # noqa: ARG001
        mass = np.exp(np.minimum(lq, 700.0))
        lives = lp > -np.inf
        return np.stack([np.where(lives, mass, 0.0), np.where(lives, 0.0, mass), mass])

    def enough(values: Array, errors: Array) -> tuple[int, float]:  # noqa: ARG001
        which = int(np.argmax(values[:2]))
        return which, max(asked.rtol / 100 * abs(values[which]), 1e-300)

    (inside, outside, _), errors, method = over_line(p, q, rows, enough)
    few = int(np.argmin([inside, outside]))
    value = -np.log1p(-outside) if few else -np.log(inside)
    error = float(errors[few] / inside) + 8 * EPS * abs(value)
    return Answer(float(value), error, method)


def _order_infinite(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:  # noqa: ARG001
    """ln ess sup p/q."""
    out = exact.by_support(p, q) or ratio_infinite(p, q, HUGE)
    if out is not None:
        return out
    base_p, base_q = stripped(p, q)
    if isinstance(base_p, Categorical) and isinstance(base_q, Categorical):
        return log_ratio_supremum(base_p, base_q)
    half, whole = (closed_renyi(base_p, base_q, a) for a in (HUGE / 2, HUGE))
    if half is not None and whole is not None:
        if not whole.value <= half.value * (1 + 1e-9) + 1e-9:
            return infinite("p/q has no bound")
        rest = 100 * (1 + abs(whole.value)) / HUGE
        return Answer(whole.value, whole.error + rest, "closed form")
    if p.support.space not in LINES:
        found = elliptical_supremum(base_p, base_q)
        if found is not None:
            return found
        raise MethodError(
            f"the supremum of p/q is not known for {type(p).__name__} and {type(q).__name__}; "
            f"give a finite order"
        )
    return with_error(log_ratio_supremum, base_p, base_q)


def log_ratio_supremum(p: Distribution, q: Distribution) -> Answer:
    """ln sup p/q over the line, infinite where it still grows at an end.

    Examples
    --------
    >>> from kullback.distributions.families import Laplace, Normal
    >>> round(log_ratio_supremum(Normal(0, 1), Laplace(0, 1)).value, 6)
    0.274209
    """
    best, error, reason = -np.inf, 0.0, ""
    density_p, density_q = p._part(discrete=False), q._part(discrete=False)
    if density_p is not None and density_q is not None:
        for low, high in regions(density_p, density_q):
            value, grows = _over_region(density_p, density_q, low, high)
            best, reason = max(best, value), reason or grows
        error = 1e-12 * (1 + abs(best))
    atoms_p, atoms_q = p._part(discrete=True), q._part(discrete=True)
    if atoms_p is not None and atoms_q is not None:
        value, lost, grows = _over_atoms(atoms_p, atoms_q)
        best, error, reason = max(best, value), max(error, lost), reason or grows
    if reason or best == np.inf:
        return infinite(reason or "p/q has no bound")
    return Answer(float(best), error, "quadrature")


def _over_region(p: Distribution, q: Distribution, low: float, high: float) -> tuple[float, str]:
    marks = np.concatenate([law._landmarks() for law in (p, q)])
    marks = marks[(marks > low) & (marks < high)]
    chart = chart_for(low, high, marks, circle=False)
    edges = edges_for(chart, marks)
    t = np.concatenate([np.linspace(a, b, 33)[:-1] for a, b in itertools.pairwise(edges)])
    t = np.append(t, edges[-1])
    values = _ratio(p, q, chart, t)
    at = int(np.argmax(values))
    grows = at in (0, len(t) - 1) and abs(values[at] - values[abs(at - 1)]) > 1e-6
    if grows:
        return float(values[at]), "p/q grows without bound towards an end"
    around = t[max(at - 1, 0)], t[min(at + 1, len(t) - 1)]
    for _ in range(24):
        fine = np.linspace(*around, 33)
        inner = _ratio(p, q, chart, fine)
        at = int(np.argmax(inner))
        around = fine[max(at - 1, 0)], fine[min(at + 1, 32)]
    return float(inner[at]), ""


def _ratio(p: Distribution, q: Distribution, chart: Chart, t: Array) -> Array:
    x = chart.x(t)
    with np.errstate(all="ignore"):
        d = p.log_density(x) - q.log_density(x)
    return np.where(np.isnan(d), -np.inf, d)


def _over_atoms(p: Distribution, q: Distribution) -> tuple[float, float, str]:
    """The largest ln p/q over the atoms, its error, and whether it grows without bound."""

    def ratio(x: Array) -> tuple[Array, Array]:
        known = p._log_ratio(q, x) if type(p) is type(q) else None
        with np.errstate(all="ignore"):
            lp, lq = p.log_density(x), q.log_density(x)
            d, size = (lp - lq, np.abs(lp) + np.abs(lq) + 2) if known is None else known
        return np.where(np.isnan(d), -np.inf, d), size

    best, error, reason = -np.inf, 0.0, ""
    for piece in p.support.lattices():
        middle = float(getattr(p, "_center", lambda: 0.0)())
        reach = POINTS * float(piece.step)
        x = piece.between(max(middle - reach, float(piece.low)), middle + reach, 2 * POINTS)
        d, size = ratio(x)
        at = int(np.argmax(d))
        if (np.isinf(piece.high) and at == len(d) - 1) or (np.isinf(piece.low) and at == 0):
            reason = "p/q grows without bound towards an end"
        best, error = max(best, float(d[at])), max(error, 8 * EPS * float(size[at]))
        if len(x) == 2 * POINTS and np.isfinite(piece.high - piece.low):
            best = max(best, highest(lambda k: ratio(k)[0], piece, p))
    return best, error, reason


BY_LOGARITHMS = {
    frozenset({"real"}): (log_integral, "quadrature"),
    frozenset({"lattice"}): (log_sum, "summation"),
}
ORDERS = {0.0: _order_zero, 1.0: kl_nats, float("inf"): _order_infinite}
