"""When and with what a page is made."""

import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kullback.report.blocks.document import Fact

SHOWN = ("numpy", "duckdb")  # what counts: said where it is loaded


def run_facts() -> "tuple[Fact, ...]":
    """Return the moment, and the versions that decide what comes out.

    Examples
    --------
    >>> [fact.title for fact in run_facts()][:3]
    ['made', 'kullback', 'Python']
    """
    from kullback.report.blocks.document import Fact

    moment = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    found = [("made", moment), ("kullback", _version("kullback"))]
    found.append(("Python", platform.python_version()))
    found += [(name, _version(name)) for name in SHOWN if name in sys.modules]
    return tuple(Fact(title, value, "word") for title, value in found if value)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a checkout
        return "from a checkout" if package == "kullback" else ""
