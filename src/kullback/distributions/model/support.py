"""Where a distribution lives, and whether Q covers P.

A support is an interval, a lattice (points offset + step·k between two ends), finitely many
points, or a union of these; spaces of several dimensions have a name and a shape.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kullback.distributions.special.arrays import Array, Value, plain

# Spaces of one dimension with two ends.
LINES = ("real", "lattice", "atom", "circle", "mixed")
CONTINUOUS = ("real", "circle")
DISCRETE = ("lattice", "atom")
EPS = float(np.finfo(np.float64).eps)
# Of a lattice without an end, or with more points, as many are looked up from each mark.
LOOKED_UP = 2048


@dataclass(frozen=True, slots=True)
class Support:
    """The set where the density is positive, up to sets of measure 0.

    Parameters
    ----------
    space : str
        "real", "circle" (densities on an interval), "lattice" (points offset + step·k, or
        `points`), "atom" (one point), "mixed" (a union of both kinds), or the name of a space
        of several dimensions: "vector", "simplex", "sphere", …
    low, high : float or ndarray
        The ends, for the spaces of one dimension.
    dimension : tuple of int
        The shape of one observation.
    step, offset : float
        Of a lattice.
    points : tuple of float
        Of a finite set, in order.
    pieces : tuple of Support
        Of a union.
    """

    space: str
    low: Value = -np.inf
    high: Value = np.inf
    dimension: tuple[int, ...] = field(default=())
    step: float = 1.0
    offset: float = 0.0
    points: tuple[float, ...] = ()
    pieces: "tuple[Support, ...]" = ()

    def contains(self, x: Any) -> Any:
        """Say element by element whether x is inside, ends included.

        Examples
        --------
        >>> bool(Support("lattice", 0.0).contains(2.5))
        False
        """
        if self.pieces:
            return np.logical_or.reduce([piece.contains(x) for piece in self.pieces])
        if self.space in DISCRETE:
            nearest, slack = self._nearest(x)
            inside = (nearest >= self.low) & (nearest <= self.high)
            return inside & (np.abs(nearest - x) <= slack)
        return (x >= self.low) & (x <= self.high)

    def snapped(self, x: Any) -> Any:
        """The point of a discrete support that x is up to rounding; x itself where it is none."""
        for piece in self.lattices():
            nearest, slack = piece._nearest(x)
            x = np.where(np.abs(nearest - x) <= slack, nearest, x)
        return x

    def _nearest(self, x: Any) -> tuple[Any, Any]:
        """The nearest point, and how far x may be from it by rounding."""
        if self.points or self.space == "atom":
            points = np.asarray(self.points or (float(np.ravel(plain(self.low))[0]),))
            nearest = points[np.searchsorted((points[1:] + points[:-1]) / 2, x)]
            return nearest, 4 * EPS * np.abs(nearest)
        if type(self.step) is float and self.step == 1.0 and self.offset == 0.0:
            return np.rint(x), 0.0
        nearest = self.offset + self.step * np.rint((x - self.offset) / self.step)
        return nearest, 4 * EPS * (np.abs(x) + np.abs(self.offset) + self.step)

    def intervals(self) -> list[tuple[float, float]]:
        """The intervals of its continuous part, in order, touching ones joined."""
        found: list[tuple[float, float]] = []
        for low, high in sorted(
            (float(piece.low), float(piece.high))
            for piece in self.pieces or (self,)
            if piece.space in CONTINUOUS
        ):
            if found and low <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], high))
            else:
                found.append((low, high))
        return found

    def lattices(self) -> "list[Support]":
        """The lattices, finite sets and atoms of its discrete part."""
        return [piece for piece in self.pieces or (self,) if piece.space in DISCRETE]

    def moved(self, loc: Value, scale: Value) -> "Support":
        """The support of loc + scale·X."""
        return replace(
            self,
            low=loc + scale * self.low,
            high=loc + scale * self.high,
            step=scale * self.step if self.space == "lattice" else 1.0,
            offset=loc + scale * self.offset if self.space == "lattice" else 0.0,
            points=tuple(float(loc + scale * x) for x in self.points),
            pieces=tuple(piece.moved(loc, scale) for piece in self.pieces),
        )

    def between(self, low: float, high: float, count: int) -> Array:
        """The points of a discrete piece in [low, high], at most `count` from the low end."""
        if self.points or self.space == "atom":
            points = np.asarray(self.points or (float(self.low),))
            return points[(points >= low) & (points <= high)]
        low, high = max(low, float(self.low)), min(high, float(self.high))
        first = np.ceil((low - self.offset) / self.step - 1e-9)
        last = np.floor((high - self.offset) / self.step + 1e-9)
        index = first + np.arange(max(0, int(min(last - first + 1, count))))
        result: Array = self.offset + self.step * index
        return result

    def __str__(self) -> str:
        if self.space not in LINES:
            return f"the {self.space} space of shape {self.dimension}"
        if self.pieces:
            shown = [str(piece) for piece in self.pieces[:4]]
            return " ∪ ".join([*shown, "…"] if len(self.pieces) > len(shown) else shown)
        low, high = (np.ravel(plain(end))[0] for end in (self.low, self.high))
        if self.points:
            return f"{{{', '.join(f'{x:g}' for x in self.points[:4])}{self._more()}}}"
        if self.space == "atom":
            return f"{{{low:g}}}"
        if self.space == "lattice":
            steps = "" if np.all(self.step == 1) else f" in steps of {np.ravel(self.step)[0]:g}"
            return f"{{{low:g}, …, {high:g}}}{steps}"
        return f"[{low:g}, {high:g}]"

    def _more(self) -> str:
        return ", …" if len(self.points) > 4 else ""


REALS = Support("real")
POSITIVE = Support("real", 0.0)
UNIT = Support("real", 0.0, 1.0)
NATURALS = Support("lattice", 0.0)


def union(supports: Iterable[Support]) -> Support:
    """The union of supports of one dimension, or one of several if they are all that one.

    Examples
    --------
    >>> print(union([Support("real", 0.0, 1.0), Support("real", 2.0, 3.0)]))
    [0, 1] ∪ [2, 3]
    >>> print(union([NATURALS, NATURALS]))
    {0, …, inf}
    """
    pieces = list(dict.fromkeys(p for s in supports for p in (s.pieces or (s,))))
    first = pieces[0]
    if len(pieces) == 1 or first.space not in LINES:
        return first
    spaces = {piece.space for piece in pieces}
    discrete = [piece for piece in pieces if piece.space in DISCRETE]
    if spaces in ({"real"}, {"circle"}):
        joined = Support("real", pieces=tuple(pieces)).intervals()
        pieces = [replace(first, low=low, high=high) for low, high in joined]
    elif all(piece.space == "atom" or piece.points for piece in pieces):
        atoms = {float(x) for piece in pieces for x in (piece.points or (piece.low,))}
        pieces = [finite_set(sorted(atoms))]
    space = "lattice" if len(discrete) == len(pieces) else "mixed"
    space = space if discrete or space == "lattice" else first.space
    if len(pieces) == 1:
        return pieces[0]
    low = min(float(np.min(piece.low)) for piece in pieces)
    high = max(float(np.max(piece.high)) for piece in pieces)
    return Support(space, low, high, pieces=tuple(pieces))


def finite_set(points: Sequence[float]) -> Support:
    """Finitely many points, given in order."""
    return Support("lattice", points[0], points[-1], points=tuple(points))


def end_where(condition: Any, yes: Any, no: Any) -> Any:
    """An end of a support: `no`, but `yes` where the condition holds; one number if it can be.

    Examples
    --------
    >>> end_where(np.array([False, False]), 0.0, np.inf)
    inf
    """
    return np.where(condition, yes, no)[()] if np.any(condition) else no


def uncovered(p: Support, q: Support) -> str:
    """Say why Q does not cover P; "" where it does.

    Ends are compared exactly: a mass of 1e-300 outside Q makes KL infinite.

    Examples
    --------
    >>> uncovered(Support("real", 0.0, 2.0), Support("real", 0.0, 1.0))
    'P lives on [0, 2], Q only on [0, 1]'
    """
    if p.space not in LINES:
        return ""
    if p.space == q.space and _plain_pair(p, q):
        return _why(p, q) if p.low < q.low or p.high > q.high else ""
    return _uncovered_intervals(p, q) or _uncovered_points(p, q)


def _plain_pair(p: Support, q: Support) -> bool:
    """Whether their ends decide: two intervals, or two lattices of the integers."""
    if p.pieces or q.pieces or p.points or q.points:
        return False
    return p.space == "real" or (
        p.space == "lattice" and p.step == q.step == 1 and p.offset == q.offset == 0
    )


def _uncovered_intervals(p: Support, q: Support) -> str:
    covering = q.intervals()
    inside = p.intervals()
    if inside and not covering:
        return f"P has a density and Q lives on the atoms {q}, a set of probability 0 under P"
    for low, high in inside:
        if not any(a <= low and high <= b for a, b in covering):
            return _why(p, q)
    return ""


def _uncovered_points(p: Support, q: Support) -> str:
    pieces, covering = p.lattices(), q.lattices()
    if pieces and not covering:
        return f"P has atoms on {p} and Q has a density, so Q gives each atom probability 0"
    for piece in pieces:
        if piece in covering:
            continue
        points = _looked_up(piece, covering)
        outside = ~np.logical_or.reduce([other.contains(points) for other in covering])
        if outside.any():
            at = f"Q gives {points[outside][0]:g} probability 0"
            return _why(p, q) if not (q.pieces or q.points) else f"{_why(p, q)}: {at}"
    return ""


def _looked_up(piece: Support, covering: list[Support]) -> Array:
    """Points of P's piece that decide: all if they are few, else those around every end.

    What lattices have in common is periodic, and changes at their ends only.
    """
    marks = {0.0, *(float(e) for s in (piece, *covering) for e in (s.low, s.high))}
    reach = LOOKED_UP * float(piece.step)
    low, high = float(piece.low), float(piece.high)
    if (np.isfinite(high - low) and high - low <= 2 * reach) or piece.points:
        return piece.between(low, high, 2 * LOOKED_UP + 2)
    around = [piece.between(m - reach, m + reach, 2 * LOOKED_UP) for m in marks if np.isfinite(m)]
    return np.concatenate(around)


def outside_rows(p: Support, q: Support) -> Any:
    """Where in a batch P reaches outside Q: of two plain intervals or plain lattices."""
    if p.space == q.space and p.space in {"real", "lattice"}:
        outside = (plain(p.low) < plain(q.low)) | (plain(p.high) > plain(q.high))
        return np.asarray(outside)
    return np.asarray(bool(uncovered(_first_row(p), _first_row(q))))


def _first_row(support: Support) -> Support:
    low, high = (float(np.ravel(plain(end))[0]) for end in (support.low, support.high))
    return replace(support, low=low, high=high)


def _why(p: Support, q: Support) -> str:
    return f"P lives on {p}, Q only on {q}"


def comparable(p: Support, q: Support) -> bool:
    """Say whether both live in one space, so that a divergence between them means something."""
    if p.space in LINES and q.space in LINES:
        return True
    return p.space == q.space and p.dimension == q.dimension


def meets(p: Support, q: Support) -> bool:
    """Whether a set that both give mass to exists.

    Examples
    --------
    >>> meets(Support("real", 0.0, 1.0), Support("real", 1.0, 2.0))
    False
    """
    shared = any(max(a, c) < min(b, d) for a, b in p.intervals() for c, d in q.intervals())
    return shared or any(
        other.contains(_looked_up(piece, [other])).any()
        for piece in p.lattices()
        for other in q.lattices()
    )
