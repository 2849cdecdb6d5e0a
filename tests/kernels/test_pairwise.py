"""All pairs at once give what the measure gives of each pair, and the same bits on any threads."""

import mpmath
import numpy as np
import pytest

from kullback.kernels import pairs_reference

native = pytest.importorskip("kullback.kernels._native", reason="built without a compiler")

SYMMETRIC = ("pairwise_hellinger", "pairwise_jensen_shannon", "pairwise_total_variation")
DIRECTED = ("pairwise_kl", "pairwise_cross_entropy")
RNG = np.random.default_rng(8)


def dense(rows, outcomes):
    return RNG.dirichlet(np.ones(outcomes), rows)


def sparse(rows, outcomes, share=0.1):
    p = dense(rows, outcomes) * (RNG.random((rows, outcomes)) < share)
    p[:, 0] += 1e-3
    return p / p.sum(axis=1, keepdims=True)


def near(rows, outcomes, by):
    p = dense(1, outcomes) * (1 + by * RNG.standard_normal((rows, outcomes)))
    return p / p.sum(axis=1, keepdims=True)


def nested(rows, outcomes):
    """Rows that are equal but for a little mass where the other has none."""
    p = np.repeat(sparse(1, outcomes), rows, axis=0)
    free = np.flatnonzero(p[0] == 0)[:rows]
    p[np.arange(len(free)), free] = 10.0 ** -np.arange(3, 3 + len(free))
    return p


def strange(rows, outcomes):
    """Numbers of every size, which are no distributions."""
    sizes = [0.0, 5e-324, 1e-310, 1e-200, 1e-3, 1.0]
    return RNG.choice(sizes, (rows, outcomes))


SETS = {
    "dense": (dense(37, 301), dense(19, 301)),
    "few long rows": (dense(3, 9001), dense(5, 9001)),
    "many short rows": (dense(530, 3), dense(40, 3)),
    "sparse": (sparse(37, 301), sparse(19, 301)),
    "near": (near(21, 300, 1e-7), near(18, 300, 1e-12)),
    "nested": (nested(9, 200), nested(9, 200)),
    "strange": (strange(20, 11), strange(20, 11)),
    "strange and sparse": (strange(20, 50) * (RNG.random((20, 50)) < 0.1), sparse(20, 50)),
    "enormous": (1e304 * dense(9, 20), 1e307 * dense(7, 20)),
    "one outcome": (np.ones((3, 1)), np.ones((2, 1))),
}


@pytest.mark.parametrize("name", [*SYMMETRIC, *DIRECTED])
@pytest.mark.parametrize("case", SETS)
def test_the_twin_and_every_pair(name, case):
    p, q = SETS[case]
    with np.errstate(all="ignore"):
        expected = getattr(pairs_reference, name)(p, q)
    np.testing.assert_allclose(getattr(native, name)(p, q), expected, rtol=2e-13, atol=1e-300)
    if name in SYMMETRIC:
        half = getattr(native, name)(p)
        whole = getattr(native, name)(p, p)
        assert half.shape == (len(p) * (len(p) - 1) // 2,)
        np.testing.assert_allclose(half, whole[np.triu_indices(len(p), 1)], rtol=2e-13, atol=1e-300)
        assert getattr(pairs_reference, name)(p).shape == half.shape


@pytest.mark.parametrize("by", [1e-1, 1e-3, 1e-6, 1e-10])
def test_pairs_that_nearly_agree_keep_their_digits(by):
    p = near(2, 40, by)
    with mpmath.workdps(60):
        x, y = ([mpmath.mpf(float(v)) for v in row] for row in p)
        mean = [(a + b) / 2 for a, b in zip(x, y, strict=True)]
        kl = mpmath.fsum(a * mpmath.log(a / b) - a + b for a, b in zip(x, y, strict=True))
        js = mpmath.fsum(
            a * mpmath.log(a / m) + b * mpmath.log(b / m)
            for a, b, m in zip(x, y, mean, strict=True)
        )
        affinity = mpmath.fsum(
            (mpmath.sqrt(a) - mpmath.sqrt(b)) ** 2 for a, b in zip(x, y, strict=True)
        )
        truth = {
            "pairwise_kl": float(kl),
            "pairwise_jensen_shannon": float(js / 2),
            "pairwise_hellinger": float(mpmath.sqrt(affinity / 2)),
        }
    for name, value in truth.items():
        assert getattr(native, name)(p[:1], p[1:]).item() == pytest.approx(value, rel=1e-13)


@pytest.mark.parametrize("threads", [2, 8])
@pytest.mark.parametrize("name", [*SYMMETRIC, *DIRECTED])
def test_the_same_bits(monkeypatch, name, threads):
    kernel = getattr(native, name)
    for p in (dense(100, 70), sparse(90, 400), near(60, 90, 1e-5)):
        monkeypatch.setenv("KULLBACK_THREADS", "1")
        one = kernel(p, p)
        monkeypatch.setenv("KULLBACK_THREADS", str(threads))
        assert kernel(p, p).tobytes() == one.tobytes()


def test_what_is_empty():
    for name in SYMMETRIC:
        assert getattr(native, name)(np.empty((0, 4))).shape == (0,)
        assert getattr(native, name)(np.empty((0, 4)), np.ones((3, 4))).shape == (0, 3)
        assert getattr(pairs_reference, name)(np.empty((0, 4))).shape == (0,)
    with pytest.raises(ValueError, match="as many outcomes"):
        native.pairwise_kl(np.ones((2, 3)), np.ones((2, 4)))
