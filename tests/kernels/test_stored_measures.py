"""The kernels of stored log-probabilities against brute force, and native against readable."""

import math

import numpy as np
import pytest

from kullback import kernels
from kullback.kernels import STORED, token_reference

COLUMN = {name: i for i, name in enumerate(STORED)}


def encoded(logits, span=16.0):
    """Codes, scale, minimum and clamped as llama.cpp stores a row."""
    top = logits.max(axis=-1, keepdims=True)
    least = np.maximum(logits.min(axis=-1, keepdims=True), top - span)
    log_z = top + np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))
    scale = (top - least) / 65535
    codes = np.where(logits > least, np.rint((logits - least) / scale), 0).astype(np.uint16)
    flat = [scale, least - log_z, (top - least >= span - 1e-3).astype(float)]
    return codes, np.concatenate(flat, axis=-1)


def pair(seed, shape=(5, 9_000), noise=0.3):
    rng = np.random.default_rng(seed)
    p = 3 * rng.standard_normal(shape)
    p[:, :40] += 8 * rng.random((shape[0], 40))
    return p, p + noise * rng.standard_normal(shape)


def sides(kind, seed, noise=0.3):
    p, q = pair(seed, noise=noise)
    if kind == "codes":
        (a, of_a), (b, of_b) = encoded(p), encoded(q)
        return a, b, np.hstack([of_a, of_b])
    z = [x.max(-1) + np.log(np.exp(x - x.max(-1, keepdims=True)).sum(-1)) for x in (p, q)]
    plain = [np.stack([np.ones(5), -n, np.zeros(5)], axis=-1) for n in z]
    if kind == "float against codes":
        b, of_b = encoded(q)
        return p.astype(np.float32), b, np.hstack([plain[0], of_b])
    if kind == "wide":
        q[:, ::7] -= 500
        q[0, 3] = p[0, 3] = -math.inf
        p[1, 5] = -math.inf
    return p.astype(np.float32), q.astype(np.float32), np.hstack(plain)


def by_definition(p, q, affine):
    """Σ over outcomes in Python floats, every limit spelled out."""
    sums = [0.0] * 14
    for x, y in zip(p.tolist(), q.tolist(), strict=True):
        low = [p.dtype == np.uint16 and x == 0 and affine[2] == 1]
        low.append(q.dtype == np.uint16 and y == 0 and affine[5] == 1)
        a, b = math.exp(affine[0] * x + affine[1]), math.exp(affine[3] * y + affine[4])
        sums[4] += 0 if low[0] else a
        sums[5] += 0 if low[1] else b
        sums[6] += low[0]
        sums[7] += low[1]
        if (low[0] and b <= a) or (low[1] and a <= b):
            if affine[2] and not low[0] and x <= 2 / affine[0]:
                sums[12] += a
            continue  # the probability may be that of the other side
        m = (a + b) / 2
        forward = math.inf if b == 0 < a else (a * math.log(a / b) if a else 0.0) - a + b
        backward = math.inf if a == 0 < b else (b * math.log(b / a) if b else 0.0) - b + a
        js = sum(w * math.log(w / m) for w in (a, b) if w > 0) / 2
        terms = (forward, backward, js, abs(a - b) / 2)
        code, scale, mass = (x, affine[0], a) if affine[2] else (y, affine[3], b)
        near = bool(affine[2] or affine[5]) and 1 <= code <= 2 / scale
        for i, term in enumerate(terms):
            sums[i] += term
            sums[8 + i] += term if near else 0.0
        sums[12] += near * mass
        sums[13] += forward if any(low) else 0.0
    return sums


@pytest.mark.parametrize("kind", ["codes", "float against codes", "floats", "wide"])
@pytest.mark.parametrize("measure", [kernels.stored_measures, token_reference.stored_measures])
def test_against_the_definition(kind, measure):
    p, q, affine = sides(kind, 1)
    expected = [by_definition(*row) for row in zip(p, q, affine, strict=True)]
    np.testing.assert_allclose(measure(p, q, affine), expected, rtol=3e-5, atol=1e-7)


@pytest.mark.parametrize("noise", [1e-3, 0.1, 3.0])
@pytest.mark.parametrize("kind", ["codes", "float against codes", "floats", "wide"])
def test_native_is_the_twin(kind, noise):
    p, q, affine = sides(kind, 2, noise)
    native, twin = (
        measure(p, q, affine)
        for measure in (kernels.stored_measures, token_reference.stored_measures)
    )
    # The total variation is of first order in what float32 rounds, the divergences of second.
    tolerance = np.where(np.arange(len(STORED)) == COLUMN["total_variation"], 1e-6, 1e-9)
    finite = np.isfinite(twin)
    assert (np.isfinite(native) == finite).all()
    allowed = (tolerance + 2e-4 * np.abs(twin))[finite]
    assert (np.abs(native[finite] - twin[finite]) <= allowed).all()


