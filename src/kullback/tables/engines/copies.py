"""Files that DuckDB cannot read as they lie, copied aside as it can, within limits.

Pipes, members of zip archives, sheets of workbooks, and text that is not UTF-8. A copy is written
piece by piece; what expands beyond measure is refused, whatever its header promises.
"""

import bz2
import codecs
import contextlib
import gzip
import io
import lzma
import os
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from kullback import files as door
from kullback.errors import FormatError, InputError, KullbackError, MissingDependencyError
from kullback.limits import LARGEST_FILE, most_expanded, shown_bytes
from kullback.tables.engines import workbook
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.files import Files, format_of, only_format

_CHUNK = 1 << 20
_FEW = 1 << 12
_SMALL = 32 << 20  # bytes; a limit below that holds for all
_OF_SHEETS = 8  # a workbook takes as many times as long to read as text of its size
_TEXTS = {"csv", "json"}
_BEGIN = 1_000  # bytes that tell an encoding
_DAMAGES = (
    *(OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, struct.error),
    *(RuntimeError, NotImplementedError, ValueError, KeyError),
)
_STARTS = (
    (b"PAR1", ".parquet"),
    (b"ARROW1", ".arrow"),
    (b"PK\x03\x04", ".zip"),
    (b"\x1f\x8b", ".gz"),
)
_NO_CP1252 = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _opened(way: Callable[[Any], Any], stream: Any) -> Iterator[bytes]:
    with way(stream) as expanded:
        yield from _chunks(expanded)


def _zstd(stream: Any) -> Iterator[bytes]:
    """Expand what Zstandard compressed; DuckDB would, but then nothing tells its delimiter."""
    try:
        import zstandard
    except ImportError as error:
        raise MissingDependencyError(
            "text in .zst needs zstandard: pip install 'kullback[zst]'; or expand it with zstd -d"
        ) from error
    opened, frame = zstandard.ZstdDecompressor(), None
    try:
        while held := stream.read(_FEW):  # a few kB may expand to many MB
            while held:
                frame = frame or opened.decompressobj()
                yield frame.decompress(held)
                held, frame = frame.unused_data, None if frame.eof else frame
    except zstandard.ZstdError as error:
        raise FormatError(f"it is no whole Zstandard file: {error}") from error
    if frame is not None:
        raise FormatError("it is cut off: its last Zstandard frame has no end")


_EXPANDED: dict[str, Callable[[Any], Iterator[bytes]]] = {
    ".bz2": partial(_opened, bz2.open),
    ".xz": partial(_opened, lzma.open),
    ".zst": _zstd,
}


def readable(files: Files, form: FileForm, folder: Path, argument: str) -> Files:
    """Return files that DuckDB reads as they lie, copied into a folder where they must be.

    Parameters
    ----------
    files : Files
        As they were found.
    form : FileForm
        What was told of them.
    folder : Path
        Where copies go.
    argument : str
        What the files are called in errors.

    Raises
    ------
    InputError
        If they hold more than the limits allow, or a sheet or a member is missing.
    FormatError
        If they are damaged, or not what their names say.
    MissingDependencyError
        If a workbook needs a package that is not installed.
    """
    try:
        while (step := _STEPS.get(files.format)) is not None:
            files = step(files, form, folder, argument)
        files = _expanded(files, folder)
        return _in_utf8(files, form, folder) if files.format in _TEXTS else files
    except KullbackError as error:
        raise type(error)(f"{argument}: {error}") from error
    except _DAMAGES as error:
        raise FormatError(f"{argument}: {files.name!r} cannot be read: {error}") from error


def in_western(files: Files, folder: Path) -> Files | None:
    """Return text files that are no UTF-8 read as Windows' or ISO's Western European.

    None where they cannot be that: most of what is beyond ASCII is UTF-8, so they are damaged.
    """
    names = {}
    for path in files.paths:
        if _is_western(files, path):
            names[path] = _western(files, path)
    if not names:
        return None
    said = f"no UTF-8, and read as {' and '.join(sorted(set(names.values())))} (Western European)"
    return _decoded(files, names, folder)._replace(
        note=f"{said}; if it is another, name it with encoding="
    )


