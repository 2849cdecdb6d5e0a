"""``kullback compare REF CUR``: two datasets, column by column."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kullback.cli.compare_intake import intake, intake_options
from kullback.cli.compare_parts import CompareParts, compared, parts_options
from kullback.cli.compare_tolerances import judged, judged_options, tolerance_options, tolerances
from kullback.cli.gating import ended, gated, shown
from kullback.cli.help import help_option
from kullback.cli.names import columns_of
from kullback.cli.output import (
    check_history,
    display_options,
    emit,
    format_option,
    output_of,
)
from kullback.cli.settings import ProjectSettings, load
from kullback.cli.streams import say
from kullback.errors import InputError

HELP = """\b
Examples:
  kullback compare january.csv july.csv
  kullback compare 'train/*.parquet' today.parquet --columns age,plan
  kullback compare ref.csv cur.csv --fail-on drift --html report.html
  kullback compare ref.csv cur.csv --fail-on drift --format github --limit dep_delay=0.05
  kullback compare ref.json today.parquet --append history.duckdb
  kullback compare ref.csv cur.csv --on day --by week
  kullback compare ref.csv cur.csv --segments country --json
  kullback compare ref.csv cur.csv --where "country = 'AT'" --exclude 'raw_*' --null missing

What changed between two datasets: one verdict a column (drifted, same, undecided), with its
evidence. P is the current data and Q the reference: KL(current‖reference).

The nearest kullback.toml, or [tool.kullback] of pyproject.toml, may hold fail-on, alpha, level,
tolerance, missing, out-of-range, new, rare, unique, joint, psi, unit, columns, exclude, where,
nulls, sample, seed, max-outcomes, prediction, label, weights, order, block, allow, encoding,
delimiter, header, sheet, timezone, the tables roles and limits (a role, a tolerance a column), and
waivers (column, until, reason); an option wins over it.

REF and CUR are CSV, Parquet, Arrow, JSON-lines or Excel files, also zipped, patterns of them, pipes
as in <(zcat old.csv.gz), profiles that kullback profile wrote, or tables at URLs such as
sqlite:///shop.db?table=sales. Counting takes 400 MB of memory and the cores of this process;
KULLBACK_MEMORY (such as 4GB) and KULLBACK_THREADS in the environment change that.
"""


def _limits(
    _: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, float]:
    """Read COLUMN=BITS; the name may hold a = of its own."""
    limits = {}
    for text in given:
        name, sign, number = text.rpartition("=")
        try:
            limits[name] = float(number)
        except ValueError:
            sign = ""
        if not sign:
            message = f"{text!r} is not COLUMN=BITS, such as dep_delay=0.05."
            raise click.BadParameter(message, param=parameter)
    return limits


def _moment(_: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no time, such as 2026-11-01T06:00 (UTC)."
        raise click.BadParameter(message, param=parameter) from None


@click.command(help=HELP, short_help="Compare two datasets column by column.")
@click.argument("reference", metavar="REF")
@click.argument("current", metavar="CUR")
@click.option(
    "--columns", metavar="A,B", multiple=True, help="Compare these columns only; * and ? fit any."
)
@judged_options
@click.option(
    "--limit",
    "limits",
    metavar="COLUMN=BITS",
    multiple=True,
    callback=_limits,
    help="A tolerance of one column's own; may be given again.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["drift", "undecided"]),
    help="Exit with 1 if a column drifted, or if one drifted or is undecided.",
)
@click.option(
    "--allow",
    metavar="A,B",
    multiple=True,
    help="Let pass what is lost, retyped or skipped, or these columns where they are; no drift.",
)
@click.option("--append", metavar="STORE", help="Add the numbers to a history (kullback history).")
@click.option(
    "--run-at",
    metavar="TIME",
    callback=_moment,
    help="When this run was, for --append: tried again with the same time it is added once.",
)
@click.option("--config", metavar="FILE", help="Read the settings from this TOML file.")
@click.option("--show-config", is_flag=True, help="Say which settings hold, and from where.")
@format_option(gated=True)
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict in one line.")
@intake_options
@tolerance_options
@parts_options
@display_options
@help_option
def compare(  # noqa: PLR0913 - click passes one argument an option
    *,
    reference: str,
    current: str,
    form: str,
    quiet: bool,
    on: str | None,
    by: Any,
    timezone: str | None,
    consecutive: bool,
    segments: tuple[str, ...],
    prediction: str | None,
    label: str | None,
    weights: str | None,
    order: str | None,
    block: int | None,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
    append: str | None,
    run_at: datetime | None,
    config: str | None,
    show_config: bool,
    **options: Any,
) -> int:
    """Compare two datasets given on the command line."""
    output = output_of(
        form, as_json=as_json, quiet=quiet, html=html, everything=everything, color=color
    )
    _no_standard_input(reference, current)
    check_history(append)
    settings = load(config, Path.cwd())
    fail_on = options.pop("fail_on") or settings.fail_on
    wanted = _wanted(settings, options)
    if show_config:
        _show(settings, wanted | {"fail_on": fail_on})
    parts = CompareParts(by, on, consecutive, segments, prediction, label, weights, order, block)
    if timezone is not None and on is None:
        raise click.UsageError("--timezone needs --on, the column of times to cut on.")
    zone = timezone or settings.timezone
    cut_by = columns_of(segments, "--segments")
    found = compared((reference, current), parts.filled(settings), cut_by, wanted, zone)
    gate = gated(found, fail_on, settings)
    emit(shown(found, gate), output, (reference, current))
    if append is not None:  # last: a run that fails before leaves no rows
        from kullback import history

        say(f"added {history.append(append, found, at=run_at)} rows to {append}")
    return ended(gate)


def _wanted(settings: ProjectSettings, options: dict[str, Any]) -> dict[str, Any]:
    """Return what every comparison is asked: the options, else the settings, else nothing."""
    chosen = {
        "columns": columns_of(options["columns"], "--columns") or settings.columns,
        "limits": settings.limits | options["limits"],
        "allow": columns_of(options["allow"], "--allow") or settings.allow,
    }
    asked = options | {"exclude": columns_of(options["exclude"], "--exclude")}
    chosen |= intake(settings, asked) | tolerances(settings, options)
    chosen |= judged(settings, options)
    return {name: value for name, value in chosen.items() if value is not None}


def _show(settings: ProjectSettings, wanted: dict[str, Any]) -> None:
    say(f"settings from {settings.path or 'no file'}, and the options:")
    for name, value in (wanted | {"timezone": settings.timezone}).items():
        if value not in (None, {}):
            say(f"  {name.replace('_', '-')} = {value!r}")
    for waiver in settings.waivers:
        say(f"  waiver of {waiver['column']!r} until {waiver['until']}: {waiver['reason']}")


def _no_standard_input(*sides: str) -> None:
    if "-" in sides:
        raise InputError(
            "kullback compare reads its data more than once and cannot take '-'; "
            "write standard input to a file first"
        )
