"""How files are written, as far as it is not told from them: encoding, delimiter, header, sheet."""

import codecs
from dataclasses import dataclass

from kullback.errors import InputError

_SPELT = {"\\t": "\t", "tab": "\t"}


@dataclass(frozen=True, slots=True)
class FileForm:
    """How the files of both sides are written.

    Parameters
    ----------
    encoding : str, optional
        Of text files; by default UTF-8, and what a file shows itself to be that is not.
    delimiter : str, optional
        What parts the fields of a CSV file; default: judged by its first rows.
    header : bool
        Whether the first row names the columns.
    sheet : str or int, optional
        Of an Excel workbook, by name or by number from 1; default: the first visible one.

    Raises
    ------
    InputError
        If there is no such encoding, or the delimiter is no single character.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header: bool = True
    sheet: str | int | None = None

    def __post_init__(self) -> None:
        if self.encoding is not None:
            _require_encoding(self.encoding)
        if self.delimiter is not None:
            _require_mark(self.delimiter)
        if not isinstance(self.header, bool):
            raise InputError(f"header={self.header!r} cannot be used; expected True or False")
        number = isinstance(self.sheet, int) and not isinstance(self.sheet, bool)
        if not (self.sheet is None or isinstance(self.sheet, str) or (number and self.sheet >= 1)):
            raise InputError(f"sheet={self.sheet!r} cannot be used; expected a name, or 1, 2, …")

    @property
    def mark(self) -> str | None:
        """What parts fields, where it was told."""
        return None if self.delimiter is None else _SPELT.get(self.delimiter, self.delimiter)


def _require_encoding(name: object) -> None:
    try:
        known = isinstance(name, str) and codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        known = False
    if not known:
        raise InputError(
            f"encoding={name!r:.60} is unknown; name one such as 'utf-8', 'latin-1', 'cp1252', "
            "'utf-16' or 'shift_jis'"
        )


def _require_mark(mark: object) -> None:
    single = isinstance(mark, str) and len(_SPELT.get(mark, mark)) == 1
    if not single or mark in {'"', "\n", "\r", "\0"}:
        raise InputError(
            f"delimiter={mark!r:.60} cannot be used; expected one character, such as ';' or 'tab'"
        )
