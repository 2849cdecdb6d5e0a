"""Options of ``kullback compare`` that choose rows and columns, and say how they are read."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kullback.cli.settings import ProjectSettings

Command = TypeVar("Command", bound=Callable[..., Any])
NAMES = ("exclude", "where", "roles", "nulls", "sample")  # as in `kullback.tables.compare`
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
            help="Compare N rows of each side, drawn at random.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def intake(settings: ProjectSettings, options: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for, else what the settings say, else nothing."""
    asked = {name: options[name] or getattr(settings, name) for name in NAMES}
    return {name: value for name, value in asked.items() if value}
