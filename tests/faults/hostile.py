"""Texts that receivers obey, and each kind of result made of given texts: found from the tree."""

import functools
import importlib
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

import kullback
from kullback import classifiers, distributions, history, lm, tables
from kullback.history.entry import Entry
from kullback.lm.tokens.candidates import candidates
from kullback.renderable import Renderable
from kullback.results import Note

SOURCE = Path(kullback.__file__).parent
HOSTILE = (  # as a column, a value, a key, a name of a side, a token: no two alike
    "::error file=a::forged",
    "##[error]forged",
    "  ::stop-commands::forged",
    "\u00a0\u3000::stop-commands::forged",
    "x\n::set-output name=a::b",
    "x\r::warning::b",
    "x\r\n::debug::b",
    "a\u2028::warning::b",
    "a\u2029::warning::b",
    "a\x85::warning::b",
    "a\x0b\x0c\x1c::warning::b",
    "%0A::error::forged %3A %25 a:b,c",
    "\x1b[31mred\x1b]0;title\x07",
    "\x1b]8;;http://example.invalid\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31m\x00\x90",  # a NUL at the end is lost in arrays of text
    "\u202egnp.exe\u2066\u200f",
    "zero\u200b\u2060\ufeffwidth\u00ad",
    "<script>alert(1)</script>",
    "</script></style></textarea><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)' x='",
    "javascript:alert(1)",
    "]]></failure><failure>&lt;&amp;\ufffe\uffff",
    "&#x202e;&#10;&copy;<!-- hidden --> http://example.invalid",
    "![x](http://example.invalid/x.png) [y](javascript:alert(1))",
    "[x]: http://example.invalid",
    "a | b | c `code` *em* __strong__ # h ~~s~~",
    "\\| \\` \\\\",
    "- item\n# head\n\n```\nfence\n    code",
    "1. one",
    "> quote <@everyone> <!channel> @here",
    "---",
    'label="x"} 1\n# EOF\nforged 1',
    'back\\slash\\n quote"\\',
    "$x^{$ $\\frac{1}$ %(x)s {0} ${7*7} {{7*7}}",
    "=cmd|'/c calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "__proto__",
    "<svg/onload=alert(1)>" + "x" * 300,
)
PLAIN = tuple(f"plain{i}" for i in range(len(HOSTILE)))
HALVES = ("\udc80", "a\ud800::error::b")  # of surrogate pairs, which no engine of tables takes
N = len(HOSTILE)


def _frames(texts):
    """Columns called like the texts whose values are the texts; some are new, gone and lost."""
    draw = np.random.default_rng(0)
    values = [*texts, "a", "b"]
    before = pd.DataFrame(
        {
            name: [values[(i + k) % 4 * 7 % len(values)] for k in range(80)]
            for i, name in enumerate(texts)
        }
    )
    after = pd.DataFrame(
        {
            name: [name if k % 3 else values[(i + 9 + k % 2) % len(values)] for k in range(80)]
            for i, name in enumerate(texts)
        }
    )
    return before.assign(only=draw.normal(size=80)), after


def _sides(found, texts):
    return replace(
        found,
        reference=replace(found.reference, name=texts[0]),
        current=replace(found.current, name=texts[3]),
        notes=tuple(Note(text, text) for text in texts),
    )


@functools.cache
def _compared(texts):
    return _sides(tables.compare(*_frames(texts)), texts)


def _days(rows):
    return [datetime(2026, 1, 1) + timedelta(hours=6 * i) for i in range(rows)]


def _windowed(texts):
    before, after = _frames(texts[:12])
    found = tables.windows(before, after.assign(t=_days(80)), on="t", by="week")
    told = [_sides(w.comparison, texts) for w in found.windows]
    kept = [
        replace(w, label=f"{w.label}{texts[i]}", comparison=c)
        for i, (w, c) in enumerate(zip(found.windows, told, strict=True))
    ]
    return replace(found, windows=tuple(kept))


def _segmented(texts):
    rows = pd.DataFrame(
        {texts[0]: [t for t in texts for _ in range(30)], texts[1]: ["a", "b", "b"] * 10 * N}
    )
    now = rows.assign(**{texts[1]: ["b"] * 29 * N + ["a"] * N})
    return tables.segments(rows, now, by=[texts[0]])


def _joint(texts):
    before, after = _frames(texts[:4])
    return tables.joint(before, after, list(texts[:2]))


def _monitored(texts):
    before, after = _frames(texts[:14])
    known = pd.concat([before] * 3, ignore_index=True).assign(t=_days(240))
    return tables.monitor(known, after.assign(t=_days(80)), on="t", by="day")


