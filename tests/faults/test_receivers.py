"""Names and values from data reach no receiver as its own marks: each output × each hostile text.

The judges are the receivers' own parsers, or their rules written down here: markdown-it for
Markdown, ElementTree for XML, the client of Prometheus for OpenMetrics, the parser of HTML, the
runner of GitHub Actions (which looks at every line of what a step prints), a terminal.
"""

import functools
import json
import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from kullback import tables
from kullback.cli.output import FORMATS, Output, Result
from kullback.report.html.page import page

HOSTILE = [
    "::error file=a::forged",
    "##[error]forged",
    "  ::stop-commands::forged",
    "x\n::set-output name=a::b",
    "x\r::warning::b",
    "a\u2028::warning::b",
    "\x1b[31mred\x1b]0;title\x07",
    "\x9b31m\x90\x00",
    "\u202egnp.exe\u2066\u200f",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)' x='",
    "]]></failure><failure>&lt;&amp;\ufffe",
    "![x](http://example.invalid/x.png) [y](javascript:alert(1))",
    "a | b | c `code` *em* __strong__ # h",
    "<!-- hidden --> &copy; http://example.invalid",
    'label="x"} 1\n# EOF',
    'back\\slash\\n quote"',
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "{{7*7}} ${7*7} %(x)s {0}",
]
BENIGN = "plain"
FORMS = sorted(FORMATS)


def compared(hostile, place):
    """A comparison that has a text as the name of a column, as a value of one, and as both."""
    name = hostile if place in {"name", "both"} else BENIGN
    value = hostile if place in {"value", "both"} else BENIGN
    before = pd.DataFrame({name: ["a", value] * 60, "kept": range(120), "lost": [1, 2] * 60})
    after = pd.DataFrame({name: [value] * 119 + ["new" + value], "kept": range(120)})
    return tables.compare(before, after)


def written(comparison, form):
    result = replace(Result.of(comparison), gated=(comparison, tables.gate(comparison)))
    return FORMATS[form].write(result, Output(form, color="never"))


class Seen(HTMLParser):
    """The tags of a page with the names of their attributes, and where they lead."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links = set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add((tag, *sorted(name for name, _ in attributes)))
        self.links += [v for n, v in attributes if n in {"href", "src"} and v and v[0] != "#"]


def commands(text):
    """The commands that the runner finds in what a step prints (toolkit: command.ts; `##[`)."""
    lines = re.split(r"\r\n|[\n\r]", text)
    return [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


def unseen(text):
    """What a terminal obeys in place of showing it: controls, and what turns the direction."""
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return [
        c
        for c in text
        if (unicodedata.category(c) == "Cc" and c != "\n")
        or unicodedata.bidirectional(c) in turning
    ]


def judge_text(text, benign):
    assert commands(text) == []
    assert unseen(text) == []


def judge_json(text, benign):
    assert commands(text) == []
    assert unseen(text) == []
    assert json.loads(text, parse_constant=pytest.fail).keys() == json.loads(benign).keys()


def judge_markdown(text, benign):
    judge_text(text, benign)
    read = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table")
    found, usual = (Seen(read.render(each)) for each in (text, benign))
    assert found.tags <= usual.tags
    assert found.links == usual.links
    rows = [line for line in text.splitlines() if line.startswith("|")]
    bars = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert bars <= {
        len(re.findall(r"(?<!\\)\|", row)) for row in benign.splitlines() if row.startswith("|")
    }


def judge_github(text, benign):
    """Every command is one of ours, and says where it is from."""
    assert all(
        line.startswith(("::error title=", "::notice title=", "::warning title="))
        for line in commands(text)
    )
    assert len(commands(text)) == len(commands(benign))
    assert unseen(text) == []


def judge_xml(text, benign):
    assert commands(text) == []
    found, usual = (
        [(each.tag, *sorted(each.attrib)) for each in ElementTree.fromstring(one).iter()]
        for one in (text, benign)
    )
    assert found == usual


def judge_openmetrics(text, benign):
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    found, usual = (
        [(family.name, len(family.samples)) for family in parser.text_string_to_metric_families(t)]
        for t in (text, benign)
    )
    assert found == usual
    assert text.rstrip("\n").endswith("# EOF")
    assert "##[" not in text


JUDGES = {
    "text": judge_text,
    "quiet": judge_text,
    "json": judge_json,
    "md": judge_markdown,
    "github": judge_github,
    "junit": judge_xml,
    "openmetrics": judge_openmetrics,
}


def test_every_format_has_a_judge():
    assert sorted(JUDGES) == FORMS


PLACES = [
    "both",
    pytest.param("name", marks=pytest.mark.slow),
    pytest.param("value", marks=pytest.mark.slow),
]


@functools.cache
def usual(place):
    """What is written where nothing is hostile."""
    comparison = compared(BENIGN, place)
    return {form: written(comparison, form) for form in FORMS}, Seen(page(comparison.document()))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_output_obeys_the_data(hostile, place):
    comparison, (texts, benign) = compared(hostile, place), usual(place)
    for form in FORMS:
        JUDGES[form](written(comparison, form), texts[form])
    found = Seen(page(comparison.document()))
    assert found.tags <= benign.tags
    assert found.links == benign.links
