"""Options of ``kullback compare``: how far shares may change, and what is shown besides."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

from kullback.cli.settings import ProjectSettings

Command = TypeVar("Command", bound=Callable[..., Any])

# As in `kullback.tables.compare`.
JUDGED = ("unit", "level", "alpha", "tolerance")
SHARES = ("missing", "out_of_range", "new", "rare", "unique")
WHOLE = ("joint", "psi", "max_outcomes")
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


def _share(_: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 < value < 1:
        raise click.BadParameter(f"{value:g} is not between 0 and 1.", param=parameter)
    return value


def _not_negative(
    _: click.Context, parameter: click.Parameter, value: float | None
) -> float | None:
    if value is not None and not (value >= 0 and math.isfinite(value)):
        raise click.BadParameter(f"{value:g} is not a number from 0 up.", param=parameter)
    return value


def judged_options(command: Command) -> Command:
    """Add the options of every judgement."""
    options = (
        click.option(
            "--unit",
            type=click.Choice(["bits", "nats", "bans"]),
            help="Unit of the results.  [default: bits]",
        ),
        click.option(
            "--level",
            type=float,
            callback=_share,
            help="Level of the intervals.  [default: 0.95]",
        ),
        click.option(
            "--alpha",
            type=float,
            callback=_share,
            help="A q-value up to this is a detected change.  [default: 0.05]",
        ),
        click.option(
            "--tolerance",
            type=float,
            callback=_not_negative,
            help="The JS divergence, in bits, up to which a change does not matter.  "
            "[default: 0.01]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def judged(settings: ProjectSettings, options: dict[str, Any]) -> dict[str, Any]:
    """Return how it is judged: what was asked for, else what the settings say, else nothing."""
    asked = {
        name: getattr(settings, name) if options[name] is None else options[name] for name in JUDGED
    }
    return {name: value for name, value in asked.items() if value is not None}


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
        click.option(
            "--max-outcomes",
            type=click.IntRange(min=1),
            metavar="N",
            help="Values kept by name.  [default: 10000]",
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
