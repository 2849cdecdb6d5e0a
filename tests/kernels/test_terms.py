"""Each outcome's term of KL and JS, against mpmath, for ratios from 1e-320 to 1e320."""

import mpmath as mp
import numpy as np
import pytest

from kullback.kernels import reference

try:
    from kullback.kernels import _native
except ImportError:
    _native = None

mp.mp.dps = 60

KERNELS = [reference] if _native is None else [reference, _native]

RNG = np.random.default_rng(0)
SIZES = [0.0, 1e-15, 1e-12, 1e-8, 1e-3, 0.1, 0.3, 0.7, 1, 3, 20, 35, 37, 50, 300, 700]


def pairs():
    """Yield x and y = x·e^±size, near the sizes where a method changes over to another."""
    for size in SIZES:
        for sign in (1, -1):
            x = float(np.exp(RNG.uniform(-3, 0)))
            yield (
                x,
                float(x * np.exp(sign * size * RNG.uniform(0.9, 1.1))) if size < 680 else 5e-310,
            )


def exact_kl(x, y):
    x, y = mp.mpf(x), mp.mpf(y)
    return x * mp.log(x / y) - x + y


@pytest.mark.parametrize("kernels", KERNELS, ids=lambda module: module.__name__.rpartition(".")[2])
@pytest.mark.parametrize(("x", "y"), list(pairs()))
def test_terms(kernels, x, y):
    for a, b in ((x, y), (y, x)):
        got = float(kernels.kl(np.array([[a]]), np.array([[b]]))[0])
        assert got == pytest.approx(float(exact_kl(a, b)), rel=5e-15, abs=1e-300)
        m = (mp.mpf(a) + mp.mpf(b)) / 2
        js = float(kernels.jensen_shannon(np.array([[a]]), np.array([[b]]))[0])
        exact = float((exact_kl(a, m) + exact_kl(b, m)) / 2)
        assert js == pytest.approx(exact, rel=5e-15, abs=1e-300)
