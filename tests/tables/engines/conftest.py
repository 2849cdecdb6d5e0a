"""One table of awkward rows, in every engine that a package can bring up on this machine."""

import datetime as dt
import math
import sqlite3
from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kullback import tables

TABLE = 'rows; DROP TABLE rows; --"x"'
NAMED = '"rows; DROP TABLE rows; --""x"""'
NAMES = ['quo"te', "it's", "back`tick", "dotted.name", "Case", "sp ace", "back\\slash", "x"]
NAMES += ["given", "cell", "n", "SELECT", "航班", "{0} %s %(a)s ?", "x; DROP TABLE rows; --", " "]
TEXTS = ["it's", "trailing ", "trailing", "", " ", "A", "a", "Ä", "ä", "e\u0301", "\u00e9", "東京"]
TEXTS += [
    "🙂",
    "'; DROP TABLE rows; --",
    "\\",
    "\\'",
    '"',
    "%s {0}",
    "tab\t",
    "two\nlines",
    "ß",
    "SS",
]
BIG = [2**53, 2**53 + 1, 2**53 + 2, 2**53 + 3, 2**63 - 1, 2**63 - 2, -(2**63), 0, -1, 10**18]
ODD = [math.nan, math.inf, -math.inf, None, -0.0, 0.0, 1e-300, 5e-324, -5e-324, 0.1, 0.1, 0.3]
ODD += [math.nextafter(0.1, 1), math.nextafter(0.1, 0), 1.7976931348623157e308, -1e308, 2.5, 1e16]
FALSE_NUMBERS = ["12", " 12 ", "1e5", ".5", "5.", "+3", "-2.5", "inf", "Infinity", "nan", "NaN"]
FALSE_NUMBERS += ["abc", "", "0x10", "1,5", "1d", "1e", "--1", "1 2", "12a", "٣"]
FALSE_BOOLEANS = ["true", "TRUE", "t", "yes", "y", "1", "false", "F", "no", "n", "0", "on", "", "2"]
FALSE_TIMES = ["2024-01-01", "2024-02-30", "2024-01-01 10:00:00.25", "soon", "", "1969-12-31", "12"]
SIZE = 400


def cycled(values):
    return [values[i % len(values)] for i in range(SIZE)]


def awkward():
    """Return the columns: seeded values of every type, and the odd ones among them."""
    rng = np.random.default_rng(11)
    start = dt.datetime(1960, 1, 1)
    moments = [start + dt.timedelta(microseconds=int(m)) for m in rng.integers(0, 2**51, SIZE)]
    columns = {
        "float": pa.array([*ODD, *rng.lognormal(0, 3, SIZE - len(ODD)).tolist()], pa.float64()),
        "borders": pa.array(borders(), pa.float64()),
        "single": pa.array(rng.normal(size=SIZE).astype("f4"), pa.float32()),
        "big": pa.array(cycled(BIG), pa.int64()),
        "many": pa.array(rng.integers(-(2**62), 2**62, SIZE), pa.int64()),
        "small": pa.array(cycled([1, 2, 3, None]), pa.int16()),
        "price": pa.array([Decimal(int(c)) / 100 for c in rng.integers(-999, 99_999, SIZE)]),
        "text": pa.array(cycled([*TEXTS, None]), pa.string()),
        "flag": pa.array(cycled([True, False, True, None]), pa.bool_()),
        "day": pa.array([m.date() for m in moments], pa.date32()),
        "at": pa.array(moments, pa.timestamp("us")),
        "nothing": pa.array([None] * SIZE, pa.float64()),
        "numbers?": pa.array(cycled(FALSE_NUMBERS), pa.string()),
        "booleans?": pa.array(cycled(FALSE_BOOLEANS), pa.string()),
        "times?": pa.array(cycled(FALSE_TIMES), pa.string()),
    }
    columns["price"] = columns["price"].cast(pa.decimal128(12, 2))
    return pa.table(columns | {name: pa.array(cycled([1, 2, 2]), pa.int32()) for name in NAMES})


def borders():
    """Return values at and beside the borders of log-grid cells, where ln may round either way."""
    values = [math.exp(k / 100) for k in range(-3 * SIZE, 3 * SIZE, 18)]
    around = [
        v for value in values for v in (value, math.nextafter(value, 0), math.nextafter(value, 1e9))
    ]
    return cycled(around)


DECLARED = {"double": "REAL", "float": "REAL", "int64": "INTEGER", "int32": "INTEGER"}
DECLARED |= {"int16": "INTEGER", "decimal128(12, 2)": "REAL", "string": "TEXT", "bool": "BOOLEAN"}
DECLARED |= {"date32[day]": "DATE", "timestamp[us]": "TIMESTAMP"}
DECLARED_POSTGRES = {"double": "float8", "float": "real", "int64": "bigint", "int32": "integer"}
DECLARED_POSTGRES |= {"int16": "smallint", "decimal128(12, 2)": "numeric(12,2)", "string": "text"}
DECLARED_POSTGRES |= {"bool": "boolean", "date32[day]": "date", "timestamp[us]": "timestamp"}


def definition(table, types):
    quoted = (name.replace('"', '""') for name in table.column_names)
    kinds = (types[str(kind)] for kind in table.schema.types)
    return ", ".join(f'"{name}" {kind}' for name, kind in zip(quoted, kinds, strict=True))


@pytest.fixture(scope="session")
def rows():
    return awkward()


@pytest.fixture(scope="session")
def parquet(rows, tmp_path_factory):
    path = tmp_path_factory.mktemp("engines") / "rows.parquet"
    pq.write_table(rows, path, row_group_size=100)
    return path


@pytest.fixture(scope="session")
def sqlite(rows):
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE {NAMED} ({definition(rows, DECLARED)})")
    marks = ", ".join("?" * rows.num_columns)
    values = [tuple(map(for_sqlite, row.values())) for row in rows.to_pylist()]
    connection.executemany(f"INSERT INTO {NAMED} VALUES ({marks})", values)
    connection.commit()
    yield connection
    connection.close()


def for_sqlite(value):
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, dt.date) else value


@pytest.fixture(scope="session")
def embedded(parquet):
    connection = duckdb.connect()
    connection.execute(f"CREATE TEMP TABLE {NAMED} AS FROM '{parquet}'")
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def postgres(server, rows):
    import psycopg

    with psycopg.connect(server) as connection:
        connection.execute(f"CREATE TABLE {NAMED} ({definition(rows, DECLARED_POSTGRES)})")
        marks = ", ".join(["%s"] * rows.num_columns)
        values = [tuple(row.values()) for row in rows.to_pylist()]
        connection.cursor().executemany(f"INSERT INTO {NAMED} VALUES ({marks})", values)
        connection.commit()
        yield connection


@pytest.fixture(scope="session")
def clickhouse(embedded_clickhouse, parquet):
    connection = embedded_clickhouse
    name = "`" + TABLE.replace("\\", "\\\\") + "`"
    cursor = connection.cursor()
    cursor.execute(
        f"CREATE TABLE {name} ENGINE = Memory AS SELECT * FROM file('{parquet}', Parquet)"
    )
    return connection


@pytest.fixture(scope="session")
def expected(parquet):
    return tables.profile(parquet)


@pytest.fixture(scope="session", params=["embedded", "sqlite", "postgres", "clickhouse"])
def relation(request):
    """The table in each database."""
    return tables.Relation(request.getfixturevalue(request.param), NAMED)
