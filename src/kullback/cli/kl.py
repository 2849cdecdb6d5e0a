"""``kullback kl P Q``: two distributions."""

import re
from typing import TYPE_CHECKING

import click

from kullback.cli.help import help_option
from kullback.cli.output import Result, display_options, emit, format_option, output_of
from kullback.errors import did_you_mean

if TYPE_CHECKING:
    from kullback.scorecard import Scorecard

HELP = """\b
Examples:
  kullback kl 0.7,0.2,0.1 0.4,0.4,0.2
  kullback kl rock=0.7,jazz=0.3 rock=0.4,jazz=0.6 --bits
  kullback kl a=7,b=2,c=1 a=40,b=40,c=20          # counts: an estimate with its error
  kullback kl july.csv:share january.csv:share
  kullback kl "normal(0,1)" "normal(1,2)"         # formulas of 69 families
  cat p.json | kullback kl - 0.4,0.4,0.2 --json

KL(P‖Q), the extra surprise of who believes Q while P happens, with every other measure and
what each outcome contributes.

P and Q are numbers (0.7,0.2,0.1), name=value pairs, a file (.csv, .tsv, .txt, .json, .npy),
one column of a file (file.csv:column), - for standard input, or a formula such as
"gamma(2, rate=3)". Integers that do not sum to 1 are counts.
"""


def _no_unknown_option(context: click.Context, _: click.Parameter, value: str) -> str:
    """Refuse a mistyped option, which a command that takes negative numbers would take as data."""
    if len(value) > 1 and value.startswith("-") and not re.match(r"-(\d|\.|inf|nan)", value):
        options = [name for param in context.command.params for name in param.opts]
        hint = did_you_mean(value, options)
        raise click.UsageError(f"No such option {value!r}.{hint}", ctx=context)
    return value


@click.command(
    help=HELP,
    short_help="Compare two distributions.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("p", callback=_no_unknown_option)
@click.argument("q", callback=_no_unknown_option)
@click.option(
    "--unit",
    type=click.Choice(["nats", "bits", "bans"]),
    help="Unit of the result.  [default: nats]",
)
@click.option("--bits", is_flag=True, help="Short for --unit bits.")
@click.option("--nats", is_flag=True, help="Short for --unit nats.")
@click.option("--normalize", is_flag=True, help="Divide P and Q by their sums.")
@click.option("--explain", is_flag=True, help="Say in plain words what the numbers mean.")
@format_option()
@click.option("-q", "--quiet", is_flag=True, help="Print the number only.")
@display_options
@help_option
def kl(  # noqa: PLR0913 - click passes one argument an option
    *,
    p: str,
    q: str,
    unit: str | None,
    bits: bool,
    nats: bool,
    normalize: bool,
    explain: bool,
    form: str,
    quiet: bool,
    as_json: bool,
    html: str | None,
    everything: bool,
    color: str,
) -> None:
    """Compare two distributions given on the command line."""
    from kullback.cli import formulas, pair

    output = output_of(
        form, as_json=as_json, quiet=quiet, html=html, everything=everything, color=color
    )
    chosen = _unit(unit, bits=bits, nats=nats)
    if formulas.are_formulas(p, q):
        if normalize or explain:
            raise click.UsageError("--normalize and --explain are for numbers, not for formulas.")
        emit(formulas.compared(p, q, chosen), output)
        return
    card = pair.compared(p, q, normalize=normalize).to(chosen)
    emit(_result(card, explain=explain), output, _files(p, q))


def _unit(unit: str | None, **short: bool) -> str:
    chosen = {name for name, wanted in short.items() if wanted} | ({unit} if unit else set())
    if len(chosen) > 1:
        raise click.UsageError(f"choose one unit: {', '.join(sorted(chosen))} exclude each other.")
    return chosen.pop() if chosen else "nats"


def _result(card: "Scorecard", *, explain: bool) -> Result:
    from kullback.report.blocks.cell import exact
    from kullback.report.text.ascii import for_encoding

    # For programs: float() reads "inf" and not "∞".
    number = for_encoding("ascii")(exact(float(card.kl)))
    return Result(card.to_dict(), card.document(in_full=explain), number)


def _files(p: str, q: str) -> tuple[str, ...]:
    return (p, q, p.rpartition(":")[0], q.rpartition(":")[0])
