"""``kullback lm BASE MODEL``: two language models, token by token."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from kullback.cli.help import help_option
from kullback.cli.lm_bytes import lm_bytes
from kullback.cli.lm_mismatch import mismatch
from kullback.cli.lm_record import record
from kullback.cli.lm_sketch import is_sketch, sketch, sketched
from kullback.cli.lm_states import Keeping, is_json, measured, merged
from kullback.cli.output import (
    Output,
    Result,
    asked_forms,
    display_options,
    emit,
    format_option,
    one_form,
)
from kullback.cli.streams import say, write
from kullback.errors import InputError

if TYPE_CHECKING:
    from kullback.lm import Candidates, LMComparison

HELP = """\b
Examples:
  kullback lm base.kld model.kld
  kullback lm base.kld q4.safetensors q3.safetensors   # which of two is nearer
  kullback lm base.kld model.npy --compat llama.cpp    # llama.cpp's own block
  kullback lm base.kld model.kld -o run.state          # Ctrl-C, then again with --resume
  kullback lm base.kld model.kld --shard 2/8 -o 2.state
  kullback lm merge *.state --html report.html
  kullback lm base.json model.json --floor -30         # lists of likely tokens: bounds
  kullback lm sketch base.kld -o base.kbs              # a kilobyte a token in place of 300

How far a quantised, distilled or tuned model is from its base, token by token: KL both ways,
JS, TV, perplexities, each with an error that allows for tokens of one chunk being alike, and
with the noise that the rounding in the files makes. P is the base and Q the model.

BASE, MODEL and SECOND are files of logits: llama.cpp's --kl-divergence-base, .safetensors, .npy,
or sketches of such (BASE, MODEL or both).
BASE and MODEL may also be the JSON of servers that list the likeliest tokens (OpenAI, vLLM,
SGLang, llama-server): KL is then bounded.

