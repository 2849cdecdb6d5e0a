"""Every block of code of the documentation is run, and prints what the page says."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [path for path in (ROOT / "docs").rglob("*.md") if "generated" not in path.parts]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in PAGES if "```" in path.read_text())


@pytest.mark.slow
@pytest.mark.parametrize("page", [*PAGES, "examples/README.md"])
def test_blocks(runner, page):
    """After a wanted change: python docs/run_pages.py --write, and read the diff."""
    try:
        assert runner.run_page(ROOT / page) >= 0
    except ModuleNotFoundError as missing:
        pytest.skip(str(missing))


def write(tmp_path, text):
    path = tmp_path / "page.md"
    path.write_text(text)
    return path


@pytest.fixture
def page(runner, tmp_path, monkeypatch):
    """Return the function that runs a text as a page."""
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    (tmp_path / "examples").mkdir()
    return lambda text, **how: (runner.run_page(write(tmp_path, text), **how), tmp_path / "page.md")


@pytest.mark.parametrize(
    "text",
    [
        "```python\n>>> 1 + 1\n3\n```\n",
        "```python\n1 / 0\n```\n",
        "```sh\nfalse\n```\n",
        "```console\n$ echo two\none\n```\n",
        "```console\n$ exit 3\n```\n",
        "```toml\na = = 1\n```\n",
        "```\nwhat is this\n```\n",
        "<!-- not run: -->\n```python\n1 / 0\n```\n",
        "<!-- not run: it needs a server -->\n```python\n1 +\n```\n",
        "<!-- setup\nraise ValueError\n-->\n```python\n1\n```\n",
    ],
)
def test_what_is_not_so_is_found(page, text):
    with pytest.raises((AssertionError, ValueError, SyntaxError, ZeroDivisionError)):
        page(text)


def test_blocks_of_a_page_share_what_they_make(page):
    text = "```python\na = 3\n```\n<!-- setup\nb = a + 1\n-->\n```python\n>>> b\n4\n```\n"
    assert page(text)[0] == 2


def test_outputs_are_written_as_they_come(page):
    text = "```python\n>>> 1 + 1\n3\n>>> 1 / 0\n```\nAnd:\n```console\n$ echo a; exit 2\n```\n"
    _, path = page(text, write=True)
    assert path.read_text() == (
        "```python\n>>> 1 + 1\n2\n>>> 1 / 0\nTraceback (most recent call last):\n    ...\n"
        "ZeroDivisionError: division by zero\n```\nAnd:\n"
        "```console\n$ echo a; exit 2\na\n[exit 2]\n```\n"
    )
    assert page(path.read_text())[0] == 2
