"""Writing a file so that it is either the new one, whole, or the old one, untouched."""

import contextlib
import os
import tempfile
from pathlib import Path


def write_text(path: str | Path, text: str) -> int:
    """Write `text` as UTF-8 and return the number of bytes.

    The bytes go to a file aside in the same folder, reach the disk, and take the name in
    one step; on any failure the old file is as it was and nothing is left behind.

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
    return write_bytes(path, text.encode("utf-8"))


def write_bytes(path: str | Path, data: bytes) -> int:
    """Write `data` the same way and return the number of bytes."""
    # A link keeps pointing where it points: what it names is replaced, not the link.
    target = Path(path).resolve()
    handle, aside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).chmod(_mode(target))
        Path(aside).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(aside).unlink()
        raise
    return len(data)


def _mode(target: Path) -> int:
    # mkstemp makes a file that only its owner can read; a report is an ordinary file.
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
