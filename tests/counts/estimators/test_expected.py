"""What several estimates ask for is found in one pass, and is what each finds by itself."""

import numpy as np
import pytest

from kullback.counts.estimators.expected import expect
from kullback.counts.estimators.jensen_shannon import jensen_shannon_of
from kullback.counts.estimators.kl import kl_of
from kullback.counts.rows.pair import pair
from kullback.counts.rows.relabelling import Relabelling
from kullback.counts.tests.homogeneity import homogeneity_of

RNG = np.random.default_rng(7)
EVEN = np.full(12, 1 / 12)
PAIRS = {
    "few rows": (RNG.multinomial(50, EVEN), RNG.multinomial(40, EVEN)),
    "many rows": (RNG.multinomial(9000, EVEN), RNG.multinomial(700, EVEN)),
    "many outcomes": (RNG.poisson(2, 300), RNG.poisson(3, 300)),
    "one outcome": (np.array([7, 0]), np.array([9, 0])),
    "two outcomes": (np.array([7, 3]), np.array([900, 60])),
}


def found(counts):
    tested = homogeneity_of(counts, "exact-moments")
    p = tested.p_value
    estimates = [kl_of(each, p_value=p) for each in (counts, counts.reverse())]
    return [tested, jensen_shannon_of(counts, p_value=p), *estimates]


@pytest.mark.parametrize("sides", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize("tested", [True, False])
def test_what_is_found_in_one_pass_is_the_same_to_the_last_digit(sides, tested):
    together = pair(*sides)
    expect(together, tested=tested)
    for own, other in zip(found(together), found(pair(*sides)), strict=True):
        assert own == other


def test_the_law_is_gone_through_once(monkeypatch):
    passes = []
    through = Relabelling._cumulants

    def counted(self, *given):
        passes.append(1)
        return through(self, *given)

    monkeypatch.setattr(Relabelling, "_cumulants", counted)
    both = pair(*PAIRS["few rows"])
    expect(both)
    found(both)
    assert len(passes) == 1
