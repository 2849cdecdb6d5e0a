"""Entropy where many outcomes are seen once or never: by the share that was seen."""

import numpy as np
from scipy.special import digamma, xlogy

from kullback.counts.estimators.coverage import coverage
from kullback.counts.estimators.entropy_plug_in import whole
from kullback.counts.rows.row import CountRow

STEP = 0.2  # of ln t: the trapezoid is then exact to 1e-16, the nearest pole being π away


def chao_shen(row: CountRow) -> float:
    """−Σ Cp ln(Cp) / [1 − (1 − Cp)ⁿ], C the Good–Turing coverage (Chao and Shen 2003).

    Where every observation is a singleton, C is 1/n in place of 0.
    """
    x, n = whole(row, "chao-shen"), row.n
    covered = coverage(row.x) or 1 / n
    p = covered * x / n
    with np.errstate(divide="ignore"):
        found = -np.expm1(n * np.log1p(-p))
    return -float((xlogy(p, p) / found).sum()) + 0.0


def chao_wang_jost(row: CountRow) -> float:
    """The Zhang estimate plus what its series leaves out (Chao, Wang and Jost 2013).

    That is (f₁/n) (1−A)^(1−n) Σ_{r ≥ n} (1−A)ʳ/r, A the chance that one more observation of
    a singleton's outcome is seen: 2f₂/[(n−1)f₁ + 2f₂].
    """
    x, n = whole(row, "chao-wang-jost"), row.n
    value = float((x / n) @ (digamma(n) - digamma(x)))
    once, twice = row.holding(1), row.holding(2)
    if once == 0:
        return value
    # With nothing seen twice: f₂ = 1 and one singleton less (Chao 1984).
    pairs, singles = (twice, once) if twice else (1, once - 1)
    again = 2 * pairs / ((n - 1) * singles + 2 * pairs)
    return value + once / n * _tail(n, again)


def _tail(n: float, again: float) -> float:
    """Return Σ_{r ≥ n} a^(r−n+1)/r, a = 1 − again, as ∫ a e^(−nt) / (1 − a e^(−t)) dt."""
    rest = 1 - again
    if rest <= 0:
        return 0.0
    low, high = min(np.log(again), -np.log(n)) - 40, np.log(750 / n)
    t = np.exp(np.arange(low, high, STEP))
    return float(STEP * (t * rest * np.exp(-n * t) / (again - rest * np.expm1(-t))).sum())
