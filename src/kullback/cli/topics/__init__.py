"""The topics of ``kullback explain``: one file a topic; every number is computed when shown."""

from importlib import import_module

TOPICS = {
    "surprise": "what is measured: how unexpected an outcome is",
    "units": "nats, bits and bans",
    "direction": "why KL(P‖Q) is not KL(Q‖P), and which one to ask for",
    "infinite": "why KL can be infinite, and what to do then",
    "js": "the Jensen–Shannon divergence and its distance",
    "psi": "the population stability index, and why .1 and .25 mean nothing at your n",
    "verdict": "drifted, same, undecided: what kullback compare says, and when",
    "monitor": "watching over time: one false alarm in so many looks",
}


def text(topic: str) -> str:
    """Return the text of a topic.

    Parameters
    ----------
    topic : str
        One of `TOPICS`.

    Returns
    -------
    str
        A heading and paragraphs in plain words.
    """
    body: str = import_module(f"kullback.cli.topics.{topic}").text()
    return f"{topic}: {TOPICS[topic]}\n\n{body.strip()}"
