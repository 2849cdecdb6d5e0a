"""``kullback joint REF CUR --columns A,B``: two columns together."""

from pathlib import Path
from typing import Any

import click

from kullback.cli.compare_intake import intake, intake_options
from kullback.cli.compare_tolerances import judged, judged_options
from kullback.cli.gating import ended, gated, shown
from kullback.cli.help import help_option
from kullback.cli.names import columns_of
from kullback.cli.output import (
    display_options,
    emit,
    format_option,
    output_of,
)
from kullback.cli.settings import load

HELP = """\b
Examples:
  kullback joint january.csv july.csv --columns carrier,origin
  kullback joint ref.parquet cur.parquet --columns plan,paid --most 20 --fail-on drift

Compares two columns together: KL(joint) = KL(a) + KL(b given a), and what the dependence of the two
adds. Columns that each stay the same may drift together.

Files are read, rows chosen and verdicts given as by kullback compare, also as kullback.toml says.
"""


@click.command(help=HELP, short_help="Compare two columns together.")
@click.argument("reference", metavar="REF")
@click.argument("current", metavar="CUR")
@click.option("--columns", metavar="A,B", multiple=True, required=True, help="The two columns.")
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=50,
    metavar="N",
    help="Values of a column kept by name.  [default: 50]",
)
@judged_options
@click.option(
    "--fail-on",
    type=click.Choice(["drift", "undecided"]),
    help="Exit with 1 if they drifted, or if they drifted or are undecided.",
)
@format_option(gated=True)
@click.option("-q", "--quiet", is_flag=True, help="Print the verdict in one line.")
@intake_options
@display_options
@help_option
def joint(  # noqa: PLR0913 - click passes one argument an option
    *,
    reference: str,
    current: str,
    columns: tuple[str, ...],
    most: int,
    fail_on: str | None,
    form: str,
    quiet: bool,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
    **options: Any,
) -> int:
    """Compare two columns of the tables given on the command line."""
    output = output_of(
        form, as_json=as_json, quiet=quiet, html=html, everything=everything, color=color
    )
    from kullback import tables

    settings = load(None, Path.cwd())
    asked = judged(settings, options) | intake(settings, options)
    names = columns_of(columns) or []
    found = tables.joint(reference, current, names, most=most, **asked)
    gate = gated(found, fail_on or settings.fail_on, settings)
    emit(shown(found, gate), output, (reference, current))
    return ended(gate)
