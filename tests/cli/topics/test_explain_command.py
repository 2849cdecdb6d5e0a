"""kullback explain: every number in a topic is recomputed here from its definition."""

import math
import re

import pytest

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


EXPECTED = {
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
    assert run(*command.split()).code == 0


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
    assert "There are surprise, units" in run("explain", "zzz").err