def _history(texts):
    rows = [
        Entry(
            datetime(2026, 1, day),
            texts[1],
            texts[2],
            "",
            texts[i],
            text,
            "jensen_shannon",
            0.1 * day,
            0.0,
            0.5,
            0.01,
            90.0,
            "bits",
            "drifted",
        )
        for day in (1, 2, 3)
        for i, text in enumerate(texts)
    ]
    return history.History(tuple(rows))


def _scored(texts):
    predicted = np.random.default_rng(1).dirichlet(np.ones(N), 4 * N)
    found = classifiers.score([*texts] * 4, predicted, classes=texts)
    return replace(
        found, notes=tuple(Note(text, text) for text in texts), infinite_at=tuple(enumerate(texts))
    )


def _card(texts):
    p = dict.fromkeys(texts, 1 / N)
    return kullback.compare(p, p | {texts[0]: 0.5 / N, texts[1]: 1.5 / N})


def _logits():
    return np.random.default_rng(2).normal(size=(2, 2, 24, N)).astype(np.float32)


def _models(texts):
    pair = _logits()
    found = lm.compare(pair[0], pair[1])
    told = tuple(Note(text, text) for text in texts)
    return replace(found, base=texts[0], model=texts[1], notes=told)


def _mismatch(texts):
    pair = _logits()[:, 0]
    return replace(
        lm.mismatch(pair[0], pair[0] / 1.5),
        a=texts[0],
        b=texts[3],
        notes=tuple(Note(text, text) for text in texts),
    )


def _bytes(texts):
    pair = _logits()[:, 0]
    words = [bytes([97 + i]) for i in range(N)]
    came = np.arange(24) % N
    found = lm.compare_bytes(
        pair[0],
        pair[1],
        base_tokens=words,
        model_tokens=words,
        base_targets=came,
        model_targets=came,
    )
    return replace(found, base=texts[0], model=texts[4], notes=tuple(Note(t, t) for t in texts))


def _lists(texts):
    rows = [
        [None, {f"{i}": {"logprob": -0.2 - low, "rank": 1}, "9": {"logprob": -2.5, "rank": 2}}]
        for i, low in ((5, 0.0), (5, 0.1))
    ]
    found = lm.compare_lists(*map(lm.read_logprobs, rows), floor=-20.0)
    return replace(found, base=texts[0], model=texts[5], notes=tuple(Note(t, t) for t in texts))


def _candidates(texts):
    first = _models(texts)
    return candidates(first, replace(first, model=texts[6]))


def _formulas(texts):
    found = distributions.compare(distributions.Normal(0, 1), distributions.Normal(1, 2))
    return replace(found, p=texts[0], q=texts[1])


MAKERS = {
    "TableComparison": _compared,
    "ColumnComparison": lambda texts: _compared(texts)[texts[0]],
    "WindowedComparison": _windowed,
    "SegmentedComparison": _segmented,
    "JointComparison": _joint,
    "Sensitivity": lambda texts: tables.sensitivity(*_frames(texts[4:6]), texts[4]),
    "Monitoring": _monitored,
    "History": _history,
    "Score": _scored,
    "Scorecard": _card,
    "LMComparison": _models,
    "Mismatch": _mismatch,
    "ByteComparison": _bytes,
    "ListComparison": _lists,
    "Candidates": _candidates,
    "FormulaComparison": _formulas,
}
made = functools.cache(lambda name, texts: MAKERS[name](texts))


CLASS = re.compile(r"^class (\w+)\(([\w.]+)", re.MULTILINE)


def results():
    """The classes of the package that draw themselves, by name: read from the tree, then loaded."""
    told = [
        (path, *found)
        for path in SOURCE.rglob("*.py")
        for found in CLASS.findall(path.read_text("utf-8"))
    ]
    drawn, before = {"Renderable": None}, 0
    while len(drawn) > before:  # a class of a class of one
        before = len(drawn)
        drawn |= {name: path for path, name, parent in told if parent in drawn}
    classes = {}
    for name, path in drawn.items():
        if path is not None:
            module = ".".join(("kullback", *path.relative_to(SOURCE).with_suffix("").parts))
            classes[name] = getattr(importlib.import_module(module), name)
    assert all(issubclass(each, Renderable) for each in classes.values())
    return {name: c for name, c in classes.items() if not c.__abstractmethods__}


DRAWS = re.compile(r"^def (render|page|fragment|explain|annotate|tell)\(", re.MULTILINE)


def drawing():
    """The functions that draw results or documents, as "module.function": read from the tree."""
    return {
        ".".join((*path.relative_to(SOURCE).with_suffix("").parts, name))
        for path in SOURCE.rglob("*.py")
        for name in DRAWS.findall(path.read_text("utf-8"))
    }
