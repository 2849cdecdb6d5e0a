"""A frame that DuckDB reads where it lies: lent by a name once, and described once.

Of a frame of thousands of columns it looks at each of them whenever a statement names it.
"""

from collections.abc import Mapping
from typing import Any

from kullback.tables.engines.databases.duckdb import told_columns
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.embedded import session
from kullback.tables.engines.files import frame_kind
from kullback.tables.engines.frame_columns import Stream
from kullback.tables.engines.parts import BESIDE

_TEXTS = "kullback texts"


class Lending:
    """Frames lent by one name: the last one that could be read stays."""

    def __init__(self, connection: Any, name: str) -> None:
        self._connection = connection
        self._name = name
        self._last: Any = None
        self._told: list[tuple[str, Any]] = []

    def reads(self, data: Any) -> bool:
        """Lend a frame; return whether DuckDB knows its types and reads its texts."""
        import duckdb

        try:
            self.lend(data)
            self._read_texts(data, self.told(data))
        except (duckdb.Error, UnicodeError):
            self._last = None
            self._connection.unregister(self._name)
            return False
        return True

    def lend(self, data: Any) -> None:
        """Lend a frame, if it is not the last one."""
        if self._last is not data:
            self._connection.register(self._name, data if _is_plain(data) else Stream(data))
            self._last, self._told = data, []

    def told(self, data: Any) -> list[tuple[str, Any]]:
        """Lend a frame; return the name and the type of each column."""
        self.lend(data)
        self._told = self._told or told_columns(self._connection, self._name)
        return self._told

    def _read_texts(self, data: Any, told: list[tuple[str, Any]]) -> None:
        """Read the texts of Python: what no text can hold shows only then."""
        texts = [i for i, (_, kind) in enumerate(told) if kind == "VARCHAR"]
        if not texts or not _is_plain(data):
            return
        if isinstance(data, Mapping) or len(told) <= 2 * BESIDE:
            names = (Dialect().identifier(told[i][0]) for i in texts)
            self._read(", ".join(f"max(length({name}))" for name in names), self._name)
            return
        self._connection.register(_TEXTS, data.iloc[:, texts])
        try:
            self._read("max(length(COLUMNS(*)))", f'"{_TEXTS}"')
        finally:
            self._connection.unregister(_TEXTS)

    def _read(self, what: str, relation: str) -> None:
        session.patiently(self._connection, f"SELECT {what} FROM {relation}", "fetchall")


def _is_plain(data: Any) -> bool:
    """Return whether DuckDB takes the object itself, and no stream of it."""
    return isinstance(data, Mapping) or frame_kind(data) == "pandas.DataFrame"
