"""The kernels of every order against their definition in sixty digits, and against each other."""

import mpmath
import numpy as np
import pytest

from kullback import kernels
from kullback.kernels import reference

ORDERS = (1e-9, 1e-3, 0.3, 0.5, 0.7, 1 - 1e-9, 1 + 1e-9, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 50.0, 800.0)
RNG = np.random.default_rng(18)


def dense():
    return RNG.dirichlet(np.ones(30), 2)


def near():
    p = RNG.dirichlet(np.ones(25))
    q = p * (1 + 1e-9 * RNG.standard_normal(25))
    return p, q / q.sum()


def far():
    return RNG.dirichlet(0.02 * np.ones(20)) + 1e-30, RNG.dirichlet(0.02 * np.ones(20)) + 1e-30


def without(which):
    pair = list(dense())
    pair[which][::3] = 0.0
    return tuple(row / row.sum() for row in pair)


def tiny():
    sizes = RNG.choice([1e-310, 1e-200, 1e-20, 1.0], 20)
    p = RNG.dirichlet(np.ones(20)) * sizes
    return p / p.sum(), RNG.dirichlet(np.ones(20))


def disjoint():
    return np.array([0.5, 0.5, 0.0, 0.0]), np.array([0.0, 0.0, 0.25, 0.75])


PAIRS = {
    "dense": dense(),
    "near": near(),
    "far": far(),
    "p without": without(0),
    "q without": without(1),
    "tiny": tiny(),
    "disjoint": disjoint(),
}


def by_definition(p, q, order):
    """Tsallis' and Rényi's numbers: the second from the logarithm of what is summed."""
    with mpmath.workdps(60):
        a = mpmath.mpf(order)
        power = apart = mpmath.mpf(0)
        for x, y in zip(map(mpmath.mpf, p.tolist()), map(mpmath.mpf, q.tolist()), strict=True):
            if x and not y and a > 1:
                return mpmath.inf, mpmath.inf
            term = x**a * y ** (1 - a) if x and y else mpmath.mpf(0)
            power += term
            apart += (term - a * x - (1 - a) * y) / (a - 1)
        moved = (a - 1) * apart
        if abs(moved) < 0.5:
            return apart, mpmath.log1p(moved) / (a - 1)
        return apart, mpmath.log(power) / (a - 1) if power else mpmath.inf


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("twin", [False, True], ids=["fastest", "twin"])
def test_against_the_definition(name, order, twin):
    p, q = PAIRS[name]
    module = reference if twin else kernels
    truth = by_definition(p, q, order)
    for kernel, expected in zip((module.tsallis, module.renyi), truth, strict=True):
        got = float(kernel(p[None], q[None], order)[0])
        if expected == mpmath.inf:
            assert got == np.inf
        elif expected < 1e307:
            # x = (a − 1)·ln(p/q) is a rounding off, and e^x by as many as x says.
            assert got == pytest.approx(float(expected), rel=1e-12 * max(1.0, order / 5))


@pytest.mark.parametrize("order", [0.2, 0.7, 3.0, 3.5])
def test_long_rows_and_facts(order):
    p, q = RNG.dirichlet(np.ones(20_000), (2, 2))
    q[1, 17_000] = 0.0
    p[1, 17_000] = 0.0
    seen, expected = np.empty((2, 5))
    got = kernels.renyi(p, q, order, seen)
    np.testing.assert_allclose(got, reference.renyi(p, q, order, expected), rtol=1e-13)
    np.testing.assert_allclose(seen, expected, rtol=1e-13)


@pytest.mark.parametrize("bad", [-0.5, np.nan, np.inf])
def test_facts_show_what_is_wrong(bad):
    p, q = (row[None].copy() for row in dense())
    q[0, 3] = bad
    facts = np.empty(5)
    kernels.renyi(p, q, 0.3, facts)
    assert not (facts[0] >= 0 and np.isfinite(facts[1:]).all())


def test_threads_change_no_bit(monkeypatch):
    p, q = RNG.dirichlet(np.ones(300_000), 2)[:, None]
    monkeypatch.setenv("KULLBACK_THREADS", "1")
    one = [kernels.renyi(p, q, order) for order in (0.3, 2.0)]
    for threads in ("2", "8"):
        monkeypatch.setenv("KULLBACK_THREADS", threads)
        assert [kernels.renyi(p, q, order).tobytes() for order in (0.3, 2.0)] == [
            values.tobytes() for values in one
        ]
