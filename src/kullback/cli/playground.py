"""The page on which P and Q can be dragged: a file of the package, opened in a browser."""

import webbrowser
from importlib.resources import files
from pathlib import Path


def open_page() -> str:
    """Open the page in the user's browser, and return its address.

    Returns
    -------
    str
        A ``file:`` address; nothing is fetched from anywhere.
    """
    address = Path(str(files("kullback.cli").joinpath("playground.html"))).resolve().as_uri()
    webbrowser.open(address)
    return address
