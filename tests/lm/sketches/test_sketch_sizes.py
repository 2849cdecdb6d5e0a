"""Sizes that are chosen have the error that was wanted, on other draws and other noise."""

import math

import numpy as np
import pytest

from kullback import lm
from kullback.errors import InputError

BASE = 1.5 * np.random.default_rng(6).normal(size=(64, 3_000))


@pytest.mark.parametrize("error", [0.3, 0.1, 0.03])
def test_the_error_is_the_one_that_was_wanted(tmp_path, error):
    head, tail = lm.sketch_sizes(BASE, error, noise=0.2)
    model = BASE + 0.2 * np.random.default_rng(9).normal(size=BASE.shape)
    exact = lm.compare(BASE, model)
    found = lm.compare(lm.sketch(BASE, tmp_path / "a", head=head, tail=tail, seed=4), model)
    apart = found.per_token["kl"] - exact.per_token["kl"]
    measured = math.sqrt(float(np.mean(apart**2))) / exact.kl.value
    assert measured < 1.3 * error
    if head > 8:  # and half as many tokens would not do
        smaller = lm.sketch(BASE, tmp_path / "b", head=head // 2, tail=tail // 2, seed=4)
        apart = lm.compare(smaller, model).per_token["kl"] - exact.per_token["kl"]
        assert math.sqrt(float(np.mean(apart**2))) / exact.kl.value > 0.6 * error


def test_more_tokens_for_less_error_and_what_cannot_be():
    sizes = [lm.sketch_sizes(BASE, error)[0] for error in (0.5, 0.1, 0.02)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
    with pytest.raises(InputError, match="above 0"):
        lm.sketch_sizes(BASE, 0)
    assert lm.sketch_sizes(BASE[:, :20], 1e-9) == (16, 16)  # all of them
