"""``kullback profile DATA -o FILE``: a dataset as counts, to compare against later."""

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kullback.cli.compare_intake import intake, intake_options
from kullback.cli.help import help_option
from kullback.cli.names import columns_of
from kullback.cli.settings import load
from kullback.cli.streams import encoding, say, write
from kullback.errors import InputError
from kullback.files import check_target

if TYPE_CHECKING:
    from kullback.tables import Profile

HELP = """\b
Examples:
  kullback profile january.parquet -o january.json
  kullback compare january.json february.parquet
  kullback profile january.json february.parquet -o both.json
  kullback profile patients.csv -o patients.json --privacy 10
  kullback profile january.json --show

Reduces a dataset to counts per bin and category, never a row: a few kilobytes a column, as
JSON that people can read. A later comparison against them reads the new data once.

DATA are CSV, Parquet, JSON-lines or Excel files, also zipped, patterns of them, or profiles;
several are merged into the profile of all rows together, to the last count. Without -o the profile
is printed.
"""


def _at_least(least: int) -> click.IntRange:
    return click.IntRange(min=least)


@click.command(help=HELP, short_help="Reduce a dataset to counts, to compare against later.")
@click.argument("data", metavar="DATA...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FILE", help="Write the profile to this file.")
@click.option("--show", is_flag=True, help="Print it for people: types, roles and ranges.")
@click.option("--columns", metavar="A,B", multiple=True, help="Profile these columns only.")
@click.option(
    "--privacy",
    type=_at_least(1),
    metavar="N",
    help="Leave out every value that fewer than N rows hold.",
)
@click.option("--like", metavar="PROFILE", help="Count in the bins and categories of this profile.")
@click.option(
    "--bins", type=_at_least(2), default=20, help="Bins of a numeric column.  [default: 20]"
)
@click.option(
    "--max-outcomes",
    type=_at_least(1),
    metavar="N",
    help="Categories kept by name.  [default: 10000]",
)
@intake_options
@help_option
def profile(  # noqa: PLR0913 - click passes one argument an option
    *,
    data: tuple[str, ...],
    output: str | None,
    show: bool,
    columns: tuple[str, ...],
    privacy: int | None,
    like: str | None,
    bins: int,
    max_outcomes: int | None,
    **options: Any,
) -> int:
    """Profile the data given on the command line."""
    from kullback import tables
    from kullback.tables.profiles import storage

    _keep_inputs(data, output)
    settings = load(None, Path.cwd())
    asked = options | {"exclude": columns_of(options["exclude"], "--exclude")}
    taken = intake(settings, asked)
    plan = None if like is None else tables.Profile.load(like)
    chosen = columns_of(columns) or settings.columns
    listed = max_outcomes or settings.max_outcomes or 10_000

    def read(name: str) -> "Profile":
        opened = storage.opened(name)
        if isinstance(opened, tables.Profile):
            return opened
        return tables.profile(
            opened, columns=chosen, like=plan, bins=bins, max_outcomes=listed, **taken
        )

    made = reduce(tables.Profile.merge, map(read, data))
    if show:
        write(_shown(made.private(privacy) if privacy else made))
    if output is None:
        if not show:
            write(storage.text(made.private(privacy) if privacy else made).rstrip("\n"))
        return 0
    made.save(output, privacy=privacy)
    size = max(1, round(Path(output).stat().st_size / 1000))
    say(f"wrote {output} ({size} kB: {made.rows} rows, {len(made)} columns)")
    return 0


def _shown(made: "Profile") -> str:
    from kullback.report.text.page import render

    return render(made.document(), encoding=encoding())


def _keep_inputs(data: tuple[str, ...], output: str | None) -> None:
    """Refuse to write over data; over a profile that is merged, one may."""
    from kullback.tables.profiles import storage

    if "-" in data:
        raise InputError(
            "kullback profile reads its data more than once and cannot take '-'; "
            "write standard input to a file first"
        )
    if output:
        check_target(output)
    for name in data:
        if output and Path(output).exists() and Path(name).exists():
            same = Path(name).samefile(output)
            if same and not storage.is_profile(name):
                raise InputError(f"-o {output} would replace the input {name}; choose another name")
