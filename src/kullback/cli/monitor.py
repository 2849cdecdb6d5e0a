"""``kullback monitor REF CUR``: a table watched over time."""

import csv

import click

from kullback.cli.help import help_option
from kullback.cli.output import Output, Result, display_options, emit, one_form
from kullback.errors import InputError

HELP = """\b
Examples:
  kullback monitor 2025.parquet 2026.parquet --on day
  kullback monitor 2025.parquet today.parquet --on day --state watch.json   # every night
  kullback monitor ref.csv cur.csv --on time --by hour --season hour --fail-on alarm
  kullback monitor ref.csv cur.csv --on day --run 180 --tolerance 0.01 --html watch.html

Looks at CUR window by window and says when, and how, a column stopped being like REF: at most
one false alarm in --run windows on average, over all columns, however often you look. REF is cut
into the same windows, which tells how different windows usually are.

With --state the evidence is kept in a file, so that tomorrow's run goes on from today's; a window
that was looked at before changes nothing.
"""
SEASONS = ("hour", "weekday", "month", "quarter")


@click.command(help=HELP, short_help="Watch a table over time: one false alarm in N looks.")
@click.argument("reference", metavar="REF")
@click.argument("current", metavar="CUR")
@click.option("--on", metavar="COLUMN", required=True, help="The column of times to cut on.")
@click.option(
    "--by",
    type=click.Choice(["hour", "day", "week", "month", "quarter", "year"]),
    default="day",
    help="Windows, in UTC.  [default: day]",
)
@click.option("--columns", metavar="A,B", multiple=True, help="Watch these columns only.")
@click.option(
    "--run",
    "expected_run",
    type=float,
    default=365,
    metavar="N",
    help="At most one false alarm in N windows on average.  [default: 365]",
)
@click.option("--alpha", type=float, help="Instead: the chance of ever a false alarm.")
@click.option("--tolerance", type=float, default=0.0, help="Bits of JS that are no change.")
@click.option("--season", type=click.Choice(SEASONS), help="What is usual depends on this.")
@click.option("--state", metavar="FILE", help="Go on from this file, and keep the evidence there.")
@click.option("--fail-on", type=click.Choice(["alarm"]), help="Exit with 1 on an alarm.")
@click.option("--format", "form", type=click.Choice(["text", "json", "md"]), default="text")
@click.option("-q", "--quiet", is_flag=True, help="Print one line.")
@display_options
@help_option
def monitor(  # noqa: PLR0913 - click passes one argument an option
    *,
    reference: str,
    current: str,
    columns: tuple[str, ...],
    state: str | None,
    fail_on: str | None,
    form: str,
    quiet: bool,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
    **options: object,
) -> int:
    """Watch the tables given on the command line."""
    asked = {"json": as_json or form == "json", "md": form == "md", "quiet": quiet}
    output = Output(one_form(**asked), html, color, everything)
    from kullback import tables

    if state in (reference, current):
        raise InputError(f"--state {state} is one of the inputs; give a file of its own")
    names = [name for part in columns for row in csv.reader([part]) for name in row]
    found = tables.monitor(reference, current, columns=names or None, state=state, **options)  # type: ignore[arg-type]  # click has checked them
    emit(Result.of(found), output, (reference, current))
    return 1 if fail_on and found.alarmed else 0
