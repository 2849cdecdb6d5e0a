"""``kullback lm bytes BASE MODEL``: two models whose tokenisers differ."""

from typing import Any

import click

from kullback.cli.help import help_option
from kullback.cli.output import Output, Result, display_options, emit, one_form

HELP = """\b
Examples:
  kullback lm bytes base.npy model.npy --base-tokens a/tokenizer.json --model-tokens b.gguf

Compares models that cut one text into different tokens: what the text costs each, in bits per byte,
and KL of what both know to come next, which is at most that of the text.
BASE and MODEL are files of logits that know the tokens that came (as kullback lm record writes
them), of the same text from the start of each chunk or document on.
"""
TOKENS = "The tokeniser of %s: tokenizer.json, GGUF, or tiktoken's ranks."


@click.command(name="bytes", help=HELP, short_help="Compare models with other tokenisers.")
@click.argument("base", metavar="BASE")
@click.argument("model", metavar="MODEL")
@click.option("--base-tokens", metavar="FILE", required=True, help=TOKENS % "BASE")
@click.option("--model-tokens", metavar="FILE", required=True, help=TOKENS % "MODEL")
@click.option("-q", "--quiet", is_flag=True, help="Print one line.")
@display_options
@help_option
def lm_bytes(
    *, base: str, model: str, base_tokens: str, model_tokens: str, quiet: bool, **shown: Any
) -> None:
    """Compare the models given on the command line."""
    from kullback import lm

    form = one_form(json=shown["as_json"], quiet=quiet)
    output = Output(form, shown["html"], shown["color"], shown["everything"])
    found = lm.compare_bytes(base, model, base_tokens=base_tokens, model_tokens=model_tokens)
    emit(Result.of(found), output, (base, model, base_tokens, model_tokens))
