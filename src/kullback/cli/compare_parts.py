"""Options of ``kullback compare`` that cut the data: windows, segments; and marks and weights."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from kullback.cli.compare_tolerances import WHOLE
from kullback.cli.settings import ProjectSettings

if TYPE_CHECKING:
    from kullback.tables import SegmentedComparison, TableComparison, WindowedComparison

_DATE = re.compile(r"\s*\d{4}-\d{2}-\d{2}")

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class CompareParts:
    """What the options ask for.

    Parameters
    ----------
    by, on : str or None
        Windows: their length, number of rows or dates, and the column they are cut on.
    consecutive : bool
        Compare each window with the one before it.
    segments : tuple of str
        Columns whose values make segments.
    prediction, label, weights, order : str or None
        As in `kullback.tables.compare`.
    block : int or None
        As there.
    """

    by: str | Sequence[str] | None
    on: str | None
    consecutive: bool
    segments: tuple[str, ...]
    prediction: str | None
    label: str | None
    weights: str | None
    order: str | None
    block: int | None

    def __post_init__(self) -> None:
        if (self.by is not None or self.consecutive) and self.on is None:
            raise click.UsageError("--by and --consecutive need --on, the column to cut on.")
        if self.on is not None and self.segments:
            raise click.UsageError("--on and --segments do not go together: choose one.")
        given = [f"--{name}" for name, value in self.whole().items() if value is not None]
        if given and (self.on is not None or self.segments):
            raise click.UsageError(
                f"{given[0]} is for whole tables: leave --on and --segments out."
            )

    def whole(self) -> dict[str, Any]:
        """Return what only whole tables are compared by."""
        names = "prediction", "label", "weights", "order", "block"
        return {name: getattr(self, name) for name in names}

    def filled(self, settings: ProjectSettings) -> "CompareParts":
        """Return these options; what they leave open of whole tables is as the settings say."""
        if self.on is not None or self.segments:
            return self
        given = {k: getattr(settings, k) if v is None else v for k, v in self.whole().items()}
        return replace(self, **given)


def beginnings(
    _: click.Context, __: click.Parameter, text: str | None
) -> str | tuple[str, ...] | None:
    """Read the dates when windows begin, parted by commas; a length stays as it is."""
    if text is None or not _DATE.match(text):
        return text
    return tuple(part.strip() for part in text.split(","))


timezone_option = click.option(
    "--timezone",
    metavar="ZONE",
    help="Whose clock says when days begin, such as Europe/Vienna.  [default: UTC]",
)


def parts_options(command: Command) -> Command:
    """Add the options."""
    options = (
        click.option("--on", metavar="COLUMN", help="Cut CUR into windows on this column."),
        click.option(
            "--by",
            metavar="LENGTH",
            callback=beginnings,
            help="hour, day, week, month, quarter, year, week-sunday, year-04, dates when windows "
            "begin, or a number of rows.  [default: day]",
        ),
        timezone_option,
        click.option("--consecutive", is_flag=True, help="Each window against the one before."),
        click.option(
            "--segments", metavar="A,B", multiple=True, help="Compare each value of these columns."
        ),
        click.option("--prediction", metavar="COLUMN", help="What a model predicts."),
        click.option("--label", metavar="COLUMN", help="What it should have predicted."),
        click.option("--weights", metavar="COLUMN", help="Count each row by its weight."),
        click.option("--order", metavar="COLUMN", help="Rows lie in the order of this column."),
        click.option(
            "--block",
            type=click.IntRange(min=1),
            metavar="ROWS",
            help="So many rows in that order were drawn together.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def compared(
    sides: tuple[str, str],
    parts: CompareParts,
    segments: Sequence[str] | None,
    asked: dict[str, Any],
    timezone: str | None = None,
) -> "TableComparison | WindowedComparison | SegmentedComparison":
    """Compare as the options ask.

    Parameters
    ----------
    sides : (str, str)
        Reference and current.
    parts : CompareParts
        What the data is cut into.
    segments : sequence of str or None
        The columns of the segments.
    asked : dict
        What every comparison takes; as in `kullback.tables.compare`.
    timezone : str, optional
        Of windows by calendar.
    """
    from kullback import tables

    for name in ("psi", "max_outcomes"):
        if asked.get(name) and (parts.on is not None or segments):
            option = f"--{name.replace('_', '-')}"
            raise click.UsageError(f"{option} is for whole tables: leave --on and --segments out.")
    if parts.on is not None or segments:
        asked = {name: value for name, value in asked.items() if name not in WHOLE}
    if parts.on is not None:
        against: Literal["baseline", "consecutive"] = "baseline"
        if parts.consecutive:
            against = "consecutive"
        rows = int(parts.by) if isinstance(parts.by, str) and parts.by.isdecimal() else None
        by = None if rows is not None else parts.by
        if rows is None and timezone is not None:
            asked["timezone"] = timezone
        return tables.windows(*sides, on=parts.on, by=by, rows=rows, against=against, **asked)
    if segments:
        return tables.segments(*sides, segments, **asked)
    return tables.compare(*sides, **{**asked, **parts.whole()})
