"""Diagrams as strings: values at their places on either axis, and what cannot be placed."""

import itertools
import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import HOSTILE

from kullback.report.blocks.chart_tables import as_table
from kullback.report.blocks.charts import Histogram
from kullback.report.blocks.diagrams import Agreed, Agreement, Dots, Place, Step, Waterfall
from kullback.report.blocks.document import Document, Figure
from kullback.report.html.page import page
from kullback.report.svg import agreement as svg_agreement
from kullback.report.svg import dots as svg_dots
from kullback.report.svg import histogram as svg_histogram
from kullback.report.svg import waterfall as svg_waterfall
from kullback.report.svg.draw import draw
from kullback.report.text.page import render


def discs(drawn):
    """Return where the discs of the first side lie."""
    (steps,) = re.findall(r'stroke-linecap="round" d="([^"]*)"', drawn)
    return [tuple(map(float, place)) for place in re.findall(r"M(\S+) (\S+?)h0", steps)]


def test_dots_on_a_logarithmic_axis():
    """From 0.01 to 1 over the 146 units from 170 up to 24: a decade is 73."""
    chart = Dots("KL", tuple(Place(str(v), (v,)) for v in (0.01, 0.1, 1.0)), axis="log")
    # Three slots of (416 − 48)/3 = 122.7.
    assert discs(svg_dots.dots(chart)) == [(109.3, 170), (232, 97), (354.7, 24)]


def test_dots_on_a_linear_axis_with_intervals():
    """0 to 4, the largest end: 36.5 a unit."""
    chart = Dots(
        "KL",
        (Place("a", (1.0,), ((0.0, 2.0),)), Place("b", (2.0,), ((1.0, 4.0),))),
        unit="nats",
        borders=("0", "0.5", "1"),
        along="confidence",
    )
    drawn = svg_dots.dots(chart)
    assert discs(drawn) == [(140, 133.5), (324, 97)]
    assert 'd="M140 170V97M324 133.5V24"' in drawn
    assert '<tspan x="48">0</tspan><tspan x="232">0.5</tspan><tspan x="414">1</tspan>' in drawn
    label = ElementTree.fromstring(drawn).get("aria-label")
    assert label == "KL: 2 places along confidence; the largest value is 2 nats, at b"


def test_one_wide_interval_does_not_make_all_others_flat():
    """The axis ends at 2.5 times the largest value; what goes on ends in an arrow."""
    chart = Dots("KL", (Place("a", (1.0,), ((0.0, 100.0),)), Place("b", (2.0,), ((1.0, 3.0),))))
    drawn = svg_dots.dots(chart)
    assert discs(drawn) == [(140, 140.8), (324, 111.6)]
    assert "V24M137.5 27l2.5 -3l2.5 3" in drawn


def test_two_sides_differ_in_shape_and_stand_beside_each_other():
    drawn = svg_dots.dots(Dots("KL", (Place("a", (1.0, 2.0)),), ("first", "second")))
    assert (226.0, 97.0) in discs_of_all(drawn)
    assert "M238 19.7l4.3 4.3" in drawn
    assert 'class="m" fill="#d55e00"' in drawn
    assert ">first</text>" in drawn
    assert ">second</text>" in drawn


def test_what_has_no_place_on_a_logarithmic_axis():
    """0 and what is eight decades below stand at the foot, which says so; ∞ is written."""
    places = (Place("0", (0.0,)), Place("1", (1e-12,)), Place("2", (1.0,)), Place("3", (math.inf,)))
    drawn = svg_dots.dots(Dots("KL", (*places, Place("4", (None,))), axis="log"))
    assert [y for _, y in discs(drawn)] == [170, 170, 24]
    assert ">≤1e-08</text>" in drawn
    assert ">∞</text>" in drawn


def test_agreement_in_a_square():
    """Both axes from 0 to 1 over 220 units; whose interval misses the diagonal is a diamond."""
    points = (
        Agreed(0.25, 0.25, 0.2, 0.3, 0.2, 0.3, 50),
        Agreed(0.75, 0.5, 0.4, 0.6, 0.7, 0.8, 50),
    )
    drawn = svg_agreement.agreement(Agreement("reliable?", points))
    assert (101.0, 185.0) in discs_of_all(drawn)
    assert "M211 125.7l4.3 4.3l-4.3 4.3l-4.3 -4.3z" in drawn
    assert 'stroke-dasharray="2 2" d="M46 240L266 20"' in drawn
    assert 'data-x="90 112,200 222"' in drawn
    assert ">agrees (1)</text>" in drawn
    assert ">does not (1)</text>" in drawn
    label = ElementTree.fromstring(drawn).get("aria-label")
    assert label == "reliable?: 1 of 2 intervals hold what was predicted"


def discs_of_all(drawn):
    steps = "".join(re.findall(r'stroke-linecap="round" d="([^"]*)"', drawn))
    return [tuple(map(float, place)) for place in re.findall(r"M(\S+?) (\S+?)h0", steps)]


@pytest.mark.parametrize(
    ("shares", "ends"), [((0.001, 0.03), (0, 0.05)), ((0.6, 0.9), (0.5, 1)), ((0.1, 0.9), (0, 1))]
)
def test_small_or_large_shares_fill_the_square(shares, ends):
    points = tuple(Agreed(s, s, s, s, s, s, 1) for s in shares)
    drawn = svg_agreement.agreement(Agreement("x", points))
    said = [float(words) for words in re.findall(r">([\d.]+)</tspan>", drawn)]
    assert (said[0], said[-1]) == ends


