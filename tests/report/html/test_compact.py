"""What makes a page small changes nothing of what a browser shows."""

import re
from html.parser import HTMLParser

from kullback.report.html import page
from kullback.report.html.compact import compact


class Events(HTMLParser):
    """What a parser finds, with `use` in the place of nothing."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.named = [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "use" and told["href"] in self.named:
            tag, told = self.named[told["href"]]
        elif told.get("id", "").startswith("r"):
            name = "#" + told.pop("id")
            self.named[name] = (tag, told)
        told.pop("height", None)
        self.tags.append((tag, tuple(sorted(told.items()))))

    def handle_data(self, data):
        if data.strip():
            self.words.append(data.strip())


LINE = '<path class="x" stroke="#8a93a3" d="M0 138H320"/>'
SAID = '<text x="0" y="182">contributions to KL(P‖Q)</text>'
PICTURE = '<svg viewBox="0 0 320 186" width="320" height="186" role="img" '
PICTURE += 'aria-label="a &quot;b&quot; c=1">{}</svg>'


def test_what_repeats_is_drawn_once():
    html = "".join(f"<p>{i}</p>\n\n{PICTURE.format(LINE)}" for i in range(4))
    short = compact(html)
    assert short.count("stroke") == 1
    assert short.count("<use") == 3
    before, after = Events(html), Events(short)
    assert before.tags == after.tags
    assert before.words == after.words


def test_words_are_shared_with_their_place():
    short = compact(PICTURE.format(SAID) * 3)
    assert short.count("contributions") == 1
    assert short.count('<use href="#r0"/>') == 2


def test_words_that_a_unit_switches_are_not_shared():
    switched = SAID.replace(' y="182"', ' y="182" data-u="in nats"')
    assert "<use" not in compact(PICTURE.format(switched) * 3)


def test_values_with_spaces_quotes_or_slashes_keep_their_quotes():
    given = '<a href="/x" class="one two" title="say &quot;a=b&quot;" id="c0">text a="b c" d</a>'
    assert compact(given) == given.replace('id="c0"', "id=c0")


def test_no_string_of_the_script_is_squeezed():
    source = page.files("kullback.report.html") / "templates" / "page.js"
    whole, squeezed = page._compact(source.read_text("utf-8")), page._source("page.js")
    strings = re.compile(r'"[^"\n]*"')
    assert strings.findall(squeezed) == strings.findall(whole)
    assert len(strings.findall(whole)) > 50
    assert len(squeezed) < len(whole)
