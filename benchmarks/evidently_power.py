"""How often Evidently's defaults see what ours see, both at a level of 5 %.

Evidently runs in an environment of its own, whose Python EVIDENTLY_PYTHON names (see
`benchmarks.evidently`). It gives its score of each column of its preset for data drift: of 1 000
rows or fewer the p-values of KS for numbers and of chi-square for categories, of more rows the
Wasserstein distance over the standard deviation and the JS distance. Its threshold is the one that
5 % of pairs without drift of the same kind pass; ours is p <= .05 as always, and `level` how often
that is so of the same pairs. Correlation is seen by the look at pairs. `python -m
benchmarks.evidently_power 50` takes so many samples a row.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.verdicts import drifts, ours, pairs_of

LEVEL = 0.05
SIZES = (500, 1_500)

_EVIDENTLY = """
import pickle, sys, warnings
warnings.filterwarnings("ignore")
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
sides, scores = pickle.load(open(sys.argv[1], "rb")), []
for reference, current in sides:
    found = Report([DataDriftPreset()]).run(pd.DataFrame(current), pd.DataFrame(reference)).dict()
    scores.append({
        m["config"]["column"]: (m["config"]["method"], float(m["value"]))
        for m in found["metrics"] if "column" in m["config"]
    })
pickle.dump(scores, open(sys.argv[1], "wb"))
"""

Pair = tuple[Any, Any]


def without_drift(rng: np.random.Generator, size: int) -> dict[str, Pair]:
    """What has no drift, a pair for each kind of column that `drifts` draws."""
    return {
        "numbers": (rng.normal(size=size), rng.normal(size=size)),
        "ages": (rng.normal(40, 12, size).round(), rng.normal(40, 12, size).round()),
        "categories": (
            rng.integers(0, 8, size).astype(str),
            rng.integers(0, 8, size).astype(str),
        ),
        "pairs": (pairs_of(rng, size, 0.9), pairs_of(rng, size, 0.9)),
    }


def kind_of(name: str) -> str:
    """Return which of `without_drift` a drift is of the kind of."""
    kinds = {"ages + 3": "ages", "3 % in 20 new values": "categories"}
    return kinds.get(name, "pairs" if name.startswith("correlation") else "numbers")


def columns_of(pairs: dict[str, Pair]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put all pairs into two tables; of two columns each has a name of its own."""
    sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for name, both in pairs.items():
        for side, held in zip(sides, both, strict=True):
            parts = held.T if held.ndim == 2 else [held]
            side.update({f"{name}/{i}": part for i, part in enumerate(parts)})
    return sides


def theirs(python: str, samples: list[dict[str, Pair]]) -> dict[str, NDArray[np.float64]]:
    """Return the score of each pair in each sample, larger for more drift."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sides.pickle"
        path.write_bytes(pickle.dumps([columns_of(pairs) for pairs in samples]))
        subprocess.run([python, "-c", _EVIDENTLY, str(path)], check=True, capture_output=True)
        scores = pickle.loads(path.read_bytes())
    found: dict[str, list[float]] = {}
    for sample in scores:
        best: dict[str, float] = {}
        for column, (method, value) in sample.items():
            name = column.rpartition("/")[0]
            score = -value if "p_value" in method else value
            best[name] = max(score, best.get(name, -np.inf))
        for name, score in best.items():
            found.setdefault(name, []).append(score)
    return {name: np.array(held) for name, held in found.items()}


def main() -> None:
    """Print a line a kind of drift, if Evidently is there."""
    python = os.environ.get("EVIDENTLY_PYTHON")
    if not python:
        print("Not measured: EVIDENTLY_PYTHON names no Python that has Evidently.")
        return
    samples = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 200
    for size in SIZES:
        rng = np.random.default_rng(8)
        drawn = [without_drift(rng, size) | drifts(rng, size) for _ in range(samples)]
        scores = theirs(python, drawn)
        own = {n: [ours(*pairs[n]) <= LEVEL for pairs in drawn] for n in drawn[0]}
        print(f"| {size:,} rows a side, {samples} samples | kullback | its level | Evidently |")
        print("|---|---|---|---|")
        for name in drifts(rng, size):
            if name == "no drift":
                continue
            kind = kind_of(name)
            limit = np.quantile(scores[kind], 1 - LEVEL)
            seen = [np.mean(own[name]), np.mean(own[kind]), np.mean(scores[name] > limit)]
            print(f"| {name} | " + " | ".join(f"{share:.2f}" for share in seen) + " |")
        print()


if __name__ == "__main__":
    main()
