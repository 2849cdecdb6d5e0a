"""The program loads a command when it is asked for, and nothing before."""

import subprocess
import sys

import click
import pytest

from kullback.cli.program import COMMANDS, program

LOADED = """
import sys
from kullback.cli import main
main({args})
print(*sorted(m for m in sys.modules if m.startswith("kullback.cli.") or "." not in m))
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_of_each_command_what_it_says_of_itself(name):
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert command.name == name
    assert COMMANDS[name] == command.get_short_help_str(100)


def loaded(*args):
    script = LOADED.format(args=list(args))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


THREADS = """
import os, sys
from kullback.cli import main
sys.argv = ["kullback", "--version"]
main({args})
print(os.environ.get("OPENBLAS_NUM_THREADS"))
"""


@pytest.mark.parametrize(
    ("args", "asked", "want"), [("", None, "1"), ("", "3", "3"), ("['--version']", None, "None")]
)
def test_only_a_process_of_its_own_makes_no_threads_for_blas(args, asked, want, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if asked is not None:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", asked)
    run = [sys.executable, "-c", THREADS.format(args=args)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == want


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["explain", "monitor"]])
def test_what_needs_no_numbers_loads_none(args):
    modules = loaded(*args)
    assert not modules & {"numpy", "scipy", "duckdb", "rich", "jinja2", "email", "json", "tempfile"}
    commands = {f"kullback.cli.{name}" for name in COMMANDS if name not in args}
    assert not modules & commands


def test_kl_of_numbers_loads_numpy_and_no_other_command():
    modules = loaded("kl", "0.5,0.5", "0.9,0.1")
    assert "numpy" in modules
    assert not modules & {"scipy", "duckdb", "kullback.cli.compare", "kullback.cli.lm"}
    # Nor what reads and writes files, of which there are none here.
    assert not modules & {"csv", "json", "tempfile", "email", "logging", "asyncio"}
