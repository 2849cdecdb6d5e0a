"""From the outcomes of a column to what its picture shows."""

import datetime
import itertools
import math

import numpy as np
import pytest
from report_samples import column, comparison, outcomes

from kullback.report.blocks.document import Card, Table
from kullback.report.html.page import page
from kullback.report.text.page import render
from kullback.tables.profiles.labels import MISSING, Bin
from kullback.tables.results.column_card import card
from kullback.tables.results.column_shares import CATEGORIES, shares
from kullback.tables.results.comparison import Skipped
from kullback.tables.results.comparison_document import ALL_CARDS, FEWEST_CARDS, document


def bins(*ends, texts=None):
    borders = [None, *ends, None]
    return [Bin(low, high, f"({low}, {high}]") for low, high in itertools.pairwise(borders)]


def of(labels, p=None, q=None, **more):
    count = len(labels)
    p = p or [1 / count] * count
    q = q or [1 / count] * count
    return column("x", "same", 0.0, q_value=1.0, lines=outcomes(labels, p, q), **more)


def ends(column):
    return [(part.low, part.high) for part in shares(column, 1.0).parts]


def test_open_bins_end_at_the_extent():
    assert ends(of(bins(0.0, 10.0), extent=(-2.0, 13.0))) == [(-2, 0), (0, 10), (10, 13)]


def test_an_extent_far_away_is_cut_and_said():
    found = shares(of(bins(0.0, 10.0), extent=(-2.0, 1e9)), 1.0)
    assert [(part.low, part.high) for part in found.parts] == [(-2, 0), (0, 10), (10, 15)]
    assert found.notes == ("Drawn shorter: the last bin reaches up to 1e+09.",)


def test_without_an_extent_the_width_is_bounded_and_said():
    found = shares(of(bins(0.0, 10.0)), 1.0)
    assert (found.parts[0].low, found.parts[-1].high) == (-5.0, 15.0)
    assert found.notes == ("The first and the last bin are open: drawn at a bounded width.",)


def test_a_positive_range_of_many_sizes_gets_a_logarithmic_axis():
    found = shares(of(bins(1.0, 10.0, 100.0), extent=(0.0, 1e6)), 1.0)
    assert found.axis == "log"
    assert found.parts[0].low == pytest.approx(0.1)  # half of two decades, since 0 has no place
    assert found.parts[-1].high == pytest.approx(1000.0)
    assert shares(of(bins(-1.0, 10.0, 100.0), extent=(-2, 200)), 1.0).axis == "linear"


def test_single_values_and_missing_have_a_place_of_their_own():
    labels = [
        Bin(None, 0, "< 0"),
        Bin(0, 0, "0"),
        Bin(0, 2, "(0, 2]"),
        Bin(2, None, "> 2"),
        MISSING,
    ]
    found = shares(of(labels, extent=(-1, 3)), 1.0)
    assert [(part.low, part.high) for part in found.parts] == [
        (-1, 0),
        (0, 0),
        (0, 2),
        (2, 3),
        (None, None),
    ]
    assert found.parts[-1].label == "missing"


def test_times():
    labels = bins("2026-01-01", "2026-01-02 12:00:00")
    found = shares(of(labels, extent=("2025-12-31 18:00:00", "2026-01-03")), 1.0)
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).timestamp()
    assert found.axis == "time"
    assert [(part.low - day, part.high - day) for part in found.parts] == [
        (-21600, 0),
        (0, 129600),
        (129600, 172800),
    ]
    clock = shares(of(bins("08:00:00", "17:30:00"), extent=("00:00:00", "23:59:59")), 1.0)
    assert clock.axis == "clock"
    assert clock.parts[1].high == 17.5 * 3600


def test_what_cannot_be_placed_is_drawn_side_by_side():
    labels = bins("9999999999 µs after 1970")
    assert ends(of(labels)) == [(None, None), (None, None)]
    assert ends(of([Bin(None, None, "any value"), MISSING])) == [(None, None)] * 2
    far = of(bins("2026-01-01", "2026-01-03"), extent=("2026-01-01", "9999999999 µs after 1970"))
    assert shares(far, 1.0).notes[0].startswith("The first and the last bin are open")


def test_many_categories_become_the_frequent_the_telling_and_the_rest():
    count = 200
    p = np.linspace(1, 2, count)
    q = p.copy()
    q[3] *= 9
    p, q = p / p.sum(), q / q.sum()
    found = shares(of([f"c{i}" for i in range(count)], list(p), list(q)), 1.0)
    assert len(found.parts) == CATEGORIES + 1
    assert "c3" in {part.label for part in found.parts}
    assert "c199" in {part.label for part in found.parts}
    assert found.parts[-1].rest
    assert found.parts[-1].label == "180 more"
    assert math.fsum(part.p for part in found.parts) == pytest.approx(1)
    assert math.fsum(part.q for part in found.parts) == pytest.approx(1)
    assert any("180 more hold" in note for note in found.notes)


