"""The supremum of ln(p/q): on a grid of the chart, refined where it is highest."""

import itertools

import numpy as np

from kullback.distributions.methods.change_of_variable import Chart, chart_for, edges_for, regions
from kullback.distributions.model.answer import Answer, infinite
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array

POINTS = 1 << 16


def log_ratio_supremum(p: Distribution, q: Distribution) -> Answer:
    """ln sup p/q over the line, infinite where it still grows at an end.

    Examples
    --------
    >>> from kullback.distributions.families import Laplace, Normal
    >>> round(log_ratio_supremum(Normal(0, 1), Laplace(0, 1)).value, 6)
    0.274208
    """
    best, reason = -np.inf, ""
    density_p, density_q = p._part(discrete=False), q._part(discrete=False)
    if density_p is not None and density_q is not None:
        for low, high in regions(density_p, density_q):
            value, grows = _over_region(density_p, density_q, low, high)
            best, reason = max(best, value), reason or grows
    atoms_p, atoms_q = p._part(discrete=True), q._part(discrete=True)
    if atoms_p is not None and atoms_q is not None:
        value, grows = _over_atoms(atoms_p, atoms_q)
        best, reason = max(best, value), reason or grows
    if reason or best == np.inf:
        return infinite(reason or "p/q has no bound")
    return Answer(float(best), 1e-12 * (1 + abs(best)), "quadrature")


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


def _over_atoms(p: Distribution, q: Distribution) -> tuple[float, str]:
    best, reason = -np.inf, ""
    for piece in p.support.lattices():
        middle = float(getattr(p, "_center", lambda: 0.0)())
        reach = POINTS * float(piece.step)
        x = piece.between(max(middle - reach, float(piece.low)), middle + reach, 2 * POINTS)
        with np.errstate(all="ignore"):
            d = p.log_density(x) - q.log_density(x)
        d = np.where(np.isnan(d), -np.inf, d)
        at = int(np.argmax(d))
        if (np.isinf(piece.high) and at == len(d) - 1) or (np.isinf(piece.low) and at == 0):
            reason = "p/q grows without bound towards an end"
        best = max(best, float(d[at]))
    return best, reason
