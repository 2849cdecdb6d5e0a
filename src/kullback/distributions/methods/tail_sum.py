"""The tail of a sum over integers whose terms fall like a power: no partial sum converges.

Euler–Maclaurin at midpoints: Σ_{k ≥ K} f(k) = ∫_{K − 1/2}^∞ f + f′(K − 1/2)/24 + O(f‴), with
the terms continued to real k and integrated in ln k.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions.methods.integrands import rounding_of
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array
from kullback.distributions.special.gauss_kronrod import integrate

# From here on a power of k is smooth enough for the two terms above.
FROM = 1 << 14
FARTHEST = 300.0  # ln k

Rows = Callable[..., Array]


def power_tail(
    p: Distribution, q: Distribution, rows: Rows, k: float
) -> tuple[Array, Array] | None:
    """Σ from k on of each row with its error; None where a mass is not continued to reals.

    Examples
    --------
    >>> from kullback.distributions.families import Zipf
    >>> rows = lambda lp, lq, size, d: np.exp(lp)[None] * np.ones((2, 1))
    >>> value, _ = power_tail(Zipf(2.0), Zipf(2.0), rows, 20000.0)
    >>> float((value[0] * np.pi**2 / 6 * 20000).round(4))
    1.0
    """
    masses: list[Any] = [getattr(law, "_log_mass", None) for law in (p, q)]
    if any(mass is None for mass in masses):
        return None

    def at(x: Array) -> Array:
        lp, lq = (np.asarray(mass(x), dtype=np.float64) for mass in masses)
        with np.errstate(all="ignore"):
            terms = rows(lp, lq, rounding_of(lp, lq), None)
        return np.where(np.isfinite(terms), terms, 0.0)

    def in_logarithm(t: Array) -> Array:
        x = np.exp(t)
        return at(x) * x

    def enough(values: Array, errors: Array) -> tuple[int, float]:
        which = int(np.argmin(errors[:2]))
        return which, 1e-13 * abs(values[which])

    edges = np.linspace(np.log(k - 0.5), FARTHEST, 60)
    values, errors = integrate(in_logarithm, edges, enough)
    near = at(np.array([k - 1, k]))
    slope = near[:, 1] - near[:, 0]
    far = in_logarithm(np.array([FARTHEST - 3, FARTHEST]))
    with np.errstate(all="ignore"):
        rate = np.log(np.abs(far[:, 0] / far[:, 1])) / 3
    beyond = np.abs(far[:, 1]) / np.where(rate > 1e-3, rate, 1e-3)
    return values + slope / 24, errors + np.abs(slope) / k + np.nan_to_num(beyond)
