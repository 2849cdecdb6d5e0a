"""kullback explain: every number in a topic is recomputed here from its definition."""

import json
import math
import re
import shlex
import subprocess
import sys

import pytest

from kullback import glossary
from kullback.cli.topics import TOPICS, text

P, Q = (0.7, 0.2, 0.1), (0.4, 0.4, 0.2)
SURE, FAIR = (0.99, 0.01), (0.5, 0.5)
BIT = math.log(2)


def kl(p, q):
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a)


def js(p, q):
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return (kl(p, middle) + kl(q, middle)) / 2


def share(rate):
    return js((rate, 1 - rate), FAIR) / BIT


def four(*values):
    return [f"{value:.4g}" for value in values]


def plain(p, q):
    return [a * math.log(a / b) - a + b for a, b in zip(p, q, strict=True)]


def cross(p, q):
    return -sum(a * math.log(b) for a, b in zip(p, q, strict=True) if a)


def _hidden():
    """What taking b and c together hides, of the outcomes that Q has."""
    x, y = (50, 3, 2), (60, 1, 4)
    fine = kl([v / 56 for v in x], [v / 65 for v in y])
    return fine - kl((50 / 56, 5 / 56), (60 / 65, 5 / 65))


def _rising(bins):
    return kl([1 / bins] * bins, [((i + 1) ** 2 - i**2) / bins**2 for i in range(bins)])


def gumbel_from_logistic(n):
    """KL of Gumbel(0, 1) from Logistic(0, 1) by the trapezium rule, with n steps."""
    low, high = -8.0, 60.0
    step, total = (high - low) / n, 0.0
    for i in range(n + 1):
        x = low + i * step
        log_p, log_q = -x - math.exp(-x), -abs(x) - 2 * math.log1p(math.exp(-abs(x)))
        total += step * math.exp(log_p) * (log_p - log_q) * (0.5 if i in (0, n) else 1)
    return total


