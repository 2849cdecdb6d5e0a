"""The one door to the disk: what may be named, opened and read, and writing whole or not at all."""

import contextlib
import errno
import os
import select
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn

from kullback.aside import locked, passing, unless_locked
from kullback.errors import InputError
from kullback.limits import LARGEST_FILE, most_bytes, shown_bytes

PATIENCE = 3.0  # seconds that the other end of a pipe has to come
_CHUNK = 1 << 20
_OURS = ".kullback"  # ends the name of a file aside; a lock on it says that its writer lives
_SPECIAL = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a block device"),
    (stat.S_ISSOCK, "a socket"),
)


def named(path: str | os.PathLike[str]) -> Path:
    """Return a path that the system can be asked for.

    Raises
    ------
    InputError
        If it is empty, or holds NUL or half a surrogate pair, which would name another file.

    Examples
    --------
    >>> named("january.csv").suffix
    '.csv'
    """
    text = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(text, str):
        raise InputError(f"the path {text!r:.100} is {type(text).__name__}; expected text")
    place = text.find("\0")
    if place >= 0:
        raise InputError(
            f"the path {text!r:.100} holds a NUL at character {place}; no file has such a name"
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"the path {text!r:.100} holds half a surrogate pair at character {error.start}: it "
            "is no text; rename the file"
        ) from None
    return Path(text)


def kind(path: str | os.PathLike[str]) -> str:
    """Return "file", "folder", "nothing", or what else lies there, such as "a pipe".

    Raises
    ------
    InputError
        If nothing can have that name.
    OSError
        If links go round in a circle, the name is too long, or a folder may not be entered.
    """
    place = named(path)
    try:
        mode = os.stat(place).st_mode  # noqa: PTH116 - one call, whatever lies there
    except (FileNotFoundError, NotADirectoryError):
        return "nothing"
    except OSError as error:
        _explain(error, place)
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return next((name for test, name in _SPECIAL if test(mode)), "something unknown")


def _explain(error: OSError, place: Path) -> NoReturn:
    said = {
        errno.ELOOP: "its links go round in a circle",
        errno.ENAMETOOLONG: f"the name is too long ({len(str(place))} characters)",
        errno.EACCES: "this user may not go there",
    }.get(error.errno or 0, error.strerror or str(error))
    raise type(error)(error.errno, said, str(place)[:200]) from error


def regular(path: str | os.PathLike[str], why: str = "it is read more than once") -> Path:
    """Return the path of a plain file.

    Raises
    ------
    InputError
        If a pipe, a device or a socket lies there.
    OSError
        If nothing or a folder lies there.
    """
    found = kind(path)
    if found == "nothing":
        raise FileNotFoundError(errno.ENOENT, "there is no such file", os.fspath(path))
    if found == "folder":
        raise IsADirectoryError(errno.EISDIR, "that is a folder; give a file in it", str(path))
    if found != "file":
        raise InputError(f"{os.fspath(path)!r} is {found}: {why}; write it to a file first")
    return Path(path)


