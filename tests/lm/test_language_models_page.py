"""The numbers on the page are those that the code gives today."""

from pathlib import Path

import page_numbers

PAGE = (Path(__file__).parents[2] / "docs" / "language_models.md").read_text()


def test_directions():
    assert "they are {} and\n{} nats".format(*page_numbers.directions()) in PAGE


def test_mixtures():
    for row in page_numbers.mixtures():
        assert row in PAGE
    assert "{} at β = 0 and {} at β = 1".format(*page_numbers.directions()) in PAGE


def test_floors(tmp_path):
    clean, theirs, negative = page_numbers.floors(tmp_path)
    assert f"their arithmetic | {theirs} | {negative} |" in PAGE
    assert f"the default | {clean} | 0 |" in PAGE


def test_design_effects():
    low, high = (page_numbers.design(255, rho) for rho in (0.01, 0.05))
    assert f"{low} times too small; with 0.05, {high} times" in PAGE


def test_top_k():
    truth, truncated, renormalised, lower, upper = page_numbers.top_k()
    table = PAGE.partition("k = 3:")[2].partition("`lm.top_k_bounds`")[0]
    printed = [line.split("|")[2].strip() for line in table.splitlines() if "0." in line]
    assert printed == [truth, truncated, renormalised, lower, upper]


def test_what_is_named_exists():
    from kullback import lm

    for name in ("compare", "compare_pair", "accumulate", "top_k_bounds", "kl_from_sampled"):
        assert f"`lm.{name}" in PAGE or f"lm.{name}(" in PAGE
        assert hasattr(lm, name)
