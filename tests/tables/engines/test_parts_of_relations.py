"""Windows, segments, weights and order count a database's table as they count a file."""

import pytest

from kullback import tables

COLUMNS = ["float", "text"]
WAYS = {
    "windows of months": lambda q, p: tables.windows(q, p, on="at", by="year", columns=COLUMNS),
    "windows of rows": lambda q, p: tables.windows(q, p, on="many", rows=100, columns=COLUMNS),
    "first window": lambda _, p: tables.windows(None, p, on="many", parts=3, columns=COLUMNS),
    "segments": lambda q, p: tables.segments(q, p, "x", columns=COLUMNS),
    "weights": lambda q, p: tables.compare(q, p, weights="x", columns=COLUMNS),
    "order": lambda q, p: tables.compare(q, p, order="many", block=20, columns=COLUMNS),
}


def numbers(found):
    return [(r.window, r.segment, r.column, r.measure, r.value, r.q) for r in found.rows]


@pytest.mark.parametrize("way", WAYS)
def test_parts_of_a_table_are_those_of_its_file(relation, parquet, way):
    known = numbers(WAYS[way](parquet, parquet))
    assert {row[2] for row in known} == set(COLUMNS)
    found = numbers(WAYS[way](parquet, relation))
    assert [row[:4] for row in found] == [row[:4] for row in known]
    # The same counts; engines list them in another order, so the last digit of a sum may differ.
    values = [number for row in found for number in row[4:]]
    assert values == pytest.approx([n for row in known for n in row[4:]], rel=1e-12, nan_ok=True)


def test_pairs_of_a_table_are_those_of_its_file(relation, parquet):
    known, found = (tables.joint(parquet, side, ("x", "text")) for side in (parquet, relation))
    assert found.dependence.value == known.dependence.value
    assert found.joint.q_value == known.joint.q_value
