"""What is loaded for a first answer: NumPy, and our own modules."""

import subprocess
import sys

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
