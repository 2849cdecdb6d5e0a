"""The dialects by name: one row an engine, each a few strings that differ from DuckDB's.

DuckDB, SQLite, Postgres, ClickHouse and Spark are tested on the engines themselves; the text
of the others (Snowflake, BigQuery, Trino, Databricks, DataFusion) is only read back by a parser.
"""

from types import MappingProxyType

from kullback.tables.engines.dialect import Dialect

_DAY = 86_400_000_000  # microseconds
_NUMBER = "^[ ]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[ ]*$"
# Postgres fails on a number beyond the range of a double, and before version 16 cannot be asked.
_NUMBER_IN_RANGE = _NUMBER.replace("[0-9]+)?[", "([12]?[0-9]{{1,2}}))?[")
_WORD = "^[ ]*[+-]?(inf|infinity|nan)[ ]*$"
_MOMENT = "^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}([ T][0-9:.]+)?"  # the braces are for `format`
_IN_RANGE = "({0} BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308)"


def _since_1970(**by_type: str) -> MappingProxyType[str, str]:
    """Return templates by type; ZONED stands for the type's long name."""
    zoned = by_type.pop("ZONED", None)
    other = by_type.pop("OTHER")
    return MappingProxyType(
        by_type | ({"TIMESTAMP WITH TIME ZONE": zoned} if zoned else {}) | {"": other}
    )


def _where(test: str, value: str) -> str:
    return f"CASE WHEN {test} THEN {value} END"


# Of a user's own connection: its tables may have collations, which this sets aside.
DUCKDB = Dialect(
    text="CAST({0} AS VARCHAR) COLLATE C",
    own_text="{0} COLLATE C",
)

SQLITE = Dialect(
    hex_text="CAST(x'{0}' AS TEXT)",
    zero_character="char(0)",
    # Its own reading of decimal digits is off by one unit now and then.
    float_literal="kullback_float('{hex}')",
    decimal_literal="kullback_float('{hex}')",
    nothing="NULL",
    integer="CAST({0} AS INTEGER)",
    float_type="REAL",
    single_type="REAL",
    text="CAST({0} AS TEXT) COLLATE BINARY",
    own_text="CAST({0} AS TEXT) COLLATE BINARY",
    floating="CAST({0} AS REAL)",
    is_nan="FALSE",  # it keeps NaN as NULL
    is_finite="({0} > -9e999 AND {0} < 9e999)",
    number_of_text="kullback_number({0})",
    time_of_text="kullback_microseconds({0})",
    microseconds=_since_1970(OTHER="kullback_microseconds({0})"),
)

_POSTGRES_EPOCH = "CAST(extract(epoch FROM {0}) * 1000000 AS BIGINT)"

POSTGRES = Dialect(
    hex_text="convert_from(decode('{0}', 'hex'), 'UTF8')",
    zero_character="NULL",
    float_literal="CAST({value:.17e} AS DOUBLE PRECISION)",
    float_type="DOUBLE PRECISION",
    single_type="REAL",
    text='CAST({0} AS TEXT) COLLATE "C"',
    own_text='CAST({0} AS TEXT) COLLATE "C"',
    floating="CAST({0} AS DOUBLE PRECISION)",
    decimal=_where("{0} < 'Infinity' AND {0} > '-Infinity'", "{0}"),
    is_nan="({0} = 'NaN')",
    is_finite="({0} > '-Infinity' AND {0} < 'Infinity')",
    number_of_text=_where(
        f"{{0}} ~* '{_NUMBER_IN_RANGE}|{_WORD}'",
        "CAST({0} AS DOUBLE PRECISION)",
    ),
    time_of_text=_where(
        f"{{0}} ~ '{_MOMENT}' AND pg_input_is_valid({{0}}, 'timestamp')",
        _POSTGRES_EPOCH.format("CAST({0} AS TIMESTAMP)"),
    ),
    microseconds=_since_1970(TIME=_POSTGRES_EPOCH, OTHER=_where("isfinite({0})", _POSTGRES_EPOCH)),
)

