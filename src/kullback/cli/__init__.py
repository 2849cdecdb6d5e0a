"""The command line: one file a command; nothing heavy is loaded before it is needed."""

import os
from collections.abc import Sequence

from kullback.cli.signals import listening, say_interrupted

__all__ = ["main"]


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    args : sequence of str, optional
        The arguments after the command's name; those of the process by default.

    Returns
    -------
    int
        0 done, 1 a gate failed (only when asked for), 2 bad usage or input, 3 an internal
        error, 130 interrupted, 143 asked to end.
    """
    if args is None:  # a process of ours: OpenBLAS's threads take 45 ms to make, and idle here
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with listening(for_good=args is None) as stopped:
        try:
            stopped.heed()
            from kullback.cli.program import run

            code = run(args)
            stopped.heeds = False
        except KeyboardInterrupt:  # while the commands were loaded, or the result was printed
            stopped.heeds = False
            say_interrupted()
            code = stopped.code
    return code if stopped.by is None else stopped.code
