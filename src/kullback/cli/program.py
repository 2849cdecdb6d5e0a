"""The command ``kullback``: its sub-commands, and how it ends.

Exit codes: 0 done, 1 a gate failed (only when asked for), 2 bad usage or input,
3 an internal error, 130 interrupted.
"""

import os
import sys
import traceback
from collections.abc import Sequence

import click

from kullback.cli.compare import compare
from kullback.cli.completion import completion
from kullback.cli.doctor import doctor
from kullback.cli.explain import explain
from kullback.cli.help import help_option
from kullback.cli.history import history
from kullback.cli.kl import kl
from kullback.cli.lm import lm
from kullback.cli.monitor import monitor
from kullback.cli.profile import profile
from kullback.cli.score import score
from kullback.cli.streams import say, write
from kullback.cli.suggestion import did_you_mean
from kullback.cli.version import version
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


def _print_version(context: click.Context, _: click.Parameter, asked: bool) -> None:  # noqa: FBT001 - click's signature
    if asked and not context.resilient_parsing:
        write(f"kullback {version()}")
        context.exit()


class Program(click.Group):
    """A group that suggests a command; older versions of click do not."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        if args[0] in self.commands or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        hint = did_you_mean(args[0], self.commands)
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


for command in (kl, compare, profile, monitor, history, lm, score, explain, doctor, completion):
    program.add_command(command)


def main(args: Sequence[str] | None = None) -> int:
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
    if os.environ.get("KULLBACK_DEBUG") == "1":
        traceback.print_exception(error, file=sys.stderr)
    say(
        f"internal error: {type(error).__name__}: {error} (a bug in kullback {version()}: please "
        "report it with the traceback that KULLBACK_DEBUG=1 shows)"
    )
    return INTERNAL
