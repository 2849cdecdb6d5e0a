"""Options that choose rows and columns, and say how they are read."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kullback.cli.settings import ProjectSettings

Command = TypeVar("Command", bound=Callable[..., Any])
# As in `kullback.tables.compare`.
FORM = ("encoding", "delimiter", "header", "sheet")
NAMES = ("exclude", "where", "roles", "nulls", "sample", "seed", *FORM)
ROLES = ("numeric", "categorical", "boolean", "date/time")


def _roles(
    _: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str] | None:
    """Read COLUMN=ROLE; the name may hold a = of its own."""
    roles = {}
    for text in given:
        name, sign, role = text.rpartition("=")
        if not sign or role not in ROLES:
            message = f"{text!r} is not COLUMN=ROLE, with one of the roles {', '.join(ROLES)}."
            raise click.BadParameter(message, param=parameter)
        roles[name] = role
    return roles or None


def form_options(command: Command) -> Command:
    """Add the options that say how files are written."""
    options = (
        click.option(
            "--encoding",
            metavar="NAME",
            help="Of text files, such as latin-1.  [default: found out]",
        ),
        click.option(
            "--delimiter",
            metavar="CHAR",
            help="Parts the fields of CSV files.  [default: found out]",
        ),
        click.option(
            "--header/--no-header",
            default=None,
            help="Whether the first row names the columns.  [default: --header]",
        ),
        click.option(
            "--sheet",
            metavar="NAME",
            help="Of Excel workbooks, or its number.  [default: the first]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def intake_options(command: Command) -> Command:
    """Add the options."""
    options = (
        click.option("--exclude", metavar="A,B", multiple=True, help="Leave these columns out."),
        click.option("--where", metavar="SQL", help="Only rows that meet this condition."),
        click.option(
            "--role",
            "roles",
            metavar="COLUMN=ROLE",
            multiple=True,
            callback=_roles,
            help="Read a column as numeric, categorical, boolean or date/time.",
        ),
        click.option(
            "--null",
            "nulls",
            metavar="TEXT",
            multiple=True,
            help="A text that is no value.",
        ),
        click.option(
            "--sample",
            type=click.IntRange(min=2),
            metavar="N",
            help="Take N rows of each side, drawn at random.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            metavar="N",
            help="Of all that is drawn at random.  [default: 0]",
        ),
    )
    command = form_options(command)
    for option in reversed(options):
        command = option(command)
    return command


def _given(
    settings: ProjectSettings, options: dict[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    asked = {
        name: getattr(settings, name) if options[name] is None else options[name] for name in names
    }
    return {name: value for name, value in asked.items() if value is not None}


def intake(settings: ProjectSettings, options: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for, else what the settings say, else nothing."""
    plain = ("seed", *FORM)  # 0 and False are values of their own
    asked = {name: options[name] or getattr(settings, name) for name in NAMES if name not in plain}
    given = {name: value for name, value in asked.items() if value}
    return given | _given(settings, options, plain)
