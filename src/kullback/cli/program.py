"""The command ``kullback``: its sub-commands, and how it ends.

Exit codes: 0 done, 1 a gate failed (only when asked for), 2 bad usage or input,
3 an internal error, 130 interrupted, 143 asked to end.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from kullback.cli.help import help_option
from kullback.cli.streams import say, write
from kullback.errors import KullbackError

DONE, GATE_FAILED, BAD_INPUT, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130

HELP = """\b
Examples:
  kullback kl 0.7,0.2,0.1 0.4,0.4,0.2
  kullback compare january.csv july.csv
  kullback lm base.kld model.kld
  kullback explain direction

How far one distribution is from another, and what it costs. P is the truth, Q is the model:
KL(P‖Q) is the extra surprise of who believes Q while P happens.
"""
EPILOG = """\b
Exit codes: 0 done · 1 a gate failed (--fail-on) · 2 bad usage or input · 3 internal error.
"""


# Each command is the object of that name in the file of that name, loaded when it is asked for;
# the line is what `--help` says of it.
COMMANDS = {
    "compare": "Compare two datasets column by column.",
    "completion": "Print a shell's completion script.",
    "doctor": "Show versions and run a self-test.",
    "explain": "Say what a word means.",
    "history": "Show what earlier comparisons found.",
    "joint": "Compare two columns together.",
    "kl": "Compare two distributions.",
    "lm": "Compare language models token by token.",
    "monitor": "Watch a table over time: one false alarm in N looks.",
    "profile": "Reduce a dataset to counts, to compare against later.",
    "score": "Score predicted probabilities against labels.",
    "sensitivity": "Say whether a verdict depends on the bins.",
    "sql": "Print the SQL that counts a table after a profile.",
}


def _print_version(context: click.Context, _: click.Parameter, asked: bool) -> None:  # noqa: FBT001 - click's signature
    if asked and not context.resilient_parsing:
        from kullback.cli.version import version

        write(f"kullback {version()}")
        context.exit()


class Program(click.Group):
    """A group that loads a command when it is asked for, and suggests one that it has."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"kullback.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write a line a command, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        if args[0] in COMMANDS or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        from kullback.errors import did_you_mean

        hint = did_you_mean(args[0], COMMANDS)
        raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx=ctx)


@click.group(
    cls=Program,
    help=HELP,
    epilog=EPILOG,
    context_settings={"max_content_width": 100},
    invoke_without_command=True,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
@help_option
@click.pass_context
def program(context: click.Context) -> int:
    """Hold the sub-commands; without one, say what there is."""
    if context.invoked_subcommand is None:
        say(context.get_help())
        return BAD_INPUT
    return DONE


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    args : sequence of str, optional
        The arguments after the command's name; those of the process by default.

    Returns
    -------
    int
        0, 1, 2, 3 or 130, as listed above.
    """
    given = None if args is None else list(args)
    try:
        code = program.main(args=given, prog_name="kullback", standalone_mode=False)
    except click.ClickException as error:
        return _usage(error)
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        return DONE
    except (KullbackError, OSError) as error:
        say(f"error: {error}")
        return BAD_INPUT
    except Exception as error:  # noqa: BLE001 - a crash must not look like a failed gate (1)
        return _internal(error)
    return code if isinstance(code, int) else DONE


def _usage(error: click.ClickException) -> int:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        say(error.ctx.get_usage())
        say(f"Try '{error.ctx.command_path} --help' for help.")
    say(f"error: {error.format_message()}")
    return BAD_INPUT


def _internal(error: Exception) -> int:
    from kullback.cli.version import version

    if os.environ.get("KULLBACK_DEBUG") == "1":
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    say(
        f"internal error: {type(error).__name__}: {error} (a bug in kullback {version()}: please "
        "report it with the traceback that KULLBACK_DEBUG=1 shows)"
    )
    return INTERNAL
