"""``kullback lm record MODEL TEXT -o FILE``: what a model expects at each place of a text."""

import click

from kullback.cli.help import help_option
from kullback.cli.lm_states import ProgressLine
from kullback.cli.streams import say

HELP = """\b
Examples:
  kullback lm record ./model wiki.txt -o base.kbs              # a kilobyte a token
  kullback lm record ./model wiki.txt -o base.npy              # all logits
  kullback lm record http://127.0.0.1:8000 wiki.txt -o base.jsonl

Lets a model read a text, a chunk at a time, and writes what it expects of each token. MODEL is the
folder of a transformers model (nothing is downloaded), or the address of a server that speaks as
OpenAI's completions do (vLLM, SGLang), whose likeliest tokens are kept. Stopped and started again,
it goes on with the next chunk. What is left after the last whole chunk is not read.
"""


@click.command(name="record", help=HELP, short_help="Write down what a model expects of a text.")
@click.argument("model", metavar="MODEL")
@click.argument("text", metavar="TEXT")
@click.option("-o", "--output", metavar="FILE", required=True, help="Write it to this file.")
@click.option(
    "--chunk", type=click.IntRange(min=2), default=512, help="Tokens a chunk.  [default: 512]"
)
@click.option(
    "--head", type=click.IntRange(min=1), help="Of a sketch: likeliest tokens.  [default: 64]"
)
@click.option("--tail", type=click.IntRange(min=0), help="Of a sketch: drawn ones.  [default: 64]")
@help_option
def record(
    *, model: str, text: str, output: str, chunk: int, head: int | None, tail: int | None
) -> None:
    """Record the model given on the command line."""
    from pathlib import Path

    from kullback import lm

    sizes = None
    if head is not None or tail is not None:
        sizes = (64 if head is None else head, 64 if tail is None else tail)
    with ProgressLine("reading") as line:
        found = lm.record(model, Path(text), output, sketch=sizes, chunk=chunk, progress=line.show)
    say(f"wrote {output} ({len(found):,} tokens)")
