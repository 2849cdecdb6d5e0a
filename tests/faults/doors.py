"""Every reader and writer of the package that takes a path, by name."""

import json
import os
import re
import sys
import time
from pathlib import Path

import numpy as np

import kullback as kb
from kullback.cli import distribution, settings
from kullback.cli.score_file import ScoreColumns
from kullback.cli.score_file import read as read_scores


def compared():
    from kullback.tables import compare

    rows = {"a": ["x", "y"] * 20}
    return compare(rows, rows)


READERS = {
    "tables csv": (kb.tables.profile, ".csv"),
    "tables gzip": (kb.tables.profile, ".csv.gz"),
    "tables parquet": (kb.tables.profile, ".parquet"),
    "tables jsonl": (kb.tables.profile, ".jsonl"),
    "tables arrow": (kb.tables.profile, ".arrow"),
    "tables excel": (kb.tables.profile, ".xlsx"),
    "tables sqlite": (lambda p: kb.tables.profile(f"sqlite:///{p}?table=t"), ".db"),
    "tables duckdb": (lambda p: kb.tables.profile(f"duckdb:///{p}?table=t"), ".duckdb"),
    "profile": (kb.tables.Profile.load, ".json"),
    "monitor": (kb.tables.Monitor.load, ".json"),
    "history duckdb": (kb.history.read, ".duckdb"),
    "history sqlite": (lambda p: kb.history.read(f"sqlite:///{p}"), ".db"),
    "lm.open": (kb.lm.open, ".kld"),
    "safetensors": (kb.lm.open, ".safetensors"),
    "safetensors index": (kb.lm.open, ".index.json"),
    "npy": (kb.lm.open, ".npy"),
    "logprobs": (kb.lm.read_logprobs, ".json"),
    "lm state": (kb.lm.Accumulator.load, ".state"),
    "score": (lambda p: read_scores(p, ScoreColumns()), ".csv"),
    "settings": (lambda p: settings.load(p, Path.cwd()), ".toml"),
    "kl csv": (lambda p: distribution.read("P", p), ".csv"),
    "kl json": (lambda p: distribution.read("P", p), ".json"),
    "kl npy": (lambda p: distribution.read("P", p), ".npy"),
}
WRITERS = {
    "profile": lambda p: kb.tables.profile({"a": np.arange(9)}).save(p),
    "lm state": lambda p: kb.lm.Accumulator().save(p),
    "html": lambda p: kb.compare([0.5, 0.5], [0.4, 0.6]).to_html(p),
    "table html": lambda p: compared().to_html(p),
    "history duckdb": lambda p: kb.history.append(p, compared()),
    "history sqlite": lambda p: kb.history.append(f"sqlite:///{p}", compared()),
    "sketch": lambda p: kb.lm.sketch(np.zeros((2, 3, 100), np.float32), p),
}


def attempt(kind, name, path):
    """Do one thing to one path; return what became of it: "done", or the error's name and text."""
    if kind == "become":
        os.seteuid(name)
        return ["done", True, ""]
    call = READERS[name][0] if kind == "read" else WRITERS[name]
    try:
        call(path)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        ours = type(error).__module__.startswith("kullback") or isinstance(error, OSError)
        return [type(error).__name__, ours, str(error)]
    return ["done", True, ""]


def most_memory():
    """The peak of this process in MB; ru_maxrss would begin with that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024


def main():
    """Attempt what standard input lists, one JSON list a line; say what became of each."""
    for line in sys.stdin:
        began = time.monotonic()
        found = attempt(*json.loads(line))
        peak = most_memory()
        sys.stdout.write(json.dumps([*found, time.monotonic() - began, peak]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