def _from_pipe(files: Files, _form: FileForm, folder: Path, _argument: str) -> Files:
    """Copy what comes through a pipe, and tell by its beginning what it is."""
    copy = free_file(folder, "")
    with copy.open("wb") as target:
        for piece in door.pieces(files.paths[0]):
            target.write(piece)
    with copy.open("rb") as stream:
        start = stream.read(_BEGIN)
    if not start:
        raise FormatError(f"{files.name!r} is empty (nothing came through the pipe)")
    ending = next((end for magic, end in _STARTS if start.startswith(magic)), "")
    if ending == ".gz":
        with gzip.open(copy) as stream:
            start = stream.read(_BEGIN)
    if ending == ".zip" and _is_workbook(copy):
        ending = ".xlsx"
    if ending in {"", ".gz"}:
        ending = (".jsonl" if _text(start).lstrip()[:1] in {"{", "["} else ".csv") + ending
    named = copy.rename(copy.with_suffix(ending))
    return files.copied((named,), format_of(Path(f"pipe{ending}"), "data"))


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return "xl/workbook.xml" in archive.namelist()


def _from_zip(files: Files, _form: FileForm, folder: Path, argument: str) -> Files:
    """Copy the members that hold data; like a pattern, they must be of one format."""
    copies: dict[Path, str] = {}
    members: list[PurePosixPath] = []
    for path in files.paths:
        with files.open(path) as stream, zipfile.ZipFile(stream) as archive:
            most = may_expand_to(stream)
            for member in _members(archive, files.called(path)):
                members.append(PurePosixPath(member.filename))
                copy = free_file(folder, "".join(members[-1].suffixes[-2:]).lower())
                with archive.open(member) as source:
                    most -= _copy(_chunks(source), copy, most, files)
                copies[copy] = f"{files.called(path)}: {member.filename}"
    return files.copied(copies, only_format(files.name, members, argument))


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    listed = [member for member in archive.infolist() if not member.is_dir()]
    found = []
    for member in listed:
        path = PurePosixPath(member.filename)
        with contextlib.suppress(InputError):
            hidden = path.name.startswith(".") or path.parts[0] == "__MACOSX"
            if not hidden and format_of(path, name) != "zip":
                found.append(member)
    if not found:
        shown = ", ".join(repr(member.filename) for member in listed[:5]) or "nothing"
        raise InputError(f"{name!r} holds no data file: {shown}")
    locked = next((member for member in found if member.flag_bits & 1), None)
    if locked is not None:
        raise InputError(f"{name!r}: {locked.filename!r} has a password; unpack it first")
    return found


def _from_workbook(files: Files, form: FileForm, folder: Path, _argument: str) -> Files:
    """Write a sheet of each workbook as CSV."""
    copies: dict[Path, str] = {}
    notes = []
    for path in files.paths:
        copy = free_file(folder, ".csv")
        with files.open(path) as stream:
            most = may_expand_to(stream, _OF_SHEETS)
            sizes = (member.file_size for member in zipfile.ZipFile(stream).infolist())
            if sum(sizes) > most:
                refuse_expanding(files, most)
            sheet = workbook.opened(stream, form, files.called(path))
            notes += [sheet.note] if sheet.note else []
            _copy(sheet.lines(header=form.header), copy, most, files)
        copies[copy] = f"{files.called(path)}, sheet {sheet.name!r}"
    name = files.name if len(copies) > 1 else next(iter(copies.values()))
    note = "; ".join(dict.fromkeys(notes))
    return files.copied(copies, "csv")._replace(name=name, mark=",", note=note)


_STEPS = {"pipe": _from_pipe, "zip": _from_zip, "excel": _from_workbook}


def _expanded(files: Files, folder: Path) -> Files:
    """Expand what is compressed in a way that DuckDB does not know."""
    suffixes = {Path(str(path)).suffix.lower() for path in files.paths}
    if not suffixes & {*_EXPANDED} or (suffixes == {".zst"} and files.format != "csv"):
        return files
    copies: dict[Path, str] = {}
    for path in files.paths:
        way: Callable[[Any], Iterator[bytes]]
        way = _EXPANDED.get(Path(str(path)).suffix.lower(), _chunks)
        copy = free_file(folder, "".join(Path(str(path)).suffixes[-2:-1]).lower())
        with files.open(path) as stream:
            most = may_expand_to(stream)
            _copy(way(stream), copy, most, files)
        copies[copy] = files.called(path)
    return files.copied(copies, files.format)


