"""Kinds of column types, and how a column of one kind is read as another."""

from kullback.tables.engines.dialect import CLOCK_TEXT, ISO_TEXT, SPELT_TEXT, Dialect

FLOATING = frozenset({"FLOAT", "DOUBLE", "REAL"})
_FINEST = 18  # of 38 digits; what has more behind the point has no place for an integer's
_KINDS = {
    "number": FLOATING
    | {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "BIGNUM"}
    | {"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"},
    "boolean": {"BOOLEAN"},
    "time": {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
    | {"TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS", ISO_TEXT, SPELT_TEXT},
    "time of day": {"TIME", "TIME_NS", CLOCK_TEXT},
    "text": {"VARCHAR", "UUID", "ENUM", "BLOB", "BIT"},
    "nothing": {'"NULL"', "NULL"},
}
KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}

# What is read (a kind), out of what there is (a kind): {0} is the column, {1} its own
# type's text form. What is not listed here cannot be read at all.
_READ = {
    ("number", "text"): "{try_number}",
    ("number", "boolean"): "CASE WHEN {is_true} THEN 1 WHEN NOT {is_true} THEN 0 END",
    ("boolean", "number"): "CASE WHEN {0} = 1 THEN {true} WHEN {0} = 0 THEN {false} END",
    ("boolean", "text"): "{try_boolean}",
    ("time", "text"): "{try_time}",
    ("text", "boolean"): "CASE WHEN {is_true} THEN 'true' WHEN NOT {is_true} THEN 'false' END",
    ("text", "nothing"): "{as_text}",
    ("text", "time"): "{as_text}",
    ("text", "time of day"): "{as_text}",
}


# What a column is in its source whose values are spelt by text, or counted in another way.
_SPELT = {"plain numbers": "VARCHAR", "ISO times": "VARCHAR", "JSON": "JSON"}
_SPELT |= {"times of day": "VARCHAR"}
_SPELT |= {"seconds": "INTERVAL", "lengths": "a list", "presence": "a structure"}


def written(type_name: str, spelling: str) -> str:
    """Return how the type of a column is called in its source.

    Examples
    --------
    >>> written("DOUBLE", ""), written("DOUBLE", "a decimal comma")
    ('DOUBLE', 'VARCHAR, a decimal comma')
    """
    return _SPELT.get(spelling, f"VARCHAR, {spelling}") if spelling else type_name


def kind_of(type_name: str) -> str:
    """Return the kind of a column type; nested and unknown types are "nested".

    Examples
    --------
    >>> kind_of("DECIMAL(10,2)"), kind_of("ENUM('a', 'b')"), kind_of("INTEGER[]")
    ('number', 'text', 'nested')
    """
    if type_name.endswith("]"):
        return "nested"
    return KIND_OF.get(type_name.split("(", maxsplit=1)[0], "nested")


def is_floating(wanted: str, has: str, type_name: str) -> bool:
    """Return whether reading gives floats, which may be NaN or infinite."""
    floats = type_name in FLOATING or _is_crowded(type_name)
    return wanted == "number" and (floats or has == "text")


def _is_crowded(type_name: str) -> bool:
    """Return whether a decimal has so many digits behind the point that few fit before it."""
    scale = type_name.rpartition(",")[2].strip(") ")
    return type_name.startswith("DECIMAL(") and scale.isdigit() and int(scale) > _FINEST


def reading(column: str, type_name: str, wanted: str, like: str, dialect: Dialect) -> str:
    """Return the SQL that reads a column as a kind, NULL where it cannot be read.

    Parameters
    ----------
    column, type_name : str
        The quoted column and its type.
    wanted : str
        The kind to read it as.
    like : str
        The type to follow: numbers are read at its precision if it is FLOAT.
    dialect : Dialect
        How the engine spells things.
    """
    has = kind_of(type_name)
    if wanted == "present":
        nan = f" AND NOT {dialect.is_nan.format(column)}" if type_name in FLOATING else ""
        return f"CASE WHEN {column} IS NOT NULL{nan} THEN 0 END"
    if wanted == has:
        return _same_kind(column, type_name, wanted, like, dialect)
    if (wanted, has) == ("text", "number"):
        return _number_as_text(column, type_name, dialect)
    text = dialect.text.format(column)
    return _READ.get((wanted, has), dialect.nothing).format(
        column,
        try_number=dialect.number_of_text.format(text),
        try_boolean=dialect.boolean_of_text.format(text),
        try_time=dialect.time_of_text.format(text),
        as_text=text,
        is_true=dialect.test.format(column),
        true=dialect.true,
        false=dialect.false,
    )


def _same_kind(column: str, type_name: str, kind: str, like: str, dialect: Dialect) -> str:
    if kind in {"time", "time of day"}:
        return dialect.since_1970(column, type_name)
    if type_name == "BLOB":
        return dialect.bytes.format(column)
    if kind == "text":
        template = dialect.own_text if type_name == "VARCHAR" else dialect.text
        return template.format(column)
    if type_name in FLOATING or _is_crowded(type_name):
        narrow = f"CAST({column} AS {dialect.single_type})" if like == "FLOAT" else column
        return dialect.floating.format(narrow)
    if type_name.startswith("DECIMAL"):
        return dialect.decimal.format(column)
    return column


def _number_as_text(column: str, type_name: str, dialect: Dialect) -> str:
    text = dialect.text.format(column)
    if type_name not in FLOATING:
        return text
    # 3.0 and the text "3" are the same value
    whole = f"{column} = floor({column}) AND abs({column}) < 1e15"
    integer = dialect.text.format(dialect.integer.format(column))
    text = (dialect.float_text or dialect.text).format(column)
    return f"CASE WHEN {whole} THEN {integer} ELSE {text} END"
