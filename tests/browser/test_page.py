"""What a reader does with the page of a comparison: search, sort, filter, switch, walk."""

import math
import re

import pytest

from kullback.report.blocks.label import name
from kullback.tables.results.column_shares import shares


def names(page):
    """Return the columns of the visible rows, from top to bottom."""
    return page.locator(".ranking tbody tr:visible td.text").all_inner_texts()


def cards(page):
    # Not the inner text: the browser does not lay out a card that is out of sight.
    return [name(text, 40) for text in page.locator(".card:visible h3").all_text_contents()]


def test_it_asks_for_nothing_and_throws_nothing(report):
    page = report()
    page.locator("summary").first.click()
    page.get_by_label("nats").check()
    assert page.seen.requests == ["http://report.test/"]
    assert page.seen.errors == []
    assert page.seen.dialogs == []


def test_what_data_hold_is_text_and_never_runs(report):
    page = report()
    assert page.seen.dialogs == []
    assert page.locator("script").count() == 1
    assert "<script>alert(1)</script>" in names(page)
    assert page.locator("b").count() == 0


def test_even_an_injected_script_does_not_run(visit, comparison):
    """The policy of the page allows its own script only: a second line of defence."""
    planted = "<h1><script>alert(2)</script><img src=x onerror=alert(3)>"
    page = visit(comparison.to_html().replace("<h1>", planted))
    assert page.seen.dialogs == []
    assert page.seen.requests == ["http://report.test/"]
    assert all("Content Security Policy" in error for error in page.seen.errors)
    assert page.locator("output").inner_text() == "10 of 10 columns"


def test_the_banner_and_the_facts(report, comparison):
    page = report()
    worst = comparison.compared[0].name
    assert worst in page.locator(".headline").inner_text()
    assert page.locator(".facts div").first.inner_text().split() == ["columns", "compared", "10"]


def test_search(report):
    page = report()
    page.keyboard.press("/")
    page.keyboard.type("  In ")
    assert names(page) == cards(page) == ["income"]
    assert page.locator("output").inner_text() == "1 of 10 columns"
    page.keyboard.press("Escape")
    assert len(names(page)) == len(cards(page)) == 10
    page.keyboard.type("/")
    assert page.locator("[name=search]").input_value() == "/"


def test_filters(report, comparison):
    page = report()
    for verdict in ("drifted", "undecided", "same"):
        page.locator("[name=verdict]").select_option(verdict)
        wanted = [c.name for c in comparison.compared if c.verdict == verdict]
        assert len(names(page)) == len(wanted) > 0
        assert names(page) == cards(page)
    page.locator("[name=verdict]").select_option("")
    page.locator("[name=role]").select_option("date/time")
    assert names(page) == ["paid"]


@pytest.mark.parametrize("title", ["column", "KL", "q-value", "verdict", "JS, 95 %"])
def test_sort_by_a_header(report, comparison, title):
    page = report()
    keys = {
        "column": lambda c: c.name,
        "KL": lambda c: c.kl.value,
        "q-value": lambda c: c.q_value,
        "verdict": lambda c: ("drifted", "undecided", "same").index(c.verdict),
        "JS, 95 %": lambda c: c.jensen_shannon.value,
    }
    values = {c.name: keys[title](c) for c in comparison.compared}
    header = page.locator(".ranking th").filter(
        has=page.get_by_role("button", name=title, exact=True)
    )
    directions = []
    for _ in range(2):
        header.get_by_role("button").click()
        directions.append(header.get_attribute("aria-sort"))
        sorted_values = [values[_unshortened(name, values)] for name in names(page)]
        down = directions[-1] == "descending"
        if title != "column":  # words are compared as people do, not by code point
            assert sorted_values == sorted(sorted_values, reverse=down)
        assert names(page) == cards(page)
    assert set(directions) == {"ascending", "descending"}
    assert page.locator("th[aria-sort]").count() == 1


def _unshortened(shown, values):
    start, _, end = shown.partition("…")
    return next(name for name in values if name.startswith(start) and name.endswith(end))


def test_the_first_order_is_said(report):
    page = report()
    assert page.locator("th[aria-sort=descending]").inner_text().strip() == "JS, 95 %"


def test_sort_by_the_list(report, comparison):
    page = report()
    page.locator("[name=sort]").select_option("KL")
    assert page.locator("th[aria-sort]").inner_text().strip() == "KL"
    largest = max(comparison.compared, key=lambda column: column.kl.value)
    assert names(page)[0] == largest.name


def test_units(report, comparison):
    page = report()
    before = page.locator("main").inner_text()
    first = comparison.compared[1]
    row = page.locator(".ranking tbody tr").nth(1)
    chart = page.locator(".card").nth(1).locator("svg")
    said = chart.get_attribute("aria-label")
    assert f"{first.kl.value:.3g}" in row.inner_text()
    assert " bits" in said
    page.get_by_label("nats").check()
    assert f"{first.kl.to('nats').value:.3g}" in row.inner_text()
    assert page.locator("caption").first.inner_text().endswith("in nats")
    assert "JS (nats)" in page.locator(".card").first.inner_text()
    assert " nats" in chart.get_attribute("aria-label")
    assert "nats" in chart.text_content()
    assert "contribution (nats)" in page.locator(".card table").first.text_content()
    assert "nats)" in page.locator(".headline").inner_text()
    parts = shares(first, 1.0).parts
    cells = page.locator(".card").nth(1).locator("tbody td:last-child").all_text_contents()
    for part, cell in zip(parts, cells, strict=True):  # of four digits in bits, three in nats
        told = math.inf if cell.strip() == "∞" else float(cell)
        assert told == pytest.approx(part.contribution * math.log(2), rel=6e-3)
    page.get_by_label("bits").check()
    assert page.locator("main").inner_text() == before
    assert chart.get_attribute("aria-label") == said


