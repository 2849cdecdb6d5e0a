"""A line on the terminal for work that lasts; silence everywhere else."""

import sys
import time
from collections.abc import Iterator

BLOCK = 1 << 17  # points between two looks at the clock
PATIENCE = 1.0  # seconds before anything is shown


def blocks(total: int, label: str, size: int = BLOCK) -> Iterator[slice]:
    """Yield slices that cover `total` points; show how far on stderr, if it is a terminal.

    Examples
    --------
    >>> [part.stop for part in blocks(5, "counting", size=2)]
    [2, 4, 5]
    """
    start, shown = time.monotonic(), False
    for begin in range(0, total, size):
        end = min(begin + size, total)
        yield slice(begin, end)
        if sys.stderr.isatty() and time.monotonic() - start > PATIENCE:
            shown = True
            _show(f"\r{label}: {end / total:4.0%}")
    if shown:
        _show("\r" + " " * (len(label) + 7) + "\r")


def _show(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
