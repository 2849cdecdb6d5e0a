"""The same rows through every format and engine: do any two read them as other values?

Each route is compared, both ways and type by type, with the Arrow table that the rows came from. A
cross is what is not "same with KL 0 and no other type"; each is argued below the table. Tests
compare every pair of those that need no server. Servers are asked for by name
(`python -m benchmarks.engines postgres clickhouse mariadb spark`).
"""

import csv
import datetime as dt
import json
import math
import os
import sqlite3
import sys
import tempfile
import uuid
from contextlib import ExitStack
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kullback import tables

ROWS = 240
HUB = "Arrow"
# What identical rows cannot be the same for, by type and by route: a pair with one of them.
ARGUED = {
    "beyond 2^53": {
        "pandas": "NumPy has no integers beside NULL: the last digits are gone, which a note says",
    },
    "duration": {
        "Parquet": "Parquet has no durations, and Arrow writes whole microseconds in their place",
        "DuckDB": "filled from the Parquet file here",
        "ClickHouse": "filled from the Parquet file here",
        "Spark": "filled from the Parquet file here",
    },
    "special double": {
        "MariaDB": "it has neither NaN nor infinities; NULL stands there in their place",
    },
    "38 digits": {
        "SQLite": "decimals are floats there",
        "SQLite query": "as SQLite",
        "SQLite view": "as SQLite",
    },
    "bytes": {
        "CSV": "text formats have no bytes: what stands there is a spelling of the writer's",
        "JSON lines": "as CSV",
    },
}


class Disagreement(NamedTuple):
    """What a pair of routes reads as something else."""

    type: str
    reference: str
    current: str
    said: str

    @property
    def argument(self) -> str:
        """Why it cannot be otherwise; empty if nothing is known."""
        known = ARGUED.get(self.type, {})
        return known.get(self.reference, known.get(self.current, ""))


def rows() -> Any:
    """Return an Arrow table with a column a type, one in thirteen values missing."""
    import pyarrow as pa

    draw = np.random.default_rng(5)
    start = dt.datetime(2024, 1, 1)

    def some(high: int) -> list[int]:
        return [int(n) for n in draw.integers(0, high, ROWS)]

    def after(high: int, **step: int) -> list[dt.datetime]:
        ((unit, size),) = step.items()
        return [start + dt.timedelta(**{unit: n * size}) for n in some(high)]

    moments = after(10**7, seconds=1)
    words = ["a", "b", "it's", 'q"', "x,y", "é", "N"]
    odd = [
        "e\u0301",
        "\u00e9",
        "A",
        "a",
        "a ",
        " a",
        "🙂",
        "👩\u200d🔬",
        "NULL",
        "\\N",
        "\ufeff",
        "\n",
    ]
    special = [0.1 * n for n in range(30)]
    special[:6] = math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308
    days = [dt.date(1, 1, 1), dt.date(1500, 2, 28), dt.date(1582, 10, 10), dt.date(9999, 12, 31)]
    keys = [str(uuid.UUID(int=n << 64 | 9 << 60 | 4 << 76)).upper() for n in range(7, 90, 11)]
    columns = {
        "integer": (some(9), pa.int64()),
        "beyond 2^53": ([2**53 + n for n in some(400)], pa.int64()),
        "double": ([float(n) / 1024 for n in some(10**6)], pa.float64()),
        "whole double": ([float(n) for n in some(8)], pa.float64()),
        "large double": ([(n + 1) * 1e15 for n in some(8)], pa.float64()),
        "special double": ([special[n] for n in some(30)], pa.float64()),
        "decimal": ([Decimal(n) / 100 for n in some(9999)], pa.decimal128(10, 2)),
        "38 digits": ([Decimal(10**37 + n) for n in some(9)], pa.decimal128(38, 0)),
        "boolean": ([n == 1 for n in some(2)], pa.bool_()),
        "text": ([words[n] for n in some(7)], pa.string()),
        "odd text": ([odd[n] for n in some(12)], pa.string()),
        "UUID in capitals": ([keys[n] for n in some(8)], pa.string()),
        "number as text": ([f"{n / 100:.2f}" for n in some(900)], pa.string()),
        "19 digits as text": ([str(10**18 + n) for n in some(9)], pa.string()),
        "code": ([f"{n:05d}" for n in some(30)], pa.string()),
        "yes or no": (["yes" if n else "no" for n in some(2)], pa.string()),
        "date": ([m.date() for m in moments], pa.date32()),
        "old date": ([days[n] for n in some(4)], pa.date32()),
        "date as text": ([str(m.date()) for m in moments], pa.string()),
        "time": (moments, pa.timestamp("us")),
        "with fractions": (after(10**13, microseconds=1), pa.timestamp("us")),
        "whole minutes": (after(10**6, minutes=1), pa.timestamp("us")),
        "instant": (moments, pa.timestamp("us", tz="UTC")),
        "time of day": ([m.time() for m in moments], pa.time64("us")),
        "duration": ([dt.timedelta(seconds=n) for n in some(10**8)], pa.duration("us")),
        "bytes": ([[b"ab", b"\x00\xff", b"it's", "é".encode()][n] for n in some(4)], pa.binary()),
    }
    holes = {
        name: pa.array([None if i % 13 == 5 else v for i, v in enumerate(values)], kind)
        for name, (values, kind) in columns.items()
    }
    empty = pa.array([["a", "b", ""][n] for n in some(3)], pa.string())
    return pa.table(holes | {"empty text": empty})


