"""What is written along an axis: round numbers, powers of ten, dates or times of day."""

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from kullback.report.blocks.charts import Axis
from kullback.report.svg.writer import decades, ticks

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400.0
# The shortest form that tells the two ends of a span apart.
_FORMS = ((6 * 365 * _DAY, "%Y"), (90 * _DAY, "%Y-%m"), (2 * _DAY, "%Y-%m-%d"), (0.0, "%H:%M"))


def along(low: float, high: float, axis: Axis, count: int = 4) -> list[tuple[float, str]]:
    """Return (value, words) for a few round values between two ends.

    Parameters
    ----------
    low, high : float
        The ends; above 0 where the axis is logarithmic, seconds for times.
    axis : {"linear", "log", "time", "clock"}
        What the values are.
    count : int
        About how many.

    Returns
    -------
    list of (float, str)
        In increasing order.

    Examples
    --------
    >>> along(0, 1000, "linear")
    [(0.0, '0'), (500.0, '500'), (1000.0, '1000')]
    >>> [words for _, words in along(0, 86_400 * 300, "time")]
    ['1970-02', '1970-04', '1970-07', '1970-09']
    """
    return list(_WAYS[axis](low, high, count))


def short(value: float) -> str:
    """Write a number as short as an axis needs it.

    Examples
    --------
    >>> short(2_500_000), short(0.30000000000000004), short(1e-9), short(12_000)
    ('2.5M', '0.3', '1e-09', '12k')
    """
    size = abs(value)
    for power, letter in ((1e12, ""), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if size >= power:
            factor = 1e3 if letter == "k" else power
            return f"{value / factor:.4g}{letter}" if letter else f"{value:.3g}"
    return f"{value:.4g}"


def _linear(low: float, high: float, count: int) -> Iterator[tuple[float, str]]:
    return ((value, short(value)) for value in ticks(low, high, count))


def _log(low: float, high: float, count: int) -> Iterator[tuple[float, str]]:
    found = decades(low, high, count)
    # Less than a decade holds no power of ten worth having: its ends tell more.
    values = found if len(found) > 1 else [low, math.sqrt(low * high), high]
    return ((value, f"{value:.2g}" if len(found) < 2 else short(value)) for value in values)


def _time(low: float, high: float, count: int) -> Iterator[tuple[float, str]]:
    form = next(form for span, form in _FORMS if high - low >= span)
    for part in range(count):
        value = low + (high - low) * (part + 0.5) / count
        yield value, _moment(value).strftime(form)


def _moment(seconds: float) -> datetime:
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if seconds > 0 else datetime.min.replace(tzinfo=UTC)


def _clock(low: float, high: float, count: int) -> Iterator[tuple[float, str]]:
    for value in ticks(low / 3600, high / 3600, count):
        yield value * 3600, f"{int(value):02d}:{round(value % 1 * 60) % 60:02d}"


_WAYS: dict[Axis, Callable[[float, float, int], Iterator[tuple[float, str]]]] = {
    "linear": _linear,
    "log": _log,
    "time": _time,
    "clock": _clock,
}
