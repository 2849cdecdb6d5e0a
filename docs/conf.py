"""The documentation as a site: ``python -m sphinx -W -b html docs docs/_build/html``."""

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

import generate  # noqa: E402 - it lies beside this file

from kullback.cli.version import version as _version  # noqa: E402

project = "kullback"
author = "The kullback authors"
copyright = "2026, the kullback authors"
release = version = _version()

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "kullback"
html_static_path = ["_static"]
html_extra_path = ["_extra"]
html_css_files = ["site.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f5fa8", "color-brand-content": "#1f5fa8"},
    "dark_css_variables": {"color-brand-primary": "#7db4ee", "color-brand-content": "#7db4ee"},
}
html_show_sphinx = False

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
autosummary_generate = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
toc_object_entries = False
autodoc_mock_imports = [
    name for name in ("torch", "sklearn") if importlib.util.find_spec(name) is None
]


def _add_see_also(_: Any, kind: str, name: str, __: Any, ___: Any, lines: list[str]) -> None:
    """Point from a function to its namesakes in the other rooms, where its text does not."""
    if kind in {"function", "class"} and not any(
        line.startswith(("See Also", ".. seealso")) for line in lines
    ):
        others = generate.namesakes(name)
        if others:
            lines += ["", ".. seealso::", "", "   " + ", ".join(f":obj:`{n}`" for n in others), ""]


def _escape(_: Any, __: str, ___: str, ____: Any, _____: Any, lines: list[str]) -> None:
    """Let |x| be a modulus and I_ a name, which reStructuredText would take for references."""
    for i, line in enumerate(lines):
        if line.startswith("Examples"):
            break
        parts = line.split("``")
        bars = (part.replace("|", "\\|") for part in parts[::2])
        parts[::2] = [re.sub(r"(?<=\w)_(?![\w`])", r"\_", part) for part in bars]
        lines[i] = "``".join(parts)


# Pages that lie outside of this folder, where a reader of the source finds them.
OUTSIDE = {
    "benchmarks/RESULTS": "reference/results",
    "CHANGELOG": "reference/changelog",
    "SECURITY": "reference/security",
}


def _link_inside(app: Any, page: str, source: list[str]) -> None:
    """Point links to what lies outside of this folder at the pages that include it."""
    up = "../" * page.count("/")
    for outside, inside in OUTSIDE.items():
        pattern = re.escape(f"]({up}../{outside}.md") + r"(?=[)#])"
        source[0] = re.sub(pattern, f"]({up}{inside}.md", source[0])


def setup(app: Any) -> dict[str, bool]:
    """Write the pages that are made from the package before Sphinx reads any."""
    generate.write_all(DOCS)
    app.connect("autodoc-process-docstring", _escape, priority=100)
    app.connect("autodoc-process-docstring", _add_see_also, priority=900)
    app.connect("source-read", _link_inside)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
