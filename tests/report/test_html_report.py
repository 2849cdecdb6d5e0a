"""HTML: self-contained, script-free, closed off against what data holds."""

import re
from html.parser import HTMLParser

import pytest

from kullback.report import html, scorecard, table_comparison
from kullback.report.document import Document, Text

VOID = {"meta", "br", "link", "img"}


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that tags close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("draw", [html.page, html.fragment])
def test_no_script_no_link_no_handler(results, draw):
    for result in results.values():
        build = scorecard if hasattr(result, "outcomes") else table_comparison
        reader = read(draw(build.document(result)))
        assert not {"script", "link", "img", "iframe", "object", "a"} & set(reader.tags)
        assert not [name for name, _ in reader.attributes if name.startswith(("on", "src", "href"))]


def test_no_external_request(tables):
    page = tables["table"].to_html()
    assert not re.search(r"https?:|//\w|url\(|@import", page)
    assert "default-src 'none'" in page


def test_the_words_are_there_without_styles(tables):
    page = re.sub(r"<style>.*?</style>", "", tables["table"].to_html(), flags=re.DOTALL)
    text = " ".join("".join(read(page).text).split())
    for words in ("✗ drifted", "? undecided", "= same", "KL(current‖reference)", "∞", "plan"):
        assert words in text
    assert "id-like: 4000 integers, all different" in text


def test_it_has_a_dark_mode_and_a_phone_width(tables):
    page = tables["table"].to_html()
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page
    assert '<html lang="en">' in page


def test_what_is_folded_is_there(tables):
    page = tables["table"].to_html()
    assert "<details>" in page
    assert "What explains &#39;plan&#39;" in page


def test_titles_are_escaped_too():
    page = html.page(Document("</title><script>", (Text("a</style><b>"),)))
    assert "script" not in read(page).tags
    assert "b" not in read(page).tags


def test_to_html_writes_the_page(tables, tmp_path):
    path = tmp_path / "report.html"
    page = tables["table"].to_html(path)
    assert path.read_text(encoding="utf-8") == page
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_size(tables):
    assert len(tables["table"].to_html().encode()) < 30_000
