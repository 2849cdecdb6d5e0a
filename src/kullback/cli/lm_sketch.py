"""``kullback lm sketch SOURCE -o FILE``: a kilobyte a token that stands for its distribution."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kullback import files
from kullback.cli.help import help_option
from kullback.cli.lm_states import ProgressLine
from kullback.cli.streams import say
from kullback.errors import InputError

if TYPE_CHECKING:
    from kullback.lm import LMComparison

HELP = """\b
Examples:
  kullback lm sketch base.kld -o base.kbs
  kullback lm sketch base.safetensors -o base.kbs --head 128 --tail 128
  kullback lm sketch day1.kbs day2.kbs -o all.kbs      # sketches are put one after the other
  kullback lm base.kbs model.kld                       # compare with it, from either side

Keeps of each row of logits the likeliest tokens exactly, and of all others some, drawn with the
chance that is said: a kilobyte a token, from which every divergence is estimated without bias.
SOURCE is a file of logits, or sketches of parts of one text, to be put one after the other.
"""


@click.command(name="sketch", help=HELP, short_help="Keep a kilobyte a token of a model.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "-o", "--output", metavar="FILE", required=True, help="Write the sketch to this file."
)
@click.option(
    "--head", type=click.IntRange(min=1), default=64, help="Likeliest tokens.  [default: 64]"
)
@click.option("--tail", type=click.IntRange(min=0), default=64, help="Drawn ones.  [default: 64]")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Of the draw.  [default: 0]")
@help_option
def sketch(*, sources: tuple[str, ...], output: str, head: int, tail: int, seed: int) -> None:
    """Write the sketch of what is given on the command line."""
    from kullback import lm

    if any(Path(source).resolve() == Path(output).resolve() for source in sources):
        raise InputError(f"-o {output} would replace an input; choose another name")
    if all(is_sketch(source) for source in sources):
        found = lm.merge_sketches(sources, output)
    elif len(sources) > 1:
        raise InputError(
            f"{len(sources)} sources were given, and only sketches are put together; sketch each "
            f"file of logits first"
        )
    else:
        found = lm.sketch(sources[0], output, head=head, tail=tail, seed=seed)
    size = Path(output).stat().st_size
    say(f"wrote {output} ({len(found):,} tokens, {size:,} bytes)")


def is_sketch(name: str) -> bool:
    """Whether a file is a sketch, by its first bytes."""
    from kullback.lm.files.sketch import MAGIC, recognises

    try:
        with files.reading(name) as file:
            return recognises(file.read(len(MAGIC)))
    except (OSError, InputError):
        return False


def sketched(base: str, model: str, cluster: str) -> "LMComparison":
    """Compare two files of which one is a sketch, or both."""
    from kullback import lm

    with ProgressLine("comparing") as line:
        return lm.compare(base, model, cluster=cluster, progress=line.show)
