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
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from kullback.errors import FormatError, InputError

ACCEPTED = (
    "a path or glob of CSV, TSV, Parquet or JSON-lines files, a pandas, polars or pyarrow frame, "
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
}


class Files(NamedTuple):
    """Files of one format, as the user wrote them."""

    name: str
    paths: tuple[Path, ...]
    format: str


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
    text = str(data)
    if "://" in text:
        raise InputError(
            f"{argument}: {text!r} is a URL; this version reads local files: download it first, "
            "or pass a frame"
        )
    paths = _expand(text, argument)
    formats = {path: format_of(path, argument) for path in paths}
    if len(set(formats.values())) > 1:
        raise InputError(f"{argument}: {text!r} mixes formats: give files of one format")
    for path in paths:
        if path.stat().st_size == 0:
            raise FormatError(f"{argument}: {str(path)!r} is empty (0 bytes)")
    return Files(text, tuple(paths), formats[paths[0]])


def _expand(text: str, argument: str) -> list[Path]:
    path = Path(text)
    if path.is_file():
        return [path]
    if path.is_dir():
        raise InputError(
            f"{argument}: {text!r} is a folder; name its files, as in {str(path / '*.parquet')!r}"
        )
    if glob.has_magic(text):
        found = sorted(Path(name) for name in glob.glob(text, recursive=True))  # noqa: PTH207  absolute globs
        files = [name for name in found if name.is_file()]
        if files:
            return files
        raise InputError(f"{argument}: no file matches {text!r}")
    raise InputError(f"{argument}: no such file: {text!r} (looked in {str(Path.cwd())!r})")


def format_of(path: Path, argument: str) -> str:
    """Return the format that the ending of a file's name tells."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in {".gz", ".zst"}:
        suffixes.pop()
    if suffixes and suffixes[-1] in _FORMATS:
        return _FORMATS[suffixes[-1]]
    known = " ".join(sorted(_FORMATS))
    raise InputError(f"{argument}: cannot tell the format of {str(path)!r}; known endings: {known}")


def delimiter(path: Path) -> str:
    r"""Return what separates the fields of a CSV file, judged by its first two records.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "t.csv")
    ...     _ = path.write_text('a;"b,c,d,e"\n1;2\n')
    ...     delimiter(path)
    ';'
    """
    if path.name.lower().removesuffix(".gz").endswith(".tsv"):
        return "\t"
    first, second = (_marks(record) for record in _records(path))
    return max(_MARKS, key=lambda mark: (first[mark] == second[mark] > 0, first[mark]))


def _marks(record: str) -> Counter[str]:
    """Count the characters outside quotes."""
    return Counter("".join(record.split('"')[::2]))


def headers(files: Files, argument: str) -> list[list[str]]:
    """Return the column names of each CSV file.

    Raises
    ------
    FormatError
        If a file cannot be opened, or is not the compressed file that its name says.
    """
    try:
        mark = delimiter(files.paths[0])
        return [_header(path, mark) for path in files.paths]
    except (OSError, EOFError, zlib.error) as error:
        raise FormatError(f"{argument}: {files.name!r} cannot be read: {error}") from error


def _header(path: Path, separator: str) -> list[str]:
    return next(csv.reader(io.StringIO(_records(path)[0]), delimiter=separator), [])


def _records(path: Path) -> tuple[str, str]:
    """Read the header and one row; a field may hold a line end within quotes."""
    opener: Callable[..., Any] = gzip.open if path.suffix.lower() == ".gz" else open
    records = [""]
    with opener(path, "rt", encoding="utf-8-sig", errors="replace", newline="") as file:
        for line in file:
            records[-1] += line
            whole = records[-1].strip() and records[-1].count('"') % 2 == 0
            if whole and len(records) == 2:
                break
            if whole:
                records.append("")
    return (records[0], records[1] if len(records) > 1 else "")


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
