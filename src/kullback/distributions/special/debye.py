"""I_v(z) for large w = √(v² + z²): √(2πw) e^(−w) (…) I_v(z) = Σ P_k(v²/w²) w^−k (Debye 1909)."""

from fractions import Fraction
from functools import lru_cache

import numpy as np

from kullback.distributions.special.arrays import Array

TERMS = 12
# The series from here on.
FROM = 40.0


@lru_cache(maxsize=1)
def _polynomials() -> tuple[tuple[float, ...], ...]:
    """The coefficients of P_k, U_k(t) = t^k P_k(t²), from the recurrence of U_k."""
    rows = [{0: Fraction(1)}]
    for _ in range(TERMS):
        following: dict[int, Fraction] = {}
        for power, c in rows[-1].items():
            # t² (1 − t²)/2 U′ + ∫ (1 − 5 t²) U/8.
            for shift, part in (
                (1, c * power / 2 + c / (8 * (power + 1))),
                (3, -c * power / 2 - 5 * c / (8 * (power + 3))),
            ):
                following[power + shift] = following.get(power + shift, Fraction(0)) + part
        rows.append(following)
    return tuple(
        tuple(float(row.get(k + 2 * i, Fraction(0))) for i in range(k + 1))
        for k, row in enumerate(rows)
    )


def debye_sum(share: Array, w: Array) -> Array:
    """Σ P_k(share) w^−k, with share = v²/w².

    Examples
    --------
    >>> float(debye_sum(np.array(0.0), np.array(100.0)).round(6))
    1.001257
    """
    total = np.zeros(np.broadcast(share, w).shape)
    for row in reversed(_polynomials()):
        total = total / w + np.polynomial.polynomial.polyval(share, row)
    return total
