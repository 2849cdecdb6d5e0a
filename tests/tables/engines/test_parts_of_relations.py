"""Windows, segments, weights and order count a database's table as they count a file."""

import pytest
from conftest import SIZE

from kullback import tables
from kullback.tables.counting import spelling, table_counts
from kullback.tables.counting.side import OpenedSide
from kullback.tables.engines import databases
from kullback.tables.profiles.types import kind_of
from kullback.tables.verbs import segment_keys, segment_rows

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


KINDS = ["float", "big", "price", "text", "flag", "at"]


@pytest.fixture
def counted_segments(monkeypatch):
    """What counts each segment of a relation, with room for so many counts a statement."""

    def counted(relation, by, most):
        monkeypatch.setattr(segment_rows, "AT_ONCE", most)
        with databases.connected(relation, "data") as engine:
            run, asked = engine.execute, []
            monkeypatch.setattr(engine, "execute", lambda sql: asked.append(sql) or run(sql))
            side = spelling.spelt(OpenedSide(engine, engine.open(relation, "data"), SIZE))
            whole = table_counts.own(*side, KINDS, (5, 10))
            keys = segment_keys.keys_of(side, by, side)
            segments = segment_keys.found(side, keys)
            found = dict(sorted(segments.items(), key=str))
            columns = [(c, kind_of(c.type), c.type) for c in side.source.columns if c.name in KINDS]
            asked.clear()
            parts = segment_rows.parts(side, keys, found, columns, str)
            profiles = [
                (
                    table_counts.own(*part, KINDS, (20, 10_000)),
                    table_counts.following(*part, KINDS, whole),
                )
                for part in parts
            ]
            return profiles, len(asked)

    return counted


def test_segments_are_counted_together_as_they_are_one_by_one(relation, counted_segments):
    """Without room for one segment every statement is run, which is the oracle."""
    one_by_one, statements = counted_segments(relation, ["x", "flag"], 0)
    for most in (250_000, 150):
        together, fewer = counted_segments(relation, ["x", "flag"], most)
        assert together == one_by_one
        assert fewer < statements / 2
