"""Pictures as strings: golden where people reviewed them, and laws that all of them obey."""

import itertools
import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import HOSTILE

from kullback.errors import InputError
from kullback.report.blocks.charts import (
    Dot,
    Histogram,
    Line,
    Lines,
    Point,
    SharePart,
    Shares,
    Sparkline,
    Timeline,
)
from kullback.report.svg import bins_layout as layout
from kullback.report.svg import histogram as svg_histogram
from kullback.report.svg import series as svg_series
from kullback.report.svg import shares as svg_shares
from kullback.report.svg import writer as svg
from kullback.report.svg.draw import draw, draw_again

BINS = Shares(
    "age",
    (
        SharePart("≤ 1", 0.2, 0.5, 0.05, 0.0, 1.0),
        SharePart("> 1", 0.7, 0.5, 0.1, 1.0, 5.0),
        SharePart("missing", 0.1, 0.0, math.inf),
    ),
    "nats",
    0.1,
    ("P current", "Q reference"),
)
PLANS = Shares(
    "plan", (SharePart("a", 0.25, 0.5, 0.2), SharePart("b", 0.75, 0.5, 0.05)), "bits", 0.2
)
"""Both are reviewed by eye; numbers below follow from widths, heights and these shares."""


def parse(text):
    return ElementTree.fromstring(text)


def test_a_pair_of_categories():
    """Two slots of 160; the highest share, 0.75, takes the 78 units from 92 up to 14."""
    drawn = svg_shares.shares(PLANS)
    # Q at the left of each slot's middle (80, 240), P at the right; 24 wide each.
    assert (
        '<path class="qb" stroke="#b8bec9" stroke-width="24" d="M68 92v-52M228 92v-52"/>' in drawn
    )
    assert (
        '<path class="pb" stroke="#0072b2" stroke-width="24" d="M92 92v-26M252 92v-78"/>' in drawn
    )
    # P has less of a (down, the whole scale), and more of b (up, a quarter of it).
    assert '<path class="fb" stroke="#009e73" stroke-width="48" d="M80 138v20"/>' in drawn
    assert '<path class="mb" stroke="#d55e00" stroke-width="48" d="M240 138v-5"/>' in drawn
    assert ">bars: 0 to 75 %</text>" in drawn
    assert 'data-u="scale ±0.14 nats">scale ±0.2 bits</text>' in drawn


def test_bins_are_drawn_as_densities():
    """The bins have equal mass in Q but widths of 1 and 4: so Q stands four times lower."""
    drawn = svg_shares.shares(BINS)
    # The axis ends at 320 − 44 − 8 = 268; so the border 1 of 0 … 5 lies at 53.6.
    (area,) = re.findall(r'class="q" fill="#b8bec9" d="([^"]*)"', drawn)
    assert area == "M0 92v-78h53.6v58.5h214.4v19.5z"
    (outline,) = re.findall(r'class="pl" [^>]*d="([^"]*)"', drawn)
    assert outline == "M0 92v-31.2h53.6v3.9h214.4v27.3"
    # 10 % missing beside them, on a scale of shares that ends at 20 %.
    assert 'class="pb" stroke="#0072b2" stroke-width="17.6" d="M306.8 92v-39"' in drawn
    assert 'data-x="0 53.6 268,276 320"' in drawn
    assert ">∞</text>" in drawn


def test_the_sentence_names_the_largest_contribution():
    root = parse(svg_shares.shares(PLANS))
    assert root.get("aria-label") == (
        "plan: shares of 2 outcomes; the largest contribution is 0.2 bits, of a: "
        "25 % of P, 50 % of Q"
    )
    assert root.get("data-say") == "0.2 bits|0.139 nats"


def test_a_dot():
    """A √ axis from 4 to 107: a tolerance of 0.01 on a scale of 0.16 lies at a quarter."""
    drawn = svg_series.dot(Dot(0.04, 0.01, 0.09, 0.01, 0.16, "drifted", "bits"))
    assert 'stroke-dasharray="2 2" d="M29.8 1L29.8 17"' in drawn
    assert 'class="drifted" stroke="#d55e00" stroke-width="2" d="M29.8 9H81.2"' in drawn
    assert '<circle class="drifted" cx="55.5" cy="9" r="3.5" fill="#d55e00"' in drawn


def test_verdicts_differ_in_shape_and_not_only_in_colour():
    shapes = {
        verdict: svg_series.shape(verdict, 5, 5) for verdict in ("drifted", "undecided", "same")
    }
    without_colour = {re.sub(r"#\w+|class=\"\w+\"", "", shape) for shape in shapes.values()}
    assert len(without_colour) == 3
    assert 'fill="#ffffff"' in shapes["undecided"]  # a ring


def test_a_histogram_on_a_logarithmic_axis():
    """One decade a bin: equal widths, and heights in proportion to counts."""
    chart = Histogram("KL", (0.01, 0.1, 1.0, 10.0), (1.0, 4.0, 2.0), "nats", marks=((0.1, "half"),))
    drawn = svg_histogram.histogram(chart)
    (area,) = re.findall(r'class="q" fill="#b8bec9" d="([^"]*)"', drawn)
    assert area == "M4 170v-35.5h137.3v-106.5h137.4v71h137.3v71z"
    assert 'd="M141.3 16L141.3 170"' in drawn
    assert list(re.findall(r">([\d.]+)</tspan>", drawn)) == ["0.01", "0.1", "1", "10"]


