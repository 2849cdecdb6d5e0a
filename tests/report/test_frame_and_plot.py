"""Frames and pictures, and what is said where their packages are missing."""

import sys

import matplotlib as mpl
import numpy as np
import pytest

from kullback.errors import MissingDependencyError

mpl.use("Agg")
from matplotlib import pyplot as plt


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_frame(tables):
    frame = tables["table"].to_frame()
    assert list(frame["column"]) == ["origin", "plan", "carrier", "flight", "year"]
    assert list(frame["verdict"]) == ["same", "drifted", "undecided", "skipped", "skipped"]
    plan = frame.set_index("column").loc["plan"]
    assert plan["kl"] == np.inf
    assert plan["jensen_shannon_low"] == pytest.approx(0.308)
    assert plan["new"] == 1
    assert plan["missing_current"] == 0.02
    assert frame.set_index("column").loc["year"]["reason"].startswith("constant")


def test_frame_of_nothing(tables):
    assert list(tables["all_skipped"].to_frame()["verdict"]) == ["skipped"]


def test_plot(cards):
    ax = cards["exact"].plot()
    assert "KL(P‖Q) = 0.1838 nats" in ax.get_title()
    assert [bar.get_height() for bar in ax.containers[0]] == [0.7, 0.2, 0.1]
    assert [bar.get_height() for bar in ax.containers[1]] == [0.4, 0.4, 0.2]
    right = ax.figure.axes[1]
    assert "nats" in right.get_ylabel()
    assert [bar.get_height() for bar in right.containers[0]] == pytest.approx(
        list(cards["exact"].outcomes.contribution)
    )
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["drama", "rock", "jazz"]


def test_plot_on_a_given_axes(cards):
    _, ax = plt.subplots()
    assert cards["negative"].plot(ax) is ax
    assert "0.0340 nats" in ax.get_title()


def test_plot_of_infinity_says_so(cards):
    ax = cards["infinite"].plot()
    assert [text.get_text() for text in ax.figure.axes[1].texts] == ["∞"]
    ax.figure.canvas.draw()


def test_plot_of_many_outcomes_shows_the_largest():
    import kullback

    k = 1000
    p = np.full(k, 1 / k)
    q = p * np.linspace(0.5, 1.5, k)
    ax = kullback.compare(p, q / q.sum()).plot()
    assert len(ax.containers[0]) == 30
    assert "(30 largest of 1000 outcomes)" in ax.get_title()


def test_hostile_names_are_drawn(cards):
    cards["hostile"].plot()


@pytest.mark.parametrize(
    ("package", "line", "call"),
    [
        ("matplotlib", 'pip install "kullback[plot]"', lambda r: r["exact"].plot()),
        ("pandas", "pip install pandas", lambda r: r["table"].to_frame()),
    ],
)
def test_missing_package(results, monkeypatch, package, line, call):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingDependencyError) as error:
        call(results)
    assert line in str(error.value)
