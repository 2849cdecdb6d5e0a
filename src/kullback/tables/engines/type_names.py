"""The types of other engines in DuckDB's words, by the words that most of them share."""

from types import MappingProxyType

_TYPES = MappingProxyType(
    {
        "DOUBLE": "DOUBLE",
        "DOUBLE PRECISION": "DOUBLE",
        "FLOAT64": "DOUBLE",
        "FLOAT": "FLOAT",
        "REAL": "FLOAT",
        "TINYINT": "TINYINT",
        "BYTE": "TINYINT",
        "SMALLINT": "SMALLINT",
        "SHORT": "SMALLINT",
        "INT": "INTEGER",
        "INTEGER": "INTEGER",
        "BIGINT": "BIGINT",
        "LONG": "BIGINT",
        "INT64": "BIGINT",
        "HUGEINT": "HUGEINT",
        "UTINYINT": "UTINYINT",
        "USMALLINT": "USMALLINT",
        "UINTEGER": "UINTEGER",
        "UBIGINT": "UBIGINT",
        "UHUGEINT": "UHUGEINT",
        "BOOLEAN": "BOOLEAN",
        "BOOL": "BOOLEAN",
        "VARCHAR": "VARCHAR",
        "STRING": "VARCHAR",
        "TEXT": "VARCHAR",
        "CHAR": "VARCHAR",
        "UUID": "UUID",
        "ENUM": "ENUM",
        "DATE": "DATE",
        "TIME": "TIME",
        "DATETIME": "TIMESTAMP",
        "TIMESTAMP": "TIMESTAMP",
        "TIMESTAMP_S": "TIMESTAMP",
        "TIMESTAMP_MS": "TIMESTAMP",
        "TIMESTAMP_NS": "TIMESTAMP",
        "TIMESTAMP_NTZ": "TIMESTAMP",
        "TIMESTAMP_TZ": "TIMESTAMP WITH TIME ZONE",
        "TIMESTAMP_LTZ": "TIMESTAMP WITH TIME ZONE",
        "TIMESTAMP WITH TIME ZONE": "TIMESTAMP WITH TIME ZONE",
        "VOID": '"NULL"',
        "NULL": '"NULL"',
        '"NULL"': '"NULL"',
    }
)


def canonical(type_name: str) -> str:
    """Return a type in DuckDB's words; what is not known stays as it is.

    Examples
    --------
    >>> canonical("decimal(10, 2)"), canonical("varchar(20)"), canonical("array<int>")
    ('DECIMAL(10,2)', 'VARCHAR', 'array<int>')
    """
    word, _, inside = type_name.upper().partition("(")
    if word == "ENUM" and type_name.endswith(")"):  # of values that may be called anything
        return word
    if "[" in type_name or "<" in type_name:
        return type_name
    if word in {"DECIMAL", "NUMERIC", "NUMBER", "BIGNUMERIC"}:
        return f"DECIMAL({inside.replace(' ', '')}" if inside else "DECIMAL"
    _, _, after = inside.partition(")")  # as in TIMESTAMP(6) WITH TIME ZONE
    return _TYPES.get(f"{word.split(' COLLATE')[0]}{after}".strip(), type_name)


def wide(type_name: str) -> str:
    """Return DOUBLE where an engine calls it FLOAT."""
    return "DOUBLE" if type_name == "FLOAT" else type_name
