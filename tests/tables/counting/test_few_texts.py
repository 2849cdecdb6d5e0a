"""Aspects of few texts, told from their list, are those that the statements give."""

from collections import Counter

import duckdb
import numpy as np
import pytest

from kullback.tables.counting import aspects, few_texts
from kullback.tables.counting.side import OpenedSide
from kullback.tables.engines import Source, SourceColumn
from kullback.tables.engines.duckdb import connect
from kullback.tables.profiles.aspects import OF_KEYS, ranked

ODD = [
    *("", " ", "  ", "a", "red hat", "the red hat", " the  red\that\n", "a\r\nb c", "x\fy  z"),
    *(
        "\u00a0the hat\u3000",
        "a\u2003b c d",
        "赤い帽子はどこですか",
        "帽子",
        "a1b2-c3@example.org",
        "2024-01-01",
    ),
    *(
        "/home/u1/file.txt",
        "e\u0301te\u0301",
        "🤦🏼\u200d♂️ ok so",
        "=cmd",
        "x" * 3000,
        "'\"\\",
        "nan",
    ),
    *("one two three four five", "\u0085next line", "tab\tonly", "12", "ſtrange ß"),
]


@pytest.fixture(scope="module")
def answered():
    """What the statements give of every aspect of odd and of drawn texts, by text."""
    rng = np.random.default_rng(5)
    letters = np.array([*"abz019 -\t\n.é赤\u00a0@/"])
    drawn = ["".join(rng.choice(letters, rng.integers(1, 30))) for _ in range(400)]
    texts = [*ODD, *drawn]
    with connect() as engine:
        engine.connection.execute("CREATE TABLE t (c VARCHAR)")
        engine.connection.executemany("INSERT INTO t VALUES (?)", [[text] for text in texts])
        source = Source("t", "t AS s", (SourceColumn("c", "c", "VARCHAR"),))
        columns = aspects.of_both(OpenedSide(engine, source, len(texts)), {"c"})
        asked = ", ".join(column.address for column in columns)
        rows = engine.execute(f"SELECT c, {asked} FROM t AS s")
    kinds = [ranked(column.name)[2] for column in columns]
    return [(text, dict(zip(kinds, found, strict=True))) for text, *found in rows]


def test_the_list_tells_what_the_statements_tell(answered):
    kinds = Counter(kind for _, told in answered for kind, value in told.items() if value)
    assert len(kinds) == 6
    for text, told in answered:
        if text:
            assert few_texts.aspects_of(text) == told, repr(text)
        else:
            assert set(told.values()) == {None}


def test_columns_that_are_no_plain_text_have_no_aspects():
    with connect() as engine:
        engine.connection.execute("CREATE TABLE t AS SELECT uuid() AS u, 'x'::ENUM('x') AS e")
        columns = (SourceColumn("u", "u", "UUID"), SourceColumn("e", "e", "ENUM"))
        side = OpenedSide(engine, Source("t", "t AS s", columns), 1)
        assert aspects.of_both(side, {"u", "e"}) == []


def test_duckdb_trims_what_is_said_here():
    rows = duckdb.execute(
        "SELECT chr(i::INT) FROM range(1, 1114112) AS t(i) "
        "WHERE i NOT BETWEEN 55296 AND 57343 AND trim(chr(i::INT)) = ''"
    ).fetchall()
    assert {character for (character,) in rows} == set(few_texts.SPACES)


def test_letters_without_a_digit_are_looked_at_once():
    """From each of them on up to the end it would be minutes."""
    told = few_texts.aspects_of("x" * 200_000)
    assert told[OF_KEYS] == "x"
    assert few_texts.aspects_of("ab12cd-é_9")[OF_KEYS] in {"-", "é", "_"}
