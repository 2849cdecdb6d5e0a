"""What is loaded for a first answer: NumPy, and our own modules."""

import os
import subprocess
import sys

import pytest

OURS = {
    "arguments",
    "arrays",
    "checks",
    "errors",
    "kernels",
    "logits",
    "intake",
    "outcomes",
    "probabilities",
    "renderable",
    "results",
    "scorecard",
    "units",
}


def modules_after(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_modules_of_a_first_answer():
    measured = "import kullback; kullback.kl([1.0], [1.0]); kullback.logits.kl([1.0], [1.0])"
    loaded = modules_after(measured) - modules_after("import numpy, importlib.metadata, typing")
    rooms = {name.split(".")[1] for name in loaded if name.startswith("kullback.")}
    assert rooms == OURS
    strangers = {name.split(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    assert strangers <= {"kullback", "numpy", "_distutils_hack"}
    assert not loaded & {"numpy.ma", "secrets"}


@pytest.mark.parametrize("name", ["KULLBACK_KERNELS", "KULLBACK_INSTRUCTIONS"])
def test_a_choice_that_there_is_not_is_refused_by_the_command_line(name):
    run = "import sys; from kullback.cli import main; sys.exit(main())"
    found = subprocess.run(
        [sys.executable, "-c", run, "kl", "0.5,0.5", "0.4,0.6"],
        env={**os.environ, name: "fastest"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 2
    assert f"{name}='fastest' is none of" in found.stderr
    assert "Traceback" not in found.stderr
