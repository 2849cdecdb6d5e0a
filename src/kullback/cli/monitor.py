"""``kullback monitor REF CUR``: a table watched over time."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from kullback.cli.compare_intake import NAMES, intake, intake_options
from kullback.cli.compare_parts import beginnings, timezone_option
from kullback.cli.help import help_option
from kullback.cli.names import columns_of
from kullback.cli.output import (
    Result,
    check_history,
    display_options,
    emit,
    output_of,
)
from kullback.cli.settings import load
from kullback.cli.streams import say
from kullback.errors import InputError

HELP = """\b
Examples:
  kullback monitor 2025.parquet 2026.parquet --on day
  kullback monitor 2025.parquet today.parquet --on day --state watch.json   # every night
  kullback monitor ref.csv cur.csv --on time --by hour --season hour --fail-on alarm
  kullback monitor ref.csv cur.csv --on day --run 180 --tolerance 0.01 --html watch.html
  kullback monitor ref.csv cur.csv --on day --season holiday      # a column that tells
  kullback monitor ref.csv cur.csv --on day --within 3 --shift 0.25   # can that be promised?
  kullback monitor ref.csv cur.csv --on day --by week --rolling 26    # the last half year
  kullback monitor ref.csv cur.csv --on day --state watch.json --restart price

Looks at CUR window by window and says when, and how, a column stopped being like REF: at most
one false alarm in --run windows on average, over all columns, however often you look. REF is cut
into the same windows, which tells how different windows usually are.

With --state the evidence is kept in a file, so that tomorrow's run goes on from today's; a window
that was looked at before changes nothing. A column stays alarmed until it is restarted.

Files are read, and rows and columns chosen, as by kullback compare, also as kullback.toml says
(columns, exclude, where, nulls, sample, seed, roles, encoding, delimiter, header, sheet,
timezone).
"""


@click.command(help=HELP, short_help="Watch a table over time: one false alarm in N looks.")
@click.argument("reference", metavar="REF")
@click.argument("current", metavar="CUR")
@click.option("--on", metavar="COLUMN", required=True, help="The column of times to cut on.")
@click.option(
    "--by",
    callback=beginnings,
    metavar="LENGTH",
    default="day",
    help="hour, day, week, month, quarter, year, week-sunday, year-04, or dates.  [default: day]",
)
@timezone_option
@click.option("--columns", metavar="A,B", multiple=True, help="Watch these only; * and ? fit any.")
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
@click.option(
    "--season",
    metavar="NAME",
    help="What is usual depends on this: hour, weekday, month, quarter, or a column that tells.",
)
@click.option(
    "--within",
    type=float,
    metavar="N",
    help="Say whether a shift is found within N windows, and what it would cost.",
)
@click.option(
    "--shift", type=float, default=0.25, metavar="SD", help="Of that size.  [default: 0.25]"
)
@click.option(
    "--rolling",
    type=int,
    metavar="N",
    help="The last N windows (of each season) are what is usual.",
)
@click.option("--state", metavar="FILE", help="Go on from this file, and keep the evidence there.")
@click.option(
    "--restart", metavar="A,B", multiple=True, help="First forget the evidence of these columns."
)
@click.option("--append", metavar="STORE", help="Add the evidence to a history (kullback history).")
@click.option(
    "--at",
    "run_at",
    type=click.DateTime(),
    help="When this run was, for --append: tried again with the same time it is added once.",
)
@click.option("--webhook", metavar="URL", help="Post the alarms there as JSON, until a restart.")
@click.option("--fail-on", type=click.Choice(["alarm"]), help="Exit with 1 on an alarm.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "md", "openmetrics"]), default="text"
)
@click.option("-q", "--quiet", is_flag=True, help="Print one line.")
@intake_options
@display_options
@help_option
def monitor(  # noqa: PLR0913 - click passes one argument an option
    *,
    reference: str,
    current: str,
    columns: tuple[str, ...],
    state: str | None,
    restart: tuple[str, ...],
    append: str | None,
    run_at: datetime | None,
    webhook: str | None,
    fail_on: str | None,
    form: str,
    quiet: bool,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
    **options: Any,
) -> int:
    """Watch the tables given on the command line."""
    output = output_of(
        form, as_json=as_json, quiet=quiet, html=html, everything=everything, color=color
    )
    check_history(append)
    from kullback import tables
    from kullback.tables.watch.openmetrics import render

    if state in (reference, current):
        raise InputError(f"--state {state} is one of the inputs; give a file of its own")
    if webhook is not None:
        from kullback.tables.watch.webhook import check_address, tell

        check_address(webhook)
    settings = load(None, Path.cwd())
    asked = {name: options.pop(name) for name in NAMES}
    asked |= {"exclude": columns_of(asked["exclude"], "--exclude")}
    options["timezone"] = options["timezone"] or settings.timezone
    found = tables.monitor(
        reference,
        current,
        columns=columns_of(columns) or settings.columns,
        state=state,
        restart=columns_of(restart, "--restart") or (),
        **options,
        **intake(settings, asked),
    )
    shown = replace(Result.of(found), metrics=partial(render, found))
    emit(shown, output, (reference, current))
    if append is not None:
        from kullback import history

        say(f"added {history.append(append, found, at=run_at)} rows to {append}")
    if webhook is not None and tell(webhook, found):
        say("told the webhook")
    return 1 if fail_on and found.alarmed else 0
