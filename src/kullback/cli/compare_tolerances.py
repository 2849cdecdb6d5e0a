"""Options of ``kullback compare``: how far shares may change, and what is shown besides."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kullback.cli.settings import ProjectSettings

Command = TypeVar("Command", bound=Callable[..., Any])

# As in `kullback.tables.compare`.
SHARES = ("missing", "out_of_range", "new", "rare", "unique")
WHOLE = ("joint", "psi")
_SHARES = {
    "missing": ("missing values", 0.005),
    "out_of_range": ("values outside the reference's range", 0.005),
    "new": ("new values", 0.005),
    "rare": ("values other than the usual one", 0.002),
    "unique": ("rows that repeat a value, where values name rows,", 0.005),
}


def _part(_: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 <= value < 1:
        raise click.BadParameter(f"{value:g} is no share from 0 to 1.", param=parameter)
    return value


def tolerance_options(command: Command) -> Command:
    """Add the options."""
    options = [
        click.option(
            f"--{name.replace('_', '-')}",
            name,
            type=float,
            metavar="SHARE",
            callback=_part,
            help=f"How far the share of {said} may change.  [default: {default:g}]",
        )
        for name, (said, default) in _SHARES.items()
    ]
    options += [
        click.option(
            "--joint/--no-joint",
            default=None,
            help="Look at pairs of columns as well.  [default: --joint]",
        ),
        click.option(
            "--psi/--no-psi",
            default=None,
            help="Show the population stability index (kullback explain psi).",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def tolerances(settings: ProjectSettings, options: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked for, else what the settings say, else nothing."""
    asked = {
        name: getattr(settings, name) if options[name] is None else options[name]
        for name in (*SHARES, *WHOLE)
    }
    return {name: value for name, value in asked.items() if value is not None}
