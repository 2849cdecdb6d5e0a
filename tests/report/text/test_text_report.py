"""Text: aligned, within its width, and safe to send to a terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kullback.report.blocks.document import Column, Document, Table, Text, Verdict
from kullback.report.blocks.label import name, quote, shorten, visible
from kullback.report.text.ascii import SIGNS, for_encoding
from kullback.report.text.page import render
from kullback.report.text.table import wrap
from kullback.scorecard import document as scorecard
from kullback.tables.results import comparison_document as table_comparison

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_the_worked_example(cards):
    lines = str(cards["exact"]).split("\n")
    assert lines[0] == "KL(P‖Q) = 0.183787 nats   (0.265148 bits)"
    assert str(cards["exact"].to("bits")).startswith("KL(P‖Q) = 0.265148 bits   (0.183787 nats)")
    assert [line.split()[0] for line in lines if "█" in line] == ["drama", "rock", "jazz"]


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_width_is_kept(results, width):
    for result in results.values():
        build = scorecard if hasattr(result, "outcomes") else table_comparison
        for line in render(build.document(result), width=width, everything=True).split("\n"):
            assert cell_len(line) <= width


def test_width_comes_from_columns(tables, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert any(len(line) > 120 for line in str(tables["table"]).split("\n"))
    monkeypatch.setenv("COLUMNS", "nonsense")
    assert str(tables["table"])


def test_numbers_are_never_cut(tables):
    narrow = render(table_comparison.document(tables["table"]), width=40)
    assert "0.3100 [0.3080, 0.3120]" in narrow


def test_colour_changes_no_character(results):
    for result in results.values():
        build = scorecard if hasattr(result, "outcomes") else table_comparison
        document = build.document(result)
        plain, colored = render(document), render(document, color=True)
        stripped = [line.rstrip() for line in ANSI.sub("", colored).split("\n")]
        assert stripped == plain.split("\n")
        assert ANSI.search(colored)


def test_verdicts_differ_by_word_and_shape(tables):
    text = str(tables["table"])
    for mark in ("✗ drifted", "? undecided", "= same"):
        assert mark in text


def test_long_lists_are_cut_and_say_so():
    rows = tuple((f"n{i}", float(i)) for i in range(57))
    table = Table((Column("name"), Column("value", "number")), rows, brief=20)
    document = Document("t", (table,))
    assert render(document).endswith("… and 37 more")
    assert "more" not in render(document, everything=True)
    whole = Table(table.columns, rows, total=1_000_000)
    assert render(Document("t", (whole,)), everything=True).endswith("… and 999,943 more")


def test_many_outcomes_come_largest_first():
    import kullback

    p = {f"w{i}": 1 / 50 for i in range(50)}
    q = p | {"w7": 1 / 100, "w8": 3 / 100}
    text = str(kullback.compare(p, q))
    assert "50 outcomes, the largest contributions first" in text
    assert "… and 30 more" in text
    first = next(line for line in text.split("\n") if "█" in line)
    assert first.split()[0] in {"w7", "w8"}


def test_nothing_from_data_controls_the_terminal(results):
    for name_, result in results.items():
        text = str(result)
        bad = [c for c in text if c != "\n" and (c < " " or "\x7f" <= c <= "\x9f" or c == "\u202e")]
        assert not bad, name_
        text.encode("utf-8")


@given(st.text())
def test_visible_is_printable_and_one_line(text):
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown
    shown.encode("utf-8")


def test_names_people_read():
    assert (
        visible("naïve 航班 \U0001f469\u200d\U0001f680") == "naïve 航班 \U0001f469\u200d\U0001f680"
    )
    assert name(None) == "None"
    assert name(" a ") == "' a '"
    assert name(("a", 1)) == "('a', 1)"
    assert len(name("x" * 10_000)) == 120
    assert quote("") == "''"
    assert shorten("abc", 3) == "abc"


@given(st.text(max_size=200), st.integers(20, 60))
def test_wrap_loses_nothing_and_fits(text, width):
    text = visible(text)
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "no-such-encoding"])
def test_signs_fit_the_encoding(results, encoding):
    safe = "ascii" if encoding == "no-such-encoding" else encoding
    for result in results.values():
        build = scorecard if hasattr(result, "outcomes") else table_comparison
        render(build.document(result), encoding=encoding, everything=True).encode(safe)
    assert for_encoding(encoding)("KL(P‖Q) = ∞") == "KL(P||Q) = inf"


def test_utf_8_keeps_every_sign():
    assert for_encoding("utf-8")(SIGNS) == SIGNS


def test_zero_has_no_bar_and_infinity_the_longest(cards):
    text = str(cards["infinite"])
    bars = {
        line.split()[0]: line.count("█")
        for line in text.split("\n")
        if line[:4].strip() in {"1", "2", "3"}
    }
    assert bars["3"] == 0
    assert bars["2"] > bars["1"] > 0


def test_what_is_folded_shows_when_everything_is_asked_for(tables):
    document = table_comparison.document(tables["table"])
    words = ("What explains 'plan'", "Notes on single columns", "Read as text: one side")
    for everything in (False, True):
        text = render(document, everything=everything)
        assert all((w in text) == everything for w in words)


def test_paragraph_roles():
    document = Document("t", (Verdict("same", "all"), Text("a", "item"), Text("b", "note")))
    assert render(document) == "= all\n\n  – a\nnote: b"
