"""The log-partition of Wisharts in decimals, of any number of rows.

θ = (n/2, H) with H = −V⁻¹/2 row by row, paired with ln|X| and X:

    F = lnΓ_d(n/2) − n/2 ln|−H|,   ∂F/∂(n/2) = Σ ψ((n − i)/2) − ln|−H|,   ∂F/∂H = −(n/2) H⁻¹.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from kullback.distributions.special.arrays import Array
from kullback.distributions.special.decimal_gamma import ln_gamma, psi
from kullback.distributions.special.decimals import cholesky, decimals, inverse
from kullback.distributions.special.log_partition import (
    LogPartition,
    Natural,
    Point,
    Terms,
)

# What inverting a matrix that doubles tell from a singular one may cost.
LOST = 36.0
Rows = list[list[Decimal]]


def wishart_natural(df: float, matrix: Array, *, inverted: bool) -> Natural:
    """Return a Wishart of scale V, or one whose V⁻¹ is the matrix that is given.

    Examples
    --------
    >>> import numpy as np
    >>> len(wishart_natural(3.0, np.eye(2), inverted=True).theta())
    5
    """

    def theta() -> Point:
        rows = decimals(matrix)
        precision = rows if inverted else inverse(rows)
        return (Decimal(float(df)) / 2, *(-x / 2 for row in precision for x in row))

    return Natural(_partition(len(matrix)), theta, lost=LOST)


@lru_cache(maxsize=32)
def _partition(size: int) -> LogPartition:
    def negative(t: Point) -> Rows:
        """Return −H."""
        return [[-x for x in t[1 + i * size : 1 + (i + 1) * size]] for i in range(size)]

    return LogPartition(_value(size, negative), _slope(size, negative), _inside(size, negative))


def _shapes(half: Decimal, size: int) -> list[Decimal]:
    return [half - Decimal(i) / 2 for i in range(size)]


def _log_det(rows: Rows) -> Terms:
    lower = cholesky(rows)
    if lower is None:
        raise ArithmeticError("no positive definite matrix")
    return [2 * row[i].ln() for i, row in enumerate(lower)]


def _value(size: int, negative: Callable[[Point], Rows]) -> Callable[[Point], Terms]:
    def value(t: Point) -> Terms:
        logs = _log_det(negative(t))
        return [*map(ln_gamma, _shapes(t[0], size)), *(-t[0] * x for x in logs)]

    return value


def _slope(size: int, negative: Callable[[Point], Rows]) -> Callable[[Point], list[Terms]]:
    def slope(t: Point) -> list[Terms]:
        rows = negative(t)
        own = [*map(psi, _shapes(t[0], size)), *(-x for x in _log_det(rows))]
        # H⁻¹ = −(−H)⁻¹.
        return [own, *([t[0] * x] for row in inverse(rows) for x in row)]

    return slope


def _inside(size: int, negative: Callable[[Point], Rows]) -> Callable[[Point], bool]:
    def inside(t: Point) -> bool:
        return 2 * t[0] > size - 1 and cholesky(negative(t)) is not None

    return inside
