"""Excel workbooks: one sheet, row by row, as CSV."""

import csv
import io
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from kullback.errors import FormatError, InputError, MissingDependencyError
from kullback.tables.engines.file_form import FileForm

_WRITTEN = 1 << 16  # characters that are handed on together
_ROWS = 1 << 20  # of a sheet at most, as Excel has it
_PLACES = ("in one another", "beside each other")
_DEEPEST = 100  # elements in one another
_BESIDE = 1 << 15  # elements beside each other, but for rows and shared texts


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, its rows, and what is to be said of the choice."""

    name: str
    rows: Any
    note: str = ""

    def lines(self, *, header: bool) -> Iterator[bytes]:
        """Yield the sheet as CSV in UTF-8, without the rows that are empty.

        Raises
        ------
        FormatError
            If there are no rows, or a value stands beside the columns that have names.
        """
        text = io.StringIO(newline="")
        write = csv.writer(text, lineterminator="\n").writerow
        width = 0
        for number, row in enumerate(self.rows.iter_rows(values_only=True), 1):
            if number > _ROWS:
                raise FormatError(f"sheet {self.name!r} has more than the {_ROWS} rows of a sheet")
            cells = _trimmed(row)
            if not cells:
                continue
            if not width:
                width = len(cells)
                cells = [*_names(cells)] if header else cells
            elif len(cells) > width:
                raise FormatError(
                    f"sheet {self.name!r}: row {number} has a value in column {len(cells)}, but "
                    f"the first row has {width} columns"
                )
            write([_written(cell) for cell in cells] + [""] * (width - len(cells)))
            if text.tell() > _WRITTEN:
                yield text.getvalue().encode("utf-8", "replace")
                text.seek(0)
                text.truncate()
        if not width:
            raise FormatError(f"sheet {self.name!r} is empty")
        yield text.getvalue().encode("utf-8", "replace")


def opened(stream: Any, form: FileForm, name: str) -> Sheet:
    """Return the sheet of a workbook that was asked for.

    Raises
    ------
    MissingDependencyError
        If openpyxl is not installed.
    InputError
        If there is no such sheet.
    FormatError
        If it is no workbook.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise MissingDependencyError(
            "Excel workbooks need openpyxl: pip install 'kullback[excel]'"
        ) from error
    try:
        _require_shape(stream)
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise FormatError(f"{name!r} cannot be read as an Excel workbook: {error}") from error
    sheets = book.worksheets
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
    if not sheets:
        raise FormatError(f"{name!r} has no sheets")
    chosen = visible[0] if form.sheet is None else _chosen(sheets, form.sheet, name)
    chosen.reset_dimensions()  # they are what the file claims
    note = ""
    if form.sheet is None and len(sheets) > 1:
        note = (
            f"read from sheet {chosen.title!r}, one of {len(sheets)}; another is named with sheet="
        )
    return Sheet(chosen.title, chosen, note)


def _require_shape(stream: Any) -> None:
    """Refuse a workbook whose elements have another shape than those of sheets.

    What reads it keeps elements until their row or text ends: a few kB of nested ones, or of ones
    beside each other, would take gigabytes.
    """
    with zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            if member.filename.endswith(".xml"):
                with archive.open(member) as file:
                    _count(file, member.filename)
    stream.seek(0)


def _count(file: Any, name: str) -> None:
    beside = [0]  # how many elements began in each one that is open

    def begins(tag: str, _: Any) -> None:
        beside[-1] += 1
        most = _ROWS if tag.endswith(("row", "mergeCell")) else _BESIDE
        most = sys.maxsize if tag.endswith("si") else most
        if len(beside) > _DEEPEST or beside[-1] > most:
            raise FormatError(f"{name}: no sheet has so many elements {_PLACES[beside[-1] > most]}")
        beside.append(0)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begins
    parser.EndElementHandler = lambda _: beside.pop()
    parser.ParseFile(file)


def _chosen(sheets: Sequence[Any], wanted: str | int, name: str) -> Any:
    titles = [sheet.title for sheet in sheets]
    if wanted in titles:
        return sheets[titles.index(str(wanted))]
    number = int(wanted) if str(wanted).isdecimal() else 0
    if 1 <= number <= len(sheets):
        return sheets[number - 1]
    raise InputError(f"sheet={wanted!r}: {name!r} has the sheets {titles}")


def _trimmed(row: Sequence[Any]) -> list[Any]:
    """Return the cells of a row up to the last one that is not empty."""
    cells = list(row)
    while cells and (cells[-1] is None or cells[-1] == ""):
        cells.pop()
    return cells


def _names(cells: Sequence[Any]) -> Iterator[str]:
    for i, cell in enumerate(cells, 1):
        yield f"column {i}" if cell is None or cell == "" else str(_written(cell))


def _written(cell: Any) -> Any:
    """Return a cell as CSV holds it: times in ISO's form, durations in seconds."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(*(" ",) if isinstance(cell, datetime) else ())
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    return cell
