"""Every result at a prompt is one line, in a notebook a piece of HTML, and can be plotted."""

import numpy as np
import pytest

import kullback
from kullback import classifiers, lm, tables
from kullback import distributions as d


def table(shift):
    rng = np.random.default_rng(3)
    start = np.datetime64("2026-01-01")
    return {
        "t": start + np.arange(400) // 40,
        "x": rng.normal(shift, 1, 400),
        "g": ["a", "b"] * 200,
        "long" * 50: np.arange(400) % 3,
    }


def scored():
    return classifiers.score([0, 1, 1, 0] * 9, [[0.6, 0.4], [0.3, 0.7], [0.2, 0.8], [0.9, 0.1]] * 9)


def logits():
    rng = np.random.default_rng(4)
    base = rng.normal(size=(30, 9))
    return lm.compare(base, base + 0.1 * rng.normal(size=base.shape))


RESULTS = {
    "scorecard": lambda: kullback.compare([0.5, 0.5], [0.4, 0.6]),
    "counts": lambda: kullback.counts.compare([5, 6], [7, 9]),
    "table": lambda: tables.compare(table(0), table(1)),
    "number": lambda: tables.compare(table(0), table(1))["x"],
    "category": lambda: tables.compare(table(0), table(1))["g"],
    "long name": lambda: tables.compare(table(0), table(1))["long" * 50],
    "windows": lambda: tables.windows(table(0), table(1), on="t"),
    "formulas": lambda: d.compare(d.Normal(0, 1), d.Normal(1, 1)),
    "logits": logits,
    "score": scored,
    "monitor": lambda: tables.monitor(table(0), table(1), on="t"),
    "estimate": lambda: kullback.counts.kl([5, 6], [7, 9]),
    "divergence": lambda: d.kl(d.Normal(0, 1), d.Normal(1, 1)),
    "information": lambda: kullback.kl([0.5, 0.5], [0.4, 0.6]),
    "profile": lambda: tables.profile(table(0)),
    "column of a profile": lambda: tables.profile(table(0))["x"],
}
BARE = {"profile", "column of a profile"}  # no HTML of their own
UNDRAWN = BARE | {"estimate", "divergence", "information", "formulas"}


@pytest.mark.parametrize("name", RESULTS)
def test_one_line_at_the_prompt(name):
    shown = repr(RESULTS[name]())
    assert "\n" not in shown
    assert 0 < len(shown) <= 250


@pytest.mark.parametrize("name", sorted(set(RESULTS) - BARE))
def test_html_in_a_notebook(name):
    html = RESULTS[name]()._repr_html_()
    assert html.lstrip().startswith(("<div", "<code"))
    assert "<script" not in html


@pytest.mark.parametrize("name", sorted(set(RESULTS) - UNDRAWN))
def test_a_plot(name):
    pytest.importorskip("matplotlib").use("Agg")
    from matplotlib import pyplot as plt

    ax = RESULTS[name]().plot()
    assert ax.get_title()
    assert ax.patches or ax.lines or ax.containers or ax.images or ax.collections
    ax.figure.canvas.draw()
    plt.close("all")


def test_reliability_is_plotted_by_itself():
    pytest.importorskip("matplotlib").use("Agg")
    ax = scored().reliability.plot()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "observed")


def test_what_has_no_picture_says_so():
    with pytest.raises(kullback.errors.InputError, match="has no picture"):
        RESULTS["formulas"]().plot()


def test_wide_tables_are_short_too():
    columns = {f"c{i}": np.tile(list("abcde"), 20) for i in range(200)}
    assert len(repr(tables.compare(columns, columns))) < 250
