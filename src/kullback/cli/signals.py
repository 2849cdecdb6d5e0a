"""Being stopped: Ctrl-C and the system's request to end take the same way out."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import ExtensionFileLoader
from types import FrameType

INTERRUPTED, TERMINATED = 130, 143  # 128 and the number of the signal, as shells count
_HEARD = (signal.SIGINT, signal.SIGTERM)
_ALARM = getattr(signal, "SIGALRM", None)
_MOMENT = 0.02  # seconds


class Stopped:
    """Which signal came, if one did.

    Attributes
    ----------
    by : int or None
        The signal's number.
    heeds : bool
        Whether a signal unwinds the program. Only set inside of the block that catches what it
        raises: before and after it, while handlers come and go, a signal is noted and no more.
    """

    def __init__(self) -> None:
        self.by: int | None = None
        self.heeds = False
        self.hook = sys.unraisablehook

    def heed(self) -> None:
        """Unwind from now on, and at once if a signal came already.

        Raises
        ------
        KeyboardInterrupt
            If one came.
        """
        self.heeds = True
        if self.by is not None:
            raise KeyboardInterrupt

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Unwind the program, so that what it began is removed; as a handler of signals is called.

        While an extension module is being made it waits a moment: some end the process if they
        are interrupted there.

        Raises
        ------
        KeyboardInterrupt
            But while an extension is being made, or where nobody would catch it.
        """
        if number in _HEARD:
            self.by = number
        if not self.heeds:
            return
        if _ALARM is not None and _is_making_an_extension(frame):
            signal.setitimer(signal.ITIMER_REAL, _MOMENT)
            return
        raise KeyboardInterrupt

    def unheard(self, unraisable: "sys.UnraisableHookArgs") -> None:
        """Try again a moment later, where Python was in a place from which nothing can be raised.

        In the callback of a weak reference, say, or a finaliser; it would go on as if nothing were.
        """
        if not isinstance(unraisable.exc_value, KeyboardInterrupt) or self.by is None:
            self.hook(unraisable)
        elif _ALARM is not None and self.heeds:
            signal.setitimer(signal.ITIMER_REAL, _MOMENT)

    @property
    def code(self) -> int:
        """The exit code."""
        return TERMINATED if self.by == signal.SIGTERM else INTERRUPTED


def _is_making_an_extension(frame: FrameType | None) -> bool:
    while frame is not None:
        if isinstance(frame.f_locals.get("self"), ExtensionFileLoader):
            return True
        frame = frame.f_back
    return False


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
        numbers = (*_HEARD, *(() if _ALARM is None else (_ALARM,)))
        before = {number: signal.signal(number, stopped) for number in numbers}
    sys.unraisablehook = stopped.unheard
    try:
        yield stopped
    finally:
        sys.unraisablehook = stopped.hook
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if for_good else handler)


def say_interrupted() -> None:
    """Say it, if anybody listens."""
    with suppress(OSError, AttributeError):
        sys.stderr.write("interrupted\n")