@contextlib.contextmanager
def reading(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Lend a plain file for reading bytes; anything else is refused, as `regular` does."""
    with regular(path).open("rb") as stream:
        yield stream


def read_bytes(path: str | os.PathLike[str], limit: str = LARGEST_FILE) -> bytes:
    """Return all of a file, or of what comes through a pipe or a device, within a limit.

    Parameters
    ----------
    path : str or path
        What to read.
    limit : str
        The variable of the environment that holds the limit.

    Raises
    ------
    InputError
        If it holds more, is a block device or a socket, or nobody writes to the pipe.
    OSError
        If it cannot be opened or read.
    """
    return b"".join(pieces(path, limit))


def pieces(path: str | os.PathLike[str], limit: str = LARGEST_FILE) -> Iterator[bytes]:
    """Yield what a file holds, or what comes through a pipe or a device, within a limit.

    Raises
    ------
    InputError, OSError
        As `read_bytes`.
    """
    most, found = most_bytes(limit), kind(path)
    if found in {"a block device", "a socket"}:
        raise InputError(f"{os.fspath(path)!r} is {found}, not a file; give a file")
    if found == "file" and (size := Path(path).stat().st_size) > most:
        _too_large(path, f"{shown_bytes(size)}", limit)
    handle = os.open(path, os.O_RDONLY | (getattr(os, "O_NONBLOCK", 0) if found != "file" else 0))
    with os.fdopen(handle, "rb", buffering=0) as stream:
        size_so_far = 0
        for piece in _pieces(stream.fileno(), str(path), piped=found == "a pipe"):
            size_so_far += len(piece)
            if size_so_far > most:
                _too_large(path, f"more than {shown_bytes(most)}", limit)
            yield piece


def _too_large(path: str | os.PathLike[str], size: str, limit: str) -> NoReturn:
    raise InputError(
        f"{os.fspath(path)!r} has {size}, and at most {shown_bytes(most_bytes(limit))} are read "
        f"into memory; {limit} in the environment, such as {limit}=2GB, raises that"
    )


def _pieces(handle: int, name: str, *, piped: bool) -> Iterator[bytes]:
    """Yield what comes until its end; a pipe that nobody has opened yet is waited for shortly."""
    last, begun = time.monotonic() + PATIENCE, not piped
    while True:
        try:
            piece = os.read(handle, _CHUNK)
        except BlockingIOError:  # a writer is there, and has nothing to say yet
            begun = True
            select.select([handle], [], [])
            continue
        if piece:
            begun = True
            yield piece
        elif begun or time.monotonic() > last:
            break
        else:
            time.sleep(0.01)
    if not begun:
        raise InputError(f"{name!r} is a pipe, and nobody has written to it for {PATIENCE:.0f} s")


def read_text(path: str | os.PathLike[str], encoding: str = "utf-8") -> str:
    """Return all of a file as text; as `read_bytes`, and `UnicodeDecodeError` if it is none."""
    return read_bytes(path).decode(encoding)


def write_text(path: str | os.PathLike[str], text: str) -> int:
    """Write `text` as UTF-8 and return the number of bytes.

    Parameters
    ----------
    path : str or Path
        Where to; an existing file is replaced.
    text : str
        What to write.

    Returns
    -------
    int
        The size of the file in bytes.
    """
    data = text.encode("utf-8")
    with replacing(path) as stream:
        stream.write(data)
    return len(data)


def append_text(path: str | os.PathLike[str], text: str) -> None:
    """Add `text` to a file, which is made if there is none; the summary of a CI step, say."""
    if kind(path) not in {"file", "nothing"}:
        regular(path, "text cannot be added to it")
    with Path(path).open("a", encoding="utf-8", errors="replace") as file:
        file.write(text)


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Lend a stream whose bytes become the file `path` when all of them are written.

    The bytes go to a file aside in the same folder, reach the disk, and take the name in
    one step; on any failure the old file is as it was and nothing is left behind. A pipe or a
    device is written into, and stays what it is.

    Parameters
    ----------
    path : str or Path
        Where to; an existing file is replaced.

    Yields
    ------
    file
        Opened for writing bytes.

    Raises
    ------
    InputError
        If nothing can have that name, or a block device or a socket lies there.
    OSError
        If there is no such folder, or it cannot be written.
    """
    found = check_target(path)
    if found not in {"file", "nothing"}:
        with os.fdopen(_opened(path), "wb") as stream:
            yield stream
        return
    # A link keeps pointing where it points: what it names is replaced, not the link.
    target = Path(os.path.realpath(path))
    sweep_beside(target)
    with passing(target.parent, _start(target), _OURS) as aside:
        try:
            handle = locked(aside)
        except OSError as error:
            error.filename = str(path)  # not the name aside, which nobody knows
            raise
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            aside.chmod(_mode(target))
            aside.replace(target)


def check_target(path: str | os.PathLike[str]) -> str:
    """Refuse what cannot be written to, before hours of work; return what lies there now.

    Raises
    ------
    InputError
        If nothing can have that name, or a block device or a socket lies there.
    OSError
        If it is a folder, or there is no folder for it.
    """
    found = kind(path)
    if found == "folder":
        raise IsADirectoryError(errno.EISDIR, "that is a folder; name a file in it", str(path))
    if found in {"a block device", "a socket"}:
        raise InputError(f"{os.fspath(path)!r} is {found}; give the name of a file")
    folder = Path(os.path.realpath(path)).parent
    if found == "nothing" and kind(folder) != "folder":
        said = f"there is no folder {str(folder)!r}; make it first, or choose another"
        raise FileNotFoundError(errno.ENOENT, said, os.fspath(path))
    return found


def _opened(path: str | os.PathLike[str]) -> int:
    """Open a pipe or a device for writing; a pipe without a reader is waited for shortly."""
    last = time.monotonic() + PATIENCE
    while True:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > last:
                said = f"is a pipe that nobody reads (waited {PATIENCE:.0f} s)"
                raise InputError(f"{os.fspath(path)!r} {said}") from error
            time.sleep(0.01)
        else:
            os.set_blocking(handle, True)
            return handle


def _mode(target: Path) -> int:
    # A file aside is its owner's alone; a report is an ordinary file.
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _start(target: Path) -> str:
    return f".{target.name.encode()[:100].decode(errors='ignore')}."


def sweep_beside(target: Path) -> None:
    """Remove what a killed writer of `target` left half-written beside it."""
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            mine = entry.name.startswith(_start(target)) and entry.name.endswith(_OURS)
            if mine and entry.is_file(follow_symlinks=False):
                unless_locked(entry.path, Path(entry.path).unlink)
