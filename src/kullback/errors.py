"""Everything that kullback raises: what is wrong, where it is, and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return a question with the closest of `words`, or nothing where none is close.

    Examples
    --------
    >>> did_you_mean("compaer", ["kl", "compare"]), did_you_mean("prise", ["PRICE"])
    (" Did you mean 'compare'?", " Did you mean 'PRICE'?")
    """
    folded = {name.casefold(): name for name in words}
    close = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.5)
    return f" Did you mean {folded[close[0]]!r}?" if close else ""


class KullbackError(Exception):
    """Root of all errors that kullback raises on purpose."""


class InputError(KullbackError, ValueError):
    """An argument cannot be used: NaN, negative, empty, or of the wrong kind."""


class MassError(InputError):
    """A distribution does not sum to 1."""


class ShapeError(InputError):
    """Two arguments do not fit together, or one has no outcomes."""


class SupportError(InputError):
    """Labels or supports of two distributions do not fit together."""


class UnitError(KullbackError, ValueError):
    """An unknown unit, or two units mixed in one sum."""


class FormatError(KullbackError, ValueError):
    """A file is not what it should be: says the file, the place and what was expected."""


class MethodError(KullbackError, NotImplementedError):
    """A method does not apply here: says which ones do, and why not the one asked for."""


class MissingDependencyError(KullbackError, ImportError):
    """An optional package is not installed: says the install line."""


class UnreliableError(KullbackError, ArithmeticError):
    """A result is not reliable enough; raised only under ``strict=True``."""
