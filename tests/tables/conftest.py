"""What tests of tables share: statements, and databases that a package brings up, once."""

import gc
import tempfile
import warnings
from importlib.util import find_spec

import cluster as clusters
import mariadb_server
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


@pytest.fixture(scope="session")
def mariadb_connection(tmp_path_factory):
    """A connection to a MariaDB server of its own."""
    if why := mariadb_server.missing():
        pytest.skip(why)
    with mariadb_server.running(tmp_path_factory.mktemp("mariadb")) as opened:
        yield opened


@pytest.fixture(scope="session")
def running_cluster(tmp_path_factory):
    """A Spark cluster of two workers, a session on it, and the port where Connect listens."""
    if why := clusters.missing():
        pytest.skip(why)
    connectable = all(find_spec(name) for name in ("grpc", "grpc_status", "zstandard"))
    port = clusters.free_port() if connectable else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with clusters.running(tmp_path_factory.mktemp("spark"), port) as (cluster, session):
            yield cluster, session, port
        gc.collect()  # sockets that PySpark leaves open


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
