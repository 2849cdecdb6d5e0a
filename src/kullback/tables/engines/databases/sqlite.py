"""SQLite, over the standard library's sqlite3. It keeps NaN as NULL, and any type anywhere."""

import datetime as dt
import hashlib
import math
import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from kullback.errors import InputError
from kullback.tables.engines.database import Database, DescribedTable, Execute, over_cursors
from kullback.tables.engines.dialect import NOT_IN_WORD, WIDE, Dialect, since_1970
from kullback.tables.engines.relation import is_query, parts
from kullback.tables.engines.urls import DatabaseUrl

_NUMBER = re.compile(r"\s*[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf|infinity|nan)\s*", re.I | re.A)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ONE_DIGIT = re.compile("((?<=[0-9]{4})-|(?<=-[0-9])-|(?<=-[0-9]{2})-|[ T])([0-9])(?![0-9])")
_PART = re.compile(r"\\([0-9])")
_KINDS = 5
_AT_ONCE = 300  # columns a statement; a result may have 2000, and each takes five
# A usual moment, which it reads by itself, but for days that a month does not have.
_PLAIN = "rtrim({0}, 'Z')"
_DAY = f"substr({_PLAIN}, 1, 10)"
_USUAL = (
    f"substr({{0}}, 5, 1) = '-' AND (substr({{0}}, 9, 2) <= '28' OR date(julianday({_DAY})) = "
    f"{_DAY}) AND (length({{0}}) = 10 OR (length({_PLAIN}) BETWEEN 19 AND 26 AND length({_PLAIN}) "
    "<> 20 AND substr({0}, 11, 1) IN (' ', 'T') AND substr({0}, 12, 2) < '24' AND "
    "substr({0}, 17, 1) = ':' AND "
    f"substr({_PLAIN}, 20, 1) IN ('', '.') AND substr({_PLAIN}, 21) NOT GLOB '*[^0-9]*'))"
)
_SECONDS = "CAST(strftime('%s', {0}) AS INTEGER) * 1000000"
_MOMENT = (
    "CASE WHEN length({0}) = 19 AND substr({0}, 5, 1) || substr({0}, 17, 1) = '-:' AND "
    "substr({0}, 9, 2) <= '28' AND substr({0}, 11, 2) BETWEEN ' 0' AND ' 2' AND "
    f"substr({{0}}, 12, 2) < '24' THEN {_SECONDS.format('{0}')} "
    f"WHEN {_USUAL} THEN {_SECONDS.format('substr({0}, 1, 19)')} + CAST(substr("
    f"substr({_PLAIN}, 21) || '000000', 1, 6) AS INTEGER) ELSE kullback_microseconds({{0}}) END"
)
DIALECT = Dialect(
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
    whole_of_text="kullback_whole({0})",
    time_of_text=_MOMENT,
    time_of_spelt="kullback_microseconds({0})",
    microseconds=since_1970(OTHER=_MOMENT),
    # Else it puts an expression wherever its value is used, and computes it each time.
    once="(WITH r AS MATERIALIZED {0} SELECT * FROM r)",
    apart=" LIMIT -1 OFFSET 0",
    distinct="count(DISTINCT {0})",
    word="kullback_word({0}, {1})",
    matches="kullback_matches({0}, {1})",
    rewrites="kullback_rewritten({0}, {1})",
    back="",
    not_in_word=NOT_IN_WORD,
    digest="kullback_digest({0})",
    bytes="kullback_bytes({0})",
)
_DECLARED = MappingProxyType(
    {
        "BOOL": "BOOLEAN",
        "BOOLEAN": "BOOLEAN",
        "DATE": "DATE",
        "DATETIME": "TIMESTAMP",
        "TIMESTAMP": "TIMESTAMP",
        "INTEGER": "BIGINT",
        "INT": "BIGINT",
        "BIGINT": "BIGINT",
        "REAL": "DOUBLE",
        "DOUBLE": "DOUBLE",
        "DOUBLE PRECISION": "DOUBLE",
        "FLOAT": "DOUBLE",
        "TEXT": "VARCHAR",
        "VARCHAR": "VARCHAR",
    }
)


