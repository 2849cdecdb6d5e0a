"""Trino: its dialect is read back by a parser only."""

from kullback.tables.engines.database import Database, told_types
from kullback.tables.engines.dialect import DAY, Dialect, since_1970

DIALECT = Dialect(
    hex_text="from_utf8(X'{0}')",
    single_type="REAL",
    is_nan="is_nan({0})",
    is_finite="is_finite({0})",
    decimal_literal="DECIMAL '{value:f}'",
    wide_integer_literal="DECIMAL '{value}'",
    time_of_text="CAST(to_unixtime(TRY_CAST({0} AS TIMESTAMP(6))) * 1000000 AS BIGINT)",
    microseconds=since_1970(
        DATE=f"date_diff('day', DATE '1970-01-01', {{0}}) * {DAY}",
        OTHER="CAST(to_unixtime({0}) * 1000000 AS BIGINT)",
    ),
    materialized="",
    distinct="approx_distinct({0})",
    matches="regexp_like({0}, {1})",
    rewrites="regexp_replace({0}, {1}, {2})",
    back="$",
    digest="lower(to_hex(md5(to_utf8('kullback' || {0}))))",
)

DATABASE = Database("Trino", DIALECT, told_types, drivers=("trino",))
