"""Which version a package has."""

import kullback


def version(package: str = "kullback") -> str:
    """Return the version of a package, or say that it is not installed."""
    if package == "kullback":
        return kullback.__version__
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed(package)
    except PackageNotFoundError:
        return "not installed"
