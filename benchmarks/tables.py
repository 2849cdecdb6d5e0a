"""What comparing two tables costs beside merely reading and counting them, and how it grows.

Two Parquet files of 1 M rows and 20 columns (10 floats, 10 texts of 10 to 100 000 values)
are written; then each job runs in a process of its own: `kullback.tables.compare`; the same
columns only counted (one GROUP BY a text column, one tree of bins a float column), which is
the floor of any comparison; and a plain scan, `max` of every column. A profile is of one
side and so is its floor; the check is that of the current side against a saved profile.
Then the comparison alone, of more rows, of more columns, and of 1 000 columns. Modules are compiled
before, as they are wherever they were used once.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS = 1_000_000

_WRITE = """
import duckdb, sys
folder, rows, width, part = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
categories = [10, 20, 50, 100, 200, 500, 1_000, 10_000, 50_000, 100_000]
normal = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"
floats = [normal, f"exp({normal})", f"50 + 10 * {normal}", "random()", "-ln(1 - random())"] * 2
kept = "CASE WHEN random() < 0.01 THEN NULL ELSE"
columns = [f"{kept} {floats[i % 10]} END AS f{i}" for i in range(width // 2)]
texts = [categories[i % 10] for i in range(width // 2)]
columns += [
    f"'value ' || CAST({k} * random() * random() AS INTEGER) AS s{i}" for i, k in enumerate(texts)
]
for seed, name in ((0.1, "reference"), (0.2, "current")):
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SELECT setseed({seed + part / 100})")
    connection.execute(
        f"COPY (SELECT {', '.join(columns)} FROM range({rows})) TO '{folder}/{name}.parquet'"
    )
"""

_MEASURED = """
import json, resource, sys, time
folder, start = sys.argv[1], time.perf_counter()
{work}
used = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss, which a process inherits from the one that started it.
peak = int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
print(json.dumps({{"wall": time.perf_counter() - start, "cpu": used.ru_utime + used.ru_stime,
                   "rss": peak / 1024}}))
"""

_COMPARE = """
from kullback import tables
tables.compare(folder + "/reference.parquet", folder + "/current.parquet")
"""

_PROFILE = """
from kullback import tables
tables.profile(folder + "/reference.parquet").save(folder + "/reference.json")
"""

_CHECK = """
from kullback import tables
tables.compare(folder + "/reference.json", folder + "/current.parquet")
"""

_COUNT = """
import duckdb
connection = duckdb.connect(config={"memory_limit": "400MB", "temp_directory": folder})
def tree(edges, first):
    if not edges:
        return str(first)
    i = len(edges) // 2
    below, above = tree(edges[:i], first), tree(edges[i + 1:], first + i + 1)
    return f"CASE WHEN x <= {edges[i]!r} THEN {below} ELSE {above} END"
for name in {sides}:
    table = f"read_parquet('{folder}/{name}.parquet')"
    for column, type_name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall():
        key = tree([-2.5 + 0.25 * i for i in range(19)], 0) if type_name == "DOUBLE" else "x"
        connection.execute(
            f"SELECT {key}, count(*) FROM (SELECT {column} AS x FROM {table}) GROUP BY 1 "
            "ORDER BY 2 DESC LIMIT 10000"
        ).fetchall()
"""

_SCAN = """
import duckdb
connection = duckdb.connect(config={"memory_limit": "400MB"})
for name in ("reference", "current"):
    table = f"read_parquet('{folder}/{name}.parquet')"
    columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()]
    connection.execute(f"SELECT {', '.join(f'max({c})' for c in columns)} FROM {table}").fetchall()
"""

_BOTH = _COUNT.replace("{sides}", '("reference", "current")')
_ONE = _COUNT.replace("{sides}", '("reference",)')
JOBS = {
    "kullback compare": _COMPARE,
    "reading and counting": _BOTH,
    "plain scan": _SCAN,
    "kullback profile, of one side": _PROFILE,
    "check of one side against a saved profile": _CHECK,
    "reading and counting one side": _ONE,
}
ONE_SIDED = list(JOBS)[3:]
GROWTH = [(1, 20), (2, 20), (4, 20), (1, 10), (1, 40), (0.01, 1_000)]  # M rows, columns


def write(folder: str, rows: float, columns: int = 20, part: int = 0) -> None:
    """Write both sides, or one of their parts."""
    command = [sys.executable, "-c", _WRITE, folder, str(int(rows)), str(columns), str(part)]
    subprocess.run(command, check=True)


def measure(work: str, folder: str, repeats: int = 3) -> dict[str, float]:
    """Return the wall time, CPU time and peak memory of the fastest of some fresh processes."""
    runs = []
    known = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    compiled = known | {"PYTHONPYCACHEPREFIX": str(Path(folder, "compiled"))}
    subprocess.run(
        [sys.executable, "-c", "import duckdb, kullback.tables"], check=True, env=compiled
    )
    for _ in range(repeats):
        program = _MEASURED.format(work=work)
        command = [sys.executable, "-c", program, folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=compiled)
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return sorted(runs, key=lambda run: run["cpu"])[repeats // 2]


def costs(folder: str) -> None:
    """Print a line a job, with its ratio to reading and counting."""
    results = {name: measure(work, folder) for name, work in JOBS.items()}
    print("| job | wall s | × | CPU s | × | peak MB |")
    print("|---|---|---|---|---|---|")
    for name, run in results.items():
        floor = results["reading and counting" + (" one side" if name in ONE_SIDED else "")]
        wall, cpu = run["wall"] / floor["wall"], run["cpu"] / floor["cpu"]
        print(
            f"| {name} | {run['wall']:.2f} | {wall:.2f} | {run['cpu']:.2f} | {cpu:.2f} "
            f"| {run['rss']:.0f} |"
        )


def growth(folder: str) -> None:
    """Print what comparing costs, size by size, beside the first one."""
    print("\n| M rows a side | columns | wall s | CPU s | CPU × | values × | peak MB |")
    print("|---|---|---|---|---|---|---|")
    first: dict[str, float] = {}
    for rows, columns in GROWTH:
        write(folder, rows * ROWS, columns)
        run = measure(_COMPARE, folder)
        first = first or run
        print(
            f"| {rows:g} | {columns} | {run['wall']:.2f} | {run['cpu']:.2f} "
            f"| {run['cpu'] / first['cpu']:.2f} | {rows * columns / 20:g} | {run['rss']:.0f} |"
        )


def main() -> None:
    """Print what each job costs, and how it grows."""
    with tempfile.TemporaryDirectory() as folder:
        write(folder, ROWS)
        size = sum(path.stat().st_size for path in Path(folder).glob("*.parquet")) / 1e6
        print(f"{ROWS:,} rows × 20 columns on each side, {size:.0f} MB of Parquet together.\n")
        costs(folder)
        saved = Path(folder, "reference.json").stat().st_size / 1e3
        print(f"\nThe saved profile has {saved:.0f} kB.")
        growth(folder)


if __name__ == "__main__":
    main()