def test_a_pair_with_itself_is_exactly_nothing():
    p, _, affine = sides("codes", 3)
    both = np.hstack([affine[:, :3], affine[:, :3]])
    measured = kernels.stored_measures(p, p, both)
    assert (measured[:, :4] == 0).all()


def test_strided_codes_and_odd_places():
    p, q, affine = sides("codes", 4)
    spread = np.zeros((5, 2 * p.shape[1] + 3), np.uint16)
    spread[:, 3::2] = p
    np.testing.assert_array_equal(
        kernels.stored_measures(spread[:, 3::2], q, affine), kernels.stored_measures(p, q, affine)
    )


def test_constant_rows_are_not_clamped():
    codes = np.zeros((1, 5), np.uint16)
    affine = np.array([[0.0, -math.log(5), 0.0, 0.0, -math.log(5), 0.0]])
    measured = kernels.stored_measures(codes, codes, affine)[0]
    assert measured[COLUMN["kept_p"]] == pytest.approx(1, rel=1e-6)
    assert measured[COLUMN["kl"]] == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normalizers(dtype):
    p, _ = pair(5)
    x = p.astype(dtype)
    native, twin = kernels.normalizers(x), token_reference.normalizers(x)
    np.testing.assert_allclose(native, twin, rtol=2e-6)
    # A float's exponential is a rounding off; the sum of them is not, however it was compiled.
    np.testing.assert_allclose(
        native[:, 0], np.log(np.exp(x.astype(float)).sum(-1)), rtol=0, atol=1e-7
    )


@pytest.mark.parametrize("spread", [0.01, 1.0])
@pytest.mark.parametrize("outcomes", [5, 16, 511, 513, 40_001])
def test_sums_of_singles_lose_no_digits(spread, outcomes):
    """Rows as flat as this lose 5e-5 where a block is added up in single precision."""
    x = (spread * np.random.default_rng(9).standard_normal((3, outcomes))).astype(np.float32)
    expected = [math.log(math.fsum(map(math.exp, row.tolist()))) for row in x]
    assert np.abs(kernels.normalizers(x)[:, 0] - expected).max() < 1e-7


@pytest.mark.parametrize("measure", [kernels.stored_measures, token_reference.stored_measures])
def test_bounds_hold_where_what_is_stored_sums_to_more_than_one(measure):
    """Disjoint rows, both of a mass of 1 + 5e-5: TV and JS are those of probabilities."""
    p = np.full((2, 600), -60.0, dtype=np.float32)
    q = p.copy()
    p[:, :300] = q[:, 300:] = -math.log(300)
    affine = np.tile([1.0, 5e-5, 0.0], (2, 2))
    measured = measure(p, q, affine)
    assert (measured[:, COLUMN["kept_p"]] > 1).all()
    assert (measured[:, COLUMN["total_variation"]] == 1).all()
    assert (measured[:, COLUMN["jensen_shannon"]] == math.log(2)).all()


def test_the_spread_is_what_rounding_does():
    """½·spread·width²/12 against the KL of logits rounded to bfloat16, which is the definition."""
    from kullback import logits

    p = pair(6, (40, 5_000))[0].astype(np.float32)
    bits = p.view(np.uint32)
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)).view(np.float32)
    expected = kernels.normalizers(p)[:, 1].mean() * 2.0**-14 / 24
    assert expected == pytest.approx(logits.kl(p, rounded).mean(), rel=0.2)


def test_normalizers_of_impossible_and_broken_logits():
    x = np.array([[0.0, -np.inf, 0.0], [np.nan, 0, 0], [np.inf, 0, 0], [-np.inf] * 3], np.float32)
    log_z = kernels.normalizers(x)[:, 0]
    assert log_z[0] == pytest.approx(math.log(2))
    assert np.isnan(log_z[1:]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint16])
def test_top_k_takes_the_first_of_equals(dtype):
    rng = np.random.default_rng(7)
    x = rng.integers(0, 50, (6, 5_000)).astype(dtype)
    for k in (1, 3, 10, 5_000):
        expected = np.argsort(-x.astype(float), axis=-1, kind="stable")[:, :k]
        np.testing.assert_array_equal(kernels.top_k(x, k), expected)


def test_threads_and_batches_change_no_bit(monkeypatch):
    p, q, affine = sides("codes", 8)
    monkeypatch.setenv("KULLBACK_THREADS", "1")
    alone = np.vstack([kernels.stored_measures(p[[i]], q[[i]], affine[[i]]) for i in range(len(p))])
    monkeypatch.setenv("KULLBACK_THREADS", "3")
    np.testing.assert_array_equal(kernels.stored_measures(p, q, affine), alone)
