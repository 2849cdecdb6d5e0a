"""Running the command line inside the process, and as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import kullback
from kullback.cli import main

SOURCE = Path(kullback.__file__).parents[1]  # with the compiled kernels, if there are any


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys, monkeypatch):
    """Call `main` and return its exit code and what it wrote."""
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "FORCE_COLOR", "KULLBACK_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def call(*args):
        code = main([str(arg) for arg in args])
        return Done(code, *capsys.readouterr())

    return call


def _environment(**more):
    path = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    whole = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}
    for name in ("NO_COLOR", "FORCE_COLOR", "KULLBACK_DEBUG"):
        whole.pop(name, None)
    return {**whole, **more}


@pytest.fixture
def environment():
    """Return the function that makes a process's environment."""
    return _environment


@pytest.fixture
def python():
    """Start a Python with these arguments and return the finished process, in bytes."""

    def call(*args, stdin=b"", **env):
        return subprocess.run(
            [sys.executable, *map(str, args)],
            input=stdin,
            capture_output=True,
            env=_environment(**env),
            check=False,
            timeout=120,
        )

    return call


@pytest.fixture
def process(python):
    """Start `kullback` as a process of its own."""
    return lambda *args, **more: python("-m", "kullback", *args, **more)


@pytest.fixture
def shell():
    """Run a line of bash in which $K is the command `kullback`."""

    def call(line, **env):
        return subprocess.run(
            ["bash", "-c", line.replace("$K", f"'{sys.executable}' -m kullback")],
            capture_output=True,
            env=_environment(**env),
            check=False,
            timeout=120,
        )

    return call


@pytest.fixture
def csvs(tmp_path):
    """Two small tables, of which one column drifted, one is the same and one is constant."""
    reference, current = tmp_path / "ref.csv", tmp_path / "cur.csv"
    for path, cities in ((reference, "abab"), (current, "aaab")):
        rows = [f"{cities[i % 4]},{i % 5},2013" for i in range(4000)]
        path.write_text("\n".join(["city,day,year", *rows]) + "\n")
    return reference, current