CLICKHOUSE = Dialect(
    backslash=True,
    hex_text="unhex('{0}')",
    zero_character="char(0)",
    decimal_literal="toDecimal256('{value:f}', {scale})",
    wide_integer_literal="toInt256('{value}')",
    float_type="Nullable(Float64)",
    single_type="Nullable(Float32)",
    nothing="CAST(NULL AS Nullable(Int32))",
    integer="accurateCastOrNull({0}, 'Int64')",
    text="CAST({0} AS Nullable(String))",
    own_text="CAST({0} AS Nullable(String))",
    floating="CAST({0} AS Nullable(Float64)) + 0.0",  # it groups -0 and 0 apart
    is_nan="isNaN({0})",
    is_finite="isFinite({0})",
    number_of_text=f"if(match(lower({{0}}), '{_NUMBER}|{_WORD}'), "
    "toFloat64OrNull(trimBoth({0})), NULL)",
    time_of_text=f"if(match({{0}}, '{_MOMENT}'), "
    "toUnixTimestamp64Micro(parseDateTime64BestEffortOrNull({0}, 6, 'UTC')), NULL)",
    microseconds=_since_1970(
        DATE=f"toInt64({{0}}) * {_DAY}", OTHER="toUnixTimestamp64Micro(toDateTime64({0}, 6))"
    ),
    materialized="",
)

SPARK = Dialect(
    quote="`",
    hex_text="CAST(X'{0}' AS STRING)",
    text="CAST({0} AS STRING)",
    own_text="CAST({0} AS STRING) COLLATE UTF8_BINARY",
    is_finite=_IN_RANGE,
    number_of_text=_where(
        f"lower({{0}}) RLIKE '{_NUMBER}|{_WORD}'", "TRY_CAST(trim({0}) AS DOUBLE)"
    ),
    time_of_text=_where(
        f"{{0}} RLIKE '{_MOMENT}'",
        "timestampdiff(MICROSECOND, TIMESTAMP_NTZ '1970-01-01 00:00:00', "
        "TRY_CAST({0} AS TIMESTAMP_NTZ))",
    ),
    microseconds=_since_1970(
        DATE=f"CAST(unix_date({{0}}) AS BIGINT) * {_DAY}",
        ZONED="unix_micros({0})",
        OTHER="timestampdiff(MICROSECOND, TIMESTAMP_NTZ '1970-01-01 00:00:00', {0})",
    ),
    materialized="",
)

SNOWFLAKE = Dialect(
    hex_text="HEX_DECODE_STRING('{0}')",
    float_literal="CAST('{value:.17e}' AS DOUBLE)",
    single_type="FLOAT",
    is_nan="({0} = 'NaN'::FLOAT)",
    is_finite=_IN_RANGE,
    number_of_text="TRY_TO_DOUBLE({0})",
    time_of_text="date_part(epoch_microsecond, TRY_TO_TIMESTAMP_NTZ({0}))",
    microseconds=_since_1970(OTHER="date_part(epoch_microsecond, {0})"),
    materialized="",
)

BIGQUERY = Dialect(
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
    time_of_text="UNIX_MICROS(SAFE_CAST({0} AS TIMESTAMP))",
    microseconds=_since_1970(
        DATE=f"UNIX_DATE({{0}}) * {_DAY}",
        ZONED="UNIX_MICROS({0})",
        OTHER="UNIX_MICROS(CAST({0} AS TIMESTAMP))",
    ),
    materialized="",
)

TRINO = Dialect(
    hex_text="from_utf8(X'{0}')",
    single_type="REAL",
    is_nan="is_nan({0})",
    is_finite="is_finite({0})",
    decimal_literal="DECIMAL '{value:f}'",
    wide_integer_literal="DECIMAL '{value}'",
    time_of_text="CAST(to_unixtime(TRY_CAST({0} AS TIMESTAMP(6))) * 1000000 AS BIGINT)",
    microseconds=_since_1970(
        DATE=f"date_diff('day', DATE '1970-01-01', {{0}}) * {_DAY}",
        OTHER="CAST(to_unixtime({0}) * 1000000 AS BIGINT)",
    ),
    materialized="",
)

DATAFUSION = Dialect(
    hex_text="arrow_cast(decode('{0}', 'hex'), 'Utf8')",
    is_finite=_IN_RANGE,
    time_of_text="arrow_cast(arrow_cast(TRY_CAST({0} AS TIMESTAMP), "
    "'Timestamp(Microsecond, None)'), 'Int64')",
    microseconds=_since_1970(
        OTHER="arrow_cast(arrow_cast({0}, 'Timestamp(Microsecond, None)'), 'Int64')"
    ),
    materialized="",
)

DIALECTS = MappingProxyType(
    {
        "duckdb": DUCKDB,
        "sqlite": SQLITE,
        "postgres": POSTGRES,
        "clickhouse": CLICKHOUSE,
        "spark": SPARK,
        "databricks": SPARK,
        "snowflake": SNOWFLAKE,
        "bigquery": BIGQUERY,
        "trino": TRINO,
        "datafusion": DATAFUSION,
    }
)
