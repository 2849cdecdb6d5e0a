"""The site is built with warnings as errors, its links lead somewhere, and all names are in it."""

import html
import importlib
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import kullback

ROOT = Path(__file__).parents[2]
SOURCE = Path(kullback.__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site once, from a copy of the pages."""
    for needed in ("sphinx", "furo", "myst_parser", "numpydoc"):
        pytest.importorskip(needed)
    built = tmp_path_factory.mktemp("site")
    path = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", "docs", built],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return built


def anchors(page):
    return {*re.findall(r'\bid="([^"]+)"', page), *re.findall(r'\bname="([^"]+)"', page), ""}


@pytest.mark.slow
def test_every_link_inside_leads_somewhere(site):
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert len(texts) > 40
    known = {path: anchors(text) for path, text in texts.items()}
    broken = []
    for path, text in texts.items():
        for link in re.findall(r'\b(?:href|src)="([^"]+)"', text):
            parts = urlsplit(html.unescape(link))
            if parts.scheme or parts.netloc or link.startswith("data:"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            named = anchor in known.get(target, ())
            if not (named if target.suffix == ".html" and anchor else target.exists()):
                broken.append(f"{path.relative_to(site)} → {link}")
    assert broken == []


def public_names():
    sys.path.insert(0, str(ROOT / "docs"))
    generate = importlib.import_module("generate")
    for room in generate.ROOMS:
        try:
            module, names = generate.members(room)
        except ImportError:
            continue
        yield from (f"{room}.{name}" for name in names if not inspect.ismodule(vars(module)))


@pytest.mark.slow
def test_every_public_name_is_in_the_reference(site):
    pages = (site / "reference" / "generated").glob("*.html")
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    missing = [name for name in public_names() if f'id="{name}"' not in text]
    assert missing == []


@pytest.mark.slow
def test_it_is_whole_without_a_network(site):
    assert (site / "searchindex.js").stat().st_size > 100_000
    assert (site / "llms.txt").read_text(encoding="utf-8").startswith("# kullback\n\n> ")
    assert "default-src 'none'" in (site / "playground.html").read_text(encoding="utf-8")
    fetched = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]+"')
    for path in site.rglob("*.html"):
        assert fetched.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.slow
def test_the_programs_table_of_contents_names_pages_that_exist(site):
    text = (site / "llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 25
    assert [link for link in links if not (site / link).exists()] == []
