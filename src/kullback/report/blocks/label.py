"""Names that come from data: made visible, and cut where they are too long to read."""

import re
import unicodedata
from collections.abc import Hashable

# A newline in a category must not break a table, and an escape sequence must not reach the
# terminal. The two joiners are kept: Persian, Hindi and many emoji are written with them.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Whatever a runner may take for white space before a command.
_COMMAND = re.compile(r"^(\s*)::")
_JOINERS = frozenset("\u200c\u200d")


def visible(text: str) -> str:
    r"""Return `text` with control, direction and line-breaking characters spelled out.

    Examples
    --------
    >>> print(visible("two\nlines \x1b[31m"))
    two\nlines \x1b[31m
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelled(c) if _is_hidden(c) else c for c in text)


def unheard(text: str) -> str:
    r"""Return `text` in which a CI runner that reads it line by line finds no command.

    GitHub's runner obeys ``##[…]`` anywhere in a line, and ``::…::`` where a line begins.

    Examples
    --------
    >>> print(unheard("x ##[group]y"))
    x ##\x5bgroup]y
    """
    if "##[" not in text and "::" not in text:
        return text
    lines = text.replace("##[", r"##\x5b").split("\n")
    return "\n".join(_COMMAND.sub(r"\1\\x3a:", line) for line in lines)


def shorten(text: str, length: int = 120) -> str:
    """Return `text` cut to `length` characters, the cut marked by an ellipsis.

    Examples
    --------
    >>> shorten("abcdefgh", 5)
    'abcd…'
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def middle(text: str, length: int = 120) -> str:
    """Return `text` with its middle left out: names often differ at their end.

    Examples
    --------
    >>> middle("category 12345", 9)
    'catego…45'
    """
    if len(text) <= length:
        return text
    tail = (length - 1) // 3
    return f"{text[: length - 1 - tail]}…{text[len(text) - tail :]}"


def name(label: Hashable, length: int = 120) -> str:
    """Return an outcome's or a column's name as people read it.

    Examples
    --------
    >>> name("jazz"), name(3), name("")
    ('jazz', '3', "''")
    """
    # Cut before it is spelled out: ten megabytes of label must not cost ten megabytes.
    text = middle(str(label), length)
    return visible(text if text.strip() == text and text else repr(text))


def quote(label: Hashable) -> str:
    """Return a name in quotes, short enough to stand in a sentence.

    Examples
    --------
    >>> quote("jazz"), quote(3)
    ("'jazz'", '3')
    """
    text = name(label, 60)
    return f"'{text}'" if isinstance(label, str) and not text.startswith("'") else text


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN and character not in _JOINERS


def _spelled(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")
