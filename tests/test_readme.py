"""The README says what is so."""

import doctest
import html
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_examples_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    failed, attempted = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert attempted >= 5
    assert failed == 0


@pytest.fixture
def pictures():
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(svg):
    """Return what a reader reads in a picture, whatever the version that drew it."""
    body = svg[svg.index("</defs>") :]
    text = html.unescape(" ".join(re.findall(r"<text[^>]*>(.*?)</text>", body, flags=re.DOTALL)))
    return text.replace("\N{NO-BREAK SPACE}", " ").split()


def test_the_picture_is_of_real_output(pictures, monkeypatch):
    monkeypatch.chdir(ROOT)
    drawn = (ROOT / "docs" / "compare.svg").read_text(encoding="utf-8")
    assert words(drawn) == words(pictures.compare_svg())
    assert "drifted" in words(drawn)


def test_commands_that_the_readme_names_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`kullback (\w+)", text))
    assert named
    for command in named:
        assert (ROOT / "src" / "kullback" / "cli" / f"{command}.py").exists()
