"""DuckDB, embedded: the default engine. It reads files and frames and spills to disk."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from kullback.aside import spill
from kullback.errors import FormatError, InputError, MissingDependencyError
from kullback.limits import MEMORY, most_bytes
from kullback.tables.engines import (
    CountedStatement,
    Source,
    SourceColumn,
    copies,
    frame_columns,
    mapping,
    several_files,
)
from kullback.tables.engines import files as sources
from kullback.tables.engines.csv.narrow import narrowed
from kullback.tables.engines.csv.words import of_short_years, with_words
from kullback.tables.engines.databases.duckdb import told_columns
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.embedded import session
from kullback.tables.engines.embedded.lending import Lending
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.messages import one_line
from kullback.tables.engines.parts import is_wide, lying_in, parted

_NO_UTF8 = re.compile("unicode|utf-?8", re.IGNORECASE)
_READ = 1_024  # columns of a file that are read at once
_COUNTED = 1_000_000  # values of a table that stays when others are made
_COPIED = 20_000_000  # values of a file that are copied into parts
RESCANNED = {"pandas.DataFrame", "polars.DataFrame", "pyarrow.Table"}
_TOLD_NOTHING = FileForm()
_EXPLAINED = {
    "pandas.Series": "a single column: pass series.to_frame()",
    "polars.Series": "a single column: pass series.to_frame()",
}


class DuckDB:
    """An in-memory DuckDB connection, bounded in memory, that never goes to the network."""

    def __init__(self, connection: Any, folder: Path, form: FileForm = _TOLD_NOTHING) -> None:
        self.connection = connection
        self.folder = folder
        self.form = form
        parts = "SELECT unnest(string_split({0}, chr(31)))"
        self.dialect = Dialect(parts=parts, keeps_order=True, is_duckdb=True)
        self.at_once = 1  # a statement takes all cores by itself
        self._opened = 0
        # Tables of values and their rows, and how many values, by what was selected.
        self._counted: dict[str, tuple[str, int]] = {}
        # What was found, as it is read, and how it was then: what comes through a pipe is kept.
        self._found: dict[str, tuple[sources.Files, sources.Files, several_files.Stamps]] = {}
        self._texts: Collection[str] = ()
        self._read_again: list[tuple[sources.Files, several_files.Stamps]] = []

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        rows: list[tuple[Any, ...]] = session.patiently(self.connection, sql, "fetchall")
        return rows

    def arrays(self, sql: str) -> Mapping[str, NDArray[Any]]:
        """Run one statement and return its columns by name, those with NULL masked."""
        found: dict[str, NDArray[Any]] = session.patiently(self.connection, sql, "fetchnumpy")
        return found

    def keep(self, select: str) -> str:
        """Write rows into a temporary table, which spills to disk; return its name."""
        self._opened += 1
        name = f"kept_{self._opened}"
        self.execute(f"CREATE TEMP TABLE {name} AS {select}")
        return name

    def of_counted(self, asked: CountedStatement) -> list[tuple[Any, ...]] | None:
        """Answer from the values of a column, counted once; None where memory is too small."""
        import duckdb

        try:
            return self.execute(asked.of_counted(self._table_of(asked.by_value)))
        except duckdb.OutOfMemoryException:
            return None

    def _table_of(self, select: str) -> str:
        """Return the table of what is selected, made once; a large one makes way for the next."""
        if select not in self._counted:
            for made, (name, rows) in [*self._counted.items()]:
                if rows > _COUNTED:
                    self.execute(f"DROP TABLE {name}")
                    del self._counted[made]
            name = self.keep(select)
            self._counted[select] = name, self.execute(f"SELECT count(*) FROM {name}")[0][0]
        return self._counted[select][0]

    def open_texts(self, data: Any, argument: str, texts: Collection[str]) -> Source:
        """Make data readable, the columns of CSV files named here as text whatever they spell."""
        self._texts = texts
        try:
            return self.open(data, argument)
        finally:
            self._texts = ()

    def lend(self, frame: Any) -> str:
        """Make a frame readable where it lies; return its name."""
        self._opened += 1
        self.connection.register(f"frame_{self._opened}", frame)
        return f"frame_{self._opened}"

    def open(self, data: Any, argument: str) -> Source:
        """Make files or a frame readable.

        Raises
        ------
        InputError
            If the object is of no known kind, or has no columns.
        FormatError
            If a file cannot be read as what its name says.
        """
        self._opened += 1
        name = f"source_{self._opened}"
        if sources.is_path(data):
            return self._open_path(data, name, argument)
        return self._open_frame(data, name, argument)

    def _open_path(self, data: Any, name: str, argument: str) -> Source:
        if str(data) not in self._found:
            found = sources.find(data, argument)._replace(mark=self.form.mark)
            stamps = several_files.stamps(found)
            files = copies.readable(found, self.form, self.folder, argument)
            self._found[str(data)] = files, found, stamps
        files, found, stamps = self._found[str(data)]
        if files.remote is not None:
            self.connection.register_filesystem(files.remote)
        open_files = self._open_arrow if files.format == "arrow" else self._open_files
        source = open_files(files, name, argument)
        again = files.format in {"arrow", "parquet"} or len(source.columns) > _READ
        if again and files.paths == found.paths:
            self._read_again.append((found, stamps))
        else:
            several_files.require_unchanged(found, stamps)
        return source

    def _open_files(self, files: sources.Files, name: str, argument: str) -> Source:
        import duckdb

        true_names = several_files.names_of(files, self.form, argument, self.execute)
        for path, names in zip(files.paths, true_names, strict=True):
            sources.require_distinct(names, repr(files.called(path)), argument)
        files = several_files.noted(files, true_names, argument)
        try:
            wide = self._read_in_memory(files, name, true_names)
        except duckdb.OutOfMemoryException as error:
            raise InputError(
                f"{argument}: reading {files.name!r}, of {len(true_names[0])} columns, takes more "
                f"than {MEMORY}={most_bytes(MEMORY) // 10**6}MB: give more, or write it as Parquet"
            ) from error
        except duckdb.Error as error:
            western = self._in_western(files, error)
            if western is not None:
                return self._open_files(western, name, argument)
            what = {"csv": "CSV", "parquet": "Parquet", "json": "JSON lines"}[files.format]
            reason = self._reason(files, true_names[0], error)
            for path, shown in files.names.items():
                reason = reason.replace(str(path), shown)
            raise FormatError(
                f"{argument}: {files.name!r} cannot be read as {what}: {reason}"
            ) from error
        lacks = several_files.LACKED.get(files.format, frozenset())
        note = "; ".join(filter(None, [files.note, wide.note]))
        return replace(wide, textual=files.format == "csv", lacks=lacks, note=note)

    def require_unchanged(self) -> None:
        """Refuse files that are not as they were when they were opened."""
        for files, before in self._read_again:
            several_files.require_unchanged(files, before)

    def _read_in_memory(self, files: sources.Files, name: str, names: list[list[str]]) -> Source:
        """Read row formats; JSON of which memory does not hold some rows, few keys at a time."""
        import duckdb

        try:
            return self._read(files, name, names)
        except duckdb.OutOfMemoryException:
            scan = self._scan(files, [])
            types = several_files.told_keys(files, scan, self.execute)
            if len(types) <= _READ:
                raise
        keys, some = [*types.items()], several_files.of_keys
        self.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {some(scan, types)}")
        wide = self._described(files.name, name, [*types])
        read, most = "SELECT * FROM {}".format, _READ // 2
        return parted(self, wide, lambda at, _: read(some(scan, dict(keys[i] for i in at))), most)

    def _read(self, files: sources.Files, name: str, true_names: list[list[str]]) -> Source:
        """Read row formats once; of very wide ones not all columns at once, which takes memory."""
        names = true_names[0]
        alike = files.format == "csv" and all(others == names for others in true_names)
        if alike and len({column.lower() for column in names}) == len(names) > _READ:
            return self._read_wide_text(files, name, names)
        scan = self._scan(files, names)
        scanned = files.format == "parquet" or len(names) > _READ
        make = "VIEW" if scanned else "TABLE"
        self.execute(f"CREATE TEMP {make} {name} AS SELECT * FROM {scan}")
        several_files.keep_letters(files, scan, name, self.execute)
        keys, said = several_files.keys_of_json(files, name, self.execute)
        wide = replace(self._described(files.name, name, keys or names), note=said)
        if files.format == "csv":
            wide = with_words(wide, scan, self.execute)
            short = of_short_years(wide)
            if short:
                self.execute(f"DROP {make} {name}")
                return self._read_texts(files, name, true_names, short)
        if not scanned:
            return lying_in(name, wide)
        rows = self.execute(f"SELECT count(*) FROM {name}")[0][0] if is_wide(wide) else 0
        if rows * len(wide.columns) > _COPIED:
            return wide
        return parted(
            self, wide, lambda _, addresses: f"SELECT {addresses} FROM {scan}", _READ // 2
        )

    def _read_texts(
        self, files: sources.Files, name: str, true_names: list[list[str]], texts: list[str]
    ) -> Source:
        """Read more columns as text: what stands there is told from its values."""
        before = self._texts
        self._texts = [*before, *texts]
        try:
            return self._read(files, name, true_names)
        finally:
            self._texts = before

    def _read_wide_text(self, files: sources.Files, name: str, names: list[str]) -> Source:
        """Read text in narrow files; whole rows are those of their tables side by side."""
        columns: list[SourceColumn] = []
        tables: list[str] = []
        for place, narrow in narrowed(files, len(names), sources.delimiter(files), self.folder):
            # In one go, so that the rows of all tables lie in the order of the file.
            scan = self._scan(narrow, names[place], ordered=True)
            tables.append(self.keep(f"SELECT * FROM {scan}"))
            some = self._described(files.name, tables[-1], names[place])
            some = with_words(some, scan, self.execute)
            columns += lying_in(tables[-1], some).columns
        beside = " POSITIONAL JOIN ".join(tables)
        self.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {beside}")
        return Source(files.name, f"{name} AS s", tuple(columns))

    def _in_western(self, files: sources.Files, error: Exception) -> sources.Files | None:
        """Return text that is no UTF-8 in the encoding that it then has, if none was told."""
        told = self.form.encoding is not None or files.format not in {"csv", "json"}
        if told or not _NO_UTF8.search(str(error)):
            return None
        return copies.in_western(files, self.folder)

    def _open_arrow(self, files: sources.Files, name: str, argument: str) -> Source:
        from kullback.tables.engines.arrow_files import dataset, in_memory

        data = dataset(files, argument)
        sources.require_distinct(data.schema.names, repr(files.name), argument)
        parts: Any = getattr(data, "get_fragments", list)()
        files = several_files.noted(files, [part.physical_schema.names for part in parts], argument)
        odd, lent = dict[str, str](), Lending(self.connection, name)
        if not lent.reads(data.schema.empty_table()):
            data, odd = frame_columns.readable(in_memory(data), "pyarrow.Table", lent.reads)
        self.connection.register(name, data)
        wide = self._described(files.name, name, data.schema.names, odd)
        return replace(wide, note=files.note)

    def _reason(self, files: sources.Files, names: list[str], error: Exception) -> str:
        """Return why files cannot be read; where DuckDB could not guess, have it read as told."""
        import duckdb

        if files.format != "csv" or "sniffing" not in str(error):
            return one_line(error)
        types = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(names)))
        told = several_files.scan(files, self.form, names).replace(
            "sample_size=-1", f"auto_detect=false, columns={{{types}}}"
        )
        try:
            self.execute(f"SELECT count(COLUMNS(*)) FROM {told}")
        except duckdb.Error as precise:
            return one_line(precise)
        return one_line(error)

    def _scan(self, files: sources.Files, names: list[str], *, ordered: bool = False) -> str:
        return several_files.scan(files, self.form, names, self._texts, ordered=ordered)

    def _open_frame(self, data: Any, name: str, argument: str) -> Source:
        if isinstance(data, Mapping):
            lent = Lending(self.connection, name)
            arrays, odd = frame_columns.readable(
                mapping.columns(data, argument), "mapping", lent.reads
            )
            told = lent.told(arrays)
            return self._described("a mapping of arrays", name, list(arrays), odd, told)
        kind = sources.frame_kind(data)
        if kind in _EXPLAINED or not _is_frame(data, kind):
            explained = _EXPLAINED.get(kind, f"a {kind.removeprefix('builtins.')}")
            raise InputError(f"{argument} is {explained}; expected {sources.ACCEPTED}")
        if kind == "polars.LazyFrame":
            return self._open_lazy(data, name)
        if not all(getattr(data, "shape", (0, 1))[1:2] or (0,)):
            raise InputError(f"{argument}: a {kind} has no columns")
        names = sources.frame_names(data)
        sources.require_distinct(names, "the frame", argument)
        lent = Lending(self.connection, name)
        data, odd = frame_columns.readable(data, kind, lent.reads)
        if not _is_rescanned(kind):
            # A stream may be read once only, so its rows go to a table that spills to disk.
            Lending(self.connection, name).lend(data)
            self.execute(f"CREATE TEMP TABLE {name}_rows AS SELECT * FROM {name}")
            name = f"{name}_rows"
            return self._described(f"a {kind}", name, names, odd)
        wide = self._described(f"a {kind}", name, names, odd, lent.told(data))
        if kind == "pandas.DataFrame":
            wide = replace(wide, columns=frame_columns.of_pandas(wide.columns, data))
        return parted(self, wide, frame_columns.parts_of(data, kind))

    def _open_lazy(self, data: Any, name: str) -> Source:
        """Let polars stream a lazy frame into a temporary file."""
        path = self.folder / f"{name}.parquet"
        data, durations = frame_columns.with_microseconds(data)
        data.sink_parquet(path)
        scan = f"read_parquet({self.dialect.literal(several_files.escaped(path))})"
        self.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {scan}")
        wide = self._described("a polars.LazyFrame", name, [])
        return replace(wide, columns=frame_columns.as_durations(wide.columns, durations))

    def _described(
        self,
        shown: str,
        relation: str,
        true_names: list[str],
        odd: Mapping[str, str] = MappingProxyType({}),
        told: Sequence[tuple[str, Any]] = (),
    ) -> Source:
        told = told or told_columns(self.connection, relation)
        names = [name for name, _ in told]
        if len(true_names) == len(names):
            names = true_names
        quoted = self.dialect.identifier
        columns = (
            SourceColumn(name, quoted(given), odd.get(name) or _short(kind))
            for name, (given, kind) in zip(names, told, strict=True)
        )
        return Source(shown, f"{relation} AS s", tuple(columns))


def _is_rescanned(kind: str) -> bool:
    """Return whether a frame can be read again and again where it lies."""
    import duckdb

    # Before version 2 DuckDB asks an object for its stream once, not once a scan.
    asks_again = int(duckdb.__version__.split(".", maxsplit=1)[0]) >= 2
    return kind == "pandas.DataFrame" or (asks_again and kind in RESCANNED)


def _short(type_name: str) -> str:
    """Leave out the members of an ENUM, of which there may be thousands."""
    return "ENUM" if type_name.startswith("ENUM(") and type_name.endswith(")") else type_name


def _is_frame(data: Any, kind: str) -> bool:
    known = kind in RESCANNED or kind == "polars.LazyFrame"
    return known or hasattr(data, "__arrow_c_stream__")


@contextmanager
def connect(*data: Any, ordered: bool = False, form: FileForm = _TOLD_NOTHING) -> Iterator[DuckDB]:
    """Open an engine that is closed, and its temporary files removed, on leaving.

    Parameters
    ----------
    *data
        What will be opened: of the disk it reaches these files only.
    ordered : bool
        Whether rows are given in the order of the file.
    form : FileForm
        How the files are written.
    """
    try:
        import duckdb
    except ImportError as error:
        raise MissingDependencyError("kullback.tables needs DuckDB: pip install duckdb") from error
    with ExitStack() as stack:
        folder = stack.enter_context(spill())
        connection = duckdb.connect(":memory:", config=session.settings(folder, ordered=ordered))
        stack.callback(connection.close)
        engine = DuckDB(connection, folder, form)
        session.lock(connection, folder, data)
        yield engine
        engine.require_unchanged()
