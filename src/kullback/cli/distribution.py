"""One argument of ``kullback kl``: numbers, name=value pairs, a file, or standard input."""

import math
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kullback.cli.distribution_files import READERS, Named, from_text
from kullback.errors import FormatError, InputError

ACCEPTED = (
    "numbers (0.7,0.2,0.1), pairs (rock=0.7,jazz=0.3), a file (.csv, .tsv, .txt, .json, .npy), "
    "a column of a file (file.csv:column), or - for standard input"
)


@dataclass(frozen=True, slots=True)
class Given:
    """A side of the comparison as the user gave it.

    Parameters
    ----------
    side : {"P", "Q"}
        Which one.
    values : tuple of float
        Finite and not negative.
    names : tuple of str or None
        One a value, each once.
    """

    side: str
    values: tuple[float, ...]
    names: tuple[str, ...] | None = None

    @property
    def total(self) -> float:
        """The sum of the values."""
        try:
            return math.fsum(self.values)
        except OverflowError:
            return math.inf

    @property
    def whole(self) -> bool:
        """Whether every value is a whole number, as counts are."""
        return all(value.is_integer() for value in self.values)


def read(side: str, argument: str) -> Given:
    """Read one side of the comparison.

    Parameters
    ----------
    side : {"P", "Q"}
        For messages.
    argument : str
        As the user typed it.

    Returns
    -------
    Given
        Checked values.

    Raises
    ------
    InputError, FormatError
        Naming the side, the place and what is accepted.
    """
    named = _named(side, argument)
    if not named:
        raise InputError(f"{side} is empty; give {ACCEPTED}")
    names = _names(side, [name for name, _ in named])
    values = tuple(value for _, value in named)
    _check_values(side, values, names)
    return Given(side, values, names)


def _named(side: str, argument: str) -> Named:
    if argument == "-":
        where = f"{side} (standard input)"
        return from_text(where, _standard_input(where))
    path, column = _path_and_column(argument)
    if path is not None:
        return READERS[path.suffix.lower()](path, column)
    try:
        return from_text(side, argument)
    except FormatError as error:
        raise InputError(f"{error}; {side} is given as {ACCEPTED}") from None


def _standard_input(where: str) -> str:
    if sys.stdin is None:
        raise InputError(f"{where}: it is closed")
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise FormatError(f"{where}: byte {error.start} is not {error.encoding} text") from None


def _path_and_column(argument: str) -> tuple[Path | None, str | None]:
    """Return the file and the column that an argument names, if it names a file."""
    if _exists(argument):
        return _readable(Path(argument)), None
    head, _, column = argument.rpartition(":")
    if head and (_exists(head) or Path(head).suffix.lower() in READERS):
        return _readable(Path(head)), column
    if Path(argument).suffix.lower() in READERS:
        return _readable(Path(argument)), None
    return None, None


def _readable(path: Path) -> Path:
    from kullback import files

    found = files.kind(path)
    if found == "nothing":
        raise InputError(f"{path}: there is no such file")
    if found == "folder":
        raise InputError(f"{path} is a folder; give one file in it")
    if path.suffix.lower() not in READERS:
        raise FormatError(
            f"{path}: kullback kl reads {', '.join(READERS)}; "
            "for tables of rows there is kullback compare"
        )
    return path


def _exists(name: str) -> bool:
    # Path.exists raises for what cannot be a file name, such as a very long list of numbers.
    return os.path.exists(name)  # noqa: PTH110


def _names(side: str, names: Sequence[str | None]) -> tuple[str, ...] | None:
    given = [name for name in names if name is not None]
    if not given:
        return None
    if len(given) < len(names):
        raise InputError(
            f"{side} has names for {len(given)} of {len(names)} values; name all of them or none"
        )
    twice = _first_repeated(given)
    if twice is not None:
        raise InputError(f"{side} names {twice!r} more than once; add its values up first")
    return tuple(given)


def _first_repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _check_values(side: str, values: tuple[float, ...], names: tuple[str, ...] | None) -> None:
    for place, value in enumerate(values):
        if math.isfinite(value) and value >= 0:
            continue
        where = f"value {place + 1}" if names is None else f"{names[place]!r}"
        raise InputError(f"{side}: {where} is {value:g}; {_remedy(values)}")


def _remedy(values: tuple[float, ...]) -> str:
    if all(value <= 0 for value in values):
        mass = math.fsum(math.exp(value) for value in values)
        if math.isclose(mass, 1.0, rel_tol=1e-3):
            return "these look like log-probabilities: give exp() of them"
    return "probabilities and counts are finite and not negative"