def test_a_linear_histogram_is_a_density_too():
    drawn = svg_histogram.histogram(Histogram("x", (0.0, 1.0, 3.0), (5.0, 5.0), axis="linear"))
    (area,) = re.findall(r'class="q" fill="#b8bec9" d="([^"]*)"', drawn)
    assert area == "M4 170v-142h137.3v71h274.7v71z"


@pytest.mark.parametrize(
    ("edges", "counts", "words"),
    [
        ((0.0, 1.0), (1.0,), r"edges\[0\] = 0 has no place on a logarithmic axis"),
        ((1.0, 2.0), (1.0, 2.0), "2 of them for 2 counts"),
        ((1.0, 3.0, 2.0), (1.0, 2.0), r"edges\[1\] = 3 and edges\[2\] = 2"),
        ((1.0, math.inf), (1.0,), "expected finite"),
    ],
)
def test_edges_that_cannot_be_drawn(edges, counts, words):
    with pytest.raises(InputError, match=words):
        Histogram("x", edges, counts)


def test_a_timeline():
    points = (
        Point("Monday", 0.005, 0.0, 0.01, "same"),
        Point("Tuesday", 0.05, 0.04, 0.06, "drifted"),
        Point("Wednesday", math.inf, verdict="drifted"),
    )
    drawn = svg_series.timeline(Timeline("JS by day", points, "bits", 0.01))
    root = parse(drawn)
    assert root.get("aria-label") == (
        "JS by day: 3 windows, 2 drifted; the largest is ∞ bits, of Wednesday"
    )
    assert root.get("data-x") == "46 242 438 634"
    assert all(f">{day}</text>" in drawn for day in ("Monday", "Tuesday", "Wednesday"))
    assert ">∞</text>" in drawn
    assert ">tolerance</text>" in drawn
    assert drawn.count("<circle") == 1  # the bar of Monday, the dot of Tuesday, ∞ for Wednesday


def test_curves_break_where_a_value_is_missing():
    chart = Lines("loss", (0.0, 1.0, 2.0, 3.0), (Line("train", (4.0, 2.0, math.nan, 1.0)),), "nats")
    (steps,) = re.findall(r'stroke-width="1.6" d="([^"]*)"', svg_series.lines(chart))
    assert steps == "M46 24L242 92M634 126"


def test_more_curves_than_colours_are_all_drawn():
    curves = tuple(Line(f"run {i}", (1.0, 2.0)) for i in range(9))
    assert svg_series.lines(Lines("loss", (0.0, 1.0), curves)).count('stroke-width="1.6"') == 9


def empty_charts():
    return [
        Shares("nothing", (), "bits", 1.0),
        Timeline("nothing", ()),
        Lines("nothing", (0.0,), ()),
        Lines("one", (0.0,), (Line("a", (math.inf,)),)),
        Histogram("none", (1.0, 2.0), (0.0,)),
        Dot(0.0, 0.0, 0.0, 0.0, 0.0, "", "bits"),
        Shares("one value", (SharePart("0", 1.0, 1.0, 0.0, 0.0, 0.0),), "bits", 1.0),
        Shares("tiny", (SharePart("x", 0.0, 0.0, 0.0),), "", 1.0),
    ]


@pytest.mark.parametrize("chart", empty_charts(), ids=repr)
def test_almost_nothing_is_drawn_too(chart):
    text = draw(chart)
    parse(text)
    assert "nan" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_data_stay_text(name):
    charts = [
        Shares(
            name, (SharePart(name, 0.5, 0.1, math.inf), SharePart("b", 0.5, 0.9, 0.1)), "bits", 0.1
        ),
        Timeline(name, (Point(name, 1.0),), "bits"),
        Histogram(name, (1.0, 2.0), (1.0,), name, marks=((1.5, name),)),
        Lines(name, (0.0, 1.0), (Line(name, (1.0, 2.0)),), "nats", name),
    ]
    for chart in charts:
        root = parse(draw(chart))
        assert {element.tag for element in root.iter()} <= {
            "svg",
            "g",
            "path",
            "text",
            "tspan",
            "circle",
        }
        assert len(draw(chart)) < 6_000


shares_lists = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(1e-3, 1e3)), min_size=1, max_size=40
)


@given(shares_lists, st.sampled_from(["linear", "log"]))
def test_areas_are_shares(rows, axis):
    """In the picture, area over area is share over share, on either axis."""
    low, parts = 1.0, []
    for p, q, width in rows:
        parts.append(SharePart("x", p, q, 0.0, low, low + width))
        low += width
    placed = layout.place(Shares("x", tuple(parts), "bits", 1.0, axis=axis), 320)
    areas = [(place.x2 - place.x1) * place.p for place in placed if place.x2 - place.x1 > 1e-3]
    wanted = [place.part.p for place in placed if place.x2 - place.x1 > 1e-3]
    assert all(0 <= place.p <= 1 and 0 <= place.q <= 1 for place in placed)
    if sum(wanted) > 1e-6:
        for area, share in zip(areas, wanted, strict=True):
            assert area / sum(areas) == pytest.approx(share / sum(wanted), rel=1e-6, abs=1e-9)