def test_the_rest_may_be_infinite():
    labels = [f"c{i}" for i in range(50)]
    q = [0.0] * 30 + [1 / 20] * 20
    assert shares(of(labels, None, q), 1.0).parts[-1].contribution == math.inf


def test_whole_numbers_are_in_their_order():
    assert [part.label for part in shares(of([10, 2, 33, MISSING]), 1.0).parts] == [
        "2",
        "10",
        "33",
        "missing",
    ]


def test_the_card_says_all():
    drifted = column(
        "plan",
        "drifted",
        0.3,
        q_value=1e-5,
        reason="because",
        new=tuple("abcdef"),
        gone=("z",),
    )
    made = card(drifted, "c0", shares(drifted, 1.0))
    assert made.lines == ("because", "new: 'a', 'b', 'c', 'd' and 2 more", "gone: 'z'")
    assert [fact.title for fact in made.facts] == ["JS (bits)", "KL(P‖Q)", "KL(Q‖P)", "p", "q"]


def many(drifted, same):
    columns = [column(f"d{i}", "drifted", 0.3, q_value=0.0) for i in range(drifted)]
    columns += [column(f"s{i}", "same", 0.0001, q_value=0.9) for i in range(same)]
    return document(comparison(*columns))


@pytest.mark.parametrize(
    ("drifted", "same", "cards"),
    [(1, 299, 300), (1, 300, FEWEST_CARDS), (80, 300, 80), (400, 100, ALL_CARDS)],
)
def test_beyond_300_columns_only_those_that_matter_have_cards(drifted, same, cards):
    made = many(drifted, same)
    found = [block for block in made.blocks if isinstance(block, Card)]
    (ranking,) = [block for block in made.blocks if isinstance(block, Table) and block.anchors]
    assert len(found) == cards
    assert len(ranking.rows) == drifted + same
    assert sum(anchor != "" for anchor in ranking.anchors) == cards
    assert f"Pictures of {cards} of {drifted + same} columns" in page(made) or cards == 300


def test_a_notebook_shows_the_first_columns_in_little_room():
    piece = comparison(*(column(f"c{i}", "same", 0.001, q_value=0.9) for i in range(200)))
    drawn = piece._repr_html_()
    assert len(drawn.encode()) < 30_000
    assert "… and 188 more" in drawn


def test_contributions_share_one_scale_with_a_floor():
    few = document(
        comparison(
            column("a", "same", 0.0, q_value=1.0, lines=outcomes("ab", [0.5, 0.5], [0.5, 0.5]))
        )
    )
    (only,) = [block for block in few.blocks if isinstance(block, Card)]
    assert only.chart.scale == pytest.approx(0.02 / math.log(2))
    made = many(20, 20)
    assert len({block.chart.scale for block in made.blocks if isinstance(block, Card)}) == 1


def test_one_column_far_off_does_not_hide_the_others():
    far = column(
        "far", "drifted", 0.9, q_value=0.0, lines=outcomes("ab", [0.999, 0.001], [0.001, 0.999])
    )
    near = [
        column(f"n{i}", "drifted", 0.1, q_value=0.0, lines=outcomes("ab", [0.6, 0.4], [0.4, 0.6]))
        for i in range(20)
    ]
    made = document(comparison(far, *near))
    cards = [block for block in made.blocks if isinstance(block, Card)]
    assert cards[0].chart.scale < 0.2 < max(part.contribution for part in cards[0].chart.parts)


def test_text_leaves_pictures_out_and_says_timelines_as_tables():
    from kullback.report.blocks.charts import Point, Timeline
    from kullback.report.blocks.document import Document

    text = render(
        document(comparison(column("a", "same", 0.0, q_value=1.0), Skipped("b", "constant")))
    )
    assert "current on reference" not in text
    points = (Point("Monday", 0.1, 0.05, 0.2, "drifted"), Point("Tuesday", 0.001))
    drawn = Document("t", (Timeline("JS by day", points, "bits", 0.01),))
    assert render(drawn) == ""  # the tables beside it say the same; --all tells it
    lines = render(drawn, everything=True).split("\n")
    assert lines[0] == "JS by day"
    assert lines[2].split()[:6] == ["✗", "drifted", "Monday", "0.1", "0.05", "0.2"]
    assert lines[3].split()[:4] == ["–", "Tuesday", "0.001", "–"]
