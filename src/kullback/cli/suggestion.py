"""What a mistyped word was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return a question with the closest of `words`, or nothing where none is close.

    Examples
    --------
    >>> did_you_mean("compaer", ["kl", "compare"])
    " Did you mean 'compare'?"
    """
    close = get_close_matches(word.lower(), list(words), n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else ""
