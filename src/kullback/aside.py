"""What lies aside for a while, and is gone afterwards, however the process ends."""

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

_SPILL, _LOCK = "kullback-", ".lock"
_PASSING: dict[Path, int] = {}  # what there may be now, and the process whose it is


@contextlib.contextmanager
def passing(folder: Path, start: str, end: str = "") -> Iterator[Path]:
    """Lend the name of what is gone afterwards, though an interruption fall on any step.

    The name is noted before anything has it, and forgotten when nothing has it any more; what an
    interruption of the removal itself leaves goes when the process ends.
    """
    with _noted(folder / f"{start}{os.urandom(4).hex()}{end}") as place:
        yield place


@contextlib.contextmanager
def _noted(place: Path) -> Iterator[Path]:
    _PASSING[place] = os.getpid()
    try:
        yield place
    finally:
        _remove(place)
        if not os.path.lexists(place):  # removing a folder can swallow an interruption
            del _PASSING[place]


@atexit.register
def _leave_nothing() -> None:
    for place, process in list(_PASSING.items()):
        if process == os.getpid():  # a forked child leaves its parent's
            _remove(place)


def _remove(place: Path) -> None:
    with contextlib.suppress(OSError):
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink()


def locked(aside: Path) -> int:
    """Make a file aside and lock it, so that a later run can tell whether its writer lives."""
    while True:
        handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        _lock(handle)
        if os.fstat(handle).st_nlink:  # else it was swept before it was locked
            return handle
        os.close(handle)


def locked_file(path: Path) -> int:
    """Open a file and hold it, as soon as nobody else does."""
    handle = os.open(path, os.O_RDWR)
    _lock(handle)
    return handle


@contextlib.contextmanager
def spill() -> Iterator[Path]:
    """Lend a temporary folder; what killed runs of this user left of such folders is removed.

    The file that is locked lies beside the folder, is made before it, and is removed after it, so
    that there is no moment at which a folder lies there and nothing tells whose it is.
    """
    place = Path(tempfile.gettempdir())
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if entry.name.startswith(_SPILL) and entry.name.endswith(_LOCK) and _is_own(entry):
                unless_locked(entry.path, partial(_sweep, Path(entry.path)))
    with passing(place, _SPILL, _LOCK) as lock:
        handle = locked(lock)
        try:
            with _noted(lock.with_suffix("")) as made:
                made.mkdir(0o700)
                yield made
        finally:
            os.close(handle)


def _sweep(lock: Path) -> None:
    _remove(lock.with_suffix(""))
    lock.unlink()


def _is_own(entry: "os.DirEntry[str]") -> bool:
    uid = getattr(os, "getuid", None)
    return entry.is_file(follow_symlinks=False) and (
        uid is None or entry.stat(follow_symlinks=False).st_uid == uid()
    )


def _lock(handle: int) -> None:
    """Hold a file for this process, as long as it lives."""
    with contextlib.suppress(OSError, ImportError):
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)


def locked_at_once(handle: int) -> bool:
    """Hold a file unless somebody does; where files cannot be locked it counts as held."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (OSError, ImportError):
        pass
    return True


def unless_locked(path: str, remove: Callable[[], object]) -> None:
    """Remove what nobody holds any more; where files cannot be locked nothing is removed."""
    with contextlib.suppress(OSError, ImportError):
        import fcntl

        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove()
        finally:
            os.close(handle)