@given(shares_lists, st.integers(0, 6))
def test_everything_stays_inside_the_picture(rows, slots):
    low, parts = -500.0, []
    for p, q, width in rows:
        parts.append(SharePart("a name", p, q, p, low, low + width))
        low += width
    parts += [SharePart("missing", 0.2, 0.1, math.inf)] * slots
    drawn = svg_shares.shares(Shares("x", tuple(parts), "bits", 0.5))
    root = parse(drawn)
    for place in layout.place(Shares("x", tuple(parts), "bits", 0.5), 320):
        assert -1e-6 <= place.x1 <= place.x2 <= 320 + 1e-6
    for words in [*root.iter("text"), *root.iter("tspan")]:
        assert 0 <= float(words.get("x", 0)) <= 320
        assert 0 < float(words.get("y", 1)) <= svg_shares.HEIGHT
    assert "e-" not in " ".join(path.get("d") for path in root.iter("path"))


@given(st.lists(st.tuples(st.floats(-50, 400), st.text("abcdef0", max_size=12)), max_size=30))
def test_labels_never_collide(labels):
    kept = svg.apart(labels, 320)
    ends = [(x - len(words) * svg.LETTER / 2, x + len(words) * svg.LETTER / 2) for x, words in kept]
    assert all(a[1] < b[0] for a, b in itertools.pairwise(ends))
    assert {words for _, words in kept} <= {words for _, words in labels}


def test_words_stand_above_the_bars():
    """The words in the head-room end where the highest bar begins."""
    heights = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*>bars', svg_shares.shares(PLANS))]
    assert all(y + 3 < svg_shares.TOP for y in heights)


def test_a_sparkline_repeats_the_picture_of_the_page():
    named = Sparkline(Shares("plan", PLANS.parts, "bits", 0.2, key="s7"))
    assert '<use href="#s7"/>' in draw_again(named)
    assert '<g id="s7">' in draw(named.shares)
    assert "<use" not in draw(named)
    assert "<use" not in draw_again(Sparkline(PLANS))


@given(st.floats(-1e4, 1e4))
def test_coordinates_are_short_and_right(value):
    written = svg.number(value)
    assert abs(float(written) - value) <= 0.0501
    assert re.fullmatch(r"-?(\d+(\.\d)?|\.\d)", written)
    assert written != "-0"


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_few_round_and_inside(low, span):
    found = svg.ticks(low, low + span)
    assert len(found) <= 6
    slack = 1e-6 * (abs(low) + span)
    assert all(low - slack <= tick <= low + span + slack for tick in found)


def test_pictures_with_words_name_their_font_and_size():
    """Without styles, and in converters, a picture has nothing else to take them from."""
    for chart in (BINS, PLANS, Timeline("t", (Point("a", 1.0),))):
        root = parse(draw(chart))
        assert root.get("font-family")
        assert root.get("font-size")
        assert root.get("width")
        assert root.get("height")


def test_a_small_divergence_looks_small():
    """The scale is that of the page, and not of each picture."""
    parts = (SharePart("a", 0.51, 0.5, 0.0001), SharePart("b", 0.49, 0.5, 0.0001))
    drawn = svg_shares.shares(Shares("x", parts, "bits", 0.03))
    assert 'class="mb"' not in drawn
    assert 'class="fb"' not in drawn
    assert "scale ±0.03 bits" in drawn


def test_surprises():
    """Up to 2 nats in the 38 units from 170 up to 132: a square for P, a bar for Q."""
    parts = (
        SharePart("both", 0.5, 0.5, 0.0, surprise=(1.0, 2.0)),
        SharePart("never", 0.0, 0.5, 0.5, surprise=(math.inf, 1.0)),
        SharePart("new", 0.5, 0.0, math.inf, surprise=(1.0, math.inf)),
        SharePart("none", 0.0, 0.0, 0.0, surprise=(math.inf, math.inf)),
    )
    drawn = svg_shares.shares(Shares("P and Q", parts, "nats", 0.5))
    (squares,) = re.findall(r'class="p" fill="#0072b2" d="([^"]*)"', drawn)
    (levels,) = re.findall(r'class="q" fill="#b8bec9" d="([^"]*)"', drawn)
    assert squares == "M37.5 148.5h5v5h-5zM197.5 148.5h5v5h-5z"
    assert levels == "M32.5 131h15v2h-15zM112.5 150h15v2h-15zM192.5 131h15v2h-15z"
    assert 'd="M40 151V132M200 151V132"' in drawn
    assert drawn.count(">∞</text>") == 2  # a surprise without end, and its contribution
    assert 'data-u="0 to 2.89 bits">0 to 2 nats' in drawn
