"""``kullback explain TOPIC``: what a word means, with a number worked out."""

from textwrap import fill

import click

from kullback.cli.help import help_option
from kullback.cli.streams import say, signs, write
from kullback.cli.topics import TOPICS, text
from kullback.errors import did_you_mean
from kullback.glossary import WORDS, find, spellings, topic_of

HELP = """\b
Examples:
  kullback explain
  kullback explain direction
  kullback explain noise floor
  kullback explain --open

A word of the field in plain words, with an example that is computed as you read it.
"""


def _known(
    context: click.Context, parameter: click.Parameter, words: tuple[str, ...]
) -> str | None:
    asked = " ".join(words)
    if not asked:
        return None
    word = asked if asked in TOPICS else find(asked)
    if word is not None:
        return word
    raise click.BadParameter(
        f"{asked!r} is no topic.{did_you_mean(asked, (*TOPICS, *spellings()))} "
        f"There are {', '.join(TOPICS)}.",
        ctx=context,
        param=parameter,
    )


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    return [word for word in dict.fromkeys([*TOPICS, *WORDS]) if word.startswith(incomplete)]


@click.command(help=HELP, short_help="Say what a word means.")
@click.argument("topic", nargs=-1, callback=_known, shell_complete=_complete)
@click.option(
    "--open",
    "opened",
    is_flag=True,
    help="Open a page on which P and Q can be dragged, in the browser.",
)
@help_option
def explain(topic: str | None, *, opened: bool) -> None:
    """Print one topic, or the list of topics."""
    if opened:
        from kullback.cli.playground import open_page

        say(f"opened {open_page()}")
        return
    write(signs(_listing() if topic is None else _told(topic)))


def _told(word: str) -> str:
    if word in TOPICS:
        return text(word)
    meaning = fill(WORDS[word].meaning, 100)
    return f"{word}: {meaning}\n\nMore: kullback explain {topic_of(word)}\n"


def _listing() -> str:
    lines = [f"  {topic:<14} {summary}" for topic, summary in TOPICS.items()]
    others = ", ".join(word for word in WORDS if word not in TOPICS)
    found = ["Topics (kullback explain TOPIC):", "", *lines, ""]
    more = fill(f"And in a sentence: {others}.", 98, subsequent_indent="  ")
    return "\n".join([*found, more])
