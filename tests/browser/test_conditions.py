"""The page where something is missing or different: styles, scripts, width, paper, sight."""

import pytest

BLOCKED = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; style-src 'self'"
}
PHONE = {"viewport": {"width": 390, "height": 800}}
# Chromium says on the console what a policy has blocked, and nothing else may be said.
POLICY = ("Content Security Policy", "Blocked script execution")


def width(page):
    return page.evaluate("document.documentElement.scrollWidth")


def test_without_styles_and_scripts_all_is_there(report, comparison):
    """As some CI servers show it: Jenkins' policy blocks both, and puts the page in a sandbox."""
    page = report(headers=BLOCKED)
    assert all(any(words in error for words in POLICY) for error in page.seen.errors)
    text = page.locator("main").inner_text()
    for column in comparison.compared[1:6]:
        assert column.reason in text
    assert page.locator("form.tools").is_hidden()
    assert page.locator(".card svg").count() == 10
    paths = page.locator("#c0 svg path")
    assert paths.count() > 3
    colours = page.evaluate(
        """() => [...document.querySelectorAll(".card svg path")].map((path) => {
          const { fill, stroke } = getComputedStyle(path);
          return [fill, stroke, path.getBoundingClientRect().width];
        })"""
    )
    shades = {shade for fill, stroke, _ in colours for shade in (fill, stroke)}
    assert {"rgb(184, 190, 201)", "rgb(0, 114, 178)", "rgb(213, 94, 0)"} <= shades
    assert max(size for _, _, size in colours) > 200
    page.locator("#c0 summary").click()
    assert page.locator("#c0 table").is_visible()


def test_a_phone_never_scrolls_sideways(report):
    page = report(**PHONE)
    assert width(page) == 390
    for fold in page.locator("summary").all():
        fold.click()
    assert width(page) == 390
    row = page.locator(".ranking tbody tr").first
    assert row.bounding_box()["height"] > 120  # a row has become a card
    label = "getComputedStyle(document.querySelector('.ranking td.interval'), '::before').content"
    assert page.evaluate(label) == '"JS, 95 %"'
    assert page.get_by_label("Search").is_visible()


@pytest.mark.parametrize("pixels", [320, 700, 1000, 1800])
def test_no_other_width_scrolls_sideways_either(report, pixels):
    assert width(report(viewport={"width": pixels, "height": 800})) <= pixels


def test_print(report):
    page = report(color_scheme="dark", viewport={"width": 794, "height": 1123})
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".tools").is_hidden()
    assert page.locator(".card").count() == 10
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).contentVisibility") == (
        "visible"
    )
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert width(page) <= 794
    assert len(page.pdf()) > 20_000


def test_forced_colours_keep_both_sides_apart(report):
    page = report(forced_colors="active")
    fills = page.evaluate(
        """() => ["--q", "--p"].map((name) =>
          getComputedStyle(document.querySelector(".kullback")).getPropertyValue(name))"""
    )
    assert fills == ["GrayText", "Highlight"]


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", {"width": 1280, "height": 900}), ("dark", PHONE["viewport"])]
)
def test_axe_finds_nothing(report, axe, scheme, viewport):
    page = report(color_scheme=scheme, viewport=viewport)
    for fold in page.locator("summary").all()[:3]:
        fold.click()
    page.locator("#c0 svg").focus()
    page.keyboard.press("ArrowRight")
    assert axe(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_scorecard(visit, card, axe, scheme):
    page = visit(card.to_html(), color_scheme=scheme)
    page.locator("summary").click()
    assert axe(page) == []


def test_the_scorecard_page(visit, card):
    page = visit(card.to_html(), **PHONE)
    assert page.seen.errors == []
    assert page.seen.dialogs == []
    assert width(page) == 390
    page.get_by_label("bits").check()
    assert f"{float(card.to('bits').jensen_shannon):.6f} bits" in page.locator("main").inner_text()
    page.locator("figure svg").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("status").last.inner_text().startswith("drama · P 45 % · Q 30 %")


def test_two_fragments_in_one_notebook(visit, card, comparison):
    pieces = card._repr_html_() + comparison._repr_html_()
    page = visit(f"<!doctype html><title>n</title><p id=mine>mine</p>{pieces}")
    before = visit("<!doctype html><title>n</title><p id=mine>mine</p>")
    assert page.seen.errors == []
    style = (
        "Object.fromEntries(['color','font','margin'].map((n) => [n, getComputedStyle(mine)[n]]))"
    )
    assert page.evaluate(style) == before.evaluate(style)
    assert page.locator(".kullback svg").count() > 12
    box = page.locator("figure svg").first.bounding_box()
    assert box["width"] > 300
