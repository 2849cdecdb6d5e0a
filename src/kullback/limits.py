"""Limits on what is taken from outside, JSON within them, and the check-sum of JSON of ours."""

import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from kullback.errors import FormatError, InputError

MEMORY = "KULLBACK_MEMORY"  # of the engine that counts
LARGEST_FILE = "KULLBACK_MAX_FILE"  # read into memory whole
LONGEST_RECORD = "KULLBACK_MAX_RECORD"  # a header, a row or an object of text
_DEFAULTS = MappingProxyType({MEMORY: "400MB", LARGEST_FILE: "256MB", LONGEST_RECORD: "2MB"})
_SIZE = re.compile(r"\s*(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]?)(i?)b\s*", re.IGNORECASE | re.ASCII)
_POWERS = " kmgt"
_LARGEST = 2**50
_GROWS = 50  # times that honest data grow when they are expanded
_THREADS = ("KULLBACK_THREADS", "OMP_NUM_THREADS")
_MOST_THREADS = 1024
_SEAL = re.compile(r'\{"check":"([0-9a-f]{8})",')


def most_bytes(name: str) -> int:
    """Return a limit in bytes: what the environment says, else the default.

    Parameters
    ----------
    name : str
        One of the variables above.

    Raises
    ------
    InputError
        If the variable holds no size.

    Examples
    --------
    >>> most_bytes(LONGEST_RECORD)
    2000000
    """
    text = os.environ.get(name, "").strip() or _DEFAULTS[name]
    match = _SIZE.fullmatch(text)
    size = 0.0
    if match:
        number, power, binary = match.groups()
        size = float(number) * (1024 if binary else 1000) ** _POWERS.index(power.lower() or " ")
    if not 1 <= size <= _LARGEST:
        raise InputError(
            f"{name}={text!r:.60} is no size from 1B to 1024TB; write a number and a unit, such as "
            f"{name}={_DEFAULTS[name]}, or unset it"
        )
    return int(size)


def most_expanded(size: int, share: int = 1, least: int = 0) -> int:
    """Return how many bytes a file of a size may expand to.

    Parameters
    ----------
    size : int
        Bytes of the file.
    share, least : int
        A small file may only fill one part in `share` of the limit, but `least` in any case.

    Examples
    --------
    >>> most_expanded(10), most_expanded(10, 8), most_expanded(10_000_000, 8)
    (256000000, 32000000, 500000000)
    """
    whole = most_bytes(LARGEST_FILE)
    return max(min(whole, max(whole // share, least)), _GROWS * size)


def shown_bytes(size: int) -> str:
    """Return a size as people read it.

    Examples
    --------
    >>> shown_bytes(2_000_000), shown_bytes(1_500)
    ('2 MB', '1.5 kB')
    """
    for power, unit in ((4, "TB"), (3, "GB"), (2, "MB"), (1, "kB")):
        if size >= 1000**power:
            return f"{size / 1000**power:.3g} {unit}"
    return f"{size} bytes"


def threads() -> int | None:
    """Return how many threads the environment asks for; None where it says nothing.

    Raises
    ------
    InputError
        If a variable holds no number from 1 to 1024. OMP_NUM_THREADS may be a list; its first
        number counts.
    """
    for name in _THREADS:
        text = os.environ.get(name, "").split(",")[0].strip()
        if not text:
            continue
        if not re.fullmatch("[0-9]{1,6}", text) or not 1 <= int(text) <= _MOST_THREADS:
            raise InputError(
                f"{name}={text!r:.60} is no number of threads from 1 to {_MOST_THREADS}; unset it "
                "to use all cores"
            )
        return int(text)
    return None


def json_of(
    text: str | bytes,
    where: str,
    *,
    unique: str = "",
    constant: Callable[[str], Any] | None = None,
) -> Any:
    """Read JSON: whatever is wrong with it is said with its place.

    Parameters
    ----------
    text : str or bytes
        One value.
    where : str
        What to call it in an error.
    unique : str
        Why a name must not stand in one object twice; empty where it may.
    constant : callable, optional
        What becomes of NaN and Infinity, which JSON has not.

    Raises
    ------
    FormatError
        If it is no JSON, is nested too deep, or holds a number of too many digits.

    Examples
    --------
    >>> json_of('{"a": 1}', "a.json")
    {'a': 1}
    """

    def hook(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
            raise ValueError(f"{twice!r:.60} stands there twice in one object{unique}")
        return members

    try:
        return json.loads(text, object_pairs_hook=hook if unique else None, parse_constant=constant)
    except RecursionError:
        raise FormatError(f"{where} is not JSON that can be read: it is nested too deep") from None
    except ValueError as error:
        said = str(error).replace("; use sys.set_int_max_str_digits() to increase the limit", "")
        raise FormatError(f"{where} is not JSON: {said}; is it cut short?") from None


def sealed(text: str) -> str:
    """Return a JSON object with the check-sum of all the rest as its first entry.

    Examples
    --------
    >>> sealed('{"rows":3}')
    '{"check":"83e2def9","rows":3}'
    """
    return f'{{"check":"{_sum(text)}",{text[1:]}'


def intact(text: str, where: str) -> str:
    """Return a text that is as it was sealed, or that has no seal in its first place.

    Parameters
    ----------
    text : str
        As it was read.
    where : str
        What errors call it.

    Raises
    ------
    FormatError
        If it changed since.
    """
    seal = _SEAL.match(text)
    if seal and seal[1] != _sum("{" + text[seal.end() :]):
        raise FormatError(
            f"{where} is not as it was written: its check-sum is another, so it is damaged; take a "
            'copy, or make it again (if you changed it by hand, take out its first entry, "check")'
        )
    return text


def _sum(text: str) -> str:
    lines = text.replace("\r\n", "\n")  # which a repository may have changed
    return f"{zlib.crc32(lines.encode('utf-8', 'surrogatepass')):08x}"
