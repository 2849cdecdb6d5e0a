"""What is usual at what time: seasons by the clock and the calendar."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from kullback.errors import InputError

SEASONS: dict[str, Callable[[datetime], str]] = {
    "hour": lambda at: f"{at.hour:02}",
    "weekday": lambda at: at.strftime("%A"),
    "month": lambda at: f"{at.month:02}",
    "quarter": lambda at: f"Q{(at.month + 2) // 3}",
}


def season_of(at: Any, season: str | None) -> str:
    """Return the season that a time is in; "" where none are told apart.

    Examples
    --------
    >>> season_of("2026-11-26", "weekday"), season_of(None, None)
    ('Thursday', '')
    """
    if season is None:
        return ""
    return SEASONS[season](_moment(at))


def spoken(at: Any) -> str:
    """Return how a window is called: a date without a time of day where it has none."""
    if isinstance(at, datetime):
        midnight = at.replace(tzinfo=None) == datetime(at.year, at.month, at.day)
        return at.date().isoformat() if midnight else at.isoformat(" ")
    return at.isoformat() if isinstance(at, date) else str(at)


def _moment(at: Any) -> datetime:
    if isinstance(at, datetime):
        return at
    if isinstance(at, date):
        return datetime(at.year, at.month, at.day)
    try:
        return datetime.fromisoformat(str(at))
    except ValueError:
        raise InputError(f"at={at!r} is no date or time, such as 2026-11-26") from None
