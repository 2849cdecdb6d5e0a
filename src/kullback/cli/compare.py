"""``kullback compare REF CUR``: two datasets, column by column."""

import csv
import math
from typing import TYPE_CHECKING, Literal

import click

from kullback.cli.help import help_option
from kullback.cli.output import Output, Result, display_options, emit, one_form
from kullback.cli.streams import say
from kullback.errors import InputError

if TYPE_CHECKING:
    from kullback.tables.comparison import TableComparison

HELP = """\b
Examples:
  kullback compare january.csv july.csv
  kullback compare 'train/*.parquet' today.parquet --columns age,plan
  kullback compare ref.csv cur.csv --fail-on drift --html report.html
  kullback compare ref.csv cur.csv --json

What changed between two datasets: one verdict a column (drifted, same, undecided), with its
evidence. P is the current data and Q the reference: KL(current‖reference).

REF and CUR are CSV, Parquet or JSON-lines files, patterns of them, or profiles that kullback
profile wrote. Counting takes 400 MB
of memory and the cores of this process; KULLBACK_MEMORY (such as 4GB) and KULLBACK_THREADS in
the environment change that.
"""


def _share(_: click.Context, parameter: click.Parameter, value: float) -> float:
    if not 0 < value < 1:
        raise click.BadParameter(f"{value:g} is not between 0 and 1.", param=parameter)
    return value


def _not_negative(_: click.Context, parameter: click.Parameter, value: float) -> float:
    if not (value >= 0 and math.isfinite(value)):
        raise click.BadParameter(f"{value:g} is not a number from 0 up.", param=parameter)
    return value


@click.command(help=HELP, short_help="Compare two datasets column by column.")
@click.argument("reference", metavar="REF")
@click.argument("current", metavar="CUR")
@click.option("--columns", metavar="A,B", multiple=True, help="Compare these columns only.")
@click.option(
    "--unit",
    type=click.Choice(["bits", "nats", "bans"]),
    default="bits",
    help="Unit of the results.  [default: bits]",
)
@click.option(
    "--level",
    type=float,
    default=0.95,
    callback=_share,
    help="Level of the intervals.  [default: 0.95]",
)
@click.option(
    "--alpha",
    type=float,
    default=0.05,
    callback=_share,
    help="A q-value up to this is a detected change.  [default: 0.05]",
)
@click.option(
    "--tolerance",
    type=float,
    default=0.01,
    callback=_not_negative,
    help="The JS divergence, in bits, up to which a change does not matter.  [default: 0.01]",
)
@click.option(
    "--fail-on",
    type=click.Choice(["drift", "undecided"]),
    help="Exit with 1 if a column drifted, or if one drifted or is undecided.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "md"]),
    default="text",
    help="Form of the output.  [default: text]",
)
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict in one line.")
@display_options
@help_option
def compare(  # noqa: PLR0913 - click passes one argument an option
    *,
    reference: str,
    current: str,
    columns: tuple[str, ...],
    unit: str,
    level: float,
    alpha: float,
    tolerance: float,
    fail_on: Literal["drift", "undecided"] | None,
    form: str,
    quiet: bool,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
) -> int:
    """Compare two datasets given on the command line."""
    asked = {"json": as_json or form == "json", "md": form == "md", "quiet": quiet}
    output = Output(one_form(**asked), html, color, everything)
    _no_standard_input(reference, current)
    from kullback import tables

    comparison = tables.compare(
        reference,
        current,
        columns=columns_of(columns),
        unit=unit,
        level=level,
        alpha=alpha,
        tolerance=tolerance,
    )
    emit(_result(comparison), output, (reference, current))
    return _gate(comparison, fail_on)


def _no_standard_input(*sides: str) -> None:
    if "-" in sides:
        raise InputError(
            "kullback compare reads its data more than once and cannot take '-'; "
            "write standard input to a file first"
        )


def columns_of(given: tuple[str, ...]) -> list[str] | None:
    """Split as CSV does, so that a name with a comma can be put in quotes."""
    try:
        names = [name for part in given for row in csv.reader([part], strict=True) for name in row]
    except csv.Error as error:
        raise click.BadParameter(f"{error}.", param_hint="--columns") from None
    return names or None


def _result(comparison: "TableComparison") -> Result:
    from kullback.report.table_comparison import document, headline

    return Result(comparison.to_dict(), document(comparison), headline(comparison))


def _gate(comparison: "TableComparison", fail_on: Literal["drift", "undecided"] | None) -> int:
    from kullback.report.label import quote

    if fail_on is None:
        return 0
    failed = [quote(column.name) for column in comparison.failing(fail_on)]
    reason = ", ".join(failed[:10]) + (f" and {len(failed) - 10} more" if failed[10:] else "")
    if not comparison.compared and fail_on == "undecided":
        reason = "nothing was compared"
    if not reason:
        return 0
    say(f"gate failed (--fail-on {fail_on}): {reason}")
    return 1
