"""A database is one file: put into the folder, it is known by name, driver and URL."""

import sqlite3
import textwrap

import pytest

from kullback import tables
from kullback.tables.engines import databases

FILE = """
    import sqlite3

    from kullback.tables.engines.database import Database
    from kullback.tables.engines.databases import sqlite
    from dataclasses import replace

    DIALECT = replace(sqlite.DIALECT, quote="`")


    def types(execute, table):
        return ["VARCHAR" if name == "town" else "BIGINT" for name, _ in table.described]


    DATABASE = Database(
        "Frog",
        DIALECT,
        types,
        sqlite.DATABASE.session,
        drivers=("frog_driver",),
        schemes=("frog",),
        connect=lambda url: sqlite3.connect(url.existing()),
    )
"""


class Connection(sqlite3.Connection):
    """A connection that says it is of another driver."""

    __module__ = "frog_driver.connections"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "frog.py").write_text(textwrap.dedent(FILE))
    monkeypatch.setattr(databases, "__path__", [*databases.__path__, str(tmp_path)])
    with sqlite3.connect(tmp_path / "pond.db") as connection:
        connection.execute("CREATE TABLE `a pond` (town TEXT, frogs INTEGER)")
        rows = [("Ulm", 3), ("Ulm", 4), ("Bonn", 3)]
        connection.executemany("INSERT INTO `a pond` VALUES (?, ?)", rows)
    return tmp_path


def test_a_database_from_one_file(folder):
    with sqlite3.connect(folder / "pond.db", factory=Connection) as connection:
        for dialect in (None, "frog"):
            relation = tables.Relation(connection, "`a pond`", dialect=dialect)
            profile = tables.profile(relation)
            assert profile.source == "table `a pond` (Frog)"
            assert profile["town"].body.counts == {"Ulm": 2, "Bonn": 1}
    at_url = tables.profile(f"frog:///{folder}/pond.db?table=`a pond`")
    assert at_url["frogs"].body.counts == {3: 2, 4: 1}
