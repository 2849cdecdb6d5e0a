"""Comparing tables of very many columns: pandas, polars, Parquet and CSV. Takes minutes.

Seven of ten columns are normal, one whole numbers below 5, one three texts, one whole numbers below
a million; each run is a process of its own. Goals: 10 000 × 50 within 30 s and 400 MB more than the
data, 1 000 × 10 000 within 6 s.
"""

import json
import subprocess
import sys
import tempfile

SHAPES = ((10_000, 50), (1_000, 10_000))
KINDS = ("pandas", "polars", "parquet", "csv")

_WRITE = """
import sys
import numpy as np, pandas as pd
folder, columns, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for seed, name in enumerate(("reference", "current")):
    rng = np.random.default_rng(seed)
    kinds = [lambda: rng.normal(size=rows)] * 7 + [
        lambda: rng.integers(0, 5, rows),
        lambda: rng.choice(np.array(["a", "b", "c"], dtype=object), rows),
        lambda: rng.integers(0, 10**6, rows),
    ]
    frame = pd.DataFrame({f"c{i}": kinds[i % 10]() for i in range(columns)})
    frame.to_parquet(f"{folder}/{name}.parquet")
    frame.to_csv(f"{folder}/{name}.csv", index=False)
"""
_COMPARE = """
import json, sys, time
folder, kind = sys.argv[1:]
ends = "csv" if kind == "csv" else "parquet"
sides = [f"{folder}/{name}.{ends}" for name in ("reference", "current")]
if kind in ("pandas", "polars"):
    import importlib
    sides = [importlib.import_module(kind).read_parquet(side) for side in sides]
def peak():
    return int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) / 1024
from kullback import tables
before, cpu, wall = peak(), time.process_time(), time.perf_counter()
found = tables.compare(*sides)
print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall, peak(), before,
                  len(found.compared)]))
"""


def main() -> None:
    """Print a line a shape and kind."""
    print("| columns × rows | of | CPU s | wall s | peak MB | before it | compared |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for columns, rows in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            size = [folder, str(columns), str(rows)]
            subprocess.run([sys.executable, "-c", _WRITE, *size], check=True)
            for kind in KINDS:
                run = [sys.executable, "-c", _COMPARE, folder, kind]
                done = subprocess.run(run, check=True, capture_output=True, text=True)
                cpu, wall, peak, before, compared = json.loads(done.stdout.splitlines()[-1])
                print(
                    f"| {columns:,} × {rows:,} | {kind} | {cpu:.1f} | {wall:.1f} | {peak:.0f} "
                    f"| {before:.0f} | {compared:,} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
