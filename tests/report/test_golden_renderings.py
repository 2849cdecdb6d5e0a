"""Every result in every format, compared with plain files that people review.

After a wanted change: KULLBACK_UPDATE_GOLDEN=1 pytest tests/report, and read the diff.
"""

import os
import re
from pathlib import Path

import pytest

from kullback.report import markdown
from kullback.report.html import page as html
from kullback.report.text import page as text
from kullback.scorecard import Scorecard
from kullback.scorecard import document as scorecard
from kullback.tables.results import comparison_document as table_comparison

GOLDEN = Path(__file__).parent / "golden"
NAMES = (
    "exact",
    "infinite",
    "equal",
    "negative",
    "hostile",
    "table",
    "hostile_table",
    "all_skipped",
)
FORMATS = {
    "txt": lambda result: text.render(document(result)),
    "all.txt": lambda result: text.render(document(result), everything=True),
    "ascii.txt": lambda result: text.render(document(result), encoding="ascii"),
    "md": lambda result: markdown.render(document(result)),
    "html": lambda result: without_styles(html.page(document(result))),
    "json": lambda result: without_last_digits(result.to_json()),
}


def without_last_digits(text):
    """Leave out the digits in which kernels differ."""
    return re.sub(r"\d+\.\d{12,}(e-\d+)?", lambda found: f"{float(found[0]):.11g}", text)


def without_styles(page):
    """Leave out what is the same in every page: its styles and its script."""
    page = re.sub(r"sha256-[^']*", "sha256-…", page)
    page = re.sub(r"<style>.*?</style>", "<style>…</style>", page, flags=re.DOTALL)
    return re.sub(r"<script>.*?</script>", "<script>…</script>", page, flags=re.DOTALL)


def document(result):
    build = scorecard.document if isinstance(result, Scorecard) else table_comparison.document
    return build(result)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_rendering(results, name, form):
    drawn = FORMATS[form](results[name]).rstrip("\n") + "\n"
    path = GOLDEN / f"{name}.{form}"
    if os.environ.get("KULLBACK_UPDATE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_every_sample_is_in_the_list(results):
    assert set(results) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_methods_draw_the_same(results, name, monkeypatch):
    monkeypatch.setattr("kullback.report.versions.run_facts", tuple)  # when it was made
    result = results[name]
    assert str(result) == text.render(document(result))
    assert result.to_html() == html.page(document(result))
    assert result._repr_html_() == html.fragment(document(result))