EXPECTED = {
    "entropy": ["= 1.75 bits", "= 2 bits, the most", "= 0 bits"],
    "cross-entropy": [
        f"{cross(P, Q):.6g} = {cross(P, P):.6g} + {kl(P, Q):.6g} nats",
        f"costs {-math.log(0.4):.4g} nats",
    ],
    "kl": [
        *[f"{kl((s, 1 - s), FAIR) / BIT:.4f} bits" for s in (0.51, 0.55, 0.6, 0.75, 0.99)],
        f"some {math.ceil(math.log(100) / kl((0.55, 0.45), FAIR)):,} throws",
    ],
    "when": [
        f"{kl(P, Q):.4g} nats",
        f"{js(P, Q) / BIT:.4g} bits",
        f"{sum(abs(a - b) for a, b in zip(P, Q, strict=True)) / 2:.4g}",
        f"{math.sqrt(1 - sum(math.sqrt(a * b) for a, b in zip(P, Q, strict=True))):.4g}",
        f"{sum((a - b) ** 2 / b for a, b in zip(P, Q, strict=True)):.4g}",
    ],
    "contribution": [
        " + ".join(four(*plain(P, Q))) + f" = {kl(P, Q):.4g} nats",
        ", ".join(four(*(a * math.log(a / b) for a, b in zip(P, Q, strict=True)))),
    ],
    "bias": [
        *[f"about {19 / rows:.2g} nats of KL by chance" for rows in (100, 1000, 10000)],
        f"KL = {kl((0.3, 0.26, 0.24, 0.2), (0.25,) * 4):.3g} nats, of which 0.03",
    ],
    "interval": ["4,000 rows a side:", "95 of 100"],
    "q-value": [
        f"on average {50 * 0.05:.2g} are called changed, and in {100 * (1 - 0.95**50):.2g} %",
        "q-values   0.005, 0.03, 0.05, 0.25, 0.6",
    ],
    "smoothing": [
        f"{15 / 23:.3f}, {7 / 23:.3f}, {1 / 23:.3f}",
        f"{14.5 / 21.5:.3f}, {6.5 / 21.5:.3f}, {0.5 / 21.5:.3f}",
        f"KL = {kl((0.6, 0.3, 0.1), (15 / 23, 7 / 23, 1 / 23)):.3g} nats",
        *[f"{kl((0.6, 0.3, 0.1), (0.7, 0.3 - e, e)):.3g}" for e in (1e-3, 1e-6, 1e-12)],
    ],
    "pooling": [
        "pooled (a, other, new):   P 50, 5, 1   Q 60, 5, 0",
        # of what both sides hold: a, b and c apart, and with b and c as one
        f"{_hidden():.3g} nats of KL",
    ],
    "clustered": [
        f"{math.sqrt(1 + 254 * r):.3g} times as large, {1 + 254 * r:.3g} rows count as one"
        for r in (0.01, 0.05, 0.2)
    ],
    "role": ["integer-coded", "date/time"],
    "bins": [
        *[f"{k:>2} bins:  KL = {_rising(k):.4g} nats" for k in (2, 4, 8, 16)],
        f"1 − ln 2 = {1 - BIT:.4g} nats",
    ],
    "perplexity": four(math.exp(cross(P, P)), math.exp(cross(P, Q)), math.exp(kl(P, Q))),
    "noise-floor": [f"about {(16 * 2.0**-b) ** 2 / 24:.2g} nats" for b in (7, 10, 23)],
    "sketch": ["513 kB a token become 1 kB, 511 times less", "257 kB a token become 0.748 kB"],
    "calibration": [f"pays {kl((0.7, 0.3), (0.9, 0.1)):.4g} nats a case"],
    "skill": [
        f"{cross((0.1, 0.9), (0.1, 0.9)):.4g} nats, skill 0",
        f"{BIT:.4g} nats, skill {1 - BIT / cross((0.1, 0.9), (0.1, 0.9)):.3g}",
    ],
    "method": [
        f"KL(P‖Q) = {math.log(2) + 2 / 8 - 0.5:.4g} nats, closed form",
        f"KL(P‖Q) = {gumbel_from_logistic(200_000):.4g} ±",
    ],
    "surprise": [
        "= 1 bit\n",
        *four(-math.log2(0.01)),
        *[
            f"= {value} bits"
            for value in four(
                -sum(a * math.log2(a) for a in P),
                -sum(a * math.log2(b) for a, b in zip(P, Q, strict=True)),
                kl(P, Q) / BIT,
            )
        ],
    ],
    "units": [
        f"1 bit = {BIT:.4g} nats",
        f"1 ban = {math.log(10):.4g} nats",
        f"{kl(P, Q):.4g} nats = {kl(P, Q) / BIT:.4g} bits = {kl(P, Q) / math.log(10):.4g} bans",
    ],
    "direction": [
        f"KL(P‖Q) = {kl(P, Q):.4g} nats, KL(Q‖P) = {kl(Q, P):.4g} nats",
        f"as a fair coin costs   {kl(SURE, FAIR) / BIT:.4g} bits",
        f"as a sure thing (0.99, 0.01) costs   {kl(FAIR, SURE) / BIT:.4g} bits",
    ],
    "infinite": [
        "KL(P‖Q) = ∞",
        f"JS(P, Q) = {js((0.5, 0.5), (1, 0)) / BIT:.4g} bits",
        f"KL(Q‖P) = {BIT:.4g} nats",
        *[f"gives {kl((0.9, 0.1), (1 - e, e)):.3g} nats" for e in (1e-3, 1e-6, 1e-10, 1e-12)],
    ],
    "js": [
        f"JS = {js(P, Q) / BIT:.4g} bits",
        f"a metric: {math.sqrt(js(P, Q) / BIT):.4g} for",
        f"and {js((1, 0), (0, 1)) / BIT:.4g} bit (nothing",
        *[f"JS = {share(rate):.2g} bits" for rate in (0.45, 0.383, 0.3, 0.1)],
    ],
    "verdict": [
        f"becomes 45 % is JS = {share(0.45):.2g} bits",
        f"becomes 30 % is JS = {share(0.3):.2g} bits",
        f"about {(20 - 1) / (4 * 500) / BIT:.2g} bits",
    ],
    "psi": [
        *[f"PSI = {9 * 2 / rows:.2g} by chance" for rows in (100, 400, 2000)],
        f"pure noise up to {9 * 2 / 0.1:.3g} rows",
    ],
    "monitor": [
        f"is wrong {365 * 0.05:.3g} nights a year",
        f"{100 * (1 - 0.95**30):.3g} % of such columns",
        f"log₂(365 · 20) = {math.log(365 * 20) / BIT:.3g} bits",
    ],
}


@pytest.mark.parametrize("topic", TOPICS)
def test_numbers(topic):
    shown = text(topic)
    for words in EXPECTED[topic]:
        assert words in shown


def test_chance_level_by_simulation():
    """The sentence about 500 rows over 20 outcomes, without its formula."""
    import numpy as np

    draw = np.random.default_rng(7)
    pairs = draw.multinomial(500, [1 / 20] * 20, size=(400, 2)) / 500
    values = [js(x.tolist(), y.tolist()) / BIT for x, y in pairs]
    assert sum(values) / len(values) == pytest.approx(0.0137, rel=0.05)


def test_the_verdicts_of_the_topic_are_those_of_the_defaults():
    import inspect

    from kullback import tables

    defaults = {n: p.default for n, p in inspect.signature(tables.compare).parameters.items()}
    shown = text("verdict")
    assert f"alpha, {defaults['alpha']:g}" in shown
    assert f"tolerance, {defaults['tolerance']:g} bits" in shown
    assert share(0.45) < defaults["tolerance"] < share(0.3)


