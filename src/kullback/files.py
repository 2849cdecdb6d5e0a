"""Writing a file so that it is either the new one, whole, or the old one, untouched."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def write_text(path: str | Path, text: str) -> int:
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


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Lend a stream whose bytes become the file `path` when all of them are written.

    The bytes go to a file aside in the same folder, reach the disk, and take the name in
    one step; on any failure the old file is as it was and nothing is left behind.

    Parameters
    ----------
    path : str or Path
        Where to; an existing file is replaced.

    Yields
    ------
    file
        Opened for writing bytes.
    """
    # A link keeps pointing where it points: what it names is replaced, not the link.
    target = Path(path).resolve()
    try:
        handle, aside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    except OSError as error:
        error.filename = str(path)  # not the name aside, which nobody knows
        raise
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).chmod(_mode(target))
        Path(aside).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(aside).unlink()
        raise


def _mode(target: Path) -> int:
    # mkstemp makes a file that only its owner can read; a report is an ordinary file.
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
