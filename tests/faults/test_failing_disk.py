"""The n-th change of a disk fails, for every n, or the disk is full from then on."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from faults.doors import WRITERS

import kullback

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("cc") is None or sys.platform != "linux", reason="takes a C compiler on Linux"
    ),
]

HERE = Path(__file__).parent
SOURCE = Path(kullback.__file__).parents[1]
MORE = ("monitor", "sketch append", "record logits", "record sketch")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    made = tmp_path_factory.mktemp("disk") / "failing_disk.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", made, HERE / "failing_disk.c", "-ldl"]
    subprocess.run(command, check=True)
    return made


@pytest.mark.parametrize("how", ["once", "full"])
def test_what_was_there_stays(tmp_path, library, how):
    done = subprocess.run(
        [sys.executable, "-m", "faults.failing_disk", library, how, tmp_path],
        env={
            **os.environ,
            "PYTHONPATH": f"{SOURCE}{os.pathsep}{HERE.parent}",
            "LD_PRELOAD": str(library),
            "TMPDIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"{done.returncode} after {found}: {done.stderr[-2_000:]}"
    assert [name for name, *_ in found] == [*WRITERS, *MORE]
    assert all(times > 0 for _, times, _ in found)
    assert not [(name, wrong[:5]) for name, _, wrong in found if wrong]
