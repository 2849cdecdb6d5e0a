"""The live page of a history in a real browser: its own policy lets it work, and nothing else."""

import threading
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from kullback import history, tables
from kullback.history import History
from kullback.history.live import LivePage
from kullback.report.html.page import page as page_of


@pytest.fixture
def live(tmp_path):
    rng = np.random.default_rng(3)
    store = tmp_path / "h.duckdb"
    day = pd.date_range("2026-11-01", periods=5).repeat(200)
    usual = pd.DataFrame({"a": rng.normal(size=900), "b": rng.normal(size=900)})
    now = pd.DataFrame({"day": day, "a": rng.normal(2, size=1000), "b": rng.normal(size=1000)})
    history.append(
        store, tables.windows(usual, now, on="day"), at=datetime(2026, 11, 6, tzinfo=UTC)
    )

    def draw():
        entries = history.read(store, measure="jensen_shannon")
        return page_of(History(tuple(entries), tolerance=0.01).document())

    with LivePage(draw) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_live_page_works_under_its_policy(chromium, live, axe, scheme):
    page = chromium.new_page(color_scheme=scheme)
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(live.address)
        assert "window 2026-11-05: drifted, 1 of 2 columns" in page.inner_text("body")
        map_of = page.get_by_role("img", name="JS divergence: 2 by 5")
        assert map_of.bounding_box()["width"] > 300
        page.get_by_role("button", name="Dark").click()
        assert page.evaluate("() => fetch('/x').then(() => 'sent', () => 'refused')") == "refused"
        found = axe(page)
    finally:
        page.close()
    assert [text for text in said if "connect" not in text] == []  # the one refusal above
    assert set(asked) == {live.address}
    assert found == []
