"""The notebooks run from top to bottom, and every result draws itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kullback

EXAMPLES = Path(__file__).parents[2] / "examples"
SOURCE = Path(kullback.__file__).parents[1]


@pytest.fixture
def environment(monkeypatch):
    path = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    return {**os.environ, "PYTHONPATH": path}


@pytest.mark.slow
def test_jupyter(environment):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(EXAMPLES / "flights.ipynb", as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": EXAMPLES}}
    )
    client.execute()
    shown = [out.get("data", {}) for cell in notebook.cells for out in cell.get("outputs", ())]
    drawn = [data["text/html"] for data in shown if "text/html" in data]
    assert len(drawn) == 4
    assert all("kullback" in html and "<script" not in html for html in drawn[:2])
    assert any("image/png" in data for data in shown)
    assert any("TableComparison: drifted" in data.get("text/plain", "") for data in shown)


@pytest.mark.slow
def test_marimo(environment):
    pytest.importorskip("marimo")
    done = subprocess.run(
        [sys.executable, EXAMPLES / "flights_marimo.py"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "'origin': 'same'" in done.stdout
    assert "'distance': 'drifted'" in done.stdout
