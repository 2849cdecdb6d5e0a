"""Histograms with edges of their own."""

import numpy as np
import pytest

from kullback import counts, from_histograms
from kullback.errors import InputError, ShapeError

RNG = np.random.default_rng(5)


def test_the_counts_are_those_of_the_common_edges():
    x, y = RNG.normal(size=1_000), RNG.normal(0.3, 1, 800)
    fine, coarse = np.linspace(-6, 6, 25), np.linspace(-6, 6, 9)
    got = from_histograms(np.histogram(x, fine), np.histogram(y, coarse))
    for found, data in zip(got, (x, y), strict=True):
        assert found.tolist() == np.histogram(data, coarse)[0].tolist()
    assert float(counts.kl(*got)) == float(
        counts.kl(np.histogram(x, coarse)[0], np.histogram(y, coarse)[0])
    )


def test_empty_bins_beyond_the_other_are_no_obstacle():
    assert [
        a.tolist() for a in from_histograms(([0, 2, 3], [0, 1, 2, 3]), ([4, 1], [1, 2, 3]))
    ] == [
        [2.0, 3.0],
        [4.0, 1.0],
    ]


@pytest.mark.parametrize(
    ("p", "q", "error", "said"),
    [
        (([1, 2], [0, 1, 2]), ([1, 2], [0.5, 1.5, 2.5]), InputError, "count both again"),
        (([1, 2, 3], [0, 1, 2, 3]), ([4, 1], [1, 2, 3]), InputError, "count both again"),
        (([1, 2], [0, 1]), ([1, 2], [0, 1, 2]), ShapeError, "one edge more"),
        (([1, 2], [0, 2, 1]), ([1, 2], [0, 1, 2]), InputError, "increase"),
        ([1, 2, 3], ([1, 2], [0, 1, 2]), ShapeError, "numpy.histogram"),
    ],
)
def test_what_cannot_be_matched_is_refused(p, q, error, said):
    with pytest.raises(error, match=said):
        from_histograms(p, q)
