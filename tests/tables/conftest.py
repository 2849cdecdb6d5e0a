"""What tests of tables share."""

import pytest

from kullback.tables.engines.duckdb import DuckDB


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
