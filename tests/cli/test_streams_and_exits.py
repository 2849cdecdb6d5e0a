"""As a process: streams, exit codes, pipes, encodings, colour, and a fuzz of arguments."""

import io
import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time

import click
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kullback.cli import main
from kullback.cli.kl import kl
from kullback.cli.program import program
from kullback.errors import FormatError

P, Q = "0.7,0.2,0.1", "0.4,0.4,0.2"


def test_data_on_stdout_talk_on_stderr(process):
    done = process("kl", "7,2,1", "4,4,2", "--json")
    assert done.returncode == 0
    json.loads(done.stdout)
    assert b"taken as counts" in done.stderr


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["kl", P, Q], 0),
        (["--help"], 0),
        (["kl", "-h"], 0),
        (["--version"], 0),
        (["explain"], 0),
        (["kl", P], 2),
        (["kl", P, Q, Q], 2),
        (["kl", "0.7,0.2", Q], 2),
        (["nothing"], 2),
        (["compare", "nowhere.csv", "nowhere.csv"], 2),
        ([], 2),
    ],
)
def test_exit_codes(process, args, code):
    done = process(*args)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert bool(done.stdout) == (code == 0)
    assert code == 0 or done.stderr


def test_commands_have_suggestions(run):
    assert "Did you mean 'compare'?" in run("compaer").err


def test_help_leads_with_examples(run):
    for command in ([], ["kl"], ["compare"], ["explain"], ["doctor"], ["completion"]):
        text = run(*command, "--help").out
        assert text.index("Examples:") < text.index("Options:")
        assert text.split("\n")[2].strip() == "Examples:"


def test_the_examples_of_kl_work(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("july.csv", "january.csv"):
        (tmp_path / name).write_text("city,share\nParis,0.5\nLyon,0.5\n")
    examples = [
        shlex.split(line, comments=True)[1:]
        for line in kl.help.split("\n")
        if line.startswith("  kullback kl")
    ]
    assert len(examples) == 5
    for args in examples:
        assert run(*args).code == 0


def test_an_internal_error_is_three(run, monkeypatch):
    def broken(*_args, **_more):
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("kullback.probabilities.compare", broken)
    done = run("kl", P, Q)
    assert done.code == 3
    assert done.err.startswith("internal error: ZeroDivisionError: surprise")
    assert "KULLBACK_DEBUG=1" in done.err
    assert "Traceback" not in done.err
    monkeypatch.setenv("KULLBACK_DEBUG", "1")
    assert "Traceback" in run("kl", P, Q).err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (FormatError("a.csv: bad"), 2),
        (PermissionError(13, "Permission denied", "a.csv"), 2),
        (MemoryError(), 3),
        (click.FileError("a"), 2),
        (RecursionError("deep"), 3),
    ],
)
def test_what_errors_become(run, monkeypatch, error, code):
    def broken(*_args, **_more):
        raise error

    monkeypatch.setattr("kullback.probabilities.compare", broken)
    assert run("kl", P, Q).code == code


def test_interrupted(tmp_path, environment):
    fifo = tmp_path / "wait.txt"
    os.mkfifo(fifo)
    command = [sys.executable, "-m", "kullback", "kl", str(fifo), Q]
    started = subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE)
    time.sleep(1.5)  # it waits for a writer that never comes
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=60)
    assert started.returncode == 130
    assert b"Traceback" not in err


def test_a_reader_that_goes_away_is_no_error(shell, tmp_path):
    path = tmp_path / "p.txt"
    path.write_text(",".join(["1"] * 50_000))
    line = f"set -o pipefail; $K kl --json --normalize {path} {path} | head -1"
    done = shell(line)
    assert done.stdout == b"{\n"
    assert done.stderr == b""
    assert done.returncode == 0


def test_a_gate_holds_when_the_reader_goes_away(shell, csvs):
    line = f"set -o pipefail; $K compare {csvs[0]} {csvs[1]} --json --fail-on drift | true"
    assert shell(line).returncode == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_is_an_error(shell):
    done = shell(f"$K kl {P} {Q} > /dev/full")
    assert done.returncode == 2
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_closed_streams(shell):
    assert shell(f"$K kl {P} {Q} >&-").returncode == 0
    assert shell("$K kl 7,2,1 4,4,2 2>&- >&-").returncode == 0


