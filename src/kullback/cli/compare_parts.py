"""Options of ``kullback compare`` that cut the data: windows, segments; and marks and weights."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from kullback.cli.output import Result

if TYPE_CHECKING:
    from kullback.tables import SegmentedComparison, TableComparison, WindowedComparison

Command = TypeVar("Command", bound=Callable[..., Any])
FailOn = Literal["drift", "undecided"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What every comparison takes; as in `kullback.tables.compare`."""

    columns: list[str] | None
    unit: str
    level: float
    alpha: float
    tolerance: float


@dataclass(frozen=True, slots=True)
class Parts:
    """What the options ask for.

    Parameters
    ----------
    by, on : str or None
        Windows: their length or number of rows, and the column they are cut on.
    consecutive : bool
        Compare each window with the one before it.
    segments : tuple of str
        Columns whose values make segments.
    prediction, label, weights : str or None
        As in `kullback.tables.compare`.
    """

    by: str | None
    on: str | None
    consecutive: bool
    segments: tuple[str, ...]
    prediction: str | None
    label: str | None
    weights: str | None

    def __post_init__(self) -> None:
        if (self.by is not None or self.consecutive) and self.on is None:
            raise click.UsageError("--by and --consecutive need --on, the column to cut on.")
        if self.on is not None and self.segments:
            raise click.UsageError("--on and --segments do not go together: choose one.")
        whole = {"--prediction": self.prediction, "--label": self.label, "--weights": self.weights}
        given = [option for option, value in whole.items() if value is not None]
        if given and (self.on is not None or self.segments):
            raise click.UsageError(
                f"{given[0]} is for whole tables: leave --on and --segments out."
            )


def parts_options(command: Command) -> Command:
    """Add the options."""
    options = (
        click.option("--on", metavar="COLUMN", help="Cut CUR into windows on this column."),
        click.option(
            "--by",
            metavar="LENGTH",
            help="hour, day, week, month, quarter, year, or a number of rows.  [default: day]",
        ),
        click.option("--consecutive", is_flag=True, help="Each window against the one before."),
        click.option(
            "--segments", metavar="A,B", multiple=True, help="Compare each value of these columns."
        ),
        click.option("--prediction", metavar="COLUMN", help="What a model predicts."),
        click.option("--label", metavar="COLUMN", help="What it should have predicted."),
        click.option("--weights", metavar="COLUMN", help="Count each row by its weight."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def compared(
    sides: tuple[str, str], parts: Parts, segments: Sequence[str] | None, asked: Asked
) -> tuple[Result, Callable[[FailOn], list[str]]]:
    """Compare as the options ask; return the result, and what fails a gate by name.

    Parameters
    ----------
    sides : (str, str)
        Reference and current.
    parts : Parts
        What the data is cut into.
    segments : sequence of str or None
        The columns of the segments.
    asked : Asked
        What every comparison takes.
    """
    from kullback import tables

    options: dict[str, Any] = asdict(asked)
    if parts.on is not None:
        against: Literal["baseline", "consecutive"] = "baseline"
        if parts.consecutive:
            against = "consecutive"
        rows = int(parts.by) if parts.by is not None and parts.by.isdecimal() else None
        by = None if rows is not None else parts.by
        return _windows(
            tables.windows(*sides, on=parts.on, by=by, rows=rows, against=against, **options)
        )
    if segments:
        return _segments(tables.segments(*sides, segments, **options))
    marks = {"prediction": parts.prediction, "label": parts.label, "weights": parts.weights}
    return _whole(tables.compare(*sides, **{**options, **marks}))


def _whole(found: "TableComparison") -> tuple[Result, Callable[[FailOn], list[str]]]:
    from kullback.report.label import quote
    from kullback.report.table_comparison import document, headline

    def failing(fail_on: FailOn) -> list[str]:
        if not found.compared and fail_on == "undecided":
            return ["nothing was compared"]
        return [quote(column.name) for column in found.failing(fail_on)]

    return Result(found.to_dict(), document(found), headline(found)), failing


def _windows(found: "WindowedComparison") -> tuple[Result, Callable[[FailOn], list[str]]]:
    from kullback.report.label import quote
    from kullback.report.windowed_comparison import document, headline

    def failing(fail_on: FailOn) -> list[str]:
        pairs = found.failing(fail_on)
        return [f"{quote(column.name)} in {window.label}" for window, column in pairs]

    return Result(found.to_dict(), document(found), headline(found)), failing


def _segments(found: "SegmentedComparison") -> tuple[Result, Callable[[FailOn], list[str]]]:
    from kullback.report.label import quote
    from kullback.report.segmented_comparison import document, headline

    def failing(fail_on: FailOn) -> list[str]:
        pairs = found.failing(fail_on)
        named = [f"{quote(column.name)} in {quote(segment.label)}" for segment, column in pairs]
        return named if named or found.check(fail_on=fail_on) else ["the shares of the segments"]

    return Result(found.to_dict(), document(found), headline(found)), failing
