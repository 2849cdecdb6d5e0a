"""``kullback sensitivity REF CUR COLUMN``: whether a verdict depends on bins and smoothing."""

from pathlib import Path
from typing import Any

import click

from kullback.cli.compare_intake import intake, intake_options
from kullback.cli.compare_tolerances import judged, judged_options
from kullback.cli.help import help_option
from kullback.cli.output import (
    Result,
    display_options,
    emit,
    format_option,
    output_of,
)
from kullback.cli.settings import load

HELP = """\b
Examples:
  kullback sensitivity january.csv july.csv dep_delay
  kullback sensitivity ref.parquet cur.parquet price --bins 10,20,100 --smoothing 0.5

Compares one column with several numbers of bins and several smoothings of KL, and says whether the
verdict is the same under all.

Files are read, rows chosen and verdicts given as by kullback compare, also as kullback.toml says.
"""


class NumberList(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.5
    """Numbers parted by commas."""

    name = "N,N"

    def __init__(self, number: type[int] | type[float]) -> None:
        self.number = number

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read them; defaults are read already."""
        if not isinstance(value, str):
            return value
        try:
            return tuple(self.number(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is no list of numbers, such as 10,20.", param, ctx)


@click.command(help=HELP, short_help="Say whether a verdict depends on the bins.")
@click.argument("reference", metavar="REF")
@click.argument("current", metavar="CUR")
@click.argument("column", metavar="COLUMN")
@click.option("--bins", type=NumberList(int), help="Numbers of bins.  [default: 10,20,40,80]")
@click.option(
    "--smoothing",
    type=NumberList(float),
    help="Pseudo-counts of an outcome.  [default: 0.001,0.5,1]",
)
@judged_options
@format_option()
@click.option("-q", "--quiet", is_flag=True, help="Print one line.")
@intake_options
@display_options
@help_option
def sensitivity(  # noqa: PLR0913 - click passes one argument an option
    *,
    reference: str,
    current: str,
    column: str,
    bins: tuple[int, ...] | None,
    smoothing: tuple[float, ...] | None,
    form: str,
    quiet: bool,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
    **options: Any,
) -> int:
    """Compare a column of the tables given on the command line under several choices."""
    output = output_of(
        form, as_json=as_json, quiet=quiet, html=html, everything=everything, color=color
    )
    from kullback import tables

    settings = load(None, Path.cwd())
    choices = {"bins": bins, "smoothing": smoothing}
    asked: dict[str, Any] = {name: value for name, value in choices.items() if value is not None}
    asked |= judged(settings, options) | intake(settings, options)
    found = tables.sensitivity(reference, current, column, **asked)
    emit(Result.of(found), output, (reference, current))
    return 0
