"""``kullback compare REF CUR``: two datasets, column by column."""

import csv
import math
from collections.abc import Callable
from typing import Literal

import click

from kullback.cli.compare_parts import Asked, FailOn, Parts, compared, parts_options
from kullback.cli.help import help_option
from kullback.cli.output import Output, display_options, emit, one_form
from kullback.cli.streams import say
from kullback.errors import InputError

HELP = """\b
Examples:
  kullback compare january.csv july.csv
  kullback compare 'train/*.parquet' today.parquet --columns age,plan
  kullback compare ref.csv cur.csv --fail-on drift --html report.html
  kullback compare ref.csv cur.csv --on day --by week
  kullback compare ref.csv cur.csv --segments country --json

What changed between two datasets: one verdict a column (drifted, same, undecided), with its
evidence. P is the current data and Q the reference: KL(current‖reference).

REF and CUR are CSV, Parquet or JSON-lines files, or patterns of them. Counting takes 400 MB
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
@parts_options
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
    on: str | None,
    by: str | None,
    consecutive: bool,
    segments: tuple[str, ...],
    prediction: str | None,
    label: str | None,
    weights: str | None,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
) -> int:
    """Compare two datasets given on the command line."""
    forms = {"json": as_json or form == "json", "md": form == "md", "quiet": quiet}
    output = Output(one_form(**forms), html, color, everything)
    _no_standard_input(reference, current)
    parts = Parts(by, on, consecutive, segments, prediction, label, weights)
    chosen = _columns(columns, "--columns")
    asked = Asked(chosen, unit, level, alpha, tolerance)
    by_segment = _columns(segments, "--segments")
    result, failing = compared((reference, current), parts, by_segment, asked)
    emit(result, output, (reference, current))
    return _gate(failing, fail_on)


def _no_standard_input(*sides: str) -> None:
    if "-" in sides:
        raise InputError(
            "kullback compare reads its data more than once and cannot take '-'; "
            "write standard input to a file first"
        )


def _columns(given: tuple[str, ...], option: str) -> list[str] | None:
    """Split as CSV does, so that a name with a comma can be put in quotes."""
    try:
        names = [name for part in given for row in csv.reader([part], strict=True) for name in row]
    except csv.Error as error:
        raise click.BadParameter(f"{error}.", param_hint=option) from None
    return names or None


def _gate(failing: Callable[[FailOn], list[str]], fail_on: FailOn | None) -> int:
    if fail_on is None:
        return 0
    failed = failing(fail_on)
    if not failed:
        return 0
    reason = ", ".join(failed[:10]) + (f" and {len(failed) - 10} more" if failed[10:] else "")
    say(f"gate failed (--fail-on {fail_on}): {reason}")
    return 1