def number(text: str | None) -> float | None:
    """Read text as a number, or None.

    Examples
    --------
    >>> number(" 1e3 "), number("1,5")
    (1000.0, None)
    """
    return float(text) if text is not None and _NUMBER.fullmatch(text) else None


def whole(digits: str | None) -> int | None:
    """Read digits as a whole number, or None where SQLite has none so large.

    Examples
    --------
    >>> whole("9007199254740993"), whole("99999999999999999999")
    (9007199254740993, None)
    """
    found = None if digits is None else int(digits)
    return found if found in WIDE else None


def microseconds(text: Any) -> int | None:
    """Read an ISO date and time as microseconds since 1970, or None.

    Examples
    --------
    >>> microseconds("1970-01-02 00:00:00.5"), microseconds("1970-1-2"), microseconds("soon")
    (86400500000, 86400000000, None)
    """
    try:
        moment = dt.datetime.fromisoformat(_ONE_DIGIT.sub(r"\g<1>0\2", text))
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def digest(text: str) -> str:
    """Return the MD5 that other databases have."""
    return hashlib.md5(f"kullback{text}".encode(), usedforsecurity=False).hexdigest()


def bytes_as_text(held: bytes | None) -> str | None:
    """Return bytes as the text that they are, or in hexadecimal digits.

    Examples
    --------
    >>> bytes_as_text(b"it's"), bytes_as_text(bytes([0, 255]))
    ("it's", '00ff')
    """
    if held is None:
        return None
    try:
        text = held.decode()
    except UnicodeDecodeError:
        return held.hex()
    return held.hex() if _CONTROL.search(text) else text


def matches(text: str | None, pattern: str) -> bool | None:
    """Return whether a pattern is found in a text.

    Examples
    --------
    >>> matches("x1", "[0-9]"), matches(None, "[0-9]")
    (True, None)
    """
    return None if text is None else re.search(_closed(pattern), text) is not None


def rewritten(text: str | None, rules: str) -> str | None:
    r"""Return a text in which patterns are replaced, ``\1`` by what its part found.

    Examples
    --------
    >>> rewritten("5.3.2024", "^([0-9])[.]([0-9])\x1f0\\2-0\\1\x1e[.]\x1f-")
    '03-05-2024'
    """
    if text is None:
        return None
    for pattern, by in _rules(rules):
        text = pattern.sub(by, text)
    return text


def word(text: str | None, place: int | None) -> str | None:
    """Return the word at a place.

    Examples
    --------
    >>> word("two words", 2), word(None, 1)
    ('words', None)
    """
    return None if text is None or place is None else text.split(" ")[place - 1]