def spelt(value: Any) -> Any:
    """Return a value as a text format has it."""
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat().replace("+00:00", "Z")
    return value


def as_csv(table: Any, path: Path) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.column_names)
        for row in table.to_pylist():
            writer.writerow("" if v is None else spelt(v) for v in row.values())
    return str(path)


def as_json(table: Any, path: Path) -> str:
    with path.open("w", encoding="utf-8") as file:
        for row in table.to_pylist():
            held = {k: str(v) if isinstance(v, Decimal) else spelt(v) for k, v in row.items()}
            file.write(json.dumps(held) + "\n")
    return str(path)


def declared(table: Any, types: dict[str, str]) -> str:
    """Return the columns of a CREATE TABLE, by the words of Arrow's types."""
    kinds = (types[str(kind)] for kind in table.schema.types)
    return ", ".join(f'"{n}" {kind}' for n, kind in zip(table.column_names, kinds, strict=True))


_SQLITE = {"int64": "INTEGER", "double": "REAL", "decimal128(10, 2)": "DECIMAL(10,2)"}
_SQLITE |= {"decimal128(38, 0)": "DECIMAL(38,0)"}
_SQLITE |= {"bool": "BOOLEAN", "string": "TEXT", "date32[day]": "DATE", "binary": "BLOB"}
_SQLITE |= {"timestamp[us]": "TIMESTAMP", "timestamp[us, tz=UTC]": "TIMESTAMP"}
_SQLITE |= {"time64[us]": "TIME", "duration[us]": "REAL"}
_POSTGRES = {"int64": "bigint", "double": "float8", "decimal128(10, 2)": "numeric(10,2)"}
_POSTGRES |= {"decimal128(38, 0)": "numeric(38,0)"}
_POSTGRES |= {"bool": "boolean", "string": "text", "date32[day]": "date", "binary": "bytea"}
_POSTGRES |= {"timestamp[us]": "timestamp", "timestamp[us, tz=UTC]": "timestamptz"}
_POSTGRES |= {"time64[us]": "time", "duration[us]": "interval"}


def as_sqlite(table: Any) -> sqlite3.Connection:
    def held(value: Any) -> Any:
        if isinstance(value, Decimal):
            return float(value)
        if isinstance(value, dt.datetime):
            return str(value)
        return value if isinstance(value, bytes) else spelt(value)

    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t ({declared(table, _SQLITE)})")
    marks = ", ".join("?" * table.num_columns)
    filled = [tuple(map(held, row.values())) for row in table.to_pylist()]
    connection.executemany(f"INSERT INTO t VALUES ({marks})", filled)
    connection.commit()
    connection.execute("CREATE VIEW seen AS SELECT * FROM t")
    return connection


def local(folder: Path) -> dict[str, Any]:
    """Return the rows through all that needs no server."""
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow.parquet as pq

    table = rows()
    parquet = folder / "t.parquet"
    pq.write_table(table, parquet)
    own = duckdb.connect()
    own.execute(f"CREATE TABLE t AS FROM '{parquet}'")
    sqlite = as_sqlite(table)
    relation = tables.Relation
    return {
        "Parquet": str(parquet),
        "CSV": as_csv(table, folder / "t.csv"),
        "JSON lines": as_json(table, folder / "t.jsonl"),
        "pandas": table.to_pandas(),
        "pandas on Arrow": table.to_pandas(types_mapper=pd.ArrowDtype),
        "polars": pl.from_arrow(table),
        "Arrow": table,
        "DuckDB": relation(own, "t"),
        "SQLite": relation(sqlite, "t"),
        "SQLite query": relation(sqlite, "SELECT * FROM t"),
        "SQLite view": relation(sqlite, "seen"),
    }


def postgres(folder: Path, stack: ExitStack) -> Any:
    """Start a server of its own, with the rows in it."""
    import pgserver
    import psycopg

    server = pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    stack.callback(server.cleanup)
    connection = stack.enter_context(psycopg.connect(server.get_uri()))
    return tables.Relation(in_postgres(connection), "t")


def in_postgres(connection: Any) -> Any:
    """Fill a table t."""
    table = rows()
    connection.execute("DROP TABLE IF EXISTS t")
    connection.execute(f"CREATE TABLE t ({declared(table, _POSTGRES)})")
    marks = ", ".join(["%s"] * table.num_columns)
    filled = [tuple(row.values()) for row in table.to_pylist()]
    connection.cursor().executemany(f"INSERT INTO t VALUES ({marks})", filled)
    connection.commit()
    return connection


