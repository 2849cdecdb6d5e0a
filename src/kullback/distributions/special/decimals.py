"""Two normals in decimals of 90 digits: for covariances that doubles cannot invert.

The inputs are doubles, which decimals hold exactly, so that the only rounding is the last one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from operator import mul

import numpy as np

from kullback.distributions.special.arrays import Array

DIGITS = 90
ROUNDED = Decimal("1e-60")
Row = list[Decimal]


@dataclass(frozen=True, slots=True)
class Factored:
    """A covariance given as factor · factorᵀ, which doubles may not hold."""

    factor: Array


@dataclass(frozen=True, slots=True)
class Inverted:
    """A covariance given as the inverse of a precision."""

    precision: Array


@dataclass(frozen=True, slots=True)
class Product:
    """A covariance given as the Kronecker product of those of rows and of columns."""

    rows: Array
    columns: Array


Matrix = Array | Factored | Inverted | Product


def decimal_log_det(matrix: Matrix) -> float | None:
    """ln det of a covariance; None where it is not positive definite to the last digit.

    Examples
    --------
    >>> decimal_log_det(np.zeros((1, 1))) is None
    True
    """
    with localcontext() as context:
        context.prec = DIGITS
        lower = cholesky(decimals(matrix))
        return None if lower is None else float(2 * sum(row[i].ln() for i, row in enumerate(lower)))


def decimal_normal_divergence(apart: Array, first: Matrix, second: Matrix) -> float | None:
    """(tr(S₂⁻¹(S₁ − S₂)) − ln det S₁ + ln det S₂ + |L⁻¹(m₁ − m₂)|²)/2.

    None where one of the two is not positive definite to the last digit.

    Examples
    --------
    >>> f"{decimal_normal_divergence(np.zeros(1), np.eye(1), (1 + 1e-9) * np.eye(1)):.6g}"
    '2.5e-19'
    """
    with localcontext() as context:
        context.prec = DIGITS
        s1, s2 = decimals(first), decimals(second)
        lower1, lower2 = cholesky(s1), cholesky(s2)
        if lower1 is None or lower2 is None:
            return None
        total = Decimal(0)
        for j in range(len(s2)):
            column = [row1[j] - row2[j] for row1, row2 in zip(s1, s2, strict=True)]
            total += _solve(lower2, column)[j]
        total += 2 * sum((lower2[i][i] / lower1[i][i]).ln() for i in range(len(s2)))
        z = _forward(lower2, [Decimal(float(x)) for x in apart])
        total += sum((x * x for x in z), start=Decimal(0))
        return float(total / 2)


def decimal_normal_renyi(apart: Array, first: Matrix, second: Matrix, order: float) -> float | None:
    """R_a of two normals: a/2 |L⁻¹ (m₁ − m₂)|² + (ln|S| − (1 − a) ln|S₁| − a ln|S₂|)/(2 (1 − a)).

    S = L Lᵀ = a S₂ + (1 − a) S₁; +∞ where that is not positive definite, None where one of the two
    is not.

    Examples
    --------
    >>> round(decimal_normal_renyi(np.ones(1), np.eye(1), np.eye(1), 2.0), 12)
    1.0
    """
    with localcontext() as context:
        context.prec = DIGITS
        a, s1, s2 = Decimal(order), decimals(first), decimals(second)
        pairs = zip(s1, s2, strict=True)
        mixed = [[a * y + (1 - a) * x for x, y in zip(*rows, strict=True)] for rows in pairs]
        lower1, lower2, lower = cholesky(s1), cholesky(s2), cholesky(mixed)
        if lower1 is None or lower2 is None:
            return None
        diagonals = zip(s1, s2, strict=True)
        sizes = [abs(1 - a) * x[i] + a * y[i] for i, (x, y) in enumerate(diagonals)]
        # What an inverse was rounded by is no variance.
        if lower is None or any(
            row[i] * row[i] <= ROUNDED * size
            for i, (row, size) in enumerate(zip(lower, sizes, strict=True))
        ):
            return float("inf")
        z = _forward(lower, [Decimal(float(x)) for x in apart])
        total = a * sum((x * x for x in z), start=Decimal(0)) / 2
        for i, row in enumerate(lower):
            own, other = (row[i] / side[i][i] for side in (lower1, lower2))
            total += own.ln() + a / (1 - a) * other.ln()
        return max(float(total), 0.0)


def inverse(matrix: Sequence[Row]) -> list[Row]:
    """The inverse of a positive definite matrix.

    Raises
    ------
    ArithmeticError
        If it is none.

    Examples
    --------
    >>> inverse([[Decimal(4)]])
    [[Decimal('0.25')]]
    """
    lower = cholesky(matrix)
    if lower is None:
        raise ArithmeticError("no positive definite matrix")
    units = [[Decimal(int(i == j)) for i in range(len(lower))] for j in range(len(lower))]
    return [_solve(lower, unit) for unit in units]


def decimals(matrix: Matrix) -> list[Row]:
    """The entries as decimals, which hold doubles exactly.

    Examples
    --------
    >>> decimals(np.eye(1))
    [[Decimal('1')]]
    """
    if isinstance(matrix, Inverted):
        return inverse(decimals(matrix.precision))
    if isinstance(matrix, Factored):
        rows = decimals(matrix.factor)
        return [[sum(map(mul, a, b), start=Decimal(0)) for b in rows] for a in rows]
    if isinstance(matrix, Product):
        rows, columns = decimals(matrix.rows), decimals(matrix.columns)
        return [[x * y for x in row for y in column] for row in rows for column in columns]
    return [[Decimal(float(x)) for x in row] for row in matrix]


def cholesky(matrix: Sequence[Row]) -> list[Row] | None:
    """The lower factor, or None of what is not positive definite.

    Examples
    --------
    >>> cholesky([[Decimal(4)]])
    [[Decimal('2')]]
    """
    size = len(matrix)
    lower = [[Decimal(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(
                (a * b for a, b in zip(lower[i][:j], lower[j][:j], strict=True)), start=Decimal(0)
            )
            if i == j and rest <= 0:
                return None
            lower[i][j] = rest.sqrt() if i == j else rest / lower[j][j]
    return lower


def cholesky_in_doubles(matrix: Matrix) -> Array | None:
    """The lower factor, found in decimals, as doubles.

    Examples
    --------
    >>> cholesky_in_doubles(np.array([[4.0]])).tolist()
    [[2.0]]
    """
    with localcontext() as context:
        context.prec = DIGITS
        lower = cholesky(decimals(matrix))
    return None if lower is None else np.array(lower, dtype=np.float64)


def _forward(lower: list[Row], right: Row) -> Row:
    z: Row = []
    for i, row in enumerate(lower):
        known = sum((a * b for a, b in zip(row[:i], z, strict=True)), start=Decimal(0))
        z.append((right[i] - known) / row[i])
    return z


def _solve(lower: list[Row], right: Row) -> Row:
    z = _forward(lower, right)
    size = len(z)
    x = [Decimal(0)] * size
    for i in range(size - 1, -1, -1):
        known = sum((lower[j][i] * x[j] for j in range(i + 1, size)), start=Decimal(0))
        x[i] = (z[i] - known) / lower[i][i]
    return x
