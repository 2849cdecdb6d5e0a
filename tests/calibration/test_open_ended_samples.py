"""Samples that reach beyond one another: the interval holds the truth, or has no upper end."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from kullback import samples

pytestmark = pytest.mark.slow


def _t3_to_normal():
    p, q = stats.t(3), stats.norm(0, 1.5)
    density = lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x))  # noqa: E731
    return integrate.quad(density, -math.inf, math.inf, limit=400)[0]


def _curve(rng, n, shift):
    t = rng.normal(shift, 1, n)
    return np.column_stack([t, np.sin(t), t**2])


CASES = {
    "N(0,3)‖N(0,1)": (
        lambda r, n: r.normal(0, 3, n),
        lambda r, n: r.normal(0, 1, n),
        4 - math.log(3),
    ),
    "N(0,1)‖N(3,1)": (lambda r, n: r.normal(0, 1, n), lambda r, n: r.normal(3, 1, n), 4.5),
    "N(0,1)‖N(2,1)": (lambda r, n: r.normal(0, 1, n), lambda r, n: r.normal(2, 1, n), 2.0),
    "t3‖N(0,1.5)": (
        lambda r, n: r.standard_t(3, n),
        lambda r, n: r.normal(0, 1.5, n),
        _t3_to_normal(),
    ),
    "lognormal in 10 columns": (
        lambda r, n: r.lognormal(0, 1, (n, 10)),
        lambda r, n: r.lognormal(0.3, 1, (n, 10)),
        0.45,
    ),
    "a curve in space": (
        lambda r, n: _curve(r, n, 0.0),
        lambda r, n: _curve(r, n, 0.5),
        0.125,
    ),
}


@pytest.mark.parametrize("n", [500, 2000])
@pytest.mark.parametrize("case", CASES)
def test_coverage(case, n):
    of_p, of_q, truth = CASES[case]
    runs = 10 if case.startswith("lognormal") else 40
    held = 0
    for run in range(runs):
        rng = np.random.default_rng([run, n])
        held += truth in samples.kl(of_p(rng, n), of_q(rng, n)).interval
    # At a coverage of .90, fewer come by chance once in a thousand times.
    assert held >= stats.binom.ppf(0.001, runs, 0.90)
