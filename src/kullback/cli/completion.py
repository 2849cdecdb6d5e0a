"""``kullback completion SHELL``: the script that makes a shell complete commands."""

import click

from kullback.cli.help import help_option
from kullback.cli.streams import write

HELP = """\b
Examples:
  eval "$(kullback completion bash)"                                      in ~/.bashrc
  eval "$(kullback completion zsh)"                                       in ~/.zshrc
  kullback completion fish > ~/.config/fish/completions/kullback.fish

The script that makes your shell complete commands, options and topics.
"""


@click.command(help=HELP, short_help="Print a shell's completion script.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@help_option
def completion(shell: str) -> None:
    """Print the completion script that click makes for a shell."""
    from click.shell_completion import get_completion_class

    maker = get_completion_class(shell)
    if maker is None:
        raise click.UsageError(f"this version of click makes no completion for {shell}.")
    root = click.get_current_context().find_root().command
    write(maker(root, {}, "kullback", "_KULLBACK_COMPLETE").source())
