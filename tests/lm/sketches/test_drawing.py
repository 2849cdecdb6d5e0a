"""Tokens are kept with the chances that are said, always the same ones for one seed."""

import model_pairs
import numpy as np
import pytest

from kullback import lm
from kullback.lm.files.given import as_file
from kullback.lm.files.rows import side
from kullback.lm.sketches.kept import Kept
from kullback.lm.sketches.uniforms import mixed, uniforms

LOGITS = model_pairs.logits(np.random.default_rng(3), 4, 600, heads=8).astype(np.float32)


def kept(folder, seed, logits=LOGITS, **sizes):
    sketch = lm.sketch(logits, folder / f"{seed}.kbs", seed=seed, **sizes)
    return Kept.of(sketch.records(0, len(sketch)), sketch.layout)


def test_the_head_is_the_likeliest_and_the_tail_are_others(tmp_path):
    found = kept(tmp_path, 0, head=8, tail=16)
    expected = np.argsort(-LOGITS, axis=1, kind="stable")[:, :8]
    assert np.array_equal(found.heads, expected)
    for row in found.ids:
        assert len(set(row.tolist())) == 24
    log_p = np.log(model_pairs.probabilities(LOGITS.astype(np.float64)))
    exact = np.take_along_axis(log_p, found.ids, axis=1)
    assert np.abs(found.log_p - exact).max() < 1e-6


def test_one_seed_gives_the_same_tokens_however_they_are_read(tmp_path):
    first, again, other = (kept(tmp_path, seed, head=8, tail=16) for seed in (1, 1, 2))
    assert np.array_equal(first.ids, again.ids)
    assert not np.array_equal(first.ids[:, 8:], other.ids[:, 8:])
    parts = lm.sketch((part for part in LOGITS[:, None]), tmp_path / "p", seed=1, head=8, tail=16)
    assert np.array_equal(Kept.of(parts.records(0, 4), parts.layout).ids, first.ids)


def test_sums_over_chances_count_all_tokens_without_bias(tmp_path):
    """Σ 1/chance has the expectation 592, the number of tokens outside of the head.

    So has any other sum: the mass of the even tokens is one that the draw does not know of.
    """
    rows = LOGITS[:1]
    p = model_pairs.probabilities(rows.astype(np.float64))[0]
    sums = []
    for seed in range(400):
        found = kept(tmp_path, seed, rows, head=8, tail=16)
        ids, over = found.ids[0, 8:], np.exp(-found.log_chance[0, 8:])
        sums.append([over.sum(), (over * p[ids])[ids % 2 == 0].sum()])
    others = np.setdiff1d(np.arange(600), np.argsort(-rows[0])[:8])
    expected = [592, p[others[others % 2 == 0]].sum()]
    z = (np.mean(sums, axis=0) - expected) / (np.std(sums, axis=0) / 20)
    assert np.abs(z).max() < 4


def test_uniforms_are_those_of_the_published_mixer_and_even():
    # SplitMix64 with seed 0: the first two numbers of its stream (Vigna's reference output).
    stream = mixed(np.array([0x9E3779B97F4A7C15, 0x3C6EF372FE94F82A], np.uint64))
    assert [hex(n) for n in stream] == ["0xe220a8397b1dcdaf", "0x6e789e6aa1b965f4"]
    u = np.concatenate([uniforms(7, key, 2_000) for key in range(50)])
    assert u.min() > 0
    assert u.max() < 1
    counts = np.histogram(u, bins=100, range=(0, 1))[0]
    assert ((counts - 1000) ** 2 / 1000).sum() < 160  # χ² of 99 degrees of freedom, 1e-4
    grid = u.reshape(50, -1)
    assert abs(np.corrcoef(grid[0], grid[1])[0, 1]) < 0.1


def test_few_tokens_are_all_kept(tmp_path):
    found = kept(tmp_path, 0, LOGITS[:, :20], head=8, tail=64)
    assert sorted(found.ids[0].tolist()) == list(range(20))
    assert (found.log_chance == 0).all()


def test_impossible_tokens_are_never_kept(tmp_path):
    masked = LOGITS.copy()
    masked[:, ::2] = -np.inf
    masked[0, 5:] = -np.inf  # two are left: 1 and 3
    found = kept(tmp_path, 0, masked, head=8, tail=16)
    assert set(found.ids[0].tolist()) == {1, 3, -1}
    assert (found.ids[1:] % 2 == 1).all()


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
def test_logits_are_stored_as_they_are(tmp_path, kind):
    logits = LOGITS.astype(kind)
    found = kept(tmp_path, 0, logits, head=8, tail=16)
    rows = side(as_file(logits), 0, 4)
    expected = np.take_along_axis(logits.astype(np.float64), found.ids, axis=1)
    assert np.array_equal(found.log_p, expected + rows.affine[:, 1:2])
