"""The option ``--help``, written with the signs that standard output can hold."""

import click

from kullback.cli.streams import signs, write


def _print_help(context: click.Context, _: click.Parameter, asked: bool) -> None:  # noqa: FBT001 - click's signature
    if asked and not context.resilient_parsing:
        write(signs(context.get_help()))
        context.exit()


help_option = click.help_option("-h", "--help", callback=_print_help)
