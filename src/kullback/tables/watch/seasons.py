"""What is usual at what time: seasons by the clock, the calendar, or a column that tells."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from kullback.errors import InputError
from kullback.tables.profiles.align import bin_labels
from kullback.tables.profiles.profile import Binned, ColumnProfile, Profile

SEASONS: dict[str, Callable[[datetime], str]] = {
    "hour": lambda at: f"{at.hour:02}",
    "weekday": lambda at: at.strftime("%A"),
    "month": lambda at: f"{at.month:02}",
    "quarter": lambda at: f"Q{(at.month + 2) // 3}",
}


def season_of(at: Any, season: str | None, window: Profile | None = None) -> str:
    """Return the season that a window is in; "" where none are told apart.

    Parameters
    ----------
    at : str, date, datetime or None
        When it was.
    season : str or None
        One of `SEASONS`, or the column that tells: the value that most of its rows have.
    window : Profile, optional
        Its counts, for a column.

    Examples
    --------
    >>> season_of("2026-11-26", "weekday"), season_of(None, None)
    ('Thursday', '')
    """
    if season is None:
        return ""
    if season in SEASONS:
        return SEASONS[season](_moment(at))
    column = None if window is None else next((c for c in window if c.name == season), None)
    if not isinstance(column, ColumnProfile):
        raise InputError(
            f"season={season!r} is none of {', '.join(SEASONS)}, and no column of the "
            f"{'reference' if at is None else 'window'} that can be counted"
        )
    return _commonest(column)


def _commonest(column: ColumnProfile) -> str:
    body = column.body
    if isinstance(body, Binned):
        labels = [str(label) for label in bin_labels(body.edges, column.kind)]
        counts = dict(zip(labels, body.counts, strict=True))
    else:
        counts = {str(value): count for value, count in body.counts.items()}
    counts["missing"] = column.missing
    return max(counts, key=counts.__getitem__)


def counted(columns: Sequence[str] | None, season: str | None) -> list[str] | None:
    """Return the columns that are counted: those to watch, and the one that tells the season."""
    if columns is None:
        return None
    told = [] if season is None or season in SEASONS or season in columns else [season]
    return [*columns, *told]


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
