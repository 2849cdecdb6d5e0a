"""The page on which P and Q are dragged: its numbers are Python's, by pointer, keys and touch."""

import base64
import hashlib
import math
import re
from importlib.resources import files

import numpy as np
import pytest

import kullback
from kullback.cli import playground

PAGE = files("kullback.cli").joinpath("playground.html").read_text(encoding="utf-8")


def shown(page, *names):
    return [float(page.get_attribute(f"#{name}", "data-value")) for name in names]


def shares(page, side, count):
    return shown(page, *(f"{side}-share{i}" for i in range(count)))


def agrees(page, unit="bits"):
    """Compare every number of the page with that of Python for the shares that it shows."""
    count = page.locator("fieldset").count()
    p, q = (np.array(shares(page, side, count)) for side in "pq")
    card = kullback.compare(p / p.sum(), q / q.sum(), unit=unit)
    want = {
        "kl": card.kl,
        "reverse": card.reverse_kl,
        "js": card.jensen_shannon,
        "distance": card.jensen_shannon_distance,
        "entropy": card.entropy_p,
        "entropyQ": card.entropy_q,
        "cross": card.cross_entropy,
        "tv": card.total_variation,
    }
    for name, value in want.items():
        assert shown(page, name)[0] == pytest.approx(float(value), rel=1e-12, abs=1e-14), name
    parts = shown(page, *(f"part-told{i}" for i in range(count)))
    np.testing.assert_allclose(parts, card.outcomes.contribution, rtol=1e-9, atol=1e-14)
    return card


def test_its_policy_lets_its_own_script_and_style_run_and_nothing_else():
    for tag in ("script", "style"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", PAGE, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in PAGE
    assert "default-src 'none'" in PAGE


@pytest.mark.parametrize("unit", ["bits", "nats", "bans"])
def test_its_numbers_are_those_of_python(visit, unit):
    page = visit(PAGE)
    page.select_option("#unit", unit)
    for name in page.locator("#set option").all_inner_texts():
        page.select_option("#set", name)
        agrees(page, unit)
    assert page.seen.errors == []
    assert page.seen.requests == ["http://report.test/"]


def test_nearly_equal_shares_keep_their_digits(visit):
    page = visit(PAGE)
    for near in (1e-3, 1e-6, 1e-9):
        p, q = [0.5, 0.3, 0.2], [0.5 + near, 0.3 - near, 0.2]
        page.evaluate(f"location.hash = 'p={','.join(map(repr, p))}&q={','.join(map(repr, q))}'")
        page.wait_for_function(f"document.getElementById('q-share0').dataset.value == '{q[0]!r}'")
        want = kullback.kl(p, q, unit="bits")
        assert shown(page, "kl")[0] == pytest.approx(float(want), rel=1e-9)


def test_a_zero_in_q_is_told(visit):
    page = visit(PAGE)
    page.select_option("#set", "something called impossible")
    assert math.isinf(shown(page, "kl")[0])
    assert "snow impossible" in page.inner_text("#sentence")
    assert agrees(page).infinite_at == (2,)


def test_shares_are_dragged_and_make_room(visit):
    page = visit(PAGE, viewport={"width": 1280, "height": 900})
    box = page.locator("#p0").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    moved = shares(page, "p", 4)
    assert moved[0] == pytest.approx(0.8, abs=0.03)
    assert sum(moved) == pytest.approx(1, abs=1e-12)
    assert moved[1] / moved[2] == pytest.approx(2, abs=1e-9)
    agrees(page)


def test_keys_move_a_share_to_the_ends_and_back(visit):
    page = visit(PAGE)
    page.focus("#q1")
    page.keyboard.press("Home")
    assert shares(page, "q", 4)[1] == 0
    assert math.isinf(agrees(page).kl)
    page.keyboard.press("End")
    assert shares(page, "q", 4) == [0, 1, 0, 0]
    page.keyboard.press("ArrowLeft")
    assert sum(shares(page, "q", 4)) == pytest.approx(1, abs=1e-12)
    agrees(page)


def test_a_finger_moves_a_share_on_a_phone(visit):
    page = visit(PAGE, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    box = page.locator("#p0").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    assert shares(page, "p", 4)[0] == pytest.approx(0.25, abs=0.05)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    agrees(page)


def test_a_bet_and_its_draws(visit):
    page = visit(PAGE)
    page.select_option("#happened", "3")
    assert shown(page, "bet-p", "bet-q") == [3.0, 2.0]
    page.click("#roll")
    page.click("#roll")
    told = page.inner_text("#drawn")
    assert told.startswith("200 draws of P")
    mean = float(re.search(r"of P is ([\d.]+)", told).group(1))
    assert mean == pytest.approx(1.75, abs=5 * 0.8 / 200**0.5)  # the surprise deviates by 0.8 bits


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_it_for_those_who_cannot_see_it(visit, axe, scheme):
    page = visit(PAGE.replace("script-src", "script-src 'unsafe-eval'"), color_scheme=scheme)
    assert axe(page) == []


def test_it_is_opened(monkeypatch):
    opened = []
    monkeypatch.setattr(playground.webbrowser, "open", opened.append)
    assert [playground.open_page()] == opened
    assert re.fullmatch(r"file:///.*playground\.html", opened[0])
