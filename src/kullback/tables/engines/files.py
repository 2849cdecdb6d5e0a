"""What a user may hand over: files by path or glob, frames, streams; told apart here.

Recognising looks at the object and the modules already loaded: no optional package is
imported, and no file is read but the first lines of a CSV file.
"""

import csv
import glob
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, NamedTuple

from kullback import files as door
from kullback.errors import FormatError, InputError, KullbackError
from kullback.limits import LONGEST_RECORD, most_bytes, shown_bytes

ACCEPTED = (
    "a path or glob of CSV, TSV, Parquet, JSON-lines or Arrow files, a URL, a pandas, polars or "
    "pyarrow frame, a mapping of names to arrays, "
    "an object with __arrow_c_stream__, a Relation, a Spark frame, or a Profile"
)
_MARKS = ",;\t|"
_FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".zip": "zip",
}
_COMPRESSED = (".gz", ".zst", ".bz2", ".xz")
_DATABASES = {".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".duckdb": "duckdb"}


class Files(NamedTuple):
    """Files of one format, as the user wrote them; remote ones with their fsspec filesystem.

    Copies have their true names in `names`; `mark` parts their fields where that is known, `note`
    says how they were read, and `keys` are those of the partitions that a folder is made of.
    """

    name: str
    paths: tuple[Path | str, ...]
    format: str
    remote: Any = None
    names: Mapping[Any, str] = MappingProxyType({})
    mark: str | None = None
    note: str = ""
    keys: tuple[str, ...] = ()

    def called(self, path: Path | str) -> str:
        """Return what a file is called to people."""
        return self.names.get(path, str(path))

    def noted(self, said: str) -> "Files":
        """Return them with one thing more that is said of how they were read."""
        return self._replace(note="; ".join(filter(None, [self.note, said])))

    def copied(self, copies: Iterable[Path], form: str) -> "Files":
        """Return copies in place of the files."""
        names = copies if isinstance(copies, Mapping) else dict.fromkeys(copies, self.name)
        return Files(self.name, tuple(names), form, None, names, self.mark, self.note)

    def open(self, path: Path | str) -> Any:
        """Open one of them for reading bytes."""
        return self.remote.open(path, "rb") if self.remote else door.regular(path).open("rb")


def is_path(data: Any) -> bool:
    """Return whether the data are given by a path."""
    return isinstance(data, str | Path)


def find(data: str | Path, argument: str) -> Files:
    """Find the files of a path or glob.

    Raises
    ------
    InputError
        If there are none, or the formats differ or are unknown.
    FormatError
        If a file is empty.
    """
    text = str(data).removeprefix("file://")
    if "://" in text:
        from kullback.tables.engines.remote import find as find_remote

        return find_remote(text, argument)
    paths = _expand(text, argument)
    if len(paths) == 1 and door.kind(paths[0]) == "a pipe":
        return Files(text, tuple(paths), "pipe")
    for path in paths:
        if path.stat().st_size == 0:
            raise FormatError(f"{argument}: {str(path)!r} is empty (0 bytes)")
    folder = door.kind(text) == "folder" if not glob.has_magic(text) else False
    known = keys(paths) if folder else ()
    return Files(text, tuple(paths), only_format(text, paths, argument), keys=known)


def reachable(data: Iterable[Any]) -> list[str]:
    """Return the files that data name, as far as they can be found."""
    names: list[str] = []
    for one in data:
        if is_path(one):
            with suppress(KullbackError, OSError):
                names += map(str, find(one, "data").paths)
    return names


def only_format(text: str, paths: Iterable[PurePath], argument: str) -> str:
    """Return the one format of all files."""
    formats = {format_of(path, argument) for path in paths}
    if len(formats) > 1:
        raise InputError(f"{argument}: {text!r} mixes formats: give files of one format")
    return formats.pop()


def _expand(text: str, argument: str) -> list[Path]:
    path = door.named(text)
    found = _kind(path)
    if found == "a pipe":
        return [path]
    if found not in {"nothing", "folder"}:
        return [door.regular(path)]
    if found == "folder" and (parts := _partitions(path)):
        return parts
    if found == "folder":
        raise InputError(
            f"{argument}: {text!r} is a folder; name its files, as in {str(path / '*.parquet')!r}"
        )
    if glob.has_magic(text):
        matches = sorted(Path(name) for name in glob.glob(text, recursive=True))  # noqa: PTH207  absolute globs
        files = [door.named(name) for name in matches if name.is_file()]
        if files:
            return files
        raise InputError(f"{argument}: no file matches {text!r}")
    raise InputError(f"{argument}: no such file: {text!r} (looked in {str(Path.cwd())!r})")


def _partitions(folder: Path) -> list[Path]:
    """Return the files of a folder of partitions (``year=2024/month=1/…``), else nothing."""
    if not any("=" in child.name for child in folder.iterdir() if child.is_dir()):
        return []
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [p for p in found if not p.name.startswith(("_", "."))]


def keys(paths: Iterable[PurePath]) -> tuple[str, ...]:
    """Return the keys of partitions that all paths name.

    Examples
    --------
    >>> keys([Path("sales/year=2024/a.parquet"), Path("sales/year=2025/b.parquet")])
    ('year',)
    """
    named = {
        tuple(part.partition("=")[0] for part in path.parts[:-1] if part.count("=") == 1)
        for path in paths
    }
    return named.pop() if len(named) == 1 else ()


def _kind(path: Path) -> str:
    """Return what lies at a path; of a pattern with names too long for the system, nothing."""
    try:
        return door.kind(path)
    except OSError:
        if glob.has_magic(str(path)):
            return "nothing"
        raise


def format_of(path: PurePath, argument: str) -> str:
    """Return the format that the ending of a file's name tells."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    if suffixes and suffixes[-1] in _FORMATS:
        return _FORMATS[suffixes[-1]]
    if suffixes and suffixes[-1] in _DATABASES:
        url = f"{_DATABASES[suffixes[-1]]}:///{path}?table=NAME"
        raise InputError(f"{argument}: {str(path)!r} is a database; name its table, as in {url!r}")
    known = " ".join(sorted(_FORMATS))
    raise InputError(f"{argument}: cannot tell the format of {str(path)!r}; known endings: {known}")


def delimiter(files: Files) -> str:
    r"""Return what separates the fields of CSV files: as told, or judged by their first records.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "t.csv")
    ...     _ = path.write_text('a;"b,c,d,e"\n1;2\n')
    ...     delimiter(Files("t.csv", (path,), "csv"))
    ';'
    """
    if files.mark is not None:
        return files.mark
    if str(files.paths[0]).lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    first, second = (_marks(record) for record in _records(files, files.paths[0]))
    return max(_MARKS, key=lambda mark: (first[mark] == second[mark] > 0, first[mark]))


def _marks(record: str) -> Counter[str]:
    """Count the characters outside quotes."""
    return Counter("".join(record.split('"')[::2]))


def headers(files: Files, argument: str, *, named: bool = True) -> list[list[str]]:
    """Return the column names of each CSV file; numbered ones where the first row is data.

    Raises
    ------
    FormatError
        If a file cannot be opened, or is not the compressed file that its name says.
    """
    try:
        mark = delimiter(files)
        first = [_header(files, path, mark) for path in files.paths]
        return first if named else [[f"column{i}" for i in range(len(row))] for row in first]
    except FormatError as error:
        raise FormatError(f"{argument}: {error}") from None
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise FormatError(f"{argument}: {files.name!r} cannot be read: {error}") from error


def _header(files: Files, path: Path | str, separator: str) -> list[str]:
    return next(csv.reader(io.StringIO(_records(files, path)[0]), delimiter=separator), [])


def _records(files: Files, path: Path | str) -> tuple[str, str]:
    """Read the header and one row; a field may hold a line end within quotes."""
    most = most_bytes(LONGEST_RECORD)
    with ExitStack() as stack:
        file = stack.enter_context(files.open(path))
        if str(path).lower().endswith(".gz"):
            file = stack.enter_context(gzip.open(file))
        start = file.read(most + 1)
    records, rest = _parted(start.decode("utf-8-sig", "replace"))
    whole = bool(records) and records[0].endswith(("\n", "\r"))
    if not whole and len(start) > most:
        quoted = '"' in start[:1000].decode("utf-8", "replace")
        open_quote = ": is a quote opened and not closed?" if quoted else ""
        raise FormatError(
            f"{files.called(path)!r}: its header goes on after {shown_bytes(most)}{open_quote} "
            f"({LONGEST_RECORD} in the environment raises the limit)"
        )
    first, second = [*records, rest, ""][:2]
    return first, second


def _parted(text: str) -> tuple[list[str], str]:
    """Return the first records of a text that are whole, at most two, and what is left open."""
    records: list[str] = []
    lines: list[str] = []
    quotes = 0
    for line in io.StringIO(text, newline=""):
        lines.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0 and line.strip():
            records.append("".join(lines))
            lines, quotes = [], 0
        if len(records) == 2:
            break
    return records, "".join(lines)


def require_distinct(names: Iterable[str], name: str, argument: str) -> None:
    """Refuse a table with two columns of one name."""
    twice = [column for column, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(
            f"{argument}: {name} has more than one column named {twice[0]!r}: rename or drop one"
        )


def frame_names(data: Any) -> list[str]:
    """Return the column names of a frame, where it tells them."""
    for attribute in ("column_names", "columns"):
        names = getattr(data, attribute, None)
        if names is not None and not callable(names):
            return [str(name) for name in names if isinstance(name, str | int | float)]
    return []


def frame_kind(data: Any) -> str:
    """Return which library a frame is of, and its class, as in ``pandas.DataFrame``."""
    return f"{type(data).__module__.split('.')[0]}.{type(data).__name__}"


def top_level(rows: list[tuple[Any, ...]]) -> list[str]:
    """Return the children of a Parquet schema's root, which lists its tree in preorder."""
    names = []
    skip = 0
    for name, children in rows[1:]:
        if skip:
            skip += (children or 0) - 1
            continue
        names.append(name)
        skip = children or 0
    return names
