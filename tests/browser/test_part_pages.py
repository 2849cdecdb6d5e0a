"""Pages of segments and windows: no sideways scroll, no error, both units, nothing for axe."""

import math

import numpy as np
import pandas as pd
import pytest

from kullback import tables


def table(seed, shift):
    rng = np.random.default_rng(seed)
    n = 1_500
    start = np.datetime64("2026-01-05")
    return pd.DataFrame(
        {
            "town": rng.choice(["Ulm", "Aalen", "Bonn"], n, p=[0.5, 0.3, 0.2]),
            "age": rng.normal(40 + 3 * shift, 9, n),
            "visits": rng.poisson(30 + 4 * shift, n),
            "when": start + rng.integers(0, 21 * 86_400, n).astype("timedelta64[s]"),
        }
    )


@pytest.fixture(scope="module")
def parts():
    sides = table(1, 0.0), table(2, 1.0)
    return {
        "segments": tables.segments(*sides, "town"),
        "windows": tables.windows(*sides, on="when", by="week"),
    }


@pytest.mark.parametrize("kind", ["segments", "windows"])
@pytest.mark.parametrize("pixels", [390, 1280])
def test_they_fit_and_switch_their_unit(visit, parts, axe, kind, pixels):
    page = visit(parts[kind].to_html(), viewport={"width": pixels, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= pixels
    said = page.locator("dl.run").inner_text()
    assert "tolerance" in said
    assert "reference" in said
    before = page.locator("main").inner_text()
    page.get_by_role("radio", name="nats").check()
    assert page.locator("caption").first.inner_text().endswith("in nats")
    first = parts[kind].ranked[0].comparison
    worst = next(c for c in first.compared if c.verdict == first.verdict)
    labels = "() => [...document.querySelectorAll('[aria-label]')].map((e) => e.ariaLabel).join()"
    assert " bits" not in page.evaluate(labels)
    value = worst.jensen_shannon.value * math.log(2)
    told = page.locator("td.interval").first.inner_text()
    assert float(told.partition(" ")[0]) == pytest.approx(value, abs=5e-4)
    page.get_by_role("radio", name="bits").check()
    assert page.locator("main").inner_text() == before
    assert page.seen.errors == []
    assert axe(page) == []
