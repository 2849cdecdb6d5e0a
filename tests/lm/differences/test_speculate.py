"""Speculative decoding, beside the algorithm itself on drawn tokens."""

import numpy as np
import pytest

from kullback import lm
from kullback.errors import InputError

RNG = np.random.default_rng(2)
BASE = RNG.normal(size=(30, 12)) * 1.5
DRAFT = BASE + 0.8 * RNG.normal(size=BASE.shape)


def probabilities(logits, temperature, top_p):
    p = np.exp(logits / temperature)
    p /= p.sum()
    order = np.argsort(-p)
    kept = order[: 1 + np.searchsorted(np.cumsum(p[order]), top_p - 1e-12)]
    out = np.zeros_like(p)
    out[kept] = p[kept] / p[kept].sum()
    return out


@pytest.mark.parametrize(("temperature", "top_p"), [(1.0, 1.0), (0.6, 1.0), (1.0, 0.8)])
def test_beside_the_algorithm(temperature, top_p):
    ahead, runs = 3, 30_000
    rows = [[probabilities(x, temperature, top_p) for x in side] for side in (BASE, DRAFT)]
    starts = RNG.integers(0, len(BASE) - ahead + 1, runs)
    made, tried, accepted = np.ones(runs), 0, 0
    for run, start in enumerate(starts):
        for step in range(ahead):
            p, q = rows[0][start + step], rows[1][start + step]
            token = RNG.choice(12, p=q)
            tried += step == 0
            taken = RNG.random() < min(1.0, p[token] / q[token])
            accepted += taken and step == 0
            if not taken:
                break
            made[run] += 1
    found = lm.speculate(BASE, DRAFT, ahead=ahead, temperature=temperature, top_p=top_p, cost=0.2)
    assert abs(found.length.value - made.mean()) < 4 * made.std() / np.sqrt(runs)
    of_starts = lm.speculate(
        BASE[: -ahead + 1], DRAFT[: -ahead + 1], ahead=1, temperature=temperature, top_p=top_p
    ).acceptance.value
    assert abs(of_starts - accepted / tried) < 4 * np.sqrt(0.25 / tried)
    assert found.speed_up.value == pytest.approx(found.length.value / 1.6)


def test_intervals_are_clustered_and_runs_stay_in_their_chunk():
    found = lm.speculate(BASE.reshape(5, 6, 12), DRAFT.reshape(5, 6, 12), ahead=2)
    assert found.acceptance.outcomes == 5
    assert found.length.n == 25
    low, high = found.speed_up.interval
    assert low < found.speed_up.value < high
    alone = lm.speculate(BASE.reshape(30, 1, 12), DRAFT.reshape(30, 1, 12), ahead=2)
    a = alone.acceptance.value
    assert alone.length.value >= 1 + a + a * a  # Jensen: the square is convex


def test_what_cannot_be():
    for way in ({"ahead": 0}, {"cost": -1}, {"temperature": 0}, {"top_p": 0}, {"top_p": 1.1}):
        with pytest.raises(InputError):
            lm.speculate(BASE, DRAFT, **way)
