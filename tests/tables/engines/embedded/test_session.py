"""Where memory does not suffice: one thread, then parts of the values, then what to set."""

import duckdb
import pytest

from kullback import tables
from kullback.errors import InputError
from kullback.tables.counting import statements
from kullback.tables.counting.statements import CountedValues, Reading
from kullback.tables.engines.duckdb import connect
from kullback.tables.engines.embedded import session

N = "nullif(i % 40, 7) * nullif(i % 3, 2)"
ROWS = f"(SELECT {N} AS n, CAST({N} AS VARCHAR) AS t FROM range(900) r(i)) AS s"


@pytest.mark.parametrize(
    ("column", "options"),
    [
        *(("n", {}), ("n", {"listed": [3, 5]}), ("n", {"parted": True})),
        *(("t", {}), ("t", {"listed": ["3", "5"]}), ("t", {"parted": True}), ("t", {"level": 1})),
    ],
)
def test_parts_of_the_values_give_what_the_whole_gives(column, options):
    with connect() as engine:
        read = Reading(ROWS, f's."{column}"', f's."{column}"', False, engine.dialect)
        asked = statements.value_counts(read, 9, **options)
        assert isinstance(asked, CountedValues)
        whole = engine.execute(asked)
        for parts in (1, 5):
            found = asked.joined([engine.execute(part) for part in asked.in_parts(parts)])
            count = len([row for row in whole if not any(row[5:])])
            assert found[:count] == [row for row in whole if not any(row[5:])]
            assert sorted(map(str, found)) == sorted(map(str, whole))


def test_drawn_texts_are_drawn_part_by_part():
    with connect() as engine:
        asked = statements.drawn_texts(Reading(ROWS, "s.t", "s.t", False, engine.dialect), 2)
        whole = engine.execute(asked)
        found = asked.joined([engine.execute(part) for part in asked.in_parts(3)])
        sums = {}
        for bucket, value, n in found:
            sums[bucket, value] = sums.get((bucket, value), 0) + n
        assert sums == {(bucket, value): n for bucket, value, n in whole}


@pytest.fixture
def scarce(monkeypatch):
    """Fail every statement that counts by value until there is one thread and enough parts."""
    run, seen = session._run, []

    def limited(connection, sql, fetch):
        threads = connection.execute("SELECT current_setting('threads')").fetchone()[0]
        if "GROUP BY x" in sql:
            seen.append((threads, "hash(" in sql, "% 64" in sql))
            if not limited.suffices(threads, sql):
                raise duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate")
        return run(connection, sql, fetch)

    monkeypatch.setenv("KULLBACK_THREADS", "3")
    monkeypatch.setattr(session, "_run", limited)
    limited.seen = seen
    return limited


TABLE = {"k": [f"v{i % 50}" for i in range(400)], "y": [i % 3 for i in range(400)]}


@pytest.mark.skipif(int(duckdb.__version__.split(".")[0]) < 2, reason="it locks its threads")
@pytest.mark.parametrize(
    ("suffices", "last"),
    [
        (lambda threads, _: threads == 1, (1, False, False)),
        (lambda _, sql: "% 8" in sql, (1, True, False)),
        (lambda _, sql: "% 64" in sql, (1, True, True)),
    ],
)
def test_a_statement_is_tried_with_one_thread_and_then_in_parts(scarce, suffices, last):
    scarce.suffices = lambda *_: True
    known = tables.profile(TABLE)
    scarce.suffices = suffices
    scarce.seen.clear()
    assert tables.profile(TABLE).columns == known.columns
    assert (scarce.seen[0], scarce.seen[-1]) == ((3, False, False), last)


def test_where_nothing_helps_the_setting_is_named(scarce):
    scarce.suffices = lambda *_: False
    with pytest.raises(InputError, match=r"also with one thread and in parts.*KULLBACK_MEMORY=4GB"):
        tables.compare(TABLE, TABLE)


@pytest.mark.slow
def test_long_keys_do_not_need_room_for_all_of_them(tmp_path, monkeypatch):
    path = tmp_path / "keys.parquet"
    keys = "SELECT md5(i::VARCHAR) || md5((i * 7)::VARCHAR) AS k FROM range(200000) r(i)"
    duckdb.sql(f"COPY ({keys}) TO '{path}'")
    monkeypatch.setenv("KULLBACK_THREADS", "16")
    expected = tables.profile(path)["k"]
    monkeypatch.setenv("KULLBACK_MEMORY", "30MB")
    assert tables.profile(path)["k"] == expected
