"""Measures of logits against mpmath, published values and invariances."""

import mpmath as mp
import numpy as np
import pytest

import kullback as k
from kullback import logits
from kullback.errors import InputError, ShapeError, UnitError

mp.mp.dps = 50

V = 128_256


def exact(p, q):
    """KL, reverse KL, JS, TV, H(P) and H(P, Q) of softmax rows, from the definitions."""
    x, y = ([mp.exp(mp.mpf(float(v))) for v in row] for row in (p, q))
    x, y = ([v / total for v in row] for row, total in ((x, mp.fsum(x)), (y, mp.fsum(y))))
    pairs = list(zip(x, y, strict=True))

    def kl(pairs):
        return mp.fsum(a * mp.log(a / b) for a, b in pairs if a)

    js = (kl([(a, (a + b) / 2) for a, b in pairs]) + kl([(b, (a + b) / 2) for a, b in pairs])) / 2
    tv = mp.fsum(abs(a - b) for a, b in pairs) / 2
    entropy = -mp.fsum(a * mp.log(a) for a in x if a)
    both = (kl(pairs), kl([(b, a) for a, b in pairs]), js, tv, entropy, entropy + kl(pairs))
    return [float(value) for value in both]


NAMES = ["kl", "reverse_kl", "jensen_shannon", "total_variation", "entropy_p", "cross_entropy"]


@pytest.mark.parametrize("spread", [1e-9, 1e-4, 0.1, 1.0, 10.0])
@pytest.mark.parametrize("offset", [0.0, 50.0])
def test_every_measure(spread, offset):
    rng = np.random.default_rng(0)
    p = 3 * rng.normal(size=(2, 300))
    q = p + spread * rng.normal(size=p.shape) + offset
    rows = logits.summary(p, q)
    for i in range(2):
        for name, value in zip(NAMES, exact(p[i], q[i]), strict=True):
            # With an offset the logits themselves hold fewer digits of the difference.
            rel = 1e-12 if offset == 0 else 1e-12 + 1e-14 / spread
            assert getattr(rows, name)[i] == pytest.approx(value, rel=rel), name


def test_single_functions_agree_with_the_summary():
    p, q = np.random.default_rng(0).normal(size=(2, 4, 3, 20))
    rows = logits.summary(p, q, temperature=0.7, unit="bits")
    for name in ("kl", "cross_entropy", "jensen_shannon"):
        measure = getattr(logits, name)
        np.testing.assert_allclose(
            measure(p, q, temperature=0.7, unit="bits"), getattr(rows, name), rtol=1e-12
        )
    np.testing.assert_allclose(
        logits.total_variation(p, q, temperature=0.7), rows.total_variation, rtol=1e-12
    )
    np.testing.assert_allclose(
        logits.entropy(p, temperature=0.7, unit="bits"), rows.entropy_p, rtol=1e-12
    )
    np.testing.assert_allclose(logits.kl(q, p, temperature=0.7, unit="bits"), rows.reverse_kl)
    assert (rows.same_top == (p.argmax(-1) == q.argmax(-1))).all()
    assert rows.kl.shape == (4, 3)
    assert len(rows) == 4


def test_log_probabilities_are_logits():
    p, q = np.random.default_rng(0).dirichlet(np.ones(30), (2, 5))
    np.testing.assert_allclose(logits.kl(np.log(p), np.log(q)), k.kl(p, q), rtol=1e-12)
    np.testing.assert_allclose(
        logits.jensen_shannon(np.log(p), np.log(q)), k.jensen_shannon(p, q), rtol=1e-12
    )


def like_a_language_model(noise, seed=0):
    """A row of float32 logits and a disturbed copy, with its KL in long double."""
    rng = np.random.default_rng(seed)
    row = rng.normal(size=V)
    row[:64] += rng.gamma(3, 2, 64)
    p = row.astype(np.float32)
    q = (row + noise * rng.normal(size=V)).astype(np.float32)
    x, y = p.astype(np.longdouble), q.astype(np.longdouble)
    w = np.exp(x - x.max())
    w /= w.sum()
    d = x - y
    mean = (w * d).sum()
    # KL = ln E e^(mean − d) under P: exact where d hardly varies.
    return p, q, float(np.log1p((w * np.expm1(mean - d)).sum()))


@pytest.mark.parametrize(
    ("noise", "rel"), [(0.05, 1e-5), (5e-3, 1e-4), (6e-4, 1e-3), (1.5e-4, 1e-3)]
)
def test_float32_keeps_the_digits_of_a_small_kl(noise, rel):
    """Item 27 of the notes on language models: KL from 7e-4 down to 1e-8."""
    p, q, truth = like_a_language_model(noise)
    assert float(logits.kl(p, q)) == pytest.approx(truth, rel=rel)


def test_shift_invariance():
    """Item 28: in float64 by any constant, in float32 by one that its grid holds."""
    p, q = np.random.default_rng(0).normal(size=(2, 5000))
    for shift in (1e4, -1e4):
        expected = pytest.approx(float(logits.kl(p, q)), abs=1e-9)
        assert float(logits.kl(p + shift, q)) == expected
        assert float(logits.kl(p, q + shift)) == expected
    grid = (np.round(np.stack([p, q]) * 2**12) / 2**12).astype(np.float32)
    for shift in (8, -8):
        assert float(logits.kl(grid[0] + np.float32(shift), grid[1])) == float(logits.kl(*grid))


def test_zero_only_when_equal():
    p = np.random.default_rng(0).normal(size=500)
    assert logits.kl(p, p) == 0
    assert float(logits.kl(p + 3, p)) == pytest.approx(0, abs=1e-28)
    assert logits.jensen_shannon(p, p) == 0
    assert logits.kl(p, p + 1e-10 * np.arange(500)) > 0


