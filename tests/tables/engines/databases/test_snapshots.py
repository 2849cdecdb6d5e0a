"""What happens to a table or a connection while it is counted."""

import sqlite3

import pytest

from kullback import tables
from kullback.errors import InputError
from kullback.tables.engines import database


def filled(path):
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t(s TEXT, x INT)")
    connection.executemany("INSERT INTO t VALUES(?, ?)", [(f"v{i % 5}", i % 7) for i in range(400)])
    connection.commit()
    return connection


def test_sqlite_is_read_in_one_transaction(tmp_path, monkeypatch):
    """Rows that another connection adds between two statements are not seen."""
    filled(tmp_path / "t.db").close()
    writer = sqlite3.connect(tmp_path / "t.db")
    counted = database.ConnectedDatabase.execute

    def disturbed(self, sql):
        rows = counted(self, sql)
        writer.execute("INSERT INTO t VALUES('late', 99)")
        writer.commit()
        return rows

    monkeypatch.setattr(database.ConnectedDatabase, "execute", disturbed)
    profile = tables.profile(f"sqlite:///{tmp_path / 't.db'}?table=t")
    assert profile.rows == 400
    assert {column.rows for column in profile} == {400}
    assert "late" not in profile["s"].body.counts


@pytest.mark.parametrize("begun", [False, True])
def test_a_transaction_of_the_users_own_stays(tmp_path, begun):
    connection = filled(tmp_path / "t.db")
    if begun:
        connection.execute("INSERT INTO t VALUES('mine', 1)")
    profile = tables.profile(tables.Relation(connection, "t"))
    assert profile.rows == 400 + begun
    assert connection.in_transaction == begun


def test_a_connection_that_is_lost_ends_the_comparison(tmp_path, monkeypatch):
    """It is no column that is skipped: the gate must not pass what was not looked at."""
    connection = filled(tmp_path / "t.db")
    counted = database.ConnectedDatabase.execute

    def lost(self, sql):
        if "counted AS" in sql:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        return counted(self, sql)

    monkeypatch.setattr(database.ConnectedDatabase, "execute", lost)
    with pytest.raises(InputError, match=r"connection was lost.*connect and count again"):
        tables.profile(tables.Relation(connection, "t"))
