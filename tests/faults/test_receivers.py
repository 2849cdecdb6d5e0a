"""Names and values from data reach no receiver as its own marks: each result × each output.

All that draws is found in the tree: the classes that draw themselves and their methods, the rows
of `FORMATS`, and every function of the name of a renderer. The judges are the receivers' own
parsers, or their rules written down here: markdown-it for Markdown, ElementTree and junitparser
for JUnit, the client of Prometheus for OpenMetrics, the parser of HTML, the runner of GitHub
Actions (which looks at every line of what a step prints), a terminal.
"""

import inspect
import json
import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from faults.hostile import HALVES, HOSTILE, MAKERS, PLAIN, drawing, made, results
from markdown_it import MarkdownIt

from kullback import tables
from kullback.cli import streams
from kullback.cli.output import FORMATS, Output, Result
from kullback.tables.profiles import storage
from kullback.tables.results.formats.failures import explain
from kullback.tables.results.gate import Gated
from kullback.tables.watch import openmetrics, webhook


class Seen(HTMLParser):
    """The tags of a page with the names of their attributes, and where they lead."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.data = set(), set(), []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add((tag, *sorted(name for name, _ in attributes)))
        places = {"href", "src", "action", "srcset", "formaction", "xlink:href"}
        self.links |= {v for n, v in attributes if n in places and v and v[0] != "#"}

    def handle_data(self, data):
        self.data.append(data)


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
        if (unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} and c != "\n")
        or unicodedata.bidirectional(c) in turning
    ]


def judge_text(text, benign):
    assert commands(text) == []
    assert unseen(text) == []


def judge_json(text, benign):
    judge_text(text, benign)
    assert json.loads(text, parse_constant=pytest.fail).keys() == json.loads(benign).keys()


def judge_markdown(text, benign):
    judge_text(text, benign)
    read = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(
        ["table", "strikethrough"]
    )
    found, usual = (Seen(read.render(each)) for each in (text, benign))
    assert found.tags <= usual.tags
    assert found.links == usual.links
    rows = [line for line in text.splitlines() if line.startswith("|")]
    bars = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert bars <= {
        len(re.findall(r"(?<!\\)\|", row)) for row in benign.splitlines() if row.startswith("|")
    }


def judge_html(text, benign):
    found, usual = Seen(text), Seen(benign)
    assert found.tags <= usual.tags
    assert found.links == usual.links
    assert unseen("".join(found.data)) == []


def judge_github(text, benign):
    """Every command is one of ours, and says where it is from."""
    assert all(
        line.startswith(("::error title=", "::notice title=", "::warning title="))
        for line in commands(text)
    )
    assert len(commands(text)) == len(commands(benign))
    assert unseen(text) == []


def judge_xml(text, benign):
    judge_text(text, benign)
    found, usual = (
        sorted((each.tag, *sorted(each.attrib)) for each in ElementTree.fromstring(one).iter())
        for one in (text, benign)
    )
    assert found == usual
    parser = pytest.importorskip("junitparser")
    suite = parser.JUnitXml.fromstring(text.encode())
    assert suite.tests == parser.JUnitXml.fromstring(benign.encode()).tests


def judge_openmetrics(text, benign):
    assert commands(text) == []
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    found, usual = (
        [(family.name, len(family.samples)) for family in parser.text_string_to_metric_families(t)]
        for t in (text, benign)
    )
    assert found == usual
    assert text.rstrip("\n").endswith("# EOF")


def judge_coloured(text, benign):
    assert commands(text) == []
    assert unseen(re.sub("\x1b\\[[0-9;]*m", "", text)) == []


def judge_message(text, benign):
    """Chats show the text: no links, no calls of everybody."""
    found = json.loads(text)
    assert found.keys() == json.loads(benign).keys()
    assert unseen(found["text"]) == []
    assert not set("<>") & set(found["text"])


JUDGES = {
    "text": judge_text,
    "quiet": judge_text,
    "json": judge_json,
    "md": judge_markdown,
    "github": judge_github,
    "junit": judge_xml,
    "openmetrics": judge_openmetrics,
    "to_json": judge_json,
    "to_markdown": judge_markdown,
    "to_html": judge_html,
    "_repr_html_": judge_html,
    "__str__": judge_text,
    "__repr__": judge_text,
    "explain": judge_text,
    "webhook": judge_message,
    "metrics": judge_openmetrics,
    "coloured": judge_coloured,
}
DRIVEN = {  # by what below
    "report.html.page.page": "to_html",
    "report.html.page.fragment": "_repr_html_",
    "report.markdown.render": "to_markdown",
    "report.text.page.render": "__str__",
    "tables.results.formats.github.annotate": "github",
    "tables.results.formats.github.render": "github",
    "tables.results.formats.junit.render": "junit",
    "tables.results.formats.openmetrics.render": "openmetrics",
    "tables.results.formats.failures.explain": "explain",
    "tables.watch.openmetrics.render": "metrics",
    "tables.watch.webhook.tell": "webhook",
    "scorecard.words.explain": "to_markdown",  # a sentence of its document
    "tables.judge.reasons.explain": "to_markdown",  # the same
    "cli.explain.explain": None,  # a command, without data
}


def methods(kind):
    """The methods without arguments that write a result as text."""
    wanted = re.compile("to_(?!dict|frame)|_repr_|__str__|__repr__")
    for name, method in inspect.getmembers(kind, inspect.isfunction):
        takes = list(inspect.signature(method).parameters.values())[1:]
        if wanted.match(name) and all(p.default is not p.empty for p in takes):
            yield name


def written(result):
    """Everything that is written of a result, by the name of its judge."""
    for name in methods(type(result)):
        yield name, getattr(result, name)()
    told = Result.of(result)
    if isinstance(result, Gated):
        told = replace(told, gated=(result, tables.gate(result)))
    for form, row in FORMATS.items():
        if told.gated or not row.gated:
            yield form, row.write(told, Output(form, color="never", everything=True))
    yield "coloured", FORMATS["text"].write(told, Output("text", color="always"))
    if isinstance(result, tables.TableComparison):
        yield "explain", explain(*told.gated)


def posted(result, monkeypatch):
    """What a webhook is sent."""
    sent = []

    class Answer:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    def opened(request, **_):
        sent.append(request.data)
        return Answer()

    monkeypatch.setattr("urllib.request.urlopen", opened)
    assert webhook.tell("https://example.invalid/", result)
    return sent[0].decode()


def test_all_that_draws_is_driven_and_judged():
    assert results().keys() == MAKERS.keys()
    assert drawing() == DRIVEN.keys()
    asked = {*FORMATS, *filter(None, DRIVEN.values())}
    asked |= {name for kind in results().values() for name in methods(kind)}
    assert asked <= JUDGES.keys()


@pytest.mark.parametrize("name", MAKERS)
def test_no_output_obeys_the_data(name, monkeypatch, tmp_path):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    hostile, plain = (made(name, texts) for texts in (HOSTILE, PLAIN))
    wrong = []
    for (what, text), (_, benign) in zip(written(hostile), written(plain), strict=True):
        try:
            text.encode("utf-8")
            JUDGES[what](text, benign)
        except Exception as error:  # noqa: BLE001 - whatever a receiver does not take
            wrong.append(f"{what}: {type(error).__name__}: {error!s:.300}")
    assert wrong == []
    if name == "Monitoring":
        JUDGES["webhook"](posted(hostile, monkeypatch), posted(plain, monkeypatch))
        judge_openmetrics(openmetrics.render(hostile), openmetrics.render(plain))
    if isinstance(hostile, Gated):
        judge_markdown((tmp_path / "summary").read_text("utf-8"), plain.to_markdown() * 2)


@pytest.mark.parametrize("name", ["Scorecard", "History", "LMComparison", "Mismatch"])
def test_halves_of_characters_reach_every_output(name):
    """They come in objects of Python only: no engine of tables takes them."""
    texts = (*HALVES, *HOSTILE[2:])
    for what, text in written(MAKERS[name](texts)):
        text.encode("utf-8")
        JUDGES[what](text, text)


def test_talk_and_profiles_on_standard_output_are_no_commands(capsys, monkeypatch):
    for text in (*HOSTILE, *HALVES):
        streams.say(f"error: {text}")
        streams.say(text)
    told = capsys.readouterr().err
    judge_text(told, told)
    assert streams.for_programs("\x1b[31m") == "\x1b[31m"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for text in (*HOSTILE, *HALVES):
        assert unseen(streams.for_programs(text)) == []
    hostile, plain = ({n: [n, "a", "b"] * 9 for n in texts[:14]} for texts in (HOSTILE, PLAIN))
    found, usual = (storage.text(tables.profile(each)) for each in (hostile, plain))
    judge_json(found, usual)
    assert [c["name"] for c in json.loads(found)["columns"]] == [*hostile]
