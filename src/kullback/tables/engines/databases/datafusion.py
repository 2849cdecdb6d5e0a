"""DataFusion: its dialect is read back by a parser only."""

from kullback.tables.engines.database import Database, told_types
from kullback.tables.engines.dialect import IN_RANGE, Dialect, since_1970

DIALECT = Dialect(
    hex_text="arrow_cast(decode('{0}', 'hex'), 'Utf8')",
    is_finite=IN_RANGE,
    time_of_text="arrow_cast(arrow_cast(TRY_CAST({0} AS TIMESTAMP), "
    "'Timestamp(Microsecond, None)'), 'Int64')",
    microseconds=since_1970(
        OTHER="arrow_cast(arrow_cast({0}, 'Timestamp(Microsecond, None)'), 'Int64')"
    ),
    materialized="",
    distinct="approx_distinct({0})",
    matches="regexp_like({0}, {1})",
)

DATABASE = Database("DataFusion", DIALECT, told_types)
