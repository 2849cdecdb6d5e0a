"""The same comparison by Evidently, beside ours, on the same two files.

Evidently needs an environment of its own (0.7.23 does not import with pandas 3): make one with
`pip install evidently "pandas<3" pyarrow`, and name its Python in the variable
EVIDENTLY_PYTHON. Its report is the preset for data drift, run and turned into a dictionary; no
page is drawn by either.
"""

import json
import os
import subprocess
import tempfile

from benchmarks.tables import _COMPARE, _MEASURED, ROWS, measure, write

_EVIDENTLY = """
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
sides = [pd.read_parquet(f"{folder}/{name}.parquet") for name in ("current", "reference")]
Report([DataDriftPreset()]).run(*sides).dict()
"""


def main() -> None:
    """Print a line each, if Evidently is there."""
    python = os.environ.get("EVIDENTLY_PYTHON")
    if not python:
        print("Not measured: EVIDENTLY_PYTHON names no Python that has Evidently.")
        return
    with tempfile.TemporaryDirectory() as folder:
        write(folder, ROWS)
        command = [python, "-W", "ignore", "-c", _MEASURED.format(work=_EVIDENTLY), folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        theirs = json.loads(done.stdout.splitlines()[-1])
        ours = measure(_COMPARE, folder)
    print("| 1 M rows × 20 columns a side | wall s | CPU s | CPU × | peak MB |")
    print("|---|---|---|---|---|")
    for name, run in (("kullback compare", ours), ("Evidently", theirs)):
        ratio = run["cpu"] / ours["cpu"]
        print(f"| {name} | {run['wall']:.2f} | {run['cpu']:.2f} | {ratio:.1f} | {run['rss']:.0f} |")


if __name__ == "__main__":
    main()
