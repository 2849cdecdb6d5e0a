"""Both sides of a comparison, opened so that they are read alike."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from kullback.errors import InputError
from kullback.tables.counting import spelling, table_counts
from kullback.tables.counting.intake import Intake
from kullback.tables.counting.side import OpenedSide
from kullback.tables.engines.opening import Engines
from kullback.tables.profiles import storage
from kullback.tables.profiles.profile import Profile
from kullback.tables.verbs import carriers
from kullback.tables.verbs.carriers import Counted


def both(
    engines: Engines,
    reference: Any,
    current: Any,
    intake: Intake | None = None,
    *,
    least: int = 2,
) -> tuple[Counted, Counted]:
    """Open both sides and read their columns alike; the reference decides where it can.

    Raises
    ------
    InputError
        If there is no such file or column, or a side has fewer than `least` rows.
    FormatError
        If a file is not what its name says.
    """
    taken = intake or Intake()
    q = opened(engines, reference, "reference", taken, least=least)
    p = opened(engines, current, "current", taken, q, least=least)
    texts = carriers.as_text(q, p)
    if texts:
        q = opened(engines, reference, "reference", taken, texts=texts, least=least)
    return carriers.agreed(q, p)


def both_rows(
    engines: Engines, reference: Any, current: Any, intake: Intake | None = None
) -> tuple[OpenedSide, OpenedSide]:
    """Open both sides for what needs their rows: a profile holds counts only.

    Raises
    ------
    InputError
        If a side is a profile, or cannot be opened.
    """
    q, p = both(engines, reference, current, intake)
    return rows_of(q, "reference"), rows_of(p, "current")


def rows_of(side: Counted, argument: str) -> OpenedSide:
    """Refuse a profile where rows are needed."""
    if isinstance(side, Profile):
        raise InputError(
            f"{argument} is a profile, which holds the counts of a whole table: pass its rows"
        )
    return side


def opened(
    engines: Engines,
    data: Any,
    argument: str,
    intake: Intake,
    like: Counted | None = None,
    *,
    texts: Collection[str] = (),
    least: int = 2,
) -> Counted:
    """Open one side, read its columns as those of the other, and count its rows.

    Parameters
    ----------
    engines : Engines
        Those in use.
    data, argument
        What is opened, and how it is called in errors.
    intake : Intake
        Which rows and columns are taken.
    like : Profile or OpenedSide, optional
        The other side.
    texts : collection of str
        Columns that are text on the other side, where that was opened later.
    least : int
        How many rows are needed.
    """
    data = storage.opened(data)
    if isinstance(data, Profile):
        if data.rows < least:
            raise InputError(
                f"{argument}: the profile has {data.rows} rows; at least {least} are needed"
            )
        return data if like is None else _known_of(data, spelling.names_of(like))
    return table_counts.opened(engines, data, argument, intake, like, least=least, texts=texts)


def _known_of(profile: Profile, names: Collection[str]) -> Profile:
    """Return a profile of few rows with the aspects that the other side has."""
    more = [column for column in profile.unsettled if column.name in names]
    return replace(profile, columns=(*profile.columns, *more)) if more else profile
