"""A URL of a table in a database, as in ``postgresql://host/shop?table=sales``, part by part."""

from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from kullback import files
from kullback.errors import InputError, MissingDependencyError


class DatabaseUrl(NamedTuple):
    """A URL without its table."""

    split: SplitResult
    shown: str  # without a password

    @property
    def text(self) -> str:
        """The URL as a driver takes it."""
        return urlunsplit(self.split)

    def existing(self) -> Path:
        """Return the file of an embedded database; four slashes begin an absolute path."""
        path = files.named(unquote(self.split.path.removeprefix("/")))
        if files.kind(path) != "nothing":
            files.regular(path)
        else:
            raise InputError(f"no such file: {str(path)!r} (looked in {str(Path.cwd())!r})")
        return path

    def driver(self, module: str, package: str, extra: str) -> Any:
        """Return the module that opens the URL.

        Raises
        ------
        MissingDependencyError
            If it is not installed.
        """
        try:
            return import_module(module)
        except ImportError as error:
            raise MissingDependencyError(
                f"{self.shown} needs {package}: pip install 'kullback[{extra}]'"
            ) from error

    def hidden(self, text: str) -> str:
        """Return the first line of a driver's words, without the password."""
        first = text.splitlines()[0] if text else "no reason given"
        return first.replace(self.split.password, "***") if self.split.password else first


def scheme_of(data: str) -> str:
    """Return how a URL begins; empty if there is none."""
    scheme, marks, _ = data.partition("://")
    return scheme if marks else ""


def parted(url: str, argument: str) -> tuple[DatabaseUrl, str]:
    """Part a URL into the database and the table that it names.

    Raises
    ------
    InputError
        If it names no table.
    """
    split = urlsplit(url)
    query = dict(parse_qsl(split.query))
    host = split.netloc.rpartition("@")[2]
    user = f"{split.username}@" if split.username else ""
    shown = f"{split.scheme}://{user}{host}{split.path}"
    table = query.pop("table", None)
    if not table:
        raise InputError(f"{argument}: {shown} names no table; end it with '?table=NAME'")
    return DatabaseUrl(split._replace(query=urlencode(query)), shown), table