def test_standard_input(process):
    assert process("kl", "-q", "-", Q, stdin=b"0.7 0.2 0.1").stdout == b"0.183787\n"
    assert process("kl", "-q", "-", Q).returncode == 2
    assert process("kl", "-q", "-", Q, stdin=b"\xff\xfe").returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_encodings_that_cannot_hold_the_signs(process, csvs, encoding):
    for args in (
        ["kl", "航班=0.5,b=0.5", "航班=1,b=0"],
        ["explain", "direction"],
        ["doctor"],
        ["compare", *csvs],
        ["compare", *csvs, "--format", "md"],
        ["--help"],
    ):
        done = process(*args, PYTHONIOENCODING=encoding)
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        done.stdout.decode(encoding)
    text = process("kl", "航班=0.5,b=0.5", "航班=1,b=0", PYTHONIOENCODING=encoding).stdout
    assert b"KL(P||Q) = inf nats" in text
    assert rb"\u822a\u73ed" in text
    assert b"#" in text


def test_json_in_ascii_keeps_the_names(process):
    done = process("kl", "航=0.5,\U0001f680=0.5", "航=1,b=0", "--json", PYTHONIOENCODING="ascii")
    read = json.loads(done.stdout)
    assert [line["label"] for line in read["outcomes"]] == ["航", "\U0001f680", "b"]


def test_undecodable_arguments(process):
    done = process("kl", os.fsdecode(b"\xff=0.5,b=0.5"), os.fsdecode(b"\xff=0.4,b=0.6"))
    assert done.returncode == 0
    assert process("kl", os.fsdecode(b"\xff"), Q).returncode == 2


@pytest.mark.parametrize(
    ("options", "env", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--json"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(process, options, env, colored):
    done = process("kl", P, Q, *options, **env)
    assert (b"\x1b[" in done.stdout) == colored


@pytest.mark.parametrize(
    ("env", "colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_is_coloured(environment, env, colored):
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "kullback", "kl", P, Q]
    whole = environment(**{"TERM": "xterm", **env})
    subprocess.run(command, env=whole, stdout=terminal, check=True, timeout=60)
    os.close(terminal)
    text = os.read(master, 100_000)
    os.close(master)
    assert (b"\x1b[" in text) == colored


def test_click_runner_finds_the_commands():
    done = CliRunner().invoke(program, ["--help"])
    assert done.exit_code == 0
    for name in ("kl", "compare", "explain", "doctor", "completion"):
        assert f"  {name} " in done.output


def test_errors_never_control_the_terminal(run):
    done = run("kl", "a\x1b[2J=x,b=1", "a=1")
    assert done.code == 2
    assert "\x1b" not in done.err


pieces = st.sampled_from(
    [
        "kl",
        "compare",
        "explain",
        "doctor",
        "--json",
        "-q",
        "--bits",
        "--unit",
        "nats",
        "--all",
        "--normalize",
        "--explain",
        "--columns",
        "--alpha",
        "--",
        "-",
        "-1",
        "-1,-2",
        "0.5,0.5",
        "1,1",
        "a=1,b=2",
        "a=0.5,b=0.5",
        "normal(0,1)",
        "[1, 2]",
        "{}",
        "x.csv",
        "x.csv:a",
        "/",
        "1e999,1",
        "--level",
        "0.9",
        "js",
        "--color",
        "never",
        "--fail-on",
        "drift",
    ]
)
numbers = st.lists(st.floats() | st.integers(), max_size=4).map(lambda v: ",".join(map(str, v)))
text = st.text(max_size=12).filter(lambda t: "\0" not in t)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(pieces | numbers | text, max_size=6))
@example(["kl", "0,0", "0,0"])
@example(["kl", "1e308,1e308", "1,1", "--normalize"])
@example(["kl", "1e-320,1", "0.5,0.5", "--normalize"])
@example(["kl", "1e300,1", "1,2"])
@example(["kl", "[" * 5000, "1"])
@example(["kl", "1" * 5000, "1"])
@example(["kl", "\ud800=1", "\ud800=1"])
def test_no_argument_breaks_it(capsys, monkeypatch, args):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code = main(args)
    _out, err = capsys.readouterr()
    assert code in {0, 1, 2}, err
    assert code == 0 or err
    assert "Traceback" not in err
