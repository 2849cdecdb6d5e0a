"""Excel workbooks: one sheet, row by row, as CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from kullback.errors import FormatError, InputError, MissingDependencyError
from kullback.tables.engines.file_form import FileForm

_WRITTEN = 1 << 16  # characters that are handed on together


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
