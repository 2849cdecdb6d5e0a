"""Short rows go side by side: each gives what it gives alone, whatever stands beside it."""

import numpy as np
import pytest

from kullback.kernels import logits_reference as twin

native = pytest.importorskip("kullback.kernels._native", reason="built without a compiler")

RNG = np.random.default_rng(32)
STRANGE = 8


def rows(outcomes, noise=0.5, dtype=np.float32):
    """Rows of which the first hold what a lane cannot: −∞, NaN, ∞, far and enormous logits."""
    p = 3 * RNG.standard_normal((37, outcomes))
    q = p + noise * RNG.standard_normal(p.shape)
    p[0, 0] = q[1, 0] = p[2] = -np.inf
    p[3, 0], q[4, 0] = np.nan, np.inf
    p[5] *= 1e3
    q[6] += 500
    p[7] = q[7]
    return p.astype(dtype), q.astype(dtype)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("outcomes", [1, 2, 5, 32, 100, 128, 129])
def test_a_batch_is_the_loop_over_its_rows(outcomes, dtype):
    p, q = rows(outcomes, dtype=dtype)
    alone = [native.logits_kl(p[[i]], q[[i]]) for i in range(len(p))]
    assert native.logits_kl(p, q).tobytes() == np.concatenate(alone).tobytes()
    facts = [native.loss_facts(p[[i]], q[[i]], 0.7, 0.3) for i in range(len(p))]
    assert native.loss_facts(p, q, 0.7, 0.3).tobytes() == np.concatenate(facts).tobytes()
    turned = native.logits_kl(p[::-1], q[::-1])[::-1]
    assert turned.tobytes() == native.logits_kl(p, q).tobytes()


@pytest.mark.parametrize("scale", [1.0, 0.37])
@pytest.mark.parametrize("noise", [1e-4, 0.5, 5.0])
@pytest.mark.parametrize("outcomes", [1, 3, 32, 100, 128, 1000])
def test_the_twin(outcomes, noise, scale):
    p, q = rows(outcomes, noise)
    scale = float(np.float32(scale))
    wide = p.astype(float), q.astype(float)
    with np.errstate(all="ignore"):
        expected = twin.logits_kl(*wide, scale)
        log_z = [np.logaddexp.reduce(x * scale, axis=-1) for x in wide]
    facts = native.loss_facts(p, q, scale, 0.0)
    for kl in (native.logits_kl(p, q, scale), facts[:, 3]):
        np.testing.assert_allclose(kl, expected, rtol=2e-5, atol=1e-11)
    fine = np.isfinite(expected)
    np.testing.assert_allclose(facts[fine, 0], log_z[0][fine], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(facts[fine, 1], log_z[1][fine], rtol=1e-6, atol=1e-6)
    gap = (log_z[0] - log_z[1])[STRANGE:]
    np.testing.assert_allclose(facts[STRANGE:, 2], gap, rtol=1e-5, atol=3e-7)


@pytest.mark.parametrize("threads", ["2", "8"])
def test_threads_change_no_bit(monkeypatch, threads):
    p, q = (np.tile(x, (300, 1)) for x in rows(100))
    monkeypatch.setenv("KULLBACK_THREADS", "1")
    one = native.loss_facts(p, q, 1.0, 0.5)
    monkeypatch.setenv("KULLBACK_THREADS", threads)
    assert native.loss_facts(p, q, 1.0, 0.5).tobytes() == one.tobytes()


def test_sixteen_bits_are_rounded_as_numpy_rounds():
    halves = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float32)
    ties = (halves[1:] + halves[:-1]) / 2
    sizes = [
        halves,
        ties,
        np.nextafter(ties, np.float32(0)),
        np.nextafter(ties, np.float32(1e9)),
        [1e-9, 65520, 1e9],
    ]
    slopes = np.concatenate(sizes).astype(np.float32)[:, None]
    slopes = np.concatenate([slopes, -slopes])
    zero, known = np.zeros_like(slopes), np.tile([0, 0, 0, -1.0, 0, 0], (len(slopes), 1))
    out = np.empty(slopes.shape, np.float16)
    native.loss_gradient(zero, zero, known, 1.0, 0.0, slopes[:, 0].astype(float), False, out)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(out, slopes.astype(np.float16))