@lru_cache(128)
def _rules(told: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns, and what replaces them in Python's words."""
    rules = (rule.split(chr(31)) for rule in told.split(chr(30)))
    return tuple((re.compile(_closed(rule)), _PART.sub(r"\\g<\1>", by)) for rule, by in rules)


def _closed(pattern: str) -> str:
    """Return a pattern whose $ is the end of a text, and not a line's before it."""
    return f"{pattern[:-1]}\\Z" if pattern.endswith("$") else pattern


_FUNCTIONS = MappingProxyType(
    {
        "kullback_float": float.fromhex,
        "kullback_number": number,
        "kullback_whole": whole,
        "kullback_microseconds": microseconds,
        "kullback_digest": digest,
        "kullback_bytes": bytes_as_text,
        "kullback_matches": matches,
        "kullback_rewritten": rewritten,
        "kullback_word": word,
    }
)
_ARGUMENTS = MappingProxyType({"kullback_matches": 2, "kullback_rewritten": 2, "kullback_word": 2})


def types(execute: Execute, table: DescribedTable) -> list[str]:
    """Judge each column by what it holds; where that is nothing, by what was declared."""
    declared = _declared(execute, table)
    names = [name for name, _ in table.described]
    found: list[str] = []
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        told = ", ".join(_held(f"s.{DIALECT.identifier(name)}", i) for i, name in enumerate(some))
        row = execute(f"SELECT {told} FROM {table.relation}")[0]
        for i, name in enumerate(some):
            held = [int(n) for n in row[i * _KINDS : (i + 1) * _KINDS]]
            found.append(_judged(declared.get(name, ""), held))
    judged = zip(names, found, strict=True)
    return [_checked(execute, table.relation, name, type_name) for name, type_name in judged]


def _held(column: str, place: int) -> str:
    """Count what is kept: integers, floats, texts, blobs, and the integers 0 and 1."""
    kinds = [f"typeof({column}) = '{kind}'" for kind in ("integer", "real", "text", "blob")]
    tests = [*kinds, f"typeof({column}) = 'integer' AND {column} IN (0, 1)"]
    return ", ".join(f"total({test}) AS k{place}_{i}" for i, test in enumerate(tests))


def _judged(declared: str, held: list[int]) -> str:
    integers, reals, texts, blobs, bits = held
    said = _DECLARED.get(declared, "")
    if not any(held):
        return said or '"NULL"'
    if blobs:
        return "BLOB beside other values" if integers + reals + texts else "BLOB"
    if texts:
        timely = said in {"DATE", "TIMESTAMP"} and not integers + reals
        return said if timely else "VARCHAR"
    if reals:
        return "DOUBLE"
    return "BOOLEAN" if said == "BOOLEAN" and bits == integers else "BIGINT"


def _checked(execute: Execute, relation: str, name: str, judged: str) -> str:
    """Return VARCHAR for a column of times that holds a text which is none."""
    if judged not in {"DATE", "TIMESTAMP"}:
        return judged
    column = f"s.{DIALECT.identifier(name)}"
    dated = f"{column} LIKE '____-__-__%'"
    readable = f"{dated} AND {DIALECT.since_1970(column, judged)} IS NOT NULL"
    odd = f"{column} IS NOT NULL AND NOT ({readable})"
    rows = execute(f"SELECT 1 FROM {relation} WHERE {odd} LIMIT 1")
    return "VARCHAR" if rows else judged


def _declared(execute: Execute, table: DescribedTable) -> dict[str, str]:
    """Return what the columns of a table were declared as, also where a query hands them on."""
    if not is_query(table.table):
        return _declared_in(execute, [name for name, _ in reversed(parts(table.table))])
    view = f"kullback_{uuid.uuid4().hex}"
    try:
        execute(f"CREATE TEMP VIEW {view} AS SELECT * FROM {table.relation}")
    except Exception:  # noqa: BLE001  a connection that may only read has no views of its own
        return {}
    try:
        return _declared_in(execute, [view])
    finally:
        execute(f"DROP VIEW temp.{view}")


def _declared_in(execute: Execute, names: list[str]) -> dict[str, str]:
    named = map(DIALECT.literal, names)
    rows = execute(f"SELECT name, type FROM pragma_table_info({', '.join(named)})")
    return {name: str(told).upper().split("(", maxsplit=1)[0].strip() for name, told in rows}


@contextmanager
def _session(connection: Any) -> Iterator[Execute]:
    """Lend the connection the functions that SQLite lacks, and read in one transaction.

    The functions stay, under names of their own; all statements see one state of the database.
    """
    if not callable(getattr(connection, "create_function", None)):
        raise InputError(
            "SQLite is read over the standard library, which can lend it functions; pass "
            "sqlite3.connect(path), or 'sqlite:///path?table=NAME'"
        )
    run = over_cursors(connection)
    lent = dict(_FUNCTIONS)
    for name, function in {"ln": math.log, "floor": math.floor}.items():
        try:
            run(f"SELECT {name}(1.5)")
        except Exception:  # noqa: BLE001  a build without mathematical functions
            lent[name] = function
    for name, function in lent.items():
        taken = _ARGUMENTS.get(name, 1)
        connection.create_function(name, taken, function, deterministic=True)
    if connection.in_transaction:  # the user's own, which stays as it is
        yield run
        return
    run_alone = connection.cursor().execute
    run_alone("BEGIN")
    try:
        yield run
    finally:
        if connection.in_transaction:
            run_alone("ROLLBACK")


def _connect(url: DatabaseUrl) -> Any:
    return sqlite3.connect(f"file:{quote(str(url.existing()))}?mode=ro", uri=True)


DATABASE = Database(
    "SQLite",
    DIALECT,
    types,
    _session,
    drivers=("sqlite3", "_sqlite3"),
    schemes=("sqlite",),
    connect=_connect,
    lacks=frozenset({"TIMESTAMP", "TIME", "INTERVAL", "DECIMAL"}),
)
