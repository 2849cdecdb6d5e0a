"""What the outcomes of a column are called: categories, bins, and what is neither.

A category is its own value, so a category named "missing" is the string, and the rows
without a value are the object `MISSING`: they never collide.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kullback.units import format_number

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Special:
    """An outcome that is no value of the column: missing, pooled, infinite or unreadable."""

    name: str

    def __str__(self) -> str:
        return self.name

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {"special": self.name}


MISSING = Special("missing")
OTHER = Special("all other values")
PRESENT = Special("present")
PLUS_INFINITY = Special("+∞")
MINUS_INFINITY = Special("−∞")
UNREADABLE = Special("unreadable")


@dataclass(frozen=True, slots=True)
class Bin:
    """An interval of numbers or times; `text` is how people read it.

    Parameters
    ----------
    low, high : int, float, str or None
        Its ends (ISO 8601 for times); None is open. Equal ends are one single value.
    text : str
        Such as ``(1.5, 2]``.
    """

    low: int | float | str | None
    high: int | float | str | None
    text: str

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {"low": self.low, "high": self.high, "text": self.text}


ANY_VALUE = Bin(None, None, "any value")


def moment(microseconds: int) -> str:
    """Write microseconds since 1970 as a date, with the time of day where it has one.

    Examples
    --------
    >>> moment(1357002000000000), moment(1356998400000000)
    ('2013-01-01 01:00:00', '2013-01-01')
    """
    try:
        text = (EPOCH + timedelta(microseconds=int(microseconds))).isoformat(" ")
    except OverflowError:
        return f"{microseconds} µs after 1970"
    return text.removesuffix("+00:00").removesuffix(" 00:00:00")


def time_of_day(microseconds: int) -> str:
    """Write microseconds since midnight.

    Examples
    --------
    >>> time_of_day(36_000_000_000)
    '10:00:00'
    """
    return str(timedelta(microseconds=int(microseconds))).rjust(8, "0")


def numbers(values: list[Any]) -> list[str]:
    """Write numbers with as few digits as keep different ones apart.

    Examples
    --------
    >>> numbers([1.5, 2]), numbers([1000.001, 1000.002])
    (['1.5', '2'], ['1000.001', '1000.002'])
    """
    apart = len(set(values))
    for digits in (4, 7, 10, 17):
        texts = [number(value, digits) for value in values]
        if len(set(texts)) == apart:
            return texts
    return [str(value) for value in values]


def number(value: Any, digits: int = 4) -> str:
    """Write one number.

    Examples
    --------
    >>> number(1000.001), number(1000.001, 7)
    ('1000', '1000.001')
    """
    exact = isinstance(value, int) or (math.isfinite(value) and value == int(value))
    if exact and abs(value) < 10**15:
        return str(int(value))
    return str(value) if isinstance(value, int) else format_number(float(value), digits)
