"""Calendar windows: when they begin by the clock on the wall, and what they are called."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from types import MappingProxyType

from kullback.errors import InputError, did_you_mean
from kullback.tables.profiles import labels

DAY = 86_400_000_000  # microseconds
UNITS = ("hour", "day", "week", "month", "quarter", "year")
_LENGTHS = MappingProxyType({"hour": DAY // 24, "day": DAY, "week": 7 * DAY})
_MONTHS = MappingProxyType({"month": 1, "quarter": 3, "year": 12})
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_THURSDAY = 3  # on which 1970 began
_WEEK = re.compile(f"week-({'|'.join(_WEEKDAYS)})")
_MONTH = re.compile("(month)-([0-9]{2})|(quarter|year)-([0-9]{2})(?:-([0-9]{2}))?")
_LAST_DAY = 28  # that every month has
_ZONED = range(1850, 2150)  # years in which the rules of zones are looked up


@dataclass(frozen=True, slots=True)
class Calendar:
    """How times are cut into windows.

    Parameters
    ----------
    said : str
        How it is called.
    length, offset : int
        Of windows of one length, in microseconds; 0 for others.
    starts : callable, optional
        (first, last time) → when windows begin, from before the first time on; for others.
    name : callable
        What a window is called, by one of its times and by when windows begin.
    zone : tzinfo, optional
        Whose clock hangs on the wall; default: UTC.
    told : bool
        Whether windows begin when they were told to, and rows before the first are in none.
    """

    said: str
    length: int
    offset: int
    starts: Callable[[int, int], list[int]] | None
    name: Callable[[int, Sequence[int]], str]
    zone: tzinfo | None = None
    told: bool = False


def calendar(by: str | Sequence[str], timezone: str | None = None) -> Calendar:
    """Return the calendar that is asked for.

    Parameters
    ----------
    by : str or sequence of str
        A unit; a unit and where it begins (``"week-sunday"``, ``"month-15"``, ``"quarter-02"``,
        ``"year-04-06"``); or when each window begins.
    timezone : str, optional
        Such as ``"Europe/Vienna"``.

    Raises
    ------
    InputError
        If there is no such unit or zone, or the beginnings are not in order.

    Examples
    --------
    >>> calendar("week-sunday").name(1_726_000_000_000_000, ())
    '2024-09-08'
    """
    zone = None if timezone is None else zone_of(timezone)
    made = _of_unit(by) if isinstance(by, str) else _told(by)
    if zone is None:
        return made
    return replace(made, said=f"{made.said}, {timezone}", zone=zone)


def zone_of(name: str) -> tzinfo:
    """Return a time zone by name.

    Raises
    ------
    InputError
        If there is none.
    """
    from zoneinfo import ZoneInfo, available_timezones

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError, AttributeError):
        known = available_timezones()
        hint = did_you_mean(str(name), known) if known else " (pip install tzdata brings them)"
        raise InputError(
            f"timezone={name!r} is unknown; name one such as 'Europe/Vienna' or 'UTC'.{hint}"
        ) from None


def _of_unit(by: str) -> Calendar:
    if by in _LENGTHS:
        return _fixed(by, by, 0, _USUAL[by])
    if by in _MONTHS:
        return Calendar(by, 0, 0, _starting(_MONTHS[by], 1, 1), _usually(by))
    if week := _WEEK.fullmatch(by):
        return _fixed(by, "week", _WEEKDAYS.index(week.group(1)), None)
    parts = _MONTH.fullmatch(by)
    if parts is not None:
        of_month, alone, unit, month, day = parts.groups()
        start = int(month or 1), int(alone or day or 1)
        if 1 <= start[0] <= 12 and 1 <= start[1] <= _LAST_DAY:
            starts = _starting(_MONTHS[of_month or unit], *start)
            return Calendar(by, 0, 0, starts, _by_start)
    raise InputError(
        f"by={by!r} is unknown; choose one of {', '.join(UNITS)}, also from another start on "
        "(week-sunday, month-15, quarter-02, year-04-06), or list the dates when windows begin"
    )


def _fixed(by: str, unit: str, weekday: int, name: Callable[[int], str] | None) -> Calendar:
    length = _LENGTHS[unit]
    offset = (_THURSDAY - weekday) % 7 * DAY if unit == "week" else 0

    def called(at: int, _: Sequence[int]) -> str:
        start = (at + offset) // length * length - offset
        return labels.moment(start) if name is None else name(at)

    return Calendar(by, length, offset, None, called)


def _usually(unit: str) -> Callable[[int, Sequence[int]], str]:
    return lambda at, _: _USUAL[unit](at)


def _by_start(at: int, starts: Sequence[int]) -> str:
    """Call a window by when it begins."""
    return labels.moment(starts[max(0, bisect_right(starts, at) - 1)])


def _starting(step: int, month: int, day: int) -> Callable[[int, int], list[int]]:
    """Return what lists the beginnings of windows of so many months."""

    def starts(low: int, high: int) -> list[int]:
        first, last = (12 * d.year + d.month - 1 for d in (date_of(low), date_of(high)))
        before = first - step - (first - step - (month - 1)) % step
        places = (place for place in range(before, last + 1, step) if place >= 12)
        return [_start(place, day) for place in places]

    return starts


def _start(month: int, day: int) -> int:
    return _microseconds(datetime(month // 12, month % 12 + 1, day, tzinfo=UTC))


def _microseconds(moment: datetime) -> int:
    return (moment - labels.EPOCH) // timedelta(microseconds=1)


def date_of(microseconds: int) -> date:
    """Return the day of a time.

    Raises
    ------
    InputError
        If no calendar reaches there.
    """
    try:
        return (labels.EPOCH + timedelta(microseconds=microseconds)).date()
    except OverflowError:
        raise InputError(
            f"a time {microseconds} µs from 1970 lies outside the years 1 to 9999, which have a "
            "calendar: leave such rows out with where="
        ) from None


def _told(given: Iterable[str]) -> Calendar:
    """Return the windows that begin when they were told to."""
    if not isinstance(given, Iterable):
        raise InputError(
            f"by={given!r} cannot be used; expected one of {', '.join(UNITS)}, or dates"
        )
    try:
        moments = [datetime.fromisoformat(str(one)).replace(tzinfo=UTC) for one in given]
    except ValueError as error:
        raise InputError(f"by: {error}; expected dates such as '2024-02-26'") from None
    starts = [_microseconds(moment) for moment in moments]
    if not starts:
        raise InputError("by has 0 dates; expected at least one, such as '2024-02-26'")
    for one, later in pairwise(starts):
        if later <= one:
            raise InputError(
                f"by: {labels.moment(later)} stands behind {labels.moment(one)}; give the dates in "
                f"order, each after the last"
            )
    said = f"{len(starts)} dates from {labels.moment(starts[0])}"
    return Calendar(said, 0, 0, lambda low, high: starts, _by_start, told=True)  # noqa: ARG005


def _iso_week(microseconds: int) -> str:
    year, week, _ = date_of(microseconds).isocalendar()
    return f"{year}-W{week:02d}"


_USUAL: dict[str, Callable[[int], str]] = {
    "hour": lambda us: f"{labels.EPOCH + timedelta(microseconds=us):%Y-%m-%d %H}:00",
    "day": lambda us: str(date_of(us)),
    "week": _iso_week,
    "month": lambda us: f"{date_of(us):%Y-%m}",
    "quarter": lambda us: f"{date_of(us).year}-Q{(date_of(us).month + 2) // 3}",
    "year": lambda us: str(date_of(us).year),
}


def offsets(zone: tzinfo, low: int, high: int) -> tuple[list[int], list[int]]:
    """Return when a zone's distance from UTC changes between two times, and the distances.

    Parameters
    ----------
    zone : tzinfo
        The zone.
    low, high : int
        In microseconds since 1970; so are the changes, and the distances are in microseconds. The
        first distance holds before the first change.
    """
    ends = (datetime(year, 1, 1, tzinfo=UTC) for year in (_ZONED.start, _ZONED.stop))
    least, most = map(_microseconds, ends)
    at, last = (min(max(end, least), most) for end in (low, high))
    changes: list[int] = []
    distances = [_distance(zone, at)]
    while at < last:
        after = min(at + DAY, last)
        if (distance := _distance(zone, after)) != distances[-1]:
            changes.append(_change(zone, at, after))
            distances.append(distance)
        at = after
    return changes, distances


def _distance(zone: tzinfo, at: int) -> int:
    moment = labels.EPOCH + timedelta(microseconds=at)
    distance = moment.astimezone(zone).utcoffset()
    return 0 if distance is None else distance // timedelta(microseconds=1)


def _change(zone: tzinfo, before: int, after: int) -> int:
    """Return the first microsecond of the distance that holds after."""
    known = _distance(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _distance(zone, middle) == known else (before, middle)
    return after
