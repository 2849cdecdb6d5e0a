"""kullback compare: tolerances of shares, pairs of columns and PSI, as options and settings."""

import json

import numpy as np
import pandas as pd
import pytest

from kullback import tables


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """One column with 0 → 2 % missing, one with 2 % new values, two that hang together no more."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    n = 4_000
    for i, name in enumerate(("before", "now")):
        a = rng.normal(size=n)
        other = rng.normal(size=n) if i else a + 0.3 * rng.normal(size=n)
        table = pd.DataFrame({"a": a, "b": other, "gap": rng.integers(0, 5, n), "kind": "x"})
        table["kind"] = rng.choice(["x", "y"], n)
        if i:
            table["gap"] = table["gap"].mask(rng.random(n) < 0.02)
            table["kind"] = table["kind"].mask(rng.random(n) < 0.02, "z")
        table.to_parquet(f"{name}.parquet")
    return "before.parquet", "now.parquet"


def failing(run, *arguments):
    done = run("compare", *arguments, "--fail-on", "drift")
    return {name for name in ("'gap'", "'kind'", "'a with b'") if name in done.err}


def test_shares_and_pairs_fail_unless_allowed(run, pair):
    assert failing(run, *pair) == {"'gap'", "'kind'", "'a with b'"}
    assert failing(run, *pair, "--missing", "0.05") == {"'kind'", "'a with b'"}
    assert failing(run, *pair, "--new", "0.05", "--no-joint") == {"'gap'"}
    done = run("compare", *pair)
    assert "hang together otherwise than before" in done.out
    assert done.out == f"{tables.compare(*pair)}\n"
    assert "is no share" in run("compare", *pair, "--rare", "1.5").err


def test_settings_of_a_project(run, pair, tmp_path):
    text = (
        "missing = 0.05\nnew = 0.05\nout-of-range = 0.05\nrare = 0.1\njoint = false\npsi = true\n"
    )
    (tmp_path / "kullback.toml").write_text(text)
    assert failing(run, *pair) == set()
    assert failing(run, *pair, "--missing", "0", "--joint") == {"'gap'", "'a with b'"}
    shown = run("compare", *pair, "--show-config").err
    assert "out-of-range = 0.05" in shown
    assert "PSI" in run("compare", *pair).out
    assert "PSI" not in run("compare", *pair, "--no-psi").out


def test_psi_in_json(run, pair):
    read = json.loads(run("compare", *pair, "--psi", "--json").out)
    first = read["columns"][0]
    assert first["psi"]["interval"]["low"] <= first["psi"]["value"]
    assert set(first["plug_in"]) == {"kl", "reverse_kl", "jensen_shannon"}
    assert first["plug_in"]["jensen_shannon"] >= first["jensen_shannon"]["value"]
    assert read["pairs"]["changed"][0]["second"] == "b"


def test_segments_take_the_tolerances_too(run, pair):
    given = (*pair, "--segments", "kind", "--columns", "gap", "--new", "0.05")
    assert failing(run, *given) == {"'gap'"}
    assert failing(run, *given, "--missing", "0.1") == set()