_MARIADB = {"int64": "bigint", "double": "double", "decimal128(10, 2)": "decimal(10,2)"}
_MARIADB |= {"decimal128(38, 0)": "decimal(38,0)"}
_MARIADB |= {"bool": "bool", "string": "text", "date32[day]": "date", "binary": "blob"}
_MARIADB |= {"timestamp[us]": "datetime(6)", "timestamp[us, tz=UTC]": "timestamp(6) NULL"}
_MARIADB |= {"time64[us]": "time(6)", "duration[us]": "double"}


def mariadb(folder: Path, stack: ExitStack) -> Any:
    """Start a server of its own, with the rows in it."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "tables"))
    import mariadb_server

    place = folder / "mariadb"
    place.mkdir()
    connection = stack.enter_context(mariadb_server.running(place))
    return tables.Relation(in_mariadb(connection), "t")


def in_mariadb(connection: Any) -> Any:
    """Fill a table t."""
    table = rows()
    cursor = connection.cursor()
    cursor.execute("SET time_zone = '+00:00'")
    cursor.execute("DROP TABLE IF EXISTS t")
    cursor.execute(f"CREATE TABLE t ({declared(table, _MARIADB)})".replace('"', "`"))

    def held(value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.replace(tzinfo=None)
        if isinstance(value, float) and not math.isfinite(value):
            return None
        return value.total_seconds() if isinstance(value, dt.timedelta) else value

    marks = ", ".join(["%s"] * table.num_columns)
    filled = [tuple(map(held, row.values())) for row in table.to_pylist()]
    cursor.executemany(f"INSERT INTO t VALUES ({marks})", filled)
    connection.commit()
    cursor.execute("SET time_zone = '+05:30'")  # that no instant may depend on
    return connection


def clickhouse(folder: Path, stack: ExitStack) -> Any:
    import chdb

    connection = chdb.connect(":memory:")
    stack.callback(connection.close)
    return tables.Relation(in_clickhouse(connection, folder / "t.parquet"), "t")


def in_clickhouse(connection: Any, parquet: Path) -> Any:
    """Fill a table t from the Parquet file; only its times of day come as times."""
    clock = "toTime64(assumeNotNull(`time of day`), 6)"
    clock = f"if(`time of day` IS NULL, NULL, CAST({clock} AS Nullable(Time64(6))))"
    connection.cursor().execute(
        f"CREATE TABLE t ENGINE = Memory AS SELECT * REPLACE ({clock} AS `time of day`) "
        f"FROM file('{parquet}', Parquet)"
    )
    return connection


def spark(folder: Path, stack: ExitStack) -> Any:
    """Start a cluster of two workers, which reads the Parquet file."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "tables"))
    import cluster

    place = folder / "spark"
    place.mkdir()
    _, session = stack.enter_context(cluster.running(place))
    return in_spark(session, folder / "t.parquet")


def in_spark(session: Any, parquet: Path) -> Any:
    """Return the frame of the Parquet file; code is not worth making for so few rows."""
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    return session.read.parquet(str(parquet))


SERVERS = {
    "postgres": ("Postgres", postgres),
    "clickhouse": ("ClickHouse", clickhouse),
    "mariadb": ("MariaDB", mariadb),
    "spark": ("Spark", spark),
}


def disagreements(routes: dict[str, Any], hubs: tuple[str, ...] = ()) -> list[Disagreement]:
    """Compare each pair of routes, both ways; with hubs only the pairs that hold one of them."""
    found: list[Disagreement] = []
    for (reference, q), (current, p) in product(routes.items(), repeat=2):
        if hubs and not {reference, current} & set(hubs):
            continue
        said = {c.name: _difference(c) for c in tables.compare(q, p, joint=False)}
        found += (Disagreement(name, reference, current, why) for name, why in said.items() if why)
    return found


def _difference(column: Any) -> str:
    if column.verdict == "skipped":
        return f"skipped: {column.reason}"
    if column.verdict not in {"same", "undecided"}:
        return f"{column.verdict}: {column.reason}"
    return "" if abs(float(column.kl.value)) < 1e-12 else f"KL {float(column.kl.value):.3g}"


def table_of(routes: dict[str, Any], found: list[Disagreement]) -> str:
    """Return the agreement table: a cross where a route disagrees with the Arrow table."""
    names = list(routes)
    lines = [f"| type | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for name in rows().column_names:
        odd = {end for d in found if d.type == name for end in (d.reference, d.current)} - {HUB}
        cells = ("✗" if route in odd else "✓" for route in names)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table and why each cross is one; fail where one is not argued."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        routes = local(folder)
        for asked in sys.argv[1:] or os.environ.get("KULLBACK_ENGINES", "").split():
            title, start = SERVERS[asked]
            routes[title] = start(folder, stack)
        found = disagreements(routes, (HUB,))
    print(table_of(routes, found))
    print()
    for kind, argued in ARGUED.items():
        said = [f"{route}: {why}" for route, why in argued.items() if route in routes]
        print(f"- {kind}: {'; '.join(said)}.")
    odd = [d for d in found if not d.argument]
    for one in odd:
        print(f"- not argued: {one.type}, {one.reference} → {one.current}: {one.said}")
    sys.exit(1 if odd else 0)


if __name__ == "__main__":
    main()
