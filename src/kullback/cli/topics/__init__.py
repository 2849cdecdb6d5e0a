"""The topics of ``kullback explain``: one file a topic; every number is computed when shown."""

from importlib import import_module

TOPICS = {
    "surprise": "what is measured: how unexpected an outcome is",
    "entropy": "how uncertain a distribution is by itself",
    "cross-entropy": "what a belief costs in all, and what log-loss is",
    "kl": "what a wrong belief costs, and how large a number is large",
    "when": "which measure for which question",
    "units": "nats, bits and bans",
    "direction": "why KL(P‖Q) is not KL(Q‖P), and which one to ask for",
    "infinite": "why KL can be infinite, and what to do then",
    "js": "the Jensen–Shannon divergence and its distance",
    "contribution": "which outcomes make up a divergence",
    "bias": "what chance alone shows, and why it is taken out",
    "interval": "what ± and [low, high] say, and what they do not",
    "q-value": "p-values, and what remains of them after many tests",
    "smoothing": "a share for what was never seen, by name and never in silence",
    "pooling": "rare outcomes taken together",
    "clustered": "errors where rows are alike",
    "psi": "the population stability index, and why .1 and .25 mean nothing at your n",
    "verdict": "drifted, same, undecided: what kullback compare says, and when",
    "role": "how a column is read, and why some are skipped",
    "bins": "how numbers are counted",
    "monitor": "watching over time: one false alarm in so many looks",
    "perplexity": "what language models' numbers mean",
    "noise-floor": "the KL that a file's rounding makes by itself",
    "sketch": "a language model's logits in a hundredth of the space",
    "calibration": "whether 70 % comes true in 70 of 100 cases",
    "skill": "what predictions save, beside accuracy, AUC, Brier and ECE",
    "method": "how a number was obtained, and how far it is to be trusted",
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
    place = topic.replace("-", "_")
    body: str = import_module(f"kullback.cli.topics.{place}").text()
    return f"{topic}: {TOPICS[topic]}\n\n{body.strip()}"
