"""``kullback lm mismatch A B``: why two engines differ on the same text."""

from typing import Any

import click

from kullback.cli.help import help_option
from kullback.cli.output import Output, Result, display_options, emit, one_form

HELP = """\b
Examples:
  kullback lm mismatch vllm.npy transformers.npy
  kullback lm mismatch a.safetensors b.kld --json

Names what makes two engines, or two settings of one, say different things of the same tokens:
rows off by one, a temperature, top-k or top-p, a soft cap, masked tokens, padding, 16-bit rounding;
each is undone before the next is looked for. What is left has a first row, which is shown.
A and B are files of logits.
"""


@click.command(name="mismatch", help=HELP, short_help="Say why two engines differ.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("-q", "--quiet", is_flag=True, help="Print one line.")
@display_options
@help_option
def mismatch(*, a: str, b: str, quiet: bool, **shown: Any) -> None:
    """Compare the engines given on the command line."""
    from kullback import lm

    form = one_form(json=shown["as_json"], quiet=quiet)
    output = Output(form, shown["html"], shown["color"], shown["everything"])
    emit(Result.of(lm.mismatch(a, b)), output, (a, b))
