"""Which version this is, read from the installed package."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version(package: str = "kullback") -> str:
    """Return the version of an installed package, or say that it is not installed."""
    try:
        return installed(package)
    except PackageNotFoundError:
        return "not installed"
