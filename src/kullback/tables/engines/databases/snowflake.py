"""Snowflake: its dialect is read back by a parser only."""

from kullback.tables.engines.database import Database, DescribedTable, Execute
from kullback.tables.engines.dialect import IN_RANGE, Dialect, since_1970
from kullback.tables.engines.type_names import canonical, wide

DIALECT = Dialect(
    hex_text="HEX_DECODE_STRING('{0}')",
    float_literal="CAST('{value:.17e}' AS DOUBLE)",
    single_type="FLOAT",
    is_nan="({0} = 'NaN'::FLOAT)",
    is_finite=IN_RANGE,
    number_of_text="TRY_TO_DOUBLE({0})",
    time_of_text="date_part(epoch_microsecond, TRY_TO_TIMESTAMP_NTZ({0}))",
    microseconds=since_1970(OTHER="date_part(epoch_microsecond, {0})"),
    materialized="",
    matches="(REGEXP_INSTR({0}, {1}) > 0)",
    rewrites="REGEXP_REPLACE({0}, {1}, {2})",
)


def types(execute: Execute, table: DescribedTable) -> list[str]:
    """Return the types of the last result."""
    execute(f"SELECT * FROM {table.relation} WHERE 1 = 0")
    rows = execute("DESCRIBE RESULT LAST_QUERY_ID()")
    return [wide(canonical(str(row[1]))) for row in rows]


DATABASE = Database("Snowflake", DIALECT, types, drivers=("snowflake",))
