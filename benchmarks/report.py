"""How large is a report, how long does it take to build, and to be ready in a browser?

Columns are half numeric (20 bins), a quarter categorical and a quarter whole numbers; one in
three has changed. Goals for 100 columns: ≤ 500 kB, ≤ 5 kB a column, built in ≤ 1 s, ready
(parsed, script run, first picture painted) in Chromium in ≤ 1 s.
"""

import importlib.util
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kullback import tables

SIZES = (20, 100, 1000)
ROWS = 2_000
REPEATS = 5


def frames(columns: int, seed: int = 7) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a reference and a current table; one column in three has changed."""
    rng = np.random.default_rng(seed)
    sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for i in range(columns):
        for side, moved in zip(sides, (0.0, 0.6 * (i % 3 == 0)), strict=True):
            side[f"column_{i}"] = _values(rng, i % 4, moved)
    return pd.DataFrame(sides[0]), pd.DataFrame(sides[1])


def _values(rng: np.random.Generator, kind: int, moved: float) -> Any:
    if kind == 0:
        return rng.normal(moved, 1, ROWS)
    if kind == 1:
        return rng.lognormal(moved, 1, ROWS)
    if kind == 2:
        names = np.array([f"category {c}" for c in "ABCDEFGHIJKL"])
        return names[np.minimum(rng.geometric(0.25 + moved / 4, ROWS), 12) - 1]
    return rng.poisson(4 + moved, ROWS)


def built(comparison: tables.TableComparison) -> tuple[str, float]:
    """Return the page, and the median time that building it takes."""
    html, times = comparison.to_html(), []
    for _ in range(REPEATS):
        start = time.perf_counter()
        comparison.to_html()
        times.append(time.perf_counter() - start)
    return html, statistics.median(times)


def ready(html: str) -> float:
    """Return the median time from navigation to the first painted frame after the script."""
    from playwright.sync_api import sync_playwright

    painted = (
        "() => new Promise((done) => requestAnimationFrame(() => setTimeout("
        "() => done(performance.now()), 0)))"
    )
    times = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "report.html"
        path.write_text(html, encoding="utf-8")
        options = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}
        browser = driver.chromium.launch(**options)
        for _ in range(REPEATS):
            page = browser.new_page()
            page.goto(path.as_uri(), wait_until="load")
            times.append(page.evaluate(painted) / 1000)
            page.close()
        browser.close()
    return statistics.median(times)


def main() -> None:
    """Print one line a size."""
    browser = shutil.which("chromium") and importlib.util.find_spec("playwright")
    print("| columns | kB | kB a column | built in s | ready in the browser in s |")
    print("|---|---|---|---|---|")
    for columns in SIZES:
        html, seconds = built(tables.compare(*frames(columns)))
        size = len(html.encode()) / 1000
        shown = f"{ready(html):.2f}" if browser else "no Chromium or no Playwright"
        print(f"| {columns} | {size:.0f} | {size / columns:.1f} | {seconds:.2f} | {shown} |")


if __name__ == "__main__":
    main()
