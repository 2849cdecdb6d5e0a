"""A real Chromium, driven by Playwright; without either the tests are skipped and say so."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import kullback
from kullback import tables

ROOT = Path(__file__).parents[2]
AXE = ROOT / "build" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
HOSTILE = "<script>alert(1)</script>"
LONG = "x" * 3_000


def frames(seed=5, rows=3_000):
    """Two tables: numbers, categories, times, whole numbers; drifted, undecided and the same."""
    rng = np.random.default_rng(seed)

    def side(shift, names, missing, count):
        start = np.datetime64("2026-01-01") + np.timedelta64(int(40 * shift), "D")
        return pd.DataFrame(
            {
                "age": rng.normal(40 + 5 * shift, 9, count),
                "income": rng.lognormal(9 + 0.4 * shift, 1.6, count),
                "plan": rng.choice(names, count),
                "visits": rng.poisson(3 + shift, count),
                "noise": rng.normal(0, 1, count),
                "score": np.where(rng.random(count) < missing, np.nan, rng.random(count)),
                "paid": start + rng.integers(0, 5_000_000, count).astype("timedelta64[s]"),
                HOSTILE: rng.choice(
                    [HOSTILE, "\"'><b>", "a&b"],
                    count,
                    p=[0.3 + 0.3 * shift, 0.4 - 0.3 * shift, 0.3],
                ),
                LONG: rng.choice(
                    [LONG, "y" * 500], count, p=[0.5 + 0.3 * shift, 0.5 - 0.3 * shift]
                ),
                "little": np.where(np.arange(count) < 60, rng.integers(0, 3, count) + 0.5, np.nan),
            }
        )

    return side(0.0, ["basic", "plus"], 0.0, rows), side(1.0, ["basic", "plus", "gold"], 0.1, rows)


@pytest.fixture(scope="session")
def comparison():
    """Return a comparison with all that a page shows."""
    return tables.compare(*frames())


@pytest.fixture(scope="session")
def card():
    """Return a scorecard with an outcome that P lacks and a hostile one."""
    p = {"drama": 0.45, "rock": 0.3, "opera": 0.0, HOSTILE: 0.25}
    q = {"drama": 0.3, "rock": 0.3, "opera": 0.1, HOSTILE: 0.3}
    return kullback.compare(p, q)


@pytest.fixture(scope="session")
def chromium():
    """Start one browser for all tests."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason='playwright is missing: pip install "kullback[browser]"'
    )
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is missing: apt install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """Open HTML in a page of its own, and note what it asks for, says and throws."""
    contexts = []

    def call(html, *, headers=None, **options):
        context = chromium.new_context(**options)
        context.set_default_timeout(5_000)
        contexts.append(context)
        page = context.new_page()
        seen = SimpleNamespace(requests=[], errors=[], dialogs=[])

        def answer(route):
            seen.requests.append(route.request.url)
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers or {})

        page.route("**/*", answer)
        page.on("console", lambda message: seen.errors.append(message.text))
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("dialog", lambda box: (seen.dialogs.append(box.message), box.dismiss()))
        page.goto("http://report.test/")
        page.seen = seen
        return page

    yield call
    for context in contexts:
        context.close()


@pytest.fixture
def report(visit, comparison):
    """Open the page of a comparison."""
    html = comparison.to_html()
    return lambda **options: visit(html, **options)


@pytest.fixture(scope="session")
def axe():
    """Return the function that lists what axe-core finds wrong with a page."""
    if not AXE.exists():
        pytest.skip(f"axe-core is missing: npm install --prefix {AXE.parents[2]} axe-core")
    source = AXE.read_text(encoding="utf-8")

    def call(page):
        page.evaluate(source)
        found = page.evaluate("() => axe.run({resultTypes: ['violations']})")
        return [
            (rule["id"], [node["html"][:120] for node in rule["nodes"][:3]])
            for rule in found["violations"]
        ]

    return call
