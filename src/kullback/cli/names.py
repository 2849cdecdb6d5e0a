"""Names of columns, as options of the command line give them."""

import csv

import click


def columns_of(given: tuple[str, ...], option: str = "--columns") -> list[str] | None:
    """Split as CSV does, so that a name with a comma can be put in quotes."""
    try:
        names = [name for part in given for row in csv.reader([part], strict=True) for name in row]
    except csv.Error as error:
        raise click.BadParameter(f"{error}.", param_hint=option) from None
    return names or None