@pytest.mark.parametrize("topic", TOPICS)
def test_topics_are_short_and_end_with_something_to_try(run, topic):
    done = run("explain", topic)
    assert done.code == 0
    lines = done.out.rstrip("\n").split("\n")
    assert len(lines) <= 32
    assert max(map(len, lines)) <= 100
    assert lines[-1].startswith("Try: kullback ")


@pytest.mark.parametrize("topic", [t for t in TOPICS if t != "verdict"])
def test_what_to_try_works(run, topic):
    command = re.search(r"Try: kullback (.*)", text(topic)).group(1)
    assert run(*shlex.split(command)).code == 0


def test_listing(run):
    done = run("explain")
    assert done.code == 0
    for topic in TOPICS:
        assert f"  {topic} " in done.out


def test_unknown_topic(run):
    done = run("explain", "direktion")
    assert done.code == 2
    assert "Did you mean 'direction'?" in done.err
    assert done.out == ""
    assert "There are surprise, entropy" in run("explain", "zzz").err


@pytest.mark.parametrize("asked", ["noise floor", "Noise-Floor", "noise_floor", "floor"])
def test_a_word_is_found_however_it_is_spelt(run, asked):
    assert run("explain", *asked.split()).out == run("explain", "noise-floor").out


def test_every_word_of_the_glossary_is_explained(run):
    for word in glossary.WORDS:
        done = run("explain", word)
        assert done.code == 0
        assert glossary.topic_of(word) in TOPICS
        if word not in TOPICS:
            assert " ".join(done.out.split()).startswith(f"{word}: {glossary.WORDS[word].meaning}")
    assert set(TOPICS) <= set(glossary.WORDS)


def test_no_spelling_means_two_words():
    every = glossary.spellings()
    assert len(every) == len(set(every))


def documents():
    import numpy as np

    import kullback
    from kullback import classifiers, distributions, lm, tables

    rng = np.random.default_rng(0)
    table = {"t": np.arange(400) // 40, "x": rng.normal(size=400), "g": ["a", "b"] * 200}
    logits = rng.normal(size=(30, 9))
    yield kullback.compare([0.5, 0.5], [0.4, 0.6])
    yield kullback.compare([0.5, 0.5], [1.0, 0.0])
    yield kullback.counts.compare([5, 6], [7, 9])
    yield tables.compare(table, table)
    yield tables.windows(table, table, on="t", rows=100)
    yield tables.segments(table, table, by="g")
    yield tables.joint(table, table, ["g", "x"])
    yield tables.sensitivity(table, table, "x")
    yield distributions.compare(distributions.Normal(0, 1), distributions.Normal(1, 1))
    yield lm.compare(logits, logits + 0.1)
    yield classifiers.score([0, 1, 1, 0], [[0.6, 0.4], [0.3, 0.7], [0.2, 0.8], [0.9, 0.1]])


def test_the_foot_of_an_output_names_words_that_are_explained(run):
    for found in documents():
        text = str(found)
        named = text[text.rindex("What the words mean: kullback explain ") :].split("explain ")[1]
        words = " ".join(named.split()).split(" · ")
        assert len(words) >= 3
        for word in words:
            assert run("explain", word).code == 0


LOADED = """
import json, sys
from kullback.cli.topics import text
heavy, found = ("scipy", "pandas", "duckdb", "torch", "polars", "pyarrow"), {}
for topic in sys.argv[1:]:
    text(topic)
    found[topic] = [name for name in heavy if name in sys.modules]
print(json.dumps(found))
"""
# Their numbers are an estimate's interval and an integral, of which SciPy makes a part.
WITH_SCIPY = {"interval", "method"}


def test_no_topic_loads_what_its_numbers_do_not_need():
    topics = [topic for topic in TOPICS if topic not in WITH_SCIPY]
    run = [sys.executable, "-c", LOADED, *topics, *sorted(WITH_SCIPY)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert not [topic for topic in topics if found[topic]]
    assert all(found[topic] == ["scipy"] for topic in WITH_SCIPY)


def test_the_closed_forms_of_the_bias_are_what_the_room_of_counts_says():
    from kullback import counts
    from kullback.cli.topics import bias

    for x, y in ((bias.X, bias.Y), ((60, 20, 12, 8), bias.Y)):
        sides = tuple(zip(x, y, strict=True))
        plug_in = counts.kl(x, y, method="plug-in")
        assert plug_in.null_bias == pytest.approx((len(x) - 1) / bias.N, rel=1e-12)
        assert bias.zhang(sides) == pytest.approx(counts.kl(x, y).value, rel=1e-10, abs=1e-15)
    alike = ((30, 26, 27, 17), bias.Y)
    for x, y in ((bias.X, bias.Y), alike):
        sides, want = tuple(zip(x, y, strict=True)), counts.jensen_shannon(x, y)
        assert want.p_value > 0.05  # no difference is detected
        assert bias.js_by_chance(sides) == pytest.approx(want.null_bias, rel=1e-9)
        assert bias.js(sides) == pytest.approx(want.value, rel=1e-9, abs=1e-15)
