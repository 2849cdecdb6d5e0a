"""Spark, classic or Connect: SQL text only, so that no Python runs on the workers."""

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations_with_replacement
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kullback.errors import FormatError, InputError, MissingDependencyError
from kullback.tables.engines import Source, type_names
from kullback.tables.engines import files as sources
from kullback.tables.engines.database import OddType, column_of
from kullback.tables.engines.dialect import (
    DAY,
    IN_RANGE,
    MOMENT,
    NOT_IN_WORD,
    NUMBER,
    OFFSET,
    WORD,
    Dialect,
    since_1970,
    where,
)

_SINCE = "timestampdiff(MICROSECOND, TIMESTAMP_NTZ '1970-01-01 00:00:00', {0})"
_AS_TEXT = "CAST({0} AS STRING)"
# Without a backslash, which is none where the session takes texts as they are written.
_CONTROL = "[^ -~\x80-\U0010ffff]"

DIALECT = Dialect(
    quote="`",
    hex_text="CAST(X'{0}' AS STRING)",
    text=_AS_TEXT,
    float_literal="({value:.16e})",  # with a digit more the largest is beyond its range
    own_text=f"{_AS_TEXT} COLLATE UTF8_BINARY",
    is_finite=IN_RANGE,
    number_of_text=where(f"lower({{0}}) RLIKE '{NUMBER}|{WORD}'", "TRY_CAST(trim({0}) AS DOUBLE)"),
    time_of_text=where(
        f"{{0}} RLIKE '{MOMENT}'",
        # Without this it would take the offset for nothing.
        f"CASE WHEN {{0}} RLIKE '{OFFSET}' THEN unix_micros(TRY_CAST({{0}} AS TIMESTAMP)) ELSE "
        f"{_SINCE.format('TRY_CAST({0} AS TIMESTAMP_NTZ)')} END",
    ),
    microseconds=since_1970(
        DATE=f"CAST(unix_date({{0}}) AS BIGINT) * {DAY}",
        TIME="time_to_micros({0})",
        ZONED="unix_micros({0})",
        OTHER=_SINCE,
    ),
    materialized="",
    bytes=f"CASE WHEN {_AS_TEXT} RLIKE '{_CONTROL}' THEN lower(hex({{0}})) "
    f"ELSE coalesce(try_validate_utf8({_AS_TEXT}), lower(hex({{0}}))) END",
    matches="({0} RLIKE {1})",
    rewrites="regexp_replace({0}, {1}, {2})",
    back="$",
    not_in_word=NOT_IN_WORD,
    word="split_part({0}, ' ', CAST({1} AS INT))",
)

_AFTER = "TIMESTAMP_NTZ '1970-01-01 00:00:00' + {0}"
_SECONDS = OddType(f"({_SINCE.format(_AFTER)} / 1e6D)", "DOUBLE", "seconds")
_UNITS = combinations_with_replacement(("day", "hour", "minute", "second"), 2)
# Intervals of days and seconds, which have a length; those of months have none.
ODD = MappingProxyType(
    {f"interval {a}" if a == b else f"interval {a} to {b}": _SECONDS for a, b in _UNITS}
)

AT_ONCE = 8  # columns counted side by side: a job of few tasks leaves workers idle
_CSV = {"header": True, "inferSchema": True, "quote": '"', "escape": '"', "multiLine": True}
_CSV |= {"timeZone": "UTC"}  # else text is read by the clock of the session


class Spark:
    """An engine that counts in the user's Spark session."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.dialect = DIALECT
        self.at_once = AT_ONCE
        self.views: list[str] = []

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def open(self, data: Any, argument: str) -> Source:
        """Make a Spark frame, or files that the workers can reach, readable.

        Raises
        ------
        InputError
            If the data are neither, there is no such file, or two columns have one name.
        FormatError
            If files cannot be read as what their name says.
        """
        if is_frame(data):
            return self._view(data, "a Spark DataFrame", argument)
        if sources.is_path(data):
            return self._view(self._read(str(data), argument), repr(str(data)), argument)
        raise InputError(
            f"{argument} is a {sources.frame_kind(data)}; Spark reads paths and Spark frames: "
            "leave engine='auto', or make it one with spark.createDataFrame"
        )

    def _read(self, path: str, argument: str) -> Any:
        kind = sources.format_of(Path(path.rpartition("/")[2]), argument)
        options = _CSV | {"sep": "\t"} if ".tsv" in path.lower() else _CSV
        reader = self.session.read.format(kind)
        try:
            frame = (reader.options(**options) if kind == "csv" else reader).load(path)
            frame.schema  # noqa: B018  a Connect session looks at the files only now
        except Exception as error:
            text = str(error).strip().split("\n", maxsplit=1)[0]
            if "PATH_NOT_FOUND" in text:
                raise InputError(f"{argument}: no such file for Spark: {path!r}") from error
            raise FormatError(f"{argument}: {path!r} cannot be read as {kind}: {text}") from error
        return frame

    def _view(self, frame: Any, shown: str, argument: str) -> Source:
        """Name the frame; its columns are called by place, since Spark folds their case."""
        names = [field.name for field in frame.schema.fields]
        sources.require_distinct(names, shown, argument)
        if not names:
            raise InputError(f"{argument}: {shown} has no columns")
        view = f"kullback_{uuid.uuid4().hex}"
        frame.toDF(*(f"c{i}" for i in range(len(names)))).createOrReplaceTempView(view)
        self.views.append(view)
        columns = (
            column_of(field.name, f"s.`c{i}`", canonical(field.dataType.simpleString()), ODD)
            for i, field in enumerate(frame.schema.fields)
        )
        return Source(shown, f"{view} AS s", tuple(columns))


def canonical(type_name: str) -> str:
    """Return a type of Spark in DuckDB's words; what it calls a timestamp is an instant.

    Examples
    --------
    >>> canonical("timestamp"), canonical("timestamp_ntz"), canonical("binary")
    ('TIMESTAMP WITH TIME ZONE', 'TIMESTAMP', 'BLOB')
    """
    other = {"timestamp": "TIMESTAMP WITH TIME ZONE", "binary": "BLOB"}.get(type_name.lower())
    return other or type_names.canonical(type_name)


def _is_of(data: Any, name: str) -> bool:
    if "pyspark" not in sys.modules:
        return False
    kinds = type(data).__mro__
    return any(
        kind.__module__.startswith("pyspark.sql.") and kind.__name__ == name for kind in kinds
    )


def is_frame(data: Any) -> bool:
    """Return whether data are a Spark frame, classic or Connect."""
    return _is_of(data, "DataFrame")


def is_session(engine: Any) -> bool:
    """Return whether an engine is given as a Spark session."""
    return _is_of(engine, "SparkSession")


def active_session() -> Any:
    """Return the Spark session of this program.

    Raises
    ------
    MissingDependencyError
        If PySpark is not installed.
    InputError
        If there is no session.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingDependencyError(
            "engine='spark' needs PySpark: pip install 'kullback[spark]'"
        ) from error
    session = SparkSession.getActiveSession()
    if session is None:
        raise InputError(
            "engine='spark': there is no active Spark session; make one, or pass it as engine="
        )
    return session


@contextmanager
def connect(session: Any) -> Iterator[Spark]:
    """Open an engine on a session, which stays; its temporary views are dropped on leaving."""
    engine = Spark(session)
    try:
        yield engine
    finally:
        for view in engine.views:
            session.catalog.dropTempView(view)
