"""A format of the output is one file and one row; every command's --format reads the table."""

import subprocess
import sys
import textwrap

import pytest

FILE = """
    def render(comparison, gate):
        lines = [f"{c.name};{c.verdict}" for _, table in comparison.parts for c in table.compared]
        return "\\n".join([*lines, f"fails;{len(gate.failures)}"])
"""
ROW = """
    from kullback.cli import output

    output.FORMATS["semicolons"] = output.gate_format("semicolons")
    output.FORMATS["shout"] = output.Format(lambda result, _: result.line.upper())
    from kullback.cli import main

    raise SystemExit(main())
"""


@pytest.fixture
def run(tmp_path):
    (tmp_path / "semicolons.py").write_text(textwrap.dedent(FILE))
    (tmp_path / "with_rows.py").write_text(textwrap.dedent(ROW))
    (tmp_path / "a.csv").write_text("x,y\n" + "1,1\n2,1\n" * 600)
    (tmp_path / "b.csv").write_text("x,y\n" + "1,1\n1,2\n" * 600)

    def run(*arguments):
        command = [sys.executable, tmp_path / "with_rows.py", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    return run


def test_a_format_from_one_file(run):
    done = run("compare", "a.csv", "b.csv", "--format", "semicolons", "--fail-on", "drift")
    assert (done.returncode, done.stdout) == (1, "x;drifted\ny;drifted\nfails;2\n")


def test_every_command_reads_the_table(run):
    assert "semicolons" in run("compare", "--help").stdout
    for command in (["history"], ["score"], ["lm"], ["compare"]):
        assert "shout" in run(*command, "--help").stdout, command
    assert "semicolons" not in run("score", "--help").stdout
    done = run("compare", "a.csv", "b.csv", "--format", "shout")
    assert done.stdout.startswith("DRIFTED: 2 OF 2 COLUMNS")
