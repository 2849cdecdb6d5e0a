"""The fixture assert_same in a run of pytest of its own: what it says where data differ."""

import subprocess
import sys

TEST = """
import pandas as pd

BEFORE = pd.DataFrame({"paid": ["card"] * 800 + ["cash"] * 200})


def test_same(assert_same):
    assert_same(BEFORE, BEFORE)


def test_changed(assert_same):
    assert_same(BEFORE, BEFORE.assign(paid=["card"] * 500 + ["cash"] * 500))
"""


def test_a_failure_reads_as_a_diff(tmp_path):
    (tmp_path / "test_data.py").write_text(TEST)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    if "kullback.pytest_plugin" not in loaded(tmp_path):
        words += ["-p", "kullback.pytest_plugin"]
    words += ["test_data.py"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    shown = [line.removeprefix("E").strip() for line in done.stdout.splitlines()]
    assert "- card                      80.00 %" in shown
    assert "+ card                      50.00 %" in shown
    assert any("paid: JS" in line and "tolerance 0.01" in line for line in shown)
    assert "tables.compare(" not in done.stdout  # the caller's line is shown, not ours


def loaded(folder):
    """Return what pytest says of its plugins; an installed package registers its own."""
    words = [sys.executable, "-m", "pytest", "--trace-config", "--collect-only", "-q"]
    return subprocess.run(words, capture_output=True, text=True, cwd=folder, check=False).stdout
