"""Runs of ``kullback lm`` that show how far they are, and can be stopped and gone on with."""

import shlex
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kullback import files
from kullback.cli.streams import say
from kullback.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kullback.lm import About, Accumulator, LMComparison

EVERY = 30.0  # seconds between two savings of the state
BLINK = 0.2  # seconds between two looks of the line


class ProgressLine:
    """One line on standard error that says how far a run is, if that is a terminal.

    Parameters
    ----------
    what : str
        What is being done.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.shown = False
        self.started = self.last = time.monotonic()
        self.first: int | None = None

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self.shown:
            self._write("\r\x1b[K")

    def show(self, done: int, total: int) -> None:
        """Say that `done` of `total` rows are done."""
        now = time.monotonic()
        self.first = done if self.first is None else self.first
        if now - self.last < BLINK or sys.stderr is None or not sys.stderr.isatty():
            return
        self.last, self.shown = now, True
        rate = (done - self.first) / max(now - self.started, 1e-9)
        left = f", {(total - done) / rate:.0f} s left" if rate > 0 else ""
        share = f"{done:,} of {total:,} rows ({done / total:.0%})"
        self._write(f"\r\x1b[K{self.what}: {share}, {rate:,.0f} rows/s{left}")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where the state of a run is kept.

    Parameters
    ----------
    path : str or None
        The file; written every half minute, at the end, and when the run is stopped.
    resume : bool
        Go on from what is there.
    tokenizer : str or None
        The name of the tokeniser, for the state.
    """

    path: str | None = None
    resume: bool = False
    tokenizer: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run that ended.

    Parameters
    ----------
    accumulator : Accumulator
        What was measured.
    contexts : ndarray or None
        All token ids of the base.
    """

    accumulator: "Accumulator"
    contexts: "NDArray[Any] | None"

    def comparison(self) -> "LMComparison":
        """Return what the run says."""
        return self.accumulator.summary(self.contexts)


def measured(
    base: str,
    model: str,
    keeping: Keeping,
    *,
    cluster: str,
    decode: str,
    shard: tuple[int, int],
) -> Run:
    """Measure what is not measured yet, and keep it.

    Parameters
    ----------
    base, model : str
        The files.
    keeping : Keeping
        Where the state is kept.
    cluster, decode, shard
        As `kullback.lm.accumulate` takes them.

    Returns
    -------
    Run
        With all rows of the shard.

    Raises
    ------
    InputError
        If the state is of something else, or is unfinished and not to be gone on with.
    """
    from kullback import lm
    from kullback.lm.tokens.pair import pair

    files = lm.open(base), lm.open(model)
    about, state = lm.About(decode=decode, tokenizer=keeping.tokenizer), keeping.path
    found = _begun(state, about, resume=keeping.resume)
    found = lm.Accumulator(about) if found is None else found
    saving = _Saving(found, state)
    try:
        with ProgressLine("comparing") as line:
            lm.accumulate(
                *files,
                shard=shard,
                cluster=cluster,
                decode=decode,
                into=found,
                progress=_both(line, saving),
            )
    except KeyboardInterrupt:
        _stopped(found, state)
        raise
    if state is not None:
        saving.save()
        say(f"wrote {state} ({len(found):,} tokens)")
    return Run(found, pair(*files, cluster, None).contexts)


class _Saving:
    """Keeps a state on the disk while it grows."""

    def __init__(self, accumulator: "Accumulator", path: str | None) -> None:
        self.accumulator, self.path = accumulator, path
        self.last = time.monotonic()

    def now_and_then(self) -> None:
        if self.path is not None and time.monotonic() - self.last > EVERY:
            self.save()

    def save(self) -> None:
        if self.path is not None:
            self.accumulator.save(self.path)
        self.last = time.monotonic()


def _both(line: ProgressLine, saving: _Saving) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        line.show(done, total)
        saving.now_and_then()

    return progress


def _begun(state: str | None, about: "About", *, resume: bool) -> "Accumulator | None":
    from kullback import lm

    if state is None or files.check_target(state) == "nothing":
        return None
    if not resume:
        if Path(state).stat().st_size == 0:
            return None
        raise InputError(
            f"{state} exists; --resume goes on from it, or choose another name (or remove it)"
        )
    found = lm.Accumulator.load(state)
    found.about = found.about.together(about)
    say(f"going on from {state}: {len(found):,} tokens are there")
    return found


def _stopped(found: "Accumulator", state: str | None) -> None:
    if state is None:
        say(f"stopped after {len(found):,} tokens; with -o STATE they would have been kept")
        return
    found.save(state)
    again = [part for part in sys.argv[1:] if part != "--resume"]
    command = shlex.join(["kullback", *again, "--resume"])
    say(f"stopped: {state} holds {len(found):,} tokens; to go on: {command}")


def is_json(path: str) -> bool:
    """Return whether a file holds JSON, and so lists of likely tokens rather than logits."""
    try:
        with files.reading(path) as file:
            return file.read(64).lstrip()[:1] in (b"{", b"[")
    except (OSError, InputError):
        return False


def merged(states: tuple[str, ...]) -> "Accumulator":
    """Read states and put them together.

    Parameters
    ----------
    states : tuple of str
        Files that ``kullback lm -o`` wrote, in any order.

    Returns
    -------
    Accumulator
        Of all of them.

    Raises
    ------
    InputError
        If they do not belong together: says which.
    FormatError
        If one is no state.
    """
    from kullback import lm

    whole = lm.Accumulator.load(states[0])
    for path in states[1:]:
        part = lm.Accumulator.load(path)
        try:
            whole.merge(part)
        except InputError as error:
            raise InputError(f"{path} does not fit to {states[0]}: {error}") from None
    return whole
