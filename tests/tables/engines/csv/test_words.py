"""In which words true and false are written."""

import itertools

import duckdb
import pytest

from kullback.tables.engines.csv.words import ANY_CASE, PAIRS, counted, spelling


@pytest.mark.parametrize("pair", PAIRS)
def test_each_value_is_of_one_pair(pair):
    """Counted beside Python's own comparison, whatever the space around a word.

    Of true and false also whatever the case, which tells other words apart: as texts they differ.
    """
    words = [f" {word}" for word in pair] * 3 + ["maybe", "", "truest", "yEs"]
    listed = ", ".join(f"('{word}')" for word in words)
    select = f"SELECT {counted('w')} FROM (VALUES {listed}) AS t(w)"
    (found,) = duckdb.connect().execute(select).fetchall()
    held = [w.strip().lower() if w.strip().lower() in ANY_CASE else w.strip() for w in words]
    assert found == tuple(sum(w in known for w in held) for known in PAIRS)
    assert spelling(found) == ("" if pair == PAIRS[0] else "/".join(pair))


def test_a_pair_counts_from_a_tenth_of_the_values_on():
    for first, second in itertools.permutations(range(len(PAIRS)), 2):
        counts = [0] * len(PAIRS)
        counts[first], counts[second] = 91, 9
        assert spelling(counts) == spelling([int(i == first) for i in range(len(PAIRS))])
        counts[first], counts[second] = 90, 10
        assert " and " in spelling(counts)
