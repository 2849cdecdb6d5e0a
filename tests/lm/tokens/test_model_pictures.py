"""The pictures of a comparison: what they show, and comparisons that have little to show."""

import math
import re
from itertools import product

import numpy as np
import pytest
from model_pairs import pair

from kullback import lm
from kullback.lm.tokens.candidates_document import document as document_of_pair
from kullback.lm.tokens.comparison_document import document
from kullback.report.blocks.charts import Histogram
from kullback.report.blocks.document import Figure


def figures(found):
    build = document_of_pair if hasattr(found, "first") else document
    return [block for block in build(found).blocks if isinstance(block, Figure)]


@pytest.fixture(scope="module")
def found():
    base, model = pair(2, rows=240, vocabulary=300)
    return lm.compare(base.reshape(12, 20, 300), model.reshape(12, 20, 300))


def test_the_pictures_of_one_model(found):
    sizes, percentiles, confidence, place = figures(found)
    assert sum(sizes.chart.counts) == sum(b.n for b in found.by_size if b.low > 0)
    assert [p.values[0] for p in percentiles.chart.places] == list(found.percentiles.values())
    assert [p.label for p in percentiles.chart.places][:3] == ["0", "0.1", "1"]
    for figure, buckets in ((confidence, found.by_confidence), (place, found.by_position)):
        assert [p.values[0] for p in figure.chart.places] == [b.kl for b in buckets]
        assert len(figure.chart.borders) == len(buckets) + 1
        assert [row[1] for row in figure.table.rows] == [b.n for b in buckets]
    assert [row[0] for row in confidence.table.rows][:2] == ["0 to 0.1", "0.1 to 0.25"]
    # Twenty places in twelve ranges: some are one place alone.
    assert [row[0] for row in place.table.rows][:4] == ["0", "1 to 3", "3 to 5", "5"]
    assert (confidence.chart.axis, place.chart.axis) == ("log", "linear")


def test_pictures_are_in_the_unit_of_the_page(found):
    for nats, bits in zip(figures(found), figures(found.to("bits")), strict=True):
        assert bits.chart.unit == "bits"
        if isinstance(nats.chart, Histogram):
            assert bits.chart.counts == nats.chart.counts
            np.testing.assert_allclose(bits.chart.edges, np.array(nats.chart.edges) / np.log(2))
        else:
            values = [
                [p.values[0] for p in figure.chart.places if p.values[0] is not None]
                for figure in (nats, bits)
            ]
            np.testing.assert_allclose(values[1], np.array(values[0]) / np.log(2))


def test_the_pictures_of_two_models(found):
    base, model = pair(2, rows=240, vocabulary=300)
    shaped = [x.reshape(12, 20, 300) for x in (base, model, base + 4 * (model - base), 2 * model)]
    for second in shaped[2:]:
        both = lm.compare_pair(*shaped[:2], second)
        for figure in figures(both):
            if isinstance(figure.chart, Histogram):
                for counts, side in (
                    (figure.chart.counts, both.first),
                    (figure.chart.others, both.second),
                ):
                    assert sum(counts) == sum(b.n for b in side.by_size if b.low > 0)
                    first = next(i for i, count in enumerate(counts) if count)
                    filled = next(b for b in side.by_size if b.n and b.low > 0)
                    assert (figure.chart.edges[first], counts[first]) == (filled.low, filled.n)
            else:
                assert all(len(place.values) == 2 for place in figure.chart.places)


def test_intervals_of_ranges_are_clustered(found):
    """From the definition: the sums of each chunk's deviations, and t with G − 1 degrees."""
    from scipy.stats import t

    tokens = found.per_token
    for bucket in found.by_position:
        inside = [
            (int(c), float(kl))
            for c, place, kl in zip(
                tokens["cluster"], tokens["position"], tokens["kl"], strict=True
            )
            if bucket.low <= place < bucket.high
        ]
        mean = math.fsum(kl for _, kl in inside) / len(inside)
        chunks = sorted({c for c, _ in inside})
        squares = [math.fsum(kl - mean for c, kl in inside if c == chunk) ** 2 for chunk in chunks]
        g = len(chunks)
        error = math.sqrt(g / (g - 1) * math.fsum(squares)) / len(inside)
        reach = t.ppf(0.975, g - 1) * error
        low, high = bucket.interval
        assert high == pytest.approx(mean + reach)
        assert low == pytest.approx(max(0.0, mean - reach))


def test_one_cluster_has_no_interval():
    base, model = pair(3, rows=20, vocabulary=50)
    alone = lm.compare(base[None], model[None])
    assert {bucket.interval for bucket in alone.by_position} == {None}
    assert alone.to_html().count("<figure>") == 4


def odd():
    base, model = pair(4, rows=24, vocabulary=40)
    shaped = base.reshape(4, 6, 40)
    impossible = model.reshape(4, 6, 40).copy()
    impossible[1, 2, :3] = -np.inf
    return {
        "the same": (shaped, shaped),
        "one token": (shaped[:1, :1], model.reshape(4, 6, 40)[:1, :1]),
        "infinite": (shaped, impossible),
        "tiny": (shaped, shaped + 1e-9 * np.arange(40)),
        "far": (shaped, -200 * shaped),
    }


@pytest.mark.parametrize("name", odd())
def test_comparisons_with_little_to_show(name):
    base, model = odd()[name]
    one = lm.compare(base, model)
    both = lm.compare_pair(base, model, base)
    for found in (one, both, lm.compare_pair(base, base, model)):
        drawn = found.to_html() + found._repr_html_() + str(found) + found.to_markdown()
        assert not re.search(r'[ "M,V]nan|[ "M,V]-?inf[ "]', drawn)
    assert ("is in the last bin" in one.to_html()) is (name in {"infinite", "far"})


def test_texts_of_tokens(tmp_path):
    base, model = pair(5, rows=48, vocabulary=40)
    targets = np.random.default_rng(0).integers(0, 40, 48)
    found = lm.compare(base.reshape(3, 16, 40), model.reshape(3, 16, 40), targets=targets)
    hostile = ["<script>alert(1)</script>", "a\nb|c", "\udc80", "\x1b[0m", "y" * 10_000, ""]
    texts = [f"{hostile[i % 6]}{i}" for i in range(40)]
    drawn = found.to_html(tmp_path / "page.html", pieces=texts.__getitem__)
    assert (tmp_path / "page.html").read_text() == drawn
    assert len(drawn.encode()) < 100_000
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in drawn
    assert "<script>alert" not in drawn
    assert "\x1b" not in drawn + found.to_markdown(pieces=texts.__getitem__)
    assert "ids before" in found.to_html()
    assert "ids before" not in drawn
    plain = found.to_html(pieces=lambda token: f"[{token}]")
    for token, said in product(found.worst, ("target", "top_base", "top_model")):
        assert f"<td class=text>[{getattr(token, said)}]" in plain
    longest = max(found.worst, key=lambda token: len(token.context))
    assert "… " + "".join(f"[{i}]" for i in longest.context[-8:]) in plain


def test_a_text_that_is_too_long_loses_its_beginning():
    """The nearest tokens say most."""
    base, model = pair(6, rows=48, vocabulary=40)
    targets = np.arange(48) % 40
    found = lm.compare(base.reshape(3, 16, 40), model.reshape(3, 16, 40), targets=targets)
    drawn = found.to_html(pieces=lambda token: f"{'z' * 30}{token:03d}")
    token = max(found.worst, key=lambda token: len(token.context))
    assert f"z{token.context[-1]:03d}<td" in drawn
