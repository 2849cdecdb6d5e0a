"""Charts: the line, a half-line or an interval drawn so that every end is infinitely far.

In the chart's variable t, power tails and algebraic singularities decay exponentially.

    (−∞, ∞)  x = c + s sinh t        (a, ∞)  x = a + s e^t        (a, b)  x = a + (b − a)/(1 + e^−t)
"""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy import special

from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array, Value

# So many jumps of densities end regions of their own.
MOST_JUMPS = 64


@dataclass(frozen=True, slots=True)
class Chart:
    """One region of the line and its chart.

    Parameters
    ----------
    kind : {"line", "above", "below", "interval", "plain"}
        Which of the charts.
    low, high : float
        The ends of the region.
    center, scale : float
        c and s.
    """

    kind: str
    low: float
    high: float
    center: float
    scale: float

    def x(self, t: Array) -> Value:
        """The point of the region."""
        return _FORWARD[self.kind](self, t)

    def log_jacobian(self, t: Array) -> Value:
        """ln |dx/dt|."""
        return _JACOBIAN[self.kind](self, t)

    def t(self, x: Array) -> Value:
        """The chart's variable, of points inside the region."""
        return _BACKWARD[self.kind](self, x)

    def t_near(self, end: float, distance: float) -> float:
        """The chart's variable at a distance inside a finite end, of at most half the region."""
        if self.kind == "interval":
            share = min(distance / (self.high - self.low), 0.5)
            logit = float(np.log(share / (1 - share)))
            return logit if end == self.low else -logit
        return float(np.log(distance / self.scale))

    def log_density(self, law: Distribution, t: Array) -> Value:
        """ln of the density of T, by the distance to 1 where the region is [0, 1]."""
        x = self.x(t)
        value = law.log_density(x)
        if self.kind == "interval" and self.low == 0 and self.high == 1:
            value = np.where(t > 0, law._log_density_below_one(special.expit(-t)), value)
        return value + self.log_jacobian(t)


def _log_cosh(t: Array) -> Array:
    size = np.abs(t)
    result: Array = size + np.log1p(np.exp(-2 * size)) - np.log(2)
    return result


_FORWARD = {
    "line": lambda c, t: c.center + c.scale * np.sinh(t),
    "above": lambda c, t: c.low + c.scale * np.exp(t),
    "below": lambda c, t: c.high - c.scale * np.exp(t),
    "interval": lambda c, t: np.where(
        t < 0,
        c.low + (c.high - c.low) * special.expit(t),
        c.high - (c.high - c.low) * special.expit(-t),
    ),
    "plain": lambda c, t: t,  # noqa: ARG005
}
_BACKWARD = {
    "line": lambda c, x: np.arcsinh((x - c.center) / c.scale),
    "above": lambda c, x: np.log((x - c.low) / c.scale),
    "below": lambda c, x: np.log((c.high - x) / c.scale),
    "interval": lambda c, x: np.log((x - c.low) / (c.high - x)),
    "plain": lambda c, x: x,  # noqa: ARG005
}
_JACOBIAN = {
    "line": lambda c, t: np.log(c.scale) + _log_cosh(t),
    "above": lambda c, t: np.log(c.scale) + t,
    "below": lambda c, t: np.log(c.scale) + t,
    "interval": lambda c, t: np.log(c.high - c.low) - np.abs(t) - 2 * np.log1p(np.exp(-np.abs(t))),
    "plain": lambda c, t: np.zeros_like(t),  # noqa: ARG005
}


def regions(first: Distribution, second: Distribution) -> list[tuple[float, float]]:
    """The pieces between the ends of both supports, where at least one has mass.

    Also between the places where densities jump, unless there are many.
    """
    supports = [law.support.intervals() for law in (first, second)]
    ends = {end for intervals in supports for interval in intervals for end in interval}
    jumps = first._jumps() | second._jumps()
    cut = sorted(ends | jumps if len(jumps) <= MOST_JUMPS else ends)
    return [
        (low, high)
        for low, high in itertools.pairwise(cut)
        if any(a <= low and high <= b for intervals in supports for a, b in intervals)
    ]


def chart_for(low: float, high: float, marks: Array, *, circle: bool) -> Chart:
    """The chart of a region; `marks` are the landmarks inside it, of P first."""
    if circle:
        return Chart("plain", low, high, 0.0, 1.0)
    if np.isfinite(low) and np.isfinite(high):
        return Chart("interval", low, high, 0.0, 1.0)
    middle = float(np.median(marks)) if len(marks) else 0.0
    if np.isfinite(low) or np.isfinite(high):
        kind, end = ("above", low) if np.isfinite(low) else ("below", high)
        return Chart(kind, low, high, end, max(abs(middle - end), 1e-280))
    spread = np.subtract(*np.quantile(marks, [0.6, 0.4])) if len(marks) > 3 else 1.0
    return Chart("line", low, high, middle, max(abs(float(spread)), 1e-280))


def edges_for(chart: Chart, marks: Array) -> Array:
    """Break points in the chart's variable: the landmarks, and for intervals the far ends."""
    with np.errstate(all="ignore"):
        t = chart.t(marks)
    t = np.clip(t[np.isfinite(t)], -690, 690)
    t = np.unique(np.concatenate([t, _far_ends(chart, t)]))
    kept = np.concatenate([[True], np.diff(t) > 1e-14 * (1 + np.abs(t[1:]))])
    return _no_wide_panels(t[kept])


def _far_ends(chart: Chart, t: Array) -> Array:
    """Break points beyond the landmarks: quantiles next to an end may have rounded onto it."""
    if chart.kind == "plain":
        return np.array([chart.low, chart.high])
    if chart.kind == "interval":
        unit = chart.low == 0 and chart.high == 1
        reach = [0.0, 6, 18, 40, *([90, 180, 350, 690] if unit else [])]
        return np.array([*reach, *(-x for x in reach)])
    if len(t) < 2:
        return np.array([-40.0, 40.0])
    return np.clip([t.min() - 20, t.min() - 40], -690, 690) if chart.kind != "line" else t[:0]


def _no_wide_panels(t: Array, width: float = 12.0) -> Array:
    """Cut panels wider than `width`, so that no peak between far landmarks is stepped over."""
    pieces = [
        np.linspace(a, b, int(np.ceil((b - a) / width)) + 1)[:-1] for a, b in itertools.pairwise(t)
    ]
    return np.concatenate([*pieces, t[-1:]])