INF = np.inf


@pytest.mark.parametrize(
    ("p", "q", "kl", "reverse"),
    [
        ([0.0, 0.0], [0.0, -INF], INF, np.log(2)),
        ([0.0, -INF], [0.0, 0.0], np.log(2), INF),
        ([0.0, -INF, -INF], [0.0, -INF, -INF], 0.0, 0.0),
        ([0.0, -1000.0], [0.0, -INF], INF, 0.0),
        ([0.0, -INF], [-INF, 0.0], INF, INF),
        ([0.0, -1e30], [0.0, 0.0], np.log(2), 5e29),
    ],
)
def test_impossible_outcomes(p, q, kl, reverse):
    for kind in (np.float64, np.float32):
        rows = logits.summary(np.array(p, kind), np.array(q, kind))
        assert rows.kl == pytest.approx(kl, abs=1e-12)
        assert rows.reverse_kl == pytest.approx(reverse, rel=1e-6, abs=1e-12)
        assert 0 <= rows.jensen_shannon <= np.log(2)
        assert 0 <= rows.total_variation <= 1


def test_padding_is_free():
    """A vocabulary padded with −inf gives what it gave before."""
    p, q = np.random.default_rng(0).normal(size=(2, 3, 100)).astype(np.float32)
    pad = np.full((3, 28), -np.inf, np.float32)
    rows = logits.summary(np.hstack([p, pad]), np.hstack([q, pad]))
    np.testing.assert_allclose(rows.kl, logits.kl(p, q), rtol=1e-5)
    np.testing.assert_allclose(rows.jensen_shannon, logits.jensen_shannon(p, q), rtol=1e-5)


def test_kinds_of_numbers():
    p, q = np.random.default_rng(0).normal(size=(2, 3, 10))
    expected = logits.kl(p.astype(np.float16).astype(float), q.astype(np.float16).astype(float))
    np.testing.assert_allclose(
        logits.kl(p.astype(np.float16), q.astype(np.float16)), expected, rtol=1e-5
    )
    assert logits.kl([0, 1, 2], [2, 1, 0]) == logits.kl([0.0, 1.0, 2.0], [2.0, 1.0, 0.0])
    swapped = p.astype(p.dtype.newbyteorder())
    assert logits.kl(swapped, q).tolist() == logits.kl(p, q).tolist()
    record = np.zeros(10, [("flag", "i1"), ("x", "f8")])
    record["x"] = p[0]
    assert logits.kl(record["x"], q[0]) == logits.kl(p[0], q[0])
    assert logits.kl(p.astype(np.longdouble), q).tolist() == logits.kl(p, q).tolist()


def test_bfloat16():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    p, q = np.random.default_rng(0).normal(size=(2, 3, 10)).astype(ml_dtypes.bfloat16)
    wide = logits.kl(p.astype(np.float32), q.astype(np.float32))
    assert logits.kl(p, q).tolist() == wide.tolist()


def test_results_know_their_unit():
    value = logits.kl([1.0, 2.0], [2.0, 1.0], unit="bits")
    assert isinstance(value, k.Information)
    assert value.unit == "bits"
    rows = logits.summary([[1.0, 2.0]], [[2.0, 1.0]])
    assert rows.to("bits").kl[0] == pytest.approx(float(value))
    assert rows.to("bits").total_variation[0] == rows.total_variation[0]


def test_axis_and_broadcast():
    p, q = np.random.default_rng(0).normal(size=(2, 4, 5))
    np.testing.assert_allclose(logits.kl(p, q, axis=0), logits.kl(p.T, q.T), rtol=1e-13)
    assert logits.kl(p, q[0]).tolist() == [float(logits.kl(row, q[0])) for row in p]
    assert logits.kl(p[:, None], q[None]).shape == (4, 4)
    assert logits.kl(np.empty((0, 3)), np.empty((0, 3))).shape == (0,)


@pytest.mark.parametrize(
    ("p", "q", "options", "error", "match"),
    [
        ([0.0, np.nan], [0.0, 0.0], {}, InputError, r"p\[1\] is nan"),
        ([0.0, 1.0], [np.inf, 0.0], {}, InputError, r"q\[0\] is inf"),
        ([-np.inf, -np.inf], [0.0, 0.0], {}, InputError, "−inf only"),
        ([0.0, 1.0], [0.0, 1.0, 2.0], {}, ShapeError, "same outcomes"),
        (np.ones((2, 3)), np.ones((4, 3)), {}, ShapeError, "do not fit together"),
        ([], [], {}, ShapeError, "no outcomes"),
        (1.0, 1.0, {}, ShapeError, "single number"),
        ([0.0], [0.0], {"axis": 1}, ShapeError, "axis=1"),
        ([0.0], [0.0], {"temperature": 0}, InputError, "temperature=0"),
        ([0.0], [0.0], {"temperature": np.nan}, InputError, "temperature=nan"),
        ([0.0], [0.0], {"unit": "dits"}, UnitError, "dits"),
        ([True, False], [0.0, 0.0], {}, InputError, "bool"),
        ([object()], [0.0], {}, InputError, "object"),
        ([1j], [0.0], {}, InputError, "complex"),
        ([[0.0], [1.0, 2.0]], [0.0], {}, ShapeError, "rows of equal length"),
    ],
)
def test_refusals(p, q, options, error, match):
    with pytest.raises(error, match=match):
        logits.kl(p, q, **options)


@pytest.mark.parametrize("temperature", ["2", None, [1.0], np.ones(2), 0, -1, np.nan])
def test_a_temperature_is_one_positive_number(temperature):
    with pytest.raises(InputError, match=r"temperature=.* must be one positive number"):
        logits.kl([0.0, 1.0], [0.0, 2.0], temperature=temperature)
