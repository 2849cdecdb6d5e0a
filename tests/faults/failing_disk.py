"""Every writer on a disk of which the n-th change fails, or that is full from then on, for every n.

Runs in a process of its own, before which `failing_disk.c` was loaded.
"""

import ctypes
import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
from faults.doors import WRITERS

import kullback as kb

LOGITS = np.random.default_rng(0).normal(size=(2, 6, 40)).astype(np.float32)
IDS = np.arange(40) % 20


def bigrams(ids):
    return np.eye(20, dtype=np.float32)[(ids + 1) % 20]


def watched():
    return kb.tables.Monitor(kb.tables.profile({"a": ["x", "y"] * 50}))


MADE = watched()
HISTORIES = ("history duckdb", "history sqlite")
EVERY = {
    **WRITERS,
    "monitor": MADE.save,
    "sketch append": lambda p: kb.lm.append(LOGITS[1], p),
    "record logits": lambda p: kb.lm.record(bigrams, IDS, p, chunk=10),
    "record sketch": lambda p: kb.lm.record(bigrams, IDS, p, sketch=(4, 4), chunk=10),
}
ENDINGS = {"history duckdb": ".duckdb", "record logits": ".npy", "record sketch": ".kbs"}
KEPT = (".part", ".part.json")  # with which a recording goes on


def before(name, path):
    """What was there: what the writer itself wrote, or one piece less of it."""
    if name == "sketch append":
        kb.lm.sketch(LOGITS[0], path, head=4, tail=4)
    elif name.startswith("record"):
        changed = (IDS + 3) % 20  # of another text
        sketch = (4, 4) if name == "record sketch" else None
        kb.lm.record(bigrams, changed, path, sketch=sketch, chunk=20)
    else:
        EVERY[name](str(path))


def rows_of(name, path):
    return len(kb.history.read(path if name == "history duckdb" else f"sqlite:///{path}"))


def what_is_wrong(name, path, was, error):
    """Say what is not as promised after a writing that failed, or that did not."""
    ours = error is None or type(error).__module__.startswith("kullback")
    if not (ours or isinstance(error, OSError)):
        return f"bare {type(error).__name__}: {error}"
    left = {p.name for p in path.parent.iterdir() if not p.name.endswith(KEPT)}
    if name in HISTORIES:
        rows = rows_of(name, path)
        whole = (was, was * 2) if error is not None else (was * 2,)
        return "" if rows in whole else f"{rows} rows of {was}, after {error!r}"
    tokens = {f"{path.stem}.tokens.npy"} if name == "record logits" else set()
    if left != {path.name} | tokens:
        return f"left behind: {sorted(left)}"
    same = path.read_bytes() == was
    if error is not None and not same:
        return f"changed after {error!r}"
    if error is None and name == "sketch append" and len(kb.lm.open(path)) != 12:
        return "not appended, and no error"
    return ""


def tried(disk, name, folder, *, full):
    """Return how many changes were failed, and what was wrong."""
    base = folder.parent / "was"
    base.mkdir()
    path = folder / f"t{ENDINGS.get(name, '.out')}"
    before(name, base / path.name)
    was = rows_of(name, base / path.name) if name in HISTORIES else (base / path.name).read_bytes()
    wrong = []
    for n in range(400):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base, folder)
        disk.disk_fails(os.fsencode(f"{folder}/"), n, int(full))
        error = None
        try:
            EVERY[name](str(path))
        except Exception as raised:  # noqa: BLE001 - whatever it is, it is judged
            error = raised
        if not disk.disk_failed():
            break
        said = what_is_wrong(name, path, was, error)
        if said:
            wrong.append(f"{n}: {said}")
        if name in HISTORIES or name.startswith("record"):  # and it goes on where the disk is well
            EVERY[name](str(path))
    shutil.rmtree(base)
    return n, wrong


def main():
    """Try every writer; write a line for each: how often, and what was wrong."""
    library, how, folder = sys.argv[1:]
    disk = ctypes.CDLL(library)
    for name in EVERY:
        times, wrong = tried(disk, name, Path(folder, "disk"), full=how == "full")
        sys.stdout.write(json.dumps([name, times, wrong]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
