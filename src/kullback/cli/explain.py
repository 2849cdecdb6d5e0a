"""``kullback explain TOPIC``: what a word means, with a number worked out."""

import click

from kullback.cli.help import help_option
from kullback.cli.streams import signs, write
from kullback.cli.suggestion import did_you_mean
from kullback.cli.topics import TOPICS, text

HELP = """\b
Examples:
  kullback explain
  kullback explain direction

A word of the field in plain words, with an example that is computed as you read it.
"""


def _known(context: click.Context, parameter: click.Parameter, topic: str | None) -> str | None:
    if topic is None or topic in TOPICS:
        return topic
    raise click.BadParameter(
        f"{topic!r} is no topic.{did_you_mean(topic, TOPICS)} There are {', '.join(TOPICS)}.",
        ctx=context,
        param=parameter,
    )


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    return [topic for topic in TOPICS if topic.startswith(incomplete)]


@click.command(help=HELP, short_help="Say what a word means.")
@click.argument("topic", required=False, callback=_known, shell_complete=_complete)
@help_option
def explain(topic: str | None) -> None:
    """Print one topic, or the list of topics."""
    write(signs(_listing() if topic is None else text(topic)))


def _listing() -> str:
    lines = [f"  {topic:<10} {summary}" for topic, summary in TOPICS.items()]
    return "\n".join(["Topics (kullback explain TOPIC):", "", *lines])
