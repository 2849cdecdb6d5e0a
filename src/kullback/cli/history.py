"""``kullback history STORE``: what earlier comparisons found."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from kullback.cli.help import help_option
from kullback.cli.names import columns_of
from kullback.cli.output import (
    Result,
    display_options,
    emit,
    format_option,
    output_of,
)
from kullback.cli.streams import say
from kullback.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kullback.history import History

HELP = """\b
Examples:
  kullback compare reference.json today.parquet --append history.duckdb
  kullback history history.duckdb
  kullback history history.duckdb --column dep_delay --measure kl --html history.html
  kullback history sqlite:///history.db --since 2026-11-01 --json
  kullback history history.duckdb --measure evidence            # of kullback monitor --append
  kullback history history.duckdb --serve                      # a live page, on this machine
  kullback history history.duckdb --forget-before 2025-01-01
  kullback history history.duckdb --repair

Where each column stands after the last run, and how it came there. STORE is what --append of
kullback compare wrote to: a DuckDB file, sqlite:///FILE, or postgresql://USER@HOST/DATABASE.
Its table kullback_history is tidy, one number a row, for SQL of your own.
"""


@click.command(help=HELP, short_help="Show what earlier comparisons found.")
@click.argument("store", metavar="STORE")
@click.option(
    "--columns", "--column", metavar="A,B", multiple=True, help="Show these columns only."
)
@click.option(
    "--measure",
    type=click.Choice(["jensen_shannon", "kl", "reverse_kl", "missing", "evidence"]),
    default="jensen_shannon",
    help="What to show.  [default: jensen_shannon]",
)
@click.option("--since", metavar="DATE", help="Only runs from this day or time on, in UTC.")
@click.option("--unit", type=click.Choice(["bits", "nats", "bans"]), default="bits")
@click.option("--tolerance", type=float, help="Draw a line there, in that unit.")
@format_option()
@click.option(
    "--repair",
    "repaired",
    is_flag=True,
    help="Keep what can be read of a damaged history; the old file is kept aside.",
)
@click.option("--forget-before", "before", metavar="DATE", help="Remove the runs before this day.")
@click.option("--serve", is_flag=True, help="Show it as a live page on 127.0.0.1 until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, help="For --serve.")
@click.option("-q", "--quiet", is_flag=True, help="Print the last look in one line.")
@display_options
@help_option
def history(  # noqa: PLR0913 - click passes one argument an option
    *,
    store: str,
    columns: tuple[str, ...],
    measure: str,
    since: str | None,
    unit: str,
    tolerance: float | None,
    form: str,
    repaired: bool,
    before: str | None,
    serve: bool,
    port: int,
    quiet: bool,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
) -> int:
    """Show a history given on the command line."""
    output = output_of(
        form, as_json=as_json, quiet=quiet, html=html, everything=everything, color=color
    )
    if repaired:
        return _repair(store)
    if before is not None:
        return _forget(store, before)
    names = columns_of(columns)
    moment = _moment(since, "--since")

    def found() -> "History":
        from kullback.history import History, read

        entries = read(store, columns=names, measure=measure, since=moment)
        if not entries:
            raise InputError(f"the history {store!r} holds nothing of that kind")
        return History(tuple(entries), unit, tolerance)

    if serve:
        return _serve(found, port)
    emit(Result.of(found()), output, (store,))
    return 0


def _forget(store: str, before: str) -> int:
    from kullback.history import forget

    moment = _moment(before, "--forget-before")
    assert moment is not None
    say(f"removed {forget(store, before=moment)} rows of runs before {before} from {store}")
    return 0


def _serve(found: "Callable[[], History]", port: int) -> int:
    from kullback.history.live import LivePage
    from kullback.report.html.page import page

    found()  # what is wrong is said here, not in the browser
    with LivePage(lambda: page(found().document()), port) as running:
        say(f"{running.address}  (Ctrl-C ends)")
        running.serve_forever()
    return 0


def _repair(store: str) -> int:
    from kullback.history import repair

    done = repair(store)
    if done.aside is None:
        say(f"nothing is wrong with {store}: all {done.kept} rows can be read")
        return 0
    lost = "how many were lost it does not tell" if done.lost is None else f"{done.lost} were lost"
    say(f"kept {done.kept} rows of {store}, {lost}; the damaged file is {done.aside}")
    return 0


def _moment(text: str | None, option: str) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no date, such as 2026-11-01 or 2026-11-01T06:00."
        raise click.BadParameter(message, param_hint=option) from None
