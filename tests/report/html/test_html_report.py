"""HTML: self-contained, closed off against what data holds, and readable without its script."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from kullback.report.blocks.document import Document, Facts, Text
from kullback.report.html import page as html
from kullback.scorecard import document as scorecard
from kullback.tables.results import comparison_document as table_comparison

VOID = {"meta", "br", "link", "img", "input"}
OPTIONAL = {
    "tr",
    "th",
    "td",
    "thead",
    "tbody",
    "option",
    "dt",
    "dd",
}  # whose end tags HTML lets us leave out


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that tags close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open[-1] in OPTIONAL and self.open[-1] != tag:
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def document_of(result):
    build = scorecard if hasattr(result, "entropy_p") else table_comparison
    return build.document(result)


def own_script(page):
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    return script


@pytest.mark.parametrize("draw", [html.page, html.fragment])
def test_no_link_no_handler_no_inline_style(results, draw):
    for result in results.values():
        reader = read(draw(document_of(result)))
        assert not {"link", "img", "iframe", "object"} & set(reader.tags)
        assert reader.tags.count("script") == (draw is html.page)
        for tag, name, value in reader.attributes:
            assert not name.startswith(("on", "src", "style"))
            assert name != "href" or (tag in {"a", "use"} and re.fullmatch(r"#[a-z]\d+", value))


def test_every_link_has_its_target(results):
    for result in results.values():
        reader = read(html.page(document_of(result)))
        targets = {value for _, name, value in reader.attributes if name == "id"}
        links = {value[1:] for _, name, value in reader.attributes if name == "href"}
        assert links <= targets
        assert len(targets) == sum(name == "id" for _, name, _ in reader.attributes)


def test_only_its_own_script_may_run(tables):
    page = tables["hostile_table"].to_html()
    digest = base64.b64encode(hashlib.sha256(own_script(page).encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in page
    assert "alert(1)" not in own_script(page)
    assert "<script>alert" not in page


def test_no_external_request(tables):
    page = tables["table"].to_html()
    assert not re.search(r"https?:|//\w|url\(|@import", page)


def test_the_words_are_there_without_styles(tables):
    page = re.sub(r"<(style|script)>.*?</\1>", "", tables["table"].to_html(), flags=re.DOTALL)
    text = " ".join("".join(read(page).text).split())
    for words in ("✗ drifted", "? undecided", "= same", "KL(current‖reference)", "∞", "plan"):
        assert words in text
    assert "id-like: 4000 integers, all different" in text
    assert "new: 'gold'" in text
    assert "missing0 % → 2 %" in text


def test_the_banner_names_the_worst_column(tables):
    page = tables["table"].to_html()
    (banner,) = re.findall(r'<p class="headline drifted">(.*?)</p>', page)
    assert "largest difference is in &#39;plan&#39;" in banner


def test_it_has_a_dark_mode_and_a_phone_width(tables):
    page = tables["table"].to_html()
    assert "light-dark(" in page
    assert 'name="viewport"' in page
    assert '<html lang="en">' in page


def test_what_is_folded_is_there(tables):
    page = tables["table"].to_html()
    assert "<details>" in page
    assert "<summary>What explains it</summary>" in page
    assert "<summary>Outcomes</summary>" in page


def test_colours_are_attributes(tables):
    """What blocks styles, as some CI servers do, must not take the colours away."""
    page = re.sub(r"<style>.*?</style>", "", tables["table"].to_html(), flags=re.DOTALL)
    assert page.count("stroke=#0072b2") >= 3
    assert page.count("stroke=#b8bec9") >= 2


def test_both_units_are_in_the_page(tables, cards):
    assert 'data-u="0.2149 [0.2135, 0.2163]">0.3100 [0.3080, 0.3120]' in tables["table"].to_html()
    assert 'data-u="0.265148 bits">0.183787 nats' in cards["exact"].to_html()


def test_every_picture_says_what_it_shows(results):
    for result in results.values():
        page = html.page(document_of(result))
        for svg in re.findall(r"<svg [^>]*>", page):
            assert ('role=img aria-label="' in svg) != ("aria-hidden=true" in svg)


def test_titles_are_escaped_too():
    page = html.page(Document("</title><script>", (Text("a</style><b>"),)))
    assert read(page).tags.count("script") == 1
    assert "b" not in read(page).tags


def test_an_empty_document_is_a_page():
    assert "h1" in read(html.page(Document("nothing", (Facts(()),)))).tags


def test_to_html_writes_the_page(tables, tmp_path):
    path = tmp_path / "report.html"
    page = tables["table"].to_html(path)
    assert path.read_text(encoding="utf-8") == page
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_size(results):
    for name, result in results.items():
        if not name.startswith("hostile"):
            assert len(result.to_html().encode()) < 35_000
            assert len(result._repr_html_().encode()) < 30_000


def test_a_fragment_has_no_script_and_no_name(results):
    """Two of them in one notebook would have the same names."""
    for result in results.values():
        reader = read(result._repr_html_())
        assert "script" not in reader.tags
        assert not [name for _, name, _ in reader.attributes if name in {"id", "href"}]
