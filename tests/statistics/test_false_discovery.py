"""Benjamini and Hochberg's q-values."""

import pytest

from kullback.statistics.false_discovery import q_values


def test_q_values():
    assert q_values([]) == []
    assert q_values([0.05, 0.05]) == [0.05, 0.05]
    assert q_values([1.0, 1e-5, 0.5]) == pytest.approx([1.0, 3e-5, 0.75])
