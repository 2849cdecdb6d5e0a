"""kullback doctor, completion and the version."""

import pytest

import kullback
from kullback import kernels
from kullback.cli.doctor import NEEDED


def test_doctor(run):
    done = run("doctor")
    assert done.code == 0
    for name in NEEDED:
        assert name in done.out
    assert "= 0.183787 nats" in done.out
    assert "6 of 6 known values come out" in done.out
    assert ("native (C++)" in done.out) == (kernels.BACKEND == "native")


def test_it_names_the_twins(run, monkeypatch):
    monkeypatch.setattr(kernels, "BACKEND", "reference")
    assert "NumPy twins" in run("doctor").out


def test_a_wrong_value_fails(run, monkeypatch):
    monkeypatch.setattr(kullback, "kl", lambda *_pair: 0.1838)
    done = run("doctor")
    assert done.code == 1
    assert "FAIL  KL(P‖Q)" in done.out
    assert "not 0.18378" in done.out


def test_a_broken_function_is_shown(run, monkeypatch):
    def broken(*_args):
        raise RuntimeError("no kernel")

    monkeypatch.setattr(kullback, "entropy", broken)
    done = run("doctor")
    assert done.code == 1
    assert "FAIL  H of a fair coin: RuntimeError: no kernel" in done.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run, shell):
    done = run("completion", shell)
    assert done.code == 0
    assert "_KULLBACK_COMPLETE" in done.out


def test_completion_completes(process):
    done = process(
        _KULLBACK_COMPLETE="bash_complete", COMP_WORDS="kullback explain d", COMP_CWORD="2"
    )
    assert b"direction" in done.stdout


def test_version(run):
    done = run("--version")
    assert done.code == 0
    assert done.out.startswith("kullback ")


HEAVY = {"scipy", "duckdb", "pandas", "rich", "jinja2", "matplotlib"}


@pytest.mark.parametrize("args", ["--version", "--help", "kl --help", "compare --help", "explain"])
def test_light_commands_load_nothing_heavy(python, args):
    code = (
        "import sys; from kullback.cli import main; main(sys.argv[1:]);"
        "print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = python("-c", code, *args.split())
    assert not HEAVY & set(done.stderr.decode().split())
