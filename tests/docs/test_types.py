"""The README and the pages of the documentation are typed for users: mypy and pyright pass them.

Pyright fetches a package of Node's when it is first run, so that it is looked at where a `pyright`
lies on the path: `pip install pyright`, or that of an editor.
"""

import doctest
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BLOCK = re.compile(r"```(?:python|pycon)[^\n]*\n(.*?)```", re.DOTALL)

# Pages whose blocks use names of the reader's own, of packages without types, or of pandas'
# accessors, which no checker knows; and three that round a p-value, which may be None.
NOT_SCRIPTS = {
    "docs/drift.md",
    "docs/explanation/estimation.md",
    "docs/howto/notebooks.md",
    "docs/howto/rare_categories.md",
    "docs/language_models.md",
    "docs/monitoring.md",
    "docs/tutorials/genres_to_gate.md",
}

SETTINGS = """[mypy]
strict = True
[mypy-kullback.*]
follow_imports = silent
[mypy-sklearn.*,evidently.*,pyarrow.*,torch.*,matplotlib.*,transformers.*,openpyxl.*]
ignore_missing_imports = True
follow_imports = skip
"""

# What a script of a user asks of types, beside what the pages ask.
SCRIPT = """
import numpy as np
import kullback
from kullback import Divergence, Estimate, Information, counts, distributions, logits, vi
from kullback.distributions import Normal

exact: Information = kullback.kl([0.5, 0.5], (0.25, 0.75), unit="bits")
labelled: Information = kullback.jensen_shannon({"a": 1.0}, {"a": 0.5, "b": 0.5})
distance: float = kullback.total_variation([1, 0], [0, 1])
order: Information = kullback.renyi([0.5, 0.5], [0.25, 0.75], 2, unit=10)
batch: np.ndarray = kullback.kl(np.eye(2), np.eye(2), keepdims=True)
rows: np.ndarray = logits.kl([[0.0, 1.0]], [[1.0, 0.0]])
one: Information = logits.entropy([0.0, 1.0], where=[True, False])
sample: Estimate = counts.kl([3, 4], [4, 3])
formula: Divergence = distributions.kl(Normal(0, 1), Normal(1, 2), unit=10)
drawn: Estimate = distributions.kl(np.zeros(9), Normal(1, 2))
relative: Divergence = distributions.renyi(Normal(0, 1), Normal(1, 2), 0.5, strict=True)
term: Divergence = vi.kl(Normal(0, 1), Normal(1, 1), unit="bits")
infinite = kullback.kl([0.5, 0.5], [1.0, 0.0]).infinite_at
total = float(exact + labelled) + distance
print(kullback.distributions.kl(Normal(0, 1), Normal(1, 2)), exact.to("nats"), infinite, total)
"""


def script(page):
    """The code of a page from top to bottom."""
    parts = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        examples = doctest.DocTestParser().get_examples(block)
        parts += [e.source for e in examples if not e.exc_msg] if examples else [block]
    return "\n".join(parts)


def write_scripts(folder):
    (folder / "user_script.py").write_text(SCRIPT, encoding="utf-8")
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        name = page.relative_to(ROOT).as_posix()
        code = script(page)
        if code and name not in NOT_SCRIPTS:
            stem = re.sub(r"\W", "_", name)
            (folder / f"page_{stem}.py").write_text(code, encoding="utf-8")
    files = sorted(str(path) for path in folder.glob("*.py"))
    assert len(files) > 15
    return files


@pytest.mark.slow
def test_scripts_of_users_pass_mypy(tmp_path):
    pytest.importorskip("mypy")
    files = write_scripts(tmp_path)
    (tmp_path / "settings.ini").write_text(SETTINGS, encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "settings.ini", *files],
        cwd=tmp_path,
        env={"MYPYPATH": str(ROOT / "src"), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pyright") is None, reason="pyright is not installed")
def test_scripts_of_users_pass_pyright(tmp_path):
    write_scripts(tmp_path)
    settings = {"include": ["."], "extraPaths": [str(ROOT / "src")], "reportMissingImports": False}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    found = subprocess.run(
        ["pyright", "--project", str(tmp_path), "--pythonpath", sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout
