"""What engines say, in one line of ours: no error of theirs leaves the package bare."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from kullback.errors import FormatError, InputError, KullbackError
from kullback.limits import MEMORY

_ENGINES = frozenset(
    {
        "duckdb",
        "_duckdb",
        "sqlite3",
        "pyarrow",
        "polars",
        "psycopg",
        "fsspec",
        "botocore",
        "aiohttp",
    }
    | {"adbc_driver_manager", "clickhouse_connect", "clickhouse_driver", "chdb"}
    | {"pyspark", "py4j", "grpc", "pymysql", "mysql", "MySQLdb", "mariadb", "pymssql", "pyodbc"}
    | {"mssql_python"}
)
_RESOURCES = re.compile("out of memory|no space left|disk is full|max_temp_directory_size", re.I)
_LOST = re.compile(
    "connection (is |was |already |has been |not )*(closed|lost|open|terminated)|closed database|"
    "server closed|terminating connection|canceling statement|interrupted|broken pipe|"
    "lost connection|gone away|can't connect|dbprocess is dead|communication link failure|"
    "sparkcontext was shut down|stopped sparkcontext",
    re.I,
)
# A file that Spark cannot read is of no column: it plans for all files before it opens one.
_FILE_OF_SPARK = re.compile(r"\[FAILED_READ_FILE[.\w]*\] (.*?)( SQLSTATE: \w+)?$", re.MULTILINE)
_MIXED = " Write the files with one type, or cast what each holds before they are put together"
_CALLING = re.compile(r"^An error occurred while calling [^\n]*\n: ")  # what Py4J says first
_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CAUSE = re.compile(
    r"^(Expected Number of Columns.*|Value with unterminated quote.*|Invalid unicode.*|"
    r"Error when converting.*|Could not convert.*|Maximum line size.*)$",
    re.MULTILINE,
)


def one_line(error: Exception) -> str:
    r"""Return the place and the cause; without them, the first line.

    Examples
    --------
    >>> text = "Invalid Input Error: CSV Error on Line: 4\nOriginal Line: 5\n"
    >>> one_line(ValueError(text + "Expected Number of Columns: 2 Found: 1\nPossible fixes:"))
    'line 4: expected 2 columns, found 1'
    """
    text = _CALLING.sub("", str(error))
    if (unread := _FILE_OF_SPARK.search(text)) is not None:
        return f"{unread.group(1).strip()}{_MIXED if 'mismatch' in unread.group(1) else ''}"
    line, cause = _LINE.search(text), _CAUSE.search(text)
    if cause is None:
        return text.split("\n", maxsplit=1)[0].removeprefix("Invalid Input Error: ").strip()
    said = re.sub(
        r"Expected Number of Columns: (\d+) Found: (\d+)",
        r"expected \1 columns, found \2",
        cause.group(),
    )
    return f"line {line.group(1)}: {said}" if line else said


def translated(error: Exception) -> Exception:
    """Return an engine's error as one of ours; any other as it is.

    Examples
    --------
    >>> import sqlite3
    >>> translated(sqlite3.OperationalError("no such table: t"))
    FormatError('the data cannot be read: no such table: t')
    >>> translated(KeyError("ours"))
    KeyError('ours')
    """
    module = type(error).__module__.split(".")[0]
    if module not in _ENGINES or isinstance(error, KullbackError):
        return error
    said = one_line(error)
    if _LOST.search(said):
        return InputError(
            f"the connection was lost, or the query ended from outside, while counting: {said}; "
            "nothing was changed, and nothing compared: connect and count again"
        )
    if _RESOURCES.search(said):
        return InputError(
            "counting ran out of memory, also with one thread and in parts, or of disk for its "
            f"temporary files: {said}; {MEMORY} in the environment, such as {MEMORY}=4GB, gives it "
            "more, and TMPDIR names another disk"
        )
    return FormatError(f"the data cannot be read: {said}")


@contextmanager
def of_one_thing() -> Iterator[None]:
    """Let an error pass that is of one thing only; what would end everything goes on."""
    try:
        yield
    except Exception as error:
        if ends_all(error):
            raise


def ends_all(error: Exception) -> bool:
    """Return whether an engine's error is of no column: the next one would fail as well.

    Examples
    --------
    >>> import sqlite3
    >>> ends_all(sqlite3.ProgrammingError("Cannot operate on a closed database."))
    True
    >>> ends_all(sqlite3.OperationalError("no such column: x"))
    False
    """
    ours = type(error).__module__.split(".")[0] not in _ENGINES
    said = str(error)
    return not ours and any(x.search(said) for x in (_RESOURCES, _LOST, _FILE_OF_SPARK))
