"""Divergences of two densities on the line by quadrature.

KL is integrated in two forms at once: the plain p ln(p/q), and the non-negative
p ln(p/q) − p + q, which keeps its digits when P ≈ Q; the one with the smaller error counts.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from kullback.distributions.methods.change_of_variable import Chart, chart_for, edges_for, regions
from kullback.distributions.methods.grid import on_grid
from kullback.distributions.methods.integrands import LEAST, Rounding
from kullback.distributions.methods.summation import sums
from kullback.distributions.model.answer import EPS, OVERFLOW, Answer, finish, infinite
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.ends import inside
from kullback.distributions.model.support import REALS, Support
from kullback.distributions.special.arrays import Array
from kullback.distributions.special.gauss_kronrod import NODES, integrate
from kullback.distributions.special.primitives import h
from kullback.results import Note

# (ln p, ln q, both in the chart; size of the logarithms; their difference) → integrands.
Integrands = Callable[..., Array]
Enough = Callable[[Array, Array], tuple[int, float]]

# Below this the density is 0 in doubles.
NOTHING = -745.0
# An integrand stops at e^709: what adds up to this is not told from more.
LARGEST = 8e304
# Where squares leave the range of doubles.
FAR_OUT = 1e140
# The estimate of a panel with a kink, as where another part of a mixture leads, may be too small.
CAUTION = 4.0
# A log-density that is less than any double, of a formula that is positive there. KL ends before,
# and its integrand is continued at the rate at which it falls.
BELOW = -1e308
# Unless P has so much there (ln p) that KL is above the largest double in any case.
TOO_MUCH = float(np.log(LARGEST / -BELOW))
# More of P than this outside the chart is noted.
MISSING = 1e-11
# Of more than this no error can be told.
MOST_MISSING = 1e-3


def kl_rows(lp: Array, lq: Array, size: Rounding, d: Array | None = None) -> Array:
    """Rows: the non-negative form, the plain form, the rounding of each, q and p themselves.

    +∞ where p > 0 = q, or where p |ln q| is above the largest double.
    """
    p = np.exp(np.minimum(lp, 700.0))
    q = np.exp(np.minimum(lq, 700.0))
    lives = (lp > NOTHING) & np.isfinite(lq) & (lq > BELOW)
    d = np.where(lives, lp - lq if d is None else d, 0.0)
    near = np.abs(d) < 0.5
    close = p * h(np.where(near, d, 0.0))
    far = p * (d - 1) + q
    hole = (lp > LEAST) & np.isneginf(lq) | (lp > TOO_MUCH) & (lq <= BELOW)
    alone = np.where(hole, np.inf, q)
    positive = np.where(lives, np.where(near, close, far), alone)
    plain = np.where(lives, p * d, np.where(hole, np.inf, 0.0))
    noise = np.where(lives, size.ratio, 0.0)
    of_mass = np.where(lives, size.p, 1.0)
    lost = np.abs(p - q) * noise + p * EPS * noise * noise + (p + q) * (np.abs(d) > 0.5)
    own = p * (noise + np.abs(d) * of_mass)
    return np.stack([positive, plain, lost + positive * of_mass, own, q, p])


def kl_enough(rtol: float) -> Callable[[Array, Array], tuple[int, float]]:
    """Which form counts, and the error it may have."""

    def enough(values: Array, errors: Array) -> tuple[int, float]:
        noise = EPS * values[2:4]
        off = errors[:2] + noise + [missing(values[4]), 0.0]
        # Where P has no mass only the non-negative form says anything.
        which = int(np.argmin(off)) if values[5] > 1e-300 else 0
        value = abs(values[which])
        return which, max(rtol * value, 0.1 * float(noise[which]))

    return enough


def missing(mass: float) -> float:
    """What a mass lacks to 1, beyond rounding; the non-negative form needs all of Q.

    Examples
    --------
    >>> missing(1.0 - 1e-15), missing(0.25)
    (0.0, 0.75)
    """
    share = abs(1 - float(mass))
    return share if share > MISSING else 0.0


def kl_on_line(p: Distribution, q: Distribution, rtol: float) -> Answer:
    """KL(P‖Q) of two laws on the line: integrals of their densities, sums over their atoms.

    Examples
    --------
    >>> from kullback.distributions.families import Geometric, Normal, Poisson
    >>> round(kl_on_line(Normal(0, 1), Normal(1, 1), 1e-10).value, 12)
    0.5
    >>> round(kl_on_line(Poisson(3), Geometric(0.25), 1e-10).value, 9)
    0.31787038
    """
    tight = min(rtol, 1e-10) / 100
    holes = []

    def rows(lp: Array, lq: Array, size: Rounding, d: Array | None = None) -> Array:
        found = kl_rows(lp, lq, size, d)
        holes.append((np.isposinf(found[0]) & np.isneginf(lq)).any())
        return found

    values, errors, method = over_line(p, q, rows, kl_enough(tight))
    if any(holes) and np.isposinf(values[0]):
        return infinite("Q gives probability 0 to a set that P gives some")
    if not values[0] < LARGEST:
        return Answer(np.inf, 0.0, method, OVERFLOW)
    which, _ = kl_enough(tight)(values, errors)
    which = which if values[which] >= 0 else 0
    value = float(values[which])
    # The masses of P and Q may be off by what was integrated; the non-negative form holds both.
    error = float(errors[which] + 8 * EPS * values[2 + which]) + CAUTION * tight * abs(value)
    error += 0.0 if which else missing(values[4])
    # Of a value that is still rising where doubles end no error is a bound.
    error = np.inf if error > max(abs(value), 1e100) else error
    found = finish(value, error, rtol, method)
    share = missing(values[5])
    return with_missing_mass(found, share) if share else found


def with_missing_mass(found: Answer, share: float) -> Answer:
    """Where the chart in doubles does not hold all of P, the rest may change everything.

    ln(p/q) is about linear in the logarithm of the distance to an end, which the missing share
    continues by 1/ln(1/share) of the 690 e-folds that doubles have.
    """
    rest = found.error + 1e3 * share * (1 + abs(found.value))
    text = (
        f"a share {share:.2g} of P lies nearer to an end of its support, or farther out, than "
        f"doubles reach; the value leaves it out"
    )
    error = float("inf") if share > MOST_MISSING else rest
    return replace(found.noted(Note("missing-mass", text)), error=error)


def integral(
    p: Distribution,
    q: Distribution,
    row: Callable[..., Array],
    rtol: float,
    *,
    kinked: bool = False,
    most: float = np.inf,
) -> Answer:
    """∫ row(ln p, ln q) of one non-negative integrand over the union of the supports.

    `most` is what it cannot exceed. The masses of P and Q are integrated beside it: what they lack
    may be missing in the value too.
    """
    holes = []

    def rows(lp: Array, lq: Array, size: Rounding, d: Array | None) -> Array:
        with np.errstate(all="ignore"):
            value = row(lp, lq, d)
            noise = _noise(row, lp, lq, size, d)
        holes.append(np.isposinf(value).any())
        return np.stack([value, noise, *(np.exp(np.minimum(x, 700.0)) for x in (lp, lq))])

    def enough(values: Array, errors: Array) -> tuple[int, float]:  # noqa: ARG001
        return 0, max(rtol / 30 * abs(values[0]), 0.1 * EPS * abs(values[1]))

    values, errors, method = over_line(p, q, rows, enough, kinked=kinked)
    if any(holes) and np.isposinf(values[0]):
        return infinite("Q gives probability 0 to a set that P gives some")
    if values[0] > LARGEST:
        return Answer(np.inf, 0.0, method, OVERFLOW)
    share = float(np.abs(1 - values[2:]).sum())
    error = float(errors[0] + 4 * EPS * values[1])
    value = min(float(values[0]), most)
    if share < 1e-9:
        return finish(value, min(error, most), rtol, method)
    lost = error + share * (most if np.isfinite(most) else 1e3 * (1 + value))
    lost = lost if np.isfinite(most) or share < MOST_MISSING else np.inf
    text = f"a share {share:.2g} of P and Q lies where doubles do not reach"
    return Answer(value, min(lost, most), method, notes=(Note("missing-mass", text),))


def _noise(
    row: Callable[..., Array], lp: Array, lq: Array, size: Rounding, d: Array | None
) -> Array:
    """What rounding does to an integrand, in EPS: to the masses, and to d = ln p − ln q.

    The latter by moving d: far out a bounded integrand feels nothing of it, and near d = 0 one
    that is quadratic there feels more of it than its own share.
    """
    value = row(lp, lq, d)
    lives = np.isfinite(lp) & np.isfinite(lq) & np.isfinite(size.ratio)
    step = np.where(lives, 2 * EPS * size.ratio, 0.0)
    moved = row(lp, lq - step, None if d is None else d + step)
    share = np.where(lp > lq, size.p, size.q)
    of_mass = np.abs(value) * np.where(np.isfinite(share), share, 1.0)
    return of_mass + np.where(lives, np.abs(moved - value), 0.0) / EPS


class _Nothing(Distribution):
    """What a law has of the other kind: no density, no atoms."""

    def __init__(self, support: Support) -> None:
        self._support = support

    @property
    def support(self) -> Support:
        return self._support

    def log_density(self, x: Any) -> Array:
        return np.full(np.shape(x), -np.inf)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        raise NotImplementedError


NO_DENSITY, NO_ATOMS = _Nothing(Support("atom", np.nan, np.nan)), _Nothing(REALS)


def over_line(
    p: Distribution, q: Distribution, rows: Integrands, enough: Enough, *, kinked: bool = False
) -> tuple[Array, Array, str]:
    """The integrals of the rows over the densities of P and Q, and their sums over the atoms.

    Returns
    -------
    tuple
        The values, their errors, and the method.
    """
    both = [(law._part(discrete=False), law._part(discrete=True)) for law in (p, q)]
    (density_p, atoms_p), (density_q, atoms_q) = both
    found = []
    if density_p is not None or density_q is not None:
        pair = density_p or NO_DENSITY, density_q or NO_DENSITY
        found.append((*over_regions(*pair, rows, enough, kinked=kinked), "quadrature"))
    if atoms_p is not None or atoms_q is not None:
        found.append((*sums(atoms_p or NO_ATOMS, atoms_q or NO_ATOMS, rows), "summation"))
    values = np.sum([part[0] for part in found], axis=0)
    return values, np.sum([part[1] for part in found], axis=0), found[0][2]


def over_regions(
    p: Distribution,
    q: Distribution,
    integrands: Integrands,
    enough: Enough,
    *,
    kinked: bool = False,
) -> tuple[Array, Array]:
    """Integrate over each region of the line in its own chart, and add up."""
    parts = [
        on_grid(p, q, ends, integrands, kinked=kinked)
        or _over_region(p, q, ends, integrands, enough, kinked=kinked)
        for ends in regions(p, q)
    ]
    values, errors = (np.sum(column, axis=0) for column in zip(*parts, strict=True))
    return values, errors


def _over_region(
    p: Distribution,
    q: Distribution,
    ends: tuple[float, float],
    integrands: Integrands,
    enough: Enough,
    *,
    kinked: bool,
) -> tuple[Array, Array]:
    low, high = ends
    marks = (law._landmarks() for law in (p, q))
    inside_p, inside_q = (m[(m > low) & (m < high)] for m in marks)
    circle = "circle" in {p.support.space, q.support.space} and high - low <= 2 * np.pi
    chart = chart_for(low, high, inside_p if len(inside_p) else inside_q, circle=circle)
    edges = edges_for(chart, np.concatenate([inside_p, inside_q]))
    with np.errstate(all="ignore"):
        if kinked:
            edges = np.union1d(edges, _crossings(p, q, chart, edges))
        at = _in_chart(p, q, chart, integrands)
        values, errors = integrate(at, edges, enough, kinked=kinked)
        beyond = 0.0 if np.isposinf(values[0]) else _beyond(at, edges) + _at_ends(p, q, chart, at)
    return values, CAUTION * errors + beyond


def _at_ends(
    p: Distribution, q: Distribution, chart: Chart, at: Callable[[Array], Array]
) -> Array | float:
    """What the integrands hold between an end as it was rounded, and where it is."""
    held: Array | float = 0.0
    for end in (chart.low, chart.high) if chart.kind != "plain" else ():
        blur = np.array([end]) if np.isfinite(end) else np.zeros(1)
        off = EPS * float(np.max([np.max(law._blur(blur)) for law in (p, q)]))
        if np.isfinite(end) and off > 0:
            t = np.array([chart.t_near(end, off * k) for k in range(1, len(NODES) + 1)])
            near = np.abs(at(t)) * np.exp(-chart.log_jacobian(t))
            held = held + off * np.where(np.isfinite(near), near, 0.0).max(axis=1)
    return held


def _beyond(at: Callable[[Array], Array], edges: Array) -> Array:
    """What the integrands hold outside the edges, or where doubles underflow before them.

    Each is followed to its last non-zero value on both sides and continued at the rate at
    which it falls there.
    """
    t = np.linspace(edges[0], edges[-1], 20 * len(NODES))
    rows = np.abs(at(t))
    rows = np.where(np.isfinite(rows), rows, 0.0)
    return np.array([_continued(t, row) + _continued(-t[::-1], row[::-1]) for row in rows])


def _continued(t: Array, row: Array) -> float:
    """∫ beyond the last non-zero value of a row, as an exponential."""
    (alive,) = np.nonzero(row)
    if len(alive) < 12:
        return 0.0
    last, before = alive[-1], alive[-1] - 8
    with np.errstate(all="ignore"):
        rate = np.log(row[before] / row[last]) / (t[last] - t[before])
    if not np.isfinite(rate):
        return 0.0
    # What still grows at the last point that doubles reach has no bound.
    return float(2 * row[last] / max(rate, 1e-3)) if rate > 0 or row[last] < 1 else np.inf


def _crossings(p: Distribution, q: Distribution, chart: Chart, edges: Array) -> Array:
    """Where p = q: the kinks of |p − q|, by bisection between points of unlike sign."""
    t = np.unique(np.linspace(edges[:-1], edges[1:], 40, axis=-1).ravel())
    above = chart.log_density(p, t) > chart.log_density(q, t)
    change = np.flatnonzero(above[1:] != above[:-1])
    low, high, start = t[change], t[change + 1], above[change]
    for _ in range(60 if len(change) else 0):
        middle = (low + high) / 2
        same = (chart.log_density(p, middle) > chart.log_density(q, middle)) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return (low + high) / 2


def _in_chart(
    p: Distribution, q: Distribution, chart: Chart, integrands: Integrands
) -> Callable[[Array], Array]:
    # A point next to an end may round onto it, where the other side's density still is.
    lives = [
        any(a <= chart.low and chart.high <= b for a, b in law.support.intervals())
        for law in (p, q)
    ]

    middle = (
        float(chart.x(np.zeros(1))[0]) if chart.kind != "plain" else (chart.low + chart.high) / 2
    )
    formulas = [alive and inside(law, middle) for alive, law in zip(lives, (p, q), strict=True)]

    def at(t: Array) -> Array:
        lp, lq = (
            chart.log_density(law, t) if alive else np.full(t.shape, -np.inf)
            for law, alive in zip((p, q), lives, strict=True)
        )
        x = chart.x(t)
        # On the ends x has been rounded, and far out ln f overflows: neither is a hole or a pole.
        outside = (x <= chart.low) | (x >= chart.high) | (np.abs(x) > FAR_OUT)
        lost = np.isposinf(lp) | np.isposinf(lq)
        if all(lives):
            lost = lost | np.isneginf(lp) | np.isneginf(lq)
        lp, lq = (np.where(outside & lost, -np.inf, f) for f in (lp, lq))
        over = [formula & np.isneginf(f) for formula, f in zip(formulas, (lp, lq), strict=True)]
        lp, lq = (np.where(over[i] & ~outside, BELOW, f) for i, f in enumerate((lp, lq)))
        stretch = chart.log_jacobian(t)
        own, other = (
            np.abs(f) + np.abs(stretch) + _moved(chart, t, f - stretch, law._blur(x)) + 1
            for law, f in ((p, lp), (q, lq))
        )
        known = p._log_ratio(q, x) if all(lives) and type(p) is type(q) else None
        d, ratio = (None, own + other) if known is None else (known[0], 4 * known[1])
        return integrands(lp, lq, Rounding(ratio, own, other), d)

    return at


def _moved(chart: Chart, t: Array, log_density: Array, blur: Any) -> Array:
    """|x d ln f/dx|: what the rounding of x itself does to ln f, by differences in a panel."""
    x, lf = (a.reshape(-1, len(NODES)) for a in (chart.x(t), log_density))
    slope = np.diff(lf, axis=1) / np.diff(x, axis=1)
    slope = np.where(np.isfinite(slope), np.abs(slope), 0.0)
    steepest = np.maximum(np.pad(slope, ((0, 0), (0, 1))), np.pad(slope, ((0, 0), (1, 0))))
    end = chart.low if chart.kind == "above" else chart.high if chart.kind == "below" else 0.0
    own = np.broadcast_to(blur, t.shape).reshape(x.shape)
    rounded = np.maximum(np.abs(x), np.abs(end)) + own
    value = rounded * steepest / 2
    return np.where(np.isfinite(value), value, 0.0).ravel()
