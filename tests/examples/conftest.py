"""Running an example as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]


class Done(NamedTuple):
    out: str
    pictures: list[str]


@pytest.fixture
def example(tmp_path):
    """Return the function that runs an example in an empty folder."""

    def run(name, *arguments, timeout=300):
        path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [sys.executable, ROOT / "examples" / name, tmp_path, *arguments],
            capture_output=True,
            encoding="utf-8",
            env=environment,
            cwd=tmp_path,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return Done(done.stdout, sorted(p.name for p in tmp_path.glob("*.png")))

    return run