def test_sorting_in_the_other_unit_keeps_titles(report):
    page = report()
    page.get_by_label("nats").check()
    page.get_by_role("button", name="KL", exact=True).click()
    page.get_by_label("bits").check()
    assert page.get_by_role("button", name="KL", exact=True).count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme(report, scheme):
    page = report(color_scheme=scheme)
    colour = "getComputedStyle(document.body).backgroundColor"
    shades = {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 27, 36)"}
    button = page.get_by_role("button", name="Dark")
    assert page.evaluate(colour) == shades[scheme]
    assert button.get_attribute("aria-pressed") == str(scheme == "dark").lower()
    button.click()
    other = "light" if scheme == "dark" else "dark"
    assert page.evaluate(colour) == shades[other]
    assert button.get_attribute("aria-pressed") == str(other == "dark").lower()


def test_a_dark_page_has_dark_sparklines(report):
    """A repeated picture takes its colours from rules without ancestors."""
    page = report(color_scheme="dark")
    clip = page.locator(".ranking td.picture svg").first
    assert clip.bounding_box()["width"] > 80
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('.card svg .pl, .card svg .pb')).stroke"
        )
        == "rgb(86, 180, 233)"
    )


def test_arrow_keys_walk_through_a_picture(report):
    page = report()
    chart = page.locator("#c0 svg")
    table = page.locator("#c0 tbody tr")
    chart.focus()
    tip = page.get_by_role("status").last
    assert tip.inner_text() == ""
    page.keyboard.press("ArrowRight")
    assert tip.inner_text().startswith(table.nth(0).locator("td").first.text_content().strip())
    page.keyboard.press("ArrowRight")
    assert table.nth(1).locator("td").nth(1).text_content().strip() in tip.inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert tip.inner_text().startswith(table.nth(0).locator("td").first.text_content().strip())
    page.keyboard.press("End")
    assert tip.inner_text().startswith(table.last.locator("td").first.text_content().strip())
    assert page.locator(".hit").count() == 1
    page.keyboard.press("Escape")
    assert tip.inner_text() == ""
    assert page.locator(".hit").count() == 0


def test_every_outcome_has_its_place_in_the_picture(report):
    page = report()
    counts = page.evaluate(
        """() => [...document.querySelectorAll(".card")].map((card) => [
          card.querySelector("svg").dataset.x.split(",").map((chain) =>
            Number(chain.split("/")[1] ?? chain.split(" ").length - 1)),
          card.querySelectorAll("tbody tr").length,
        ])"""
    )
    counts = [(sum(chains), rows) for chains, rows in counts]
    assert len(counts) == 10
    assert all(spots == rows for spots, rows in counts)


def test_a_pointer_finds_the_bin_under_it(report):
    from playwright.sync_api import expect

    page = report()
    chart = page.locator(".card", has_text="age").locator("svg").first
    told = expect(page.get_by_role("status").last)
    # A card out of sight is not laid out: hovering scrolls, and waits until it stands still.
    chart.hover(position={"x": 2, "y": 40})
    told.to_have_text(re.compile(r"^\["))
    chart.hover(position={"x": chart.bounding_box()["width"] - 2, "y": 40})
    told.to_have_text(re.compile("^>"))
    page.mouse.move(1, 1)
    told.to_have_text("")


def test_a_name_leads_to_its_card(report):
    page = report()
    page.locator(".ranking a", has_text="visits").click()
    assert (
        page.evaluate("location.hash.length > 1 && document.querySelector(location.hash).id") != ""
    )
    assert page.locator(".card:target h3").inner_text() == "visits"
    assert page.locator(".card:target h3").bounding_box()["y"] > 40  # below the sticky toolbar


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_verdict_keeps_its_colour(report, scheme):
    """No rule of the page takes the colour of a verdict from its dot, its word and its card."""
    page = report(color_scheme=scheme)
    colours = page.evaluate(
        """() => ["drifted", "undecided", "same"].map((verdict) => {
          const row = document.querySelector(`td.verdict.${verdict}`).parentElement;
          const dot = row.querySelector(`circle.${verdict}, path.${verdict}`);
          const card = document.querySelector(`.card.${verdict}`);
          return [
            getComputedStyle(dot).stroke,
            getComputedStyle(row.querySelector("td.verdict")).color,
            getComputedStyle(card).borderLeftColor,
          ];
        })"""
    )
    assert all(len(set(place)) == 3 for place in zip(*colours, strict=True))


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_words_in_charts_are_large_enough_and_tables_are_whole(report, width):
    """11 px at every width, nothing wider than the window, contributions not cut off."""
    page = report(viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('.card details').forEach(d => d.open = true)")
    sizes = page.evaluate(
        "[...document.querySelectorAll('.card svg')].filter(s => s.querySelector('text')).map("
        "s => 12 * s.getBoundingClientRect().width / s.viewBox.baseVal.width)"
    )
    assert min(sizes) >= 11
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = "[...document.querySelectorAll('.card .numbers')].filter("
    cut += "t => t.scrollWidth > t.closest('.card').clientWidth).length"
    assert page.evaluate(cut) == 0


def test_the_top_says_when_with_what_and_on_what_it_was_made(report):
    page = report()
    said = page.inner_text(".run")
    for word in ("made", "kullback", "Python", "reference", "current", "alpha", "tolerance"):
        assert word in said


def test_paper_has_the_layout_of_paper(report):
    page = report(viewport={"width": 718, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.ranking')).display") == "table"
    columns = "getComputedStyle(document.querySelector('.cards')).gridTemplateColumns"
    assert len(page.evaluate(columns).split()) == 4