def test_ranges_that_reach_far_are_cut_at_the_square():
    """One range of predictions up to 0.9 would make all others small."""
    point = Agreed(0.1, 0.12, 0.05, 0.18, 0.05, 0.9, 10)
    drawn = svg_agreement.agreement(Agreement("x", (point,)))
    assert 'data-x="101 266"' in drawn
    assert "H266" in drawn


def test_a_waterfall():
    """0 to 0.8 over the 268 units from 104 to 372; each part starts where the last one ended."""
    steps = (
        Step("whole", 0.0, 0.6, "whole"),
        Step("= given", 0.0, 0.8, "given"),
        Step("− gain", 0.8, 0.4, "gain"),
        Step("+ cost", 0.4, 0.6, "cost"),
    )
    drawn = svg_waterfall.waterfall(Waterfall("sum", steps, "nats"))
    assert 'class="p" fill="#0072b2" d="M104 10h201v14h-201z"' in drawn
    assert 'class="q" fill="#b8bec9" d="M104 32h268v14h-268z"' in drawn
    assert 'class="f" fill="#009e73" d="M238 54h134v14h-134z"' in drawn
    assert 'class="m" fill="#d55e00" d="M238 76h67v14h-67z"' in drawn
    assert drawn.count('class="x"') == 2
    label = ElementTree.fromstring(drawn).get("aria-label")
    assert label == "sum: whole 0.6, = given 0.8, − gain 0.4, + cost 0.2 nats"


def test_a_histogram_of_two_sides_shares_its_scale():
    chart = Histogram("x", (1.0, 10.0, 100.0), (1.0, 1.0), others=(0.0, 7.0), names=("p", "q"))
    drawn = svg_histogram.histogram(chart)
    assert 'stroke-width="1.6" d="M4 170v-71h206v0h206v71"' in drawn
    assert 'stroke-dasharray="5 2" d="M4 170v0h206v-142h206v142"' in drawn
    assert as_table(chart).rows == ((1.0, 10.0, 1.0, 0.0), (10.0, 100.0, 1.0, 7.0))


def empty():
    return [
        Dots("none", ()),
        Dots("none", (), axis="log"),
        Dots("unknown", (Place("a", (None,), (None,)),)),
        Dots("nothing", (Place("a", (0.0,)), Place("b", (math.inf,))), axis="log"),
        Dots("tiny", (Place("a", (5e-324,)), Place("b", (1e-320,))), axis="log"),
        Dots("huge", (Place("a", (1e307, 5.0)),), ("a", "b"), axis="log"),
        Dots("open", (Place("a", (1.0,), ((0.0, math.inf),)),), axis="log"),
        Agreement("none", ()),
        Agreement("zero", (Agreed(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),)),
        Waterfall("none", (), ""),
        Waterfall("zero", (Step("a", 0.0, 0.0, "whole"),), "nats"),
    ]


@pytest.mark.parametrize(
    "chart", empty(), ids=lambda chart: f"{type(chart).__name__} {chart.title}"
)
def test_almost_nothing_is_drawn_too(chart):
    drawn = draw(chart)
    ElementTree.fromstring(drawn)
    assert "nan" not in drawn
    assert "inf" not in drawn


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_data_stay_text(name):
    charts = [
        Dots(name, (Place(name, (1.0, 2.0)),), (name, name), "nats", borders=(name, name)),
        Agreement(name, (Agreed(0.5, 0.5, 0.4, 0.6, 0.4, 0.6, 3),)),
        Waterfall(name, (Step(name, 0.0, 1.0, "whole"),), "nats"),
        Histogram(name, (1.0, 2.0), (1.0,), name, others=(2.0,), names=(name, name)),
    ]
    for chart in charts:
        tags = {element.tag for element in ElementTree.fromstring(draw(chart)).iter()}
        assert tags <= {"svg", "path", "text", "tspan"}
        assert len(draw(chart)) < 6_000
    drawn = page(Document(name, tuple(map(Figure, charts))))
    assert drawn.count("<script>") == 1
    drawn.encode()


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=30),
    st.sampled_from(["linear", "log"]),
)
def test_higher_is_larger_and_all_is_inside(values, axis):
    chart = Dots("x", tuple(Place("a", (v,), ((v / 2, v * 2),)) for v in values), axis=axis)
    drawn = svg_dots.dots(chart)
    heights = [y for _, y in discs(drawn)]
    assert all(svg_dots.TOP - 0.1 <= y <= svg_dots.BASE + 0.1 for y in heights)
    pairs = zip(values, heights, strict=True)
    for (a, y), (b, z) in itertools.combinations(pairs, 2):
        assert (a - b) * (z - y) >= -1e-9 or abs(y - z) <= 0.11


@given(st.floats(1e-270, 1e270), st.floats(1, 1e12))
def test_ends_of_a_logarithmic_axis_are_round_and_hold_the_values(value, ratio):
    least = value / ratio
    chart = Dots("x", (Place("a", (value,)), Place("b", (least,))), axis="log")
    low, high = svg_dots._ends(chart)
    assert high >= value * (1 - 1e-6)
    assert low <= max(least, value / 1e8) * (1 + 1e-6)
    for end in (low, high):
        mantissa = float(f"{end:.6e}".split("e")[0])
        assert mantissa in {1.0, 2.0, 5.0}


def test_formats_of_words_show_the_table_of_a_figure():
    chart = Dots("KL by place", (Place("0 to 5", (0.5,)),), unit="nats")
    with_table = render(Document("x", (Figure(chart, as_table(chart)),)))
    assert "0 to 5" in with_table
    assert render(Document("x", (Figure(chart),))) == ""
    assert "Numbers of the picture" in page(Document("x", (Figure(chart),)))
