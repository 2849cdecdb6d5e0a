"""In which words true and false are written."""

import itertools

import duckdb
import pytest

from kullback.tables.engines.csv.words import PAIRS, counted, spelling


@pytest.mark.parametrize("pair", PAIRS)
def test_each_value_is_of_one_pair(pair):
    """Counted beside Python's own comparison, whatever the case and the space around a word."""
    words = [f" {word.title()}" for word in pair] * 3 + ["maybe", "", "truest"]
    listed = ", ".join(f"('{word}')" for word in words)
    select = f"SELECT {counted('w')} FROM (VALUES {listed}) AS t(w)"
    (found,) = duckdb.connect().execute(select).fetchall()
    assert found == tuple(sum(w.strip().lower() in known for w in words) for known in PAIRS)
    assert spelling(found) == ("" if pair == PAIRS[0] else "/".join(pair))


def test_a_pair_counts_from_a_tenth_of_the_values_on():
    for first, second in itertools.permutations(range(len(PAIRS)), 2):
        counts = [0] * len(PAIRS)
        counts[first], counts[second] = 91, 9
        assert spelling(counts) == spelling([int(i == first) for i in range(len(PAIRS))])
        counts[first], counts[second] = 90, 10
        assert " and " in spelling(counts)
