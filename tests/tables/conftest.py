"""What tests of tables share: statements, and databases that a package brings up, once."""

import tempfile
import warnings

import pytest

from kullback.tables.engines.duckdb import DuckDB


@pytest.fixture(scope="session")
def server():
    """A Postgres server of its own, and the address where it listens."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg") as folder:
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed")
        try:
            started = pgserver.get_server(folder, cleanup_mode="stop")
        except Exception as error:  # noqa: BLE001  as where its binaries do not run
            pytest.skip(f"Postgres does not start here: {error}")
        yield started.get_uri()
        started.cleanup()


@pytest.fixture(scope="session")
def embedded_clickhouse():
    """A ClickHouse within this process."""
    chdb = pytest.importorskip("chdb", reason="chdb is not installed")
    connection = chdb.connect(":memory:")
    yield connection
    connection.close()


@pytest.fixture
def asked(monkeypatch):
    """Every statement that the embedded engine runs."""
    every = []
    for name in ("execute", "arrays"):
        run = getattr(DuckDB, name)
        monkeypatch.setattr(
            DuckDB, name, lambda self, sql, run=run: every.append(sql) or run(self, sql)
        )
    return every
