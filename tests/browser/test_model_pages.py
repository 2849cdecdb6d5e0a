"""The pages of language models and of scored predictions, in a real browser."""

import re

import numpy as np
import pytest

from kullback import classifiers, lm

HOSTILE = "<script>alert(1)</script>"
PHONE = {"viewport": {"width": 390, "height": 800}}
BLOCKED = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'self'"
}
PIECES = (HOSTILE, "</script><b>", "\x1b[31m", "\udc80", "x" * 10_000, "", " the")


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Return two models against one base, in files with names that look like markup."""
    rng = np.random.default_rng(3)
    base = 3 * rng.standard_normal((6, 40, 60)).astype(np.float32)
    folder = tmp_path_factory.mktemp("models")
    paths = []
    for name, noise in (("base", 0.0), ("<img src=x>", 0.1), ("second", 0.5)):
        paths.append(folder / f"{name}.npy")
        np.save(paths[-1], base + noise * rng.standard_normal(base.shape).astype(np.float32))
    return lm.compare_pair(*paths, targets=rng.integers(0, 60, 240))


@pytest.fixture(scope="module")
def score():
    rng = np.random.default_rng(4)
    f = rng.random(1_500)
    happened = rng.random(1_500) < f**1.3
    labels = np.where(happened, HOSTILE, "a</script>")
    return classifiers.score(labels, np.c_[1 - f, f], classes=["a</script>", HOSTILE])


@pytest.fixture(params=["one", "two", "score"])
def html(request, pair, score):
    """Return each page in turn."""
    drawn = {
        "one": lambda: pair.first.to_html(pieces=lambda token: PIECES[token % len(PIECES)]),
        "two": pair.to_html,
        "score": score.to_html,
    }
    return drawn[request.param]()


def unfold(page):
    for fold in page.locator("summary").all():
        fold.click()


def test_it_asks_for_nothing_and_nothing_of_data_runs(visit, html):
    assert len(html.encode()) <= 200_000  # 240 tokens, each of them in the table of all
    page = visit(html)
    unfold(page)
    assert page.seen.requests == ["http://report.test/"]
    assert page.seen.errors == []
    assert page.seen.dialogs == []
    assert page.locator("script").count() == 1
    assert page.locator("b").count() == page.locator("img").count() == 0


def test_even_an_injected_script_does_not_run(visit, html):
    planted = "<h1><script>alert(2)</script><img src=x onerror=alert(3)>"
    page = visit(html.replace("<h1>", planted))
    assert page.seen.dialogs == []
    assert page.seen.requests == ["http://report.test/"]
    assert page.seen.errors
    assert all("Content Security Policy" in error for error in page.seen.errors)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, html, axe, scheme):
    page = visit(html, color_scheme=scheme)
    unfold(page)
    page.locator("figure svg[data-x]").last.focus()
    page.keyboard.press("ArrowRight")
    assert axe(page) == []


def test_a_phone_never_scrolls_sideways(visit, html, axe):
    page = visit(html, **PHONE)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert axe(page) == []
    # Pictures keep letters that can be read.
    boxes = [svg.bounding_box() for svg in page.locator("figure > svg").all()]
    assert min(box["width"] for box in boxes) > 350


def test_without_styles_and_scripts_all_is_there(visit, html):
    page = visit(html, headers=BLOCKED)
    assert page.locator("figure svg").count() >= 2
    shades = page.evaluate(
        """() => [...document.querySelectorAll("figure path")].flatMap((path) => {
          const { fill, stroke } = getComputedStyle(path);
          return [fill, stroke];
        })"""
    )
    assert "rgb(0, 114, 178)" in shades
    unfold(page)
    for table in page.locator("figure table").all():
        assert table.is_visible()


def test_every_place_of_a_picture_is_a_row_of_its_table(visit, html):
    page = visit(html)
    for figure in page.locator("figure:has(svg[data-x])").all():
        rows = figure.locator("tbody tr").count()
        svg = figure.locator("svg[data-x]")
        svg.focus()
        page.keyboard.press("End")
        last = figure.locator("tbody tr").last.locator("td").first.text_content().strip()
        tip = page.locator(".tip").inner_text()
        assert tip.startswith(last)
        found = svg.get_attribute("data-x").split(",")
        spots = [c.split("/")[1] if "/" in c else len(c.split()) - 1 for c in found]
        assert sum(map(int, spots)) == rows


def test_pieces_are_shown_as_text(visit, pair):
    page = visit(pair.first.to_html(pieces=lambda token: PIECES[token % len(PIECES)]))
    text = page.locator("main").inner_text()
    assert HOSTILE in text
    assert "\\x1b[31m" in text
    assert "' the'" in text
    assert not re.search("x{121}", text)


def test_all_tokens_are_sorted_by_a_click(visit, pair):
    """By the numbers themselves, whatever their text; a second click turns the order."""
    page = visit(pair.first.to_html())
    table = page.locator("table.sortable")
    assert table.count() == 1
    unfold(page)
    kl, place = pair.first.per_token["kl"], pair.first.per_token["position"]

    def column(i):
        cells = table.locator(f"tbody tr td:nth-child({i + 1})").all_inner_texts()
        return [float(cell) for cell in cells]

    heads = table.locator("thead th").all_inner_texts()
    at_kl, at_place = heads.index("KL (nats)"), heads.index("place")
    assert column(at_kl) == pytest.approx(sorted(kl, reverse=True), rel=1e-3)
    table.get_by_role("button", name="place").click()
    assert column(at_place) == sorted(place, reverse=True)
    table.get_by_role("button", name="KL (nats)", exact=True).click()
    table.get_by_role("button", name="KL (nats)", exact=True).click()
    assert column(at_kl) == pytest.approx(sorted(kl), rel=1e-3)
    assert table.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"


def test_dark_pictures_have_their_own_colours(visit, pair):
    page = visit(pair.to_html(), color_scheme="dark")
    of = "getComputedStyle(document.querySelector('figure svg .{}'))"
    assert page.evaluate(f"{of.format('pb')}.stroke") == "rgb(86, 180, 233)"
    assert page.evaluate(f"{of.format('m')}.fill") == "rgb(240, 136, 62)"


def test_notebooks(visit, pair, score):
    pieces = [result._repr_html_() for result in (pair, pair.first, score)]
    assert all(len(piece.encode()) < 30_000 and "<script" not in piece for piece in pieces)
    page = visit(f"<!doctype html><title>n</title>{''.join(pieces)}")
    assert page.seen.errors == []
    assert page.locator("figure svg").count() == 10
