"""How far a run is, on a terminal and nowhere else."""

import os
import pty
import subprocess
import sys
from contextlib import suppress

import pytest

from kullback.statistics import progress

COMPARE = """
import sys
from kullback.statistics import progress
progress.PATIENCE = {patience}
from kullback.cli import main
sys.exit(main(["compare", "a.csv", "b.csv", "--json"]))
"""


def compared(folder, patience):
    """Run a comparison whose standard error is a terminal; return what each of both got."""
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text("x,y\n" + "1,a\n2,b\n" * 50)
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", COMPARE.format(patience=patience)],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=theirs,
            check=True,
        )
    finally:
        os.close(theirs)
    said = b""
    with suppress(OSError), os.fdopen(ours, "rb", buffering=0) as terminal:
        while piece := terminal.read(1 << 16):
            said += piece
    return done.stdout, said


def test_a_terminal_sees_how_far_a_comparison_is(tmp_path):
    data, said = compared(tmp_path, -1.0)
    assert b"counting the reference: [##########..........]  50%" in said
    assert b"counting the current data: [" in said
    assert said.endswith(b"\r")
    assert data.lstrip().startswith(b"{")
    assert b"counting" not in data


def test_short_work_says_nothing(tmp_path):
    assert compared(tmp_path, 1e9)[1] == b""


def test_an_error_takes_the_line_away(monkeypatch, capsys):
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    def failing():
        yield 1
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        list(progress.along(failing(), 2, "work"))
    assert capsys.readouterr().err.endswith(" \r")


def test_a_closed_stderr_is_no_terminal(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    for nobody in (None, open(os.devnull, "w")):  # noqa: SIM115, PTH123 - it is closed at once
        if nobody is not None:
            nobody.close()
        monkeypatch.setattr("sys.stderr", nobody)
        assert list(progress.along([1, 2], 2, "work")) == [1, 2]
