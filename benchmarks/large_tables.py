"""Comparing 20 M rows a side in the memory of 1 M. Takes minutes and 4 GB of disk.

20 columns as in `tables`, in Parquet files of 5 M rows each, written into a temporary folder.
"""

import tempfile
from pathlib import Path

from benchmarks import tables

ROWS, PARTS = 20_000_000, 4

_COMPARE = """
from kullback import tables
tables.compare(folder + "/reference-*.parquet", folder + "/current-*.parquet")
"""

_PROFILE = """
from kullback import tables
tables.profile(folder + "/reference-*.parquet").save(folder + "/reference.json")
"""


def main() -> None:
    """Print a line a job."""
    with tempfile.TemporaryDirectory() as folder:
        for part in range(PARTS):
            tables.write(folder, ROWS / PARTS, part=part)
            for side in ("reference", "current"):
                Path(folder, f"{side}.parquet").rename(Path(folder, f"{side}-{part}.parquet"))
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e9
        print(f"{ROWS:,} rows × 20 columns on each side, {size:.1f} GB of Parquet together.\n")
        print("| job | wall s | CPU s | peak MB |")
        print("|---|---|---|---|")
        for name, work in {"compare": _COMPARE, "profile, of one side": _PROFILE}.items():
            run = tables.measure(work, folder, repeats=1)
            print(f"| kullback {name} | {run['wall']:.1f} | {run['cpu']:.1f} | {run['rss']:.0f} |")


if __name__ == "__main__":
    main()
