"""Files behind a URL, through fsspec: object stores, web servers, file servers, memory."""

from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from kullback.errors import FormatError, InputError, MissingDependencyError
from kullback.tables.engines.files import Files, keys, only_format

# What brings a protocol; fsspec itself only names them.
_PACKAGES = MappingProxyType(
    {
        "s3": "'kullback[s3]'",
        "s3a": "'kullback[s3]'",
        "gs": "gcsfs",
        "gcs": "gcsfs",
        "abfs": "adlfs",
        "az": "adlfs",
        "http": "aiohttp",
        "https": "aiohttp",
        "sftp": "paramiko",
        "hdfs": "pyarrow",
    }
)


def find(url: str, argument: str) -> Files:
    """Find the files of a URL, which may hold a pattern.

    Raises
    ------
    MissingDependencyError
        If fsspec, or what it needs for the protocol, is not installed.
    InputError
        If the protocol is unknown, there is no such file, or it cannot be reached.
    FormatError
        If a file is empty.
    """
    filesystem, path = _filesystem(url, argument)
    try:
        paths, folder = _expand(filesystem, path)
        empty = [one for one in paths if filesystem.size(one) == 0]
    except FileNotFoundError:
        paths, folder, empty = [], False, []
    except Exception as error:
        raise InputError(f"{argument}: {_shown(url)!r} cannot be reached: {error}") from error
    if not paths and folder:
        raise InputError(
            f"{argument}: {_shown(url)!r} is a folder; name its files, as in "
            f"{_shown(url).rstrip('/') + '/*.parquet'!r}"
        )
    if not paths:
        raise InputError(f"{argument}: no such file: {_shown(url)!r}")
    if empty:
        raise FormatError(f"{argument}: {empty[0]!r} is empty (0 bytes)")
    names = [PurePosixPath(urlsplit(one).path) for one in paths]
    known = only_format(_shown(url), names, argument)
    parts = keys(names) if folder else ()
    return Files(_shown(url), tuple(paths), known, filesystem, keys=parts)


def _filesystem(url: str, argument: str) -> tuple[Any, str]:
    protocol = url.partition("://")[0]
    try:
        import fsspec
    except ImportError as error:
        raise MissingDependencyError(
            f"{argument}: '{protocol}://' needs fsspec: pip install 'kullback[remote]'"
        ) from error
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(url)
    except ImportError as error:
        package = _PACKAGES.get(protocol, f"what {error} names")
        raise MissingDependencyError(
            f"{argument}: '{protocol}://' needs more than fsspec: pip install {package}"
        ) from error
    except Exception as error:  # each filesystem has its own for an address that it cannot take
        raise InputError(f"{argument}: {_shown(url)!r} cannot be used: {error}") from error
    return found


def _expand(filesystem: Any, path: str) -> tuple[list[str], bool]:
    """Return the files of a path, and whether it is a folder: of partitions, or it has none."""
    folder = "*" not in path and filesystem.isdir(path)
    names = filesystem.glob(path) if "*" in path else [path]
    if folder:
        held = [PurePosixPath(name) for name in filesystem.find(path)]
        below = [
            name.relative_to(PurePosixPath(path)) if name.is_relative_to(path) else name
            for name in held
        ]
        parted = any("=" in part for name in below for part in name.parts[:-1])
        names = [str(name) for name in held if parted and not name.name.startswith(("_", "."))]
    for name in names:
        filesystem.info(name)  # raises where there is none
    return sorted(filesystem.unstrip_protocol(name) for name in names), folder


def _shown(url: str) -> str:
    """Return a URL without the secrets that it may hold."""
    split = urlsplit(url)
    host = split.netloc.rpartition("@")[2]
    return f"{split.scheme}://{host}{split.path}"
