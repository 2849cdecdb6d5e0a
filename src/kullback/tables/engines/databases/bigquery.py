"""BigQuery: its dialect is read back by a parser only."""

from kullback.tables.engines.database import Database, DescribedTable, Execute, told_types
from kullback.tables.engines.dialect import DAY, Dialect, since_1970
from kullback.tables.engines.type_names import wide

DIALECT = Dialect(
    quote="`",
    backslash=True,
    hex_text="SAFE_CONVERT_BYTES_TO_STRING(FROM_HEX('{0}'))",
    zero_character="CODE_POINTS_TO_STRING([0])",
    decimal_literal="CAST('{value:f}' AS BIGNUMERIC)",
    wide_integer_literal="CAST('{value}' AS BIGNUMERIC)",
    float_type="FLOAT64",
    single_type="FLOAT64",
    nothing="CAST(NULL AS INT64)",
    integer="CAST({0} AS INT64)",
    text="CAST({0} AS STRING)",
    floating="CAST({0} AS FLOAT64)",
    is_nan="IS_NAN({0})",
    is_finite="NOT (IS_NAN({0}) OR IS_INF({0}))",
    number_of_text="SAFE_CAST({0} AS FLOAT64)",
    whole_of_text="SAFE_CAST({0} AS BIGNUMERIC)",
    time_of_text="UNIX_MICROS(SAFE_CAST({0} AS TIMESTAMP))",
    microseconds=since_1970(
        DATE=f"UNIX_DATE({{0}}) * {DAY}",
        ZONED="UNIX_MICROS({0})",
        OTHER="UNIX_MICROS(CAST({0} AS TIMESTAMP))",
    ),
    materialized="",
    matches="REGEXP_CONTAINS({0}, {1})",
    rewrites="REGEXP_REPLACE({0}, {1}, {2})",
    word="SPLIT({0}, ' ')[ORDINAL({1})]",
    digest="TO_HEX(MD5('kullback' || {0}))",
    remainder="MOD({0}, {1})",
)


def types(execute: Execute, table: DescribedTable) -> list[str]:
    """Return the types that the cursor tells."""
    return [wide(name) for name in told_types(execute, table)]


DATABASE = Database("BigQuery", DIALECT, types, drivers=("google.cloud.bigquery",))