def _in_utf8(files: Files, form: FileForm, folder: Path) -> Files:
    """Decode text that was told to be, or shows itself to be, in another encoding."""
    if form.encoding is not None:
        if codecs.lookup(form.encoding).name in {"utf-8", "ascii"}:
            return files
        return _decoded(files, dict.fromkeys(files.paths, form.encoding), folder)
    names = {}
    for path in files.paths:
        with text_bytes(files, path) as stream:
            encoding = _of_start(stream.read(_BEGIN))
        if encoding:
            names[path] = encoding
    if not names:
        return files
    said = f"{' and '.join(sorted({name.upper() for name in names.values()}))}, and read so"
    return _decoded(files, names, folder)._replace(note="; ".join(filter(None, [files.note, said])))


def _of_start(start: bytes) -> str | None:
    """Return the encoding that the beginning of a text shows; None for UTF-8 and its like."""
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half and max(even, odd) > 0.4 * half and min(even, odd) == 0:
        return "utf-16-le" if odd else "utf-16-be"
    return None


def _text(start: bytes) -> str:
    return start.decode(_of_start(start) or "utf-8-sig", "replace")


def _decoded(files: Files, encodings: dict[Any, str], folder: Path) -> Files:
    copies: dict[Any, str] = {}
    for path in files.paths:
        if path not in encodings:
            copies[path] = files.called(path)
            continue
        copy = free_file(folder, ".tsv" if _is_tsv(path) else f".{files.format}")
        with text_bytes(files, path) as stream:
            try:
                text = io.TextIOWrapper(stream, encodings[path], newline="")
                pieces = (piece.encode() for piece in _chunks(text))
                _copy(pieces, copy, 4 * may_expand_to(stream), files)
            except UnicodeError as error:
                raise FormatError(
                    f"{files.called(path)!r} is not {encodings[path]}: {error}"
                ) from None
        copies[copy] = files.called(path)
    return files.copied(copies, files.format)


def _is_tsv(path: Path | str) -> bool:
    return str(path).lower().removesuffix(".gz").endswith(".tsv")


def _is_western(files: Files, path: Any) -> bool:
    """Return whether more bytes beyond ASCII are no UTF-8 than there are characters that are."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = bad = 0
    with text_bytes(files, path) as stream:
        while piece := stream.read(_CHUNK):
            if piece.isascii():
                continue
            text = decoder.decode(piece)
            odd = len(re.findall("[\udc80-\udcff]", text))
            bad += odd
            good += len(re.findall("[^\x00-\x7f]", text)) - odd
    return bad > good


def _western(files: Files, path: Any) -> str:
    """Return Windows' encoding where a byte is a character in it, and a control in ISO's."""
    found: set[int] = set()
    with text_bytes(files, path) as stream:
        while piece := stream.read(_CHUNK):
            found |= {*piece}
    controls = {byte for byte in found if 0x80 <= byte < 0xA0}
    return "cp1252" if controls and not controls & _NO_CP1252 else "latin-1"


@contextlib.contextmanager
def text_bytes(files: Files, path: Any) -> Iterator[IO[bytes]]:
    """Lend the bytes of a text file, expanded."""
    with contextlib.ExitStack() as stack:
        stream: Any = stack.enter_context(files.open(path))
        if str(path).lower().endswith(".gz"):
            stream = stack.enter_context(gzip.open(stream))
        yield stream


def _chunks(stream: Any) -> Iterator[Any]:
    while piece := stream.read(_CHUNK):
        yield piece


def may_expand_to(stream: Any, share: int = 1) -> int:
    """Return how many bytes a file may expand to; a small one, to a share of the limit."""
    place = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return most_expanded(int(place), share, _SMALL)


def _copy(pieces: Iterable[bytes], copy: Path, most: int, files: Files) -> int:
    """Write pieces into a file; return how many bytes they have."""
    size = 0
    with copy.open("wb") as target:
        for piece in pieces:
            size += len(piece)
            if size > most:
                refuse_expanding(files, most)
            target.write(piece)
    return size


def refuse_expanding(files: Files, most: int) -> None:
    """Say that files expand beyond measure, and how to raise that."""
    raise InputError(
        f"{files.name!r} expands to more than {shown_bytes(most)}; {LARGEST_FILE} in the "
        f"environment, such as {LARGEST_FILE}=2GB, raises that"
    )


def free_file(folder: Path, ending: str) -> Path:
    """Return the path of a new empty file for a copy."""
    handle, name = tempfile.mkstemp(ending, "copy-", folder)
    os.close(handle)
    return Path(name)
