"""Measures with a kernel of their own are known by name."""

import numpy as np
import pytest

import kullback
from kullback.errors import InputError

ROWS = [[0.7, 0.3], [0.5, 0.5], [0.1, 0.9]]
NAMES = ("kl", "cross_entropy", "jensen_shannon", "jensen_shannon_distance", "hellinger")


@pytest.mark.parametrize("name", [*NAMES, "total_variation"])
def test_a_name_is_its_function(name):
    measure = getattr(kullback, name)
    assert np.array_equal(kullback.pairwise(name, ROWS), kullback.pairwise(measure, ROWS))
    expected = [[float(measure(p, q)) for q in ROWS] for p in ROWS]
    assert kullback.pairwise(name, ROWS) == pytest.approx(np.array(expected), abs=1e-14)


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="'kld' is unknown; names are kl, cross_entropy"):
        kullback.pairwise("kld", ROWS)
