"""Charts with matplotlib: the values of the chart are what is drawn."""

import pytest

from kullback.report.axes.draw import draw
from kullback.report.blocks.charts import (
    Histogram,
    Line,
    Lines,
    Point,
    SharePart,
    Shares,
    Timeline,
)
from kullback.report.blocks.diagrams import (
    Agreed,
    Agreement,
    Dots,
    Heat,
    HeatMap,
    Place,
    Step,
    Waterfall,
)

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

BINS = (SharePart("a", 0.2, 0.5, 0.1, 0.0, 1.0), SharePart("b", 0.8, 0.5, 0.2, 1.0, 3.0))
WORDS = (SharePart("$a$", 0.25, 0.5, 0.1), SharePart("b", 0.75, 0.5, 0.2))


@pytest.fixture(autouse=True)
def _close():
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


def test_bins_are_densities():
    ax = draw(Shares("x", BINS, "bits", 0.2, ("now", "before")))
    before, now = (patch.get_data() for patch in ax.patches)
    assert list(before.values) == [0.5, 0.25]
    assert list(now.values) == [0.2, 0.4]
    assert list(now.edges) == [0.0, 1.0, 3.0]
    assert ax.get_ylabel() == "density: share ÷ width"


def test_categories_stand_side_by_side_and_no_name_is_a_formula():
    ax = draw(Shares("x", WORDS, "bits", 0.2))
    assert [bar.get_height() for bar in ax.patches] == [0.5, 0.5, 0.25, 0.75]
    assert [label.get_text() for label in ax.get_xticklabels()] == [r"\$a\$", "b"]
    ax.figure.canvas.draw()


def test_a_timeline_has_its_intervals_and_its_line():
    points = (Point("d1", 0.1, 0.0, 0.3, "same"), Point("d2", 0.5, 0.4, 0.7, "drifted"))
    ax = draw(Timeline("JS by day", points, "bits", 0.2))
    drawn = {bars.get_label(): bars.lines[0].get_ydata()[0] for bars in ax.containers}
    assert drawn == {"same": 0.1, "drifted": 0.5}
    assert 0.2 in {line.get_ydata()[0] for line in ax.lines}
    assert ax.get_ylabel() == "bits"


def test_a_histogram_over_decades():
    ax = draw(Histogram("KL", (0.1, 1.0, 100.0), (3.0, 8.0), "nats", marks=((0.5, "median"),)))
    assert list(ax.patches[0].get_data().values) == [3.0, 4.0]
    assert ax.get_xscale() == "log"


def test_lines_dots_agreement_and_sums():
    ax = draw(Lines("KL", (0.0, 1.0), (Line("train", (0.5, 0.4)),), "nats"))
    assert list(ax.lines[0].get_ydata()) == [0.5, 0.4]
    places = (Place("a", (1.0, 2.0), ((0.5, 1.5), None)), Place("b", (None, 3.0)))
    ax = draw(Dots("x", places, ("first", "second"), "nats", "log"))
    assert sorted(bars.lines[0].get_ydata()[0] for bars in ax.containers) == [1.0, 2.0, 3.0]
    ax = draw(Agreement("r", (Agreed(0.3, 0.4, 0.2, 0.6, 0.0, 0.5, 10.0),)))
    assert ax.containers[0].lines[0].get_xdata()[0] == 0.3
    ax = draw(
        Waterfall("w", (Step("whole", 0.0, 1.0, "whole"), Step("gain", 1.0, 0.4, "gain")), "nats")
    )
    assert [bar.get_width() for bar in ax.patches] == [pytest.approx(-0.6), 1.0]


def test_it_draws_where_it_is_told():
    from matplotlib import pyplot as plt

    _, axes = plt.subplots(1, 2)
    assert draw(Lines("KL", (0.0,), (Line("a", (1.0,)),)), axes[1]) is axes[1]


def test_a_heat_map_leaves_out_what_was_not_looked_at():
    cells = ((Heat(0.5), Heat(None)), (Heat(0.0), Heat(2.0)))
    ax = draw(HeatMap("h", ("a", "b"), ("d1", "d2"), cells, "bits"))
    assert ax.images[0].get_array().filled(-1).tolist() == [[0.5, -1], [0, 2]]
