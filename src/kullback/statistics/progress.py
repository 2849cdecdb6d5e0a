"""A line on the terminal for work that lasts; silence everywhere else."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
BLOCK = 1 << 17  # points between two looks at the clock
PATIENCE = 2.0  # seconds before anything is shown
_WIDTH = 20


def along(items: Iterable[T], total: int, label: str) -> Iterator[T]:
    """Yield items; show on stderr how many of `total` are done, if it is a terminal.

    Parameters
    ----------
    items : iterable
        Each is done when the next one is asked for.
    total : int
        How many there are.
    label : str
        What is being done.

    Examples
    --------
    >>> list(along("abc", 3, "spelling"))
    ['a', 'b', 'c']
    """
    start, shown = time.monotonic(), False
    try:
        for done, item in enumerate(items):
            if time.monotonic() - start > PATIENCE and _is_watched():
                shown = True
                _show(
                    f"\r{label}: [{'#' * (_WIDTH * done // total):.<{_WIDTH}}] {done / total:4.0%}"
                )
            yield item
    finally:
        if shown:
            _show("\r" + " " * (len(label) + _WIDTH + 9) + "\r")


def blocks(total: int, label: str, size: int = BLOCK) -> Iterator[slice]:
    """Yield slices that cover `total` points; show how far on stderr, if it is a terminal.

    Examples
    --------
    >>> [part.stop for part in blocks(5, "counting", size=2)]
    [2, 4, 5]
    """
    parts = [slice(begin, min(begin + size, total)) for begin in range(0, total, size)]
    return along(parts, len(parts), label)


def _is_watched() -> bool:
    try:
        return sys.stderr is not None and sys.stderr.isatty()
    except ValueError:  # it is closed
        return False


def _show(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:  # the terminal went away; the work goes on
        return
