"""What comparing two tables costs beside merely reading and counting them.

Two Parquet files of 1 M rows and 20 columns (10 floats, 10 texts of 10 to 100 000 values)
are written; then each job runs in a process of its own: `kullback.tables.compare`; the same
columns only counted (one GROUP BY a text column, one tree of bins a float column), which is
the floor of any comparison; and a plain scan, `max` of every column.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROWS = 1_000_000

_WRITE = """
import duckdb, sys
folder, rows = sys.argv[1], int(sys.argv[2])
categories = [10, 20, 50, 100, 200, 500, 1_000, 10_000, 50_000, 100_000]
normal = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"
floats = [normal, f"exp({normal})", f"50 + 10 * {normal}", "random()", "-ln(1 - random())"] * 2
kept = "CASE WHEN random() < 0.01 THEN NULL ELSE"
columns = [f"{kept} {sql} END AS f{i}" for i, sql in enumerate(floats)]
columns += [f"'value ' || CAST({k} * random() * random() AS INTEGER) AS s{k}" for k in categories]
for seed, name in ((0.1, "reference"), (0.2, "current")):
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SELECT setseed({seed})")
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

_COUNT = """
import duckdb
connection = duckdb.connect(config={"memory_limit": "400MB", "temp_directory": folder})
def tree(edges, first):
    if not edges:
        return str(first)
    i = len(edges) // 2
    below, above = tree(edges[:i], first), tree(edges[i + 1:], first + i + 1)
    return f"CASE WHEN x <= {edges[i]!r} THEN {below} ELSE {above} END"
for name in ("reference", "current"):
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

JOBS = {"kullback compare": _COMPARE, "reading and counting": _COUNT, "plain scan": _SCAN}


def measure(work: str, folder: str, repeats: int = 3) -> dict[str, float]:
    """Return the wall time, CPU time and peak memory of the fastest of some fresh processes."""
    runs = []
    for _ in range(repeats):
        program = _MEASURED.format(work=work)
        command = [sys.executable, "-c", program, folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return sorted(runs, key=lambda run: run["cpu"])[repeats // 2]


def main() -> None:
    """Print one line a job, and ratios to reading and counting."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-c", _WRITE, folder, str(ROWS)], check=True)
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
        results = {name: measure(work, folder) for name, work in JOBS.items()}
    floor = results["reading and counting"]
    print(f"{ROWS:,} rows × 20 columns on each side, {size:.0f} MB of Parquet together.\n")
    print("| job | wall s | × | CPU s | × | peak MB |")
    print("|---|---|---|---|---|---|")
    for name, run in results.items():
        wall, cpu = run["wall"] / floor["wall"], run["cpu"] / floor["cpu"]
        print(
            f"| {name} | {run['wall']:.2f} | {wall:.2f} | {run['cpu']:.2f} | {cpu:.2f} "
            f"| {run['rss']:.0f} |"
        )


if __name__ == "__main__":
    main()
