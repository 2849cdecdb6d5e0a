"""Standard output is data, standard error is talk."""

import os
import sys

from kullback.report.blocks.label import unheard, visible
from kullback.report.text.ascii import for_encoding


def write(text: str) -> None:
    """Write data to standard output; a reader that went away is no error.

    Parameters
    ----------
    text : str
        Without the last newline.
    """
    if sys.stdout is None:
        return
    name = encoding()
    try:
        sys.stdout.write(text.encode(name, "backslashreplace").decode(name) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
    except OSError:
        # What is still buffered would fail again when the interpreter ends.
        _discard_output()
        raise


def say(text: str) -> None:
    """Write talk to standard error, where escape sequences from data are spelled out."""
    if sys.stderr is None:
        return
    signs = for_encoding(sys.stderr.encoding or "ascii")
    lines = (signs(unheard(visible(line))) for line in text.split("\n"))
    try:
        sys.stderr.write("\n".join(lines) + "\n")
    except OSError:
        # Nobody listens: the exit code still tells.
        return


def encoding() -> str:
    """Return the encoding of standard output."""
    return (sys.stdout is not None and sys.stdout.encoding) or "utf-8"


def for_programs(text: str) -> str:
    """Return what a program reads as it is, but to a terminal, which would obey what is in it."""
    if sys.stdout is None or not sys.stdout.isatty():
        return text
    return "\n".join(map(visible, text.split("\n")))


def signs(text: str) -> str:
    """Return `text` with the signs that standard output can hold."""
    return for_encoding(encoding())(text)


def colored(choice: str) -> bool:
    """Return whether to colour standard output.

    Parameters
    ----------
    choice : {"auto", "always", "never"}
        Auto colours a terminal, unless ``NO_COLOR`` is set or the terminal is dumb.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal and os.environ.get("TERM") != "dumb"


def _discard_output() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
