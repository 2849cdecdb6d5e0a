"""What docs/drift.md shows works as it stands there."""

import ast
import re
from pathlib import Path

import pytest

from kullback.cli.settings import load

PAGE = (Path(__file__).parents[2] / "docs" / "drift.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_settings_are_read(tmp_path):
    (text,) = blocks("toml")
    (tmp_path / "kullback.toml").write_text(text)
    settings = load(None, tmp_path)
    assert settings.limits == {"dep_delay": 0.05, "tailnum": 0.3}
    assert settings.waivers[0]["column"] == "time_*"


def test_the_python_is_python():
    for text in blocks("python"):
        ast.parse(text)


def test_the_workflow_is_yaml():
    yaml = pytest.importorskip("yaml")
    (text,) = (block for block in blocks("yaml") if "jobs:" in block)
    steps = yaml.safe_load(text)["jobs"]["compare"]["steps"]
    assert any("--format github" in step.get("run", "") for step in steps)


def test_every_command_and_option_exists(run):
    for line in re.findall(r"^kullback (.*)$", PAGE, re.MULTILINE):
        command, *words = line.split()
        known = run(command, "--help").out
        for word in words:
            if word.startswith("--"):
                assert word in known, line
