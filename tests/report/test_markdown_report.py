"""Markdown: tables that hold together, and no markup from data."""

import re

from hypothesis import given
from hypothesis import strategies as st

from kullback.report import markdown
from kullback.scorecard import document as scorecard
from kullback.tables.results import comparison_document as table_comparison

CELL = re.compile(r"(?<!\\)\|")


def test_every_row_has_the_columns_of_its_header(results):
    for result in results.values():
        build = scorecard if hasattr(result, "outcomes") else table_comparison
        widths = []
        for line in markdown.render(build.document(result)).split("\n"):
            if line.startswith("| "):
                widths.append(len(CELL.findall(line.replace("\\\\", ""))))
            else:
                assert len(set(widths)) <= 1
                widths = []


def test_no_html_from_data(results):
    for result in results.values():
        build = scorecard if hasattr(result, "outcomes") else table_comparison
        text = markdown.render(build.document(result))
        assert "<" not in text.replace("&lt;", "")


@given(st.text())
def test_escaped_text_is_one_line_without_markup(text):
    escaped = markdown.escape(text)
    assert "\n" not in escaped
    assert "<" not in escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`*_\[\]]", escaped)


def test_to_markdown(tables):
    text = tables["table"].to_markdown()
    assert "**✗ drifted: 1 of 3 columns" in text
    assert "| plan | categorical |" in text
    assert "1 drifted · 1 undecided · 1 same · 2 skipped" in text