Commands with a help of their own: record (a model's logits, from disk or a server), sketch,
mismatch (why two engines differ), bytes (models with other tokenisers), merge.
"""
MERGE_HELP = """\b
Examples:
  kullback lm merge 1.state 2.state 3.state
  kullback lm merge *.state -o whole.state --json

Put the states of shards together, in any order, and report what all of them say: the same
numbers, to the last digit, as one run over everything. States hold no text, so the worst tokens
are shown with the scored tokens before them only.
"""

ONE_RUN = ("--shard", "-o", "--resume", "--compat", "--tokenizer", "--unit")
# By what is compared: the options that have no effect there, and what they are for.
UNUSED: dict[str, dict[tuple[str, ...], str]] = {
    "one": {("--floor",): "lists of likely tokens (JSON)"},
    "two": {ONE_RUN: "one MODEL", ("--floor",): "lists of likely tokens (JSON)"},
    "sketches": {
        ("--shard", "-o", "--resume", "--compat", "--decode"): "whole logits, and "
        "one of these is a sketch",
        ("--floor",): "lists of likely tokens (JSON)",
    },
    "lists": {(*ONE_RUN, "--cluster", "--decode", "SECOND"): "logits, and these are lists (JSON)"},
}


class LanguageModels(click.Group):
    """A group whose usual command, to compare, needs no name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the usual command first where none is given."""
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else ["compare", *args])


def _shard(_: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, int]:
    if value is None:
        return (1, 1)
    i, slash, n = value.partition("/")
    if not (slash and i.isdecimal() and n.isdecimal() and 1 <= int(i) <= int(n)):
        raise click.BadParameter(f"{value!r} is not such as 2/8.", param=parameter)
    return (int(i), int(n))


def _shown(command: Any) -> Any:
    """Add the options that say how a comparison is shown."""
    options = (
        click.option(
            "--unit",
            type=click.Choice(["nats", "bits", "bans"]),
            default="nats",
            help="Unit of all that is information.  [default: nats]",
        ),
        click.option(
            "--compat",
            type=click.Choice(["llama.cpp"]),
            help="Print what llama.cpp prints, digit for digit.",
        ),
        format_option(),
        click.option("-q", "--quiet", is_flag=True, help="Print one line."),
    )
    for option in reversed(options):
        command = option(command)
    return display_options(command)


@click.group(cls=LanguageModels, short_help="Compare language models token by token.")
def lm() -> None:
    """Hold the commands."""


@lm.command(help=HELP, short_help="Compare the logits of language models.")
@click.argument("base", metavar="BASE")
@click.argument("model", metavar="MODEL")
@click.argument("second", metavar="[SECOND]", required=False)
@click.option(
    "--cluster",
    type=click.Choice(["chunk", "document", "token"]),
    default="chunk",
    help="What holds tokens that are alike; token: nothing does.  [default: chunk]",
)
@click.option(
    "--decode",
    type=click.Choice(["clean", "llama.cpp"]),
    default="clean",
    help="Whose numbers.  [default: clean]",
)
@click.option(
    "--tokenizer",
    metavar="FILE",
    help="The tokeniser (tokenizer.json, GGUF, tiktoken's ranks): tokens are shown as words. Where "
    "there is no such file, its name, for the state.",
)
@click.option("--shard", metavar="I/N", callback=_shard, help="Only the I-th of N parts.")
@click.option("-o", "--output", "state", metavar="STATE", help="Keep the state in this file.")
@click.option(
    "--floor",
    type=float,
    metavar="NATS",
    help="For lists: the log-probability that no token of MODEL is below.",
)
@click.option("--resume", is_flag=True, help="Go on from what STATE holds.")
@_shown
@help_option
def compare(  # noqa: PLR0913 - click passes one argument an option
    *,
    base: str,
    model: str,
    second: str | None,
    cluster: str,
    decode: str,
    tokenizer: str | None,
    shard: tuple[int, int],
    state: str | None,
    floor: float | None,
    resume: bool,
    **shown: Any,
) -> None:
    """Compare two or three files of logits given on the command line."""
    inputs = tuple(name for name in (base, model, second) if name is not None)
    output = _output(shown)
    lists = _are_lists(inputs)
    kind = _kind(inputs, lists=lists)
    given = {"--shard": shard != (1, 1), "-o": state, "--resume": resume, "--tokenizer": tokenizer}
    given |= {"--compat": shown["compat"], "--unit": shown["unit"] != "nats"}
    given |= {"--cluster": cluster != "chunk", "--decode": decode != "clean", "SECOND": second}
    given |= {"--floor": floor is not None}
    _refuse_unused(kind, given)
    if lists:
        emit(_listed(base, model, floor), output, inputs)
        return
    if kind == "sketches":
        _emit(sketched(base, model, cluster), shown, output, inputs, tokenizer)
        return
    decode = shown["compat"] or decode
    if second is not None:
        emit(_paired(inputs, cluster, decode), output, inputs)
        return
    if resume and state is None:
        raise click.UsageError("--resume goes on from the state of -o STATE; give both.")
    if shard != (1, 1) and state is None:
        raise click.UsageError("a shard is for merging: keep it with -o STATE.")
    found = measured(
        base,
        model,
        Keeping(state, resume, tokenizer),
        cluster=cluster,
        decode=decode,
        shard=shard,
    )
    if shard == (1, 1):
        _emit(found.comparison(), shown, output, inputs, tokenizer)


@lm.command(help=MERGE_HELP, short_help="Merge the states of shards.")
@click.argument("states", metavar="STATES...", nargs=-1, required=True)
@click.option("-o", "--output", "state", metavar="STATE", help="Keep the whole in this file.")
@_shown
@help_option
def merge(*, states: tuple[str, ...], state: str | None, **shown: Any) -> None:
    """Merge states given on the command line."""
    output = _output(shown)
    whole = merged(states)
    if state is not None:
        if state in states:
            raise InputError(f"-o {state} would replace an input; choose another name")
        whole.save(state)
        say(f"wrote {state} ({len(whole):,} tokens)")
    _emit(whole.summary(), shown, output, states)


for command in (sketch, record, mismatch, lm_bytes):
    lm.add_command(command)


def _are_lists(inputs: tuple[str, ...]) -> bool:
    """Whether all are lists; where some are, what is wrong with the others is said first."""
    others = [name for name in inputs if not is_json(name)]
    if others and len(others) < len(inputs):
        from kullback import lm as models

        for name in others:
            models.open(name)
    return not others


def _kind(inputs: tuple[str, ...], *, lists: bool) -> str:
    """Return what is compared, as `UNUSED` calls it."""
    if lists:
        return "lists"
    if len(inputs) > 2:
        return "two"
    return "sketches" if any(map(is_sketch, inputs)) else "one"


def _refuse_unused(kind: str, given: Mapping[str, object]) -> None:
    """Refuse what was given and would change nothing."""
    for options, purpose in UNUSED[kind].items():
        unused = [name for name in options if given[name]]
        if unused:
            raise click.UsageError(f"{', '.join(unused)} is for {purpose}.")


def _output(shown: dict[str, Any]) -> Output:
    asked = asked_forms(shown["form"], as_json=shown["as_json"], quiet=shown["quiet"])
    asked |= {"compat": bool(shown["compat"])}
    return Output(one_form(**asked), shown["html"], shown["color"], shown["everything"])


def _emit(
    comparison: "LMComparison",
    shown: dict[str, Any],
    output: Output,
    inputs: tuple[str, ...],
    tokenizer: str | None = None,
) -> None:
    from kullback.lm.words.pieces import pieces_or_none

    pieces = pieces_or_none(tokenizer)
    if output.form != "compat":
        found = comparison.to(shown["unit"])
        document = found.document(pieces)
        emit(Result(found.to_dict(pieces=pieces), document, found.headline), output, inputs)
        return
    from kullback.lm.tokens.llama_cpp_printout import block

    text = block(comparison)
    if output.html is not None:
        comparison.to_html(output.html, pieces=pieces)
    write(text)


def _listed(base: str, model: str, floor: float | None) -> Result:
    from kullback import lm as models

    return Result.of(models.compare_lists(base, model, floor=floor))


def _paired(inputs: tuple[str, ...], cluster: str, decode: str) -> Result:
    from kullback import lm as models
    from kullback.cli.lm_states import ProgressLine

    with ProgressLine("comparing") as line:
        found: Candidates = models.compare_pair(
            *inputs, cluster=cluster, decode=decode, progress=line.show
        )
    return Result.of(found)
