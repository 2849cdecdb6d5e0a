"""Being stopped: Ctrl-C and the system's request to end take the same way out."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

INTERRUPTED, TERMINATED = 130, 143  # 128 and the number of the signal, as shells count
_HEARD = (signal.SIGINT, signal.SIGTERM)


class Stopped:
    """Which signal came, if one did."""

    def __init__(self) -> None:
        self.by: int | None = None

    def __call__(self, number: int, _: FrameType | None) -> None:
        """Unwind the program, so that what it began is removed; as a handler of signals is called.

        Raises
        ------
        KeyboardInterrupt
            Always.
        """
        self.by = number
        raise KeyboardInterrupt

    @property
    def code(self) -> int:
        """The exit code."""
        return TERMINATED if self.by == signal.SIGTERM else INTERRUPTED


@contextmanager
def listening(*, for_good: bool) -> Iterator[Stopped]:
    """Turn both signals into an interruption.

    Parameters
    ----------
    for_good : bool
        Whether the process ends afterwards: then what comes later is too late to be heard.
    """
    stopped = Stopped()
    before = {}
    with suppress(ValueError):  # only the main thread may listen
        before = {number: signal.signal(number, stopped) for number in _HEARD}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if for_good else handler)


def say_interrupted() -> None:
    """Say it, if anybody listens."""
    with suppress(OSError, AttributeError):
        sys.stderr.write("interrupted\n")
