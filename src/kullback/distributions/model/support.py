"""Where a distribution lives, and whether Q covers P."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kullback.distributions.special.arrays import Value, plain

# Spaces of one dimension with two ends.
LINES = ("real", "lattice", "atom", "circle")


@dataclass(frozen=True, slots=True)
class Support:
    """The set where the density is positive, up to sets of measure 0.

    Parameters
    ----------
    space : str
        "real", "circle" (densities on an interval), "lattice" (integers), "atom" (one point),
        or the name of a space of several dimensions: "vector", "simplex", "sphere", …
    low, high : float or ndarray
        The ends, for the spaces of one dimension.
    dimension : tuple of int
        The shape of one observation.
    """

    space: str
    low: Value = -np.inf
    high: Value = np.inf
    dimension: tuple[int, ...] = field(default=())

    def contains(self, x: Any) -> Any:
        """Say element by element whether x is inside, ends included.

        Examples
        --------
        >>> bool(Support("lattice", 0.0).contains(2.5))
        False
        """
        inside = (x >= self.low) & (x <= self.high)
        return inside & (np.floor(x) == x) if self.space == "lattice" else inside

    def __str__(self) -> str:
        if self.space not in LINES:
            return f"the {self.space} space of shape {self.dimension}"
        low, high = (np.ravel(plain(end))[0] for end in (self.low, self.high))
        if self.space == "atom":
            return f"{{{low:g}}}"
        if self.space == "lattice":
            return f"{{{low:g}, …, {high:g}}}"
        return f"[{low:g}, {high:g}]"


REALS = Support("real")
POSITIVE = Support("real", 0.0)
UNIT = Support("real", 0.0, 1.0)
NATURALS = Support("lattice", 0.0)


def end_where(condition: Any, yes: Any, no: Any) -> Any:
    """An end of a support: `no`, but `yes` where the condition holds; one number if it can be.

    Examples
    --------
    >>> end_where(np.array([False, False]), 0.0, np.inf)
    inf
    """
    return np.where(condition, yes, no)[()] if np.any(condition) else no


def uncovered(p: Support, q: Support) -> tuple[Any, str]:
    """Say where P puts mass that Q does not cover (a bool, or one a pair), and why.

    Ends are compared exactly: a mass of 1e-300 outside Q makes KL infinite.

    Examples
    --------
    >>> uncovered(Support("real", 0.0, 2.0), Support("real", 0.0, 1.0))
    (True, 'P lives on [0, 2], Q only on [0, 1]')
    """
    if p.space == q.space == "real":
        outside = (plain(p.low) < plain(q.low)) | (plain(p.high) > plain(q.high))
        return outside, _why(p, q) if np.any(outside) else ""
    return _uncovered_across_spaces(p, q)


def _uncovered_across_spaces(p: Support, q: Support) -> tuple[Any, str]:
    discrete = {"lattice", "atom"}
    if p.space in discrete and q.space in discrete:
        outside = ~(np.asarray(q.contains(plain(p.low))) & np.asarray(q.contains(plain(p.high))))
        return outside if outside.ndim else bool(outside), _why(p, q)
    if p.space in discrete and q.space in {"real", "circle"}:
        return True, f"P has atoms on {p} and Q has a density, so Q gives each atom probability 0"
    if p.space in {"real", "circle"} and q.space in discrete:
        return True, f"P has a density and Q lives on the atoms {q}, a set of probability 0 under P"
    if {p.space, q.space} == {"real", "circle"}:
        outside = (plain(p.low) < plain(q.low)) | (plain(p.high) > plain(q.high))
        return outside, _why(p, q) if np.any(outside) else ""
    return False, ""


def _why(p: Support, q: Support) -> str:
    return f"P lives on {p}, Q only on {q}"


def comparable(p: Support, q: Support) -> bool:
    """Say whether both live in one space, so that a divergence between them means something."""
    if p.space in LINES and q.space in LINES:
        return True
    return p.space == q.space and p.dimension == q.dimension
