"""The rules of the house that a program can check."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "kullback"

# Who may import whom, at any level of a file; errors and units are open to everyone.
# Drawing is the exception: a result imports the report inside the method that shows it.
OPEN = {"errors", "units"}
LAYERS = {
    "errors": set(),
    "units": set(),
    "results": {"report"},
    "checks": {"arrays", "kernels", "results"},
    "kernels": set(),
    "arrays": {"kernels"},
    "logits": {"arrays", "checks", "kernels", "results"},
    "outcomes": {"kernels", "results"},
    "probabilities": {"arrays", "checks", "kernels", "outcomes", "results"},
    "counts": {"checks", "kernels", "outcomes", "results"},
    # Mixed data: the categorical part of the chain rule is a KL of counts.
    "samples": {"checks", "counts", "kernels", "results"},
    "tables": {"checks", "counts", "outcomes", "results", "report"},
    "distributions": {"checks", "kernels", "results", "samples"},
    "lm": {"arrays", "checks", "counts", "kernels", "logits", "report", "results"},
    # Annotators' votes: the entropy behind a row of votes is an estimate from counts.
    "classifiers": {"arrays", "checks", "counts", "kernels", "results", "report"},
    # The tail of importance weights, for policies and for posteriors.
    "pareto": {"arrays", "checks"},
    "rl": {"arrays", "checks", "kernels", "logits", "pareto", "results"},
    "vi": {"arrays", "checks", "distributions", "kernels", "pareto", "results"},
    "torch": {"arrays", "kernels", "results"},
    "history": {"report"},
    "sklearn": {"tables"},
    "testing": {"tables", "report"},
    "report": {"results"},
    "cli": {
        "classifiers",
        "counts",
        "distributions",
        "history",
        "kernels",
        "lm",
        "probabilities",
        "report",
        "results",
        "tables",
    },
    "__init__": {
        "classifiers",
        "counts",
        "distributions",
        "errors",
        "history",
        "lm",
        "logits",
        "probabilities",
        "results",
        "rl",
        "samples",
        "tables",
        "testing",
        "torch",
        "vi",
    },
    "__main__": {"cli"},
}


def room(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path):
    """Yield (room imported, module-level?) for what a file imports from kullback."""
    tree = ast.parse(path.read_text())
    checking = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and "TYPE_CHECKING" in ast.unparse(test.test)
        for node in ast.walk(test)
    }
    for node in ast.walk(tree):
        if id(node) in checking:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("kullback"):
            parts = node.module.split(".")
            names = [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
            yield from ((name, node in tree.body) for name in names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("kullback."):
                    yield alias.name.split(".")[1], node in tree.body


FILES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_layers(path):
    home = room(path)
    allowed = LAYERS[home] | OPEN | {home}
    for imported, at_module_level in imports(path):
        if imported not in LAYERS:
            continue  # a name of the package itself, such as __version__
        assert imported in allowed, f"{home} may not import {imported}"
        if imported == "report" and home in {"classifiers", "lm", "results", "tables"}:
            assert not at_module_level, "import the report inside the method that shows"


def test_only_kernels_touches_the_compiled_module():
    users = [path for path in FILES if "_native" in path.read_text() and room(path) != "kernels"]
    assert users == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_sizes(path):
    """Files of at most 400 lines; functions of at most 40, docstrings apart."""
    text = path.read_text()
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 40, f"{node.name} has {lines} lines"


def test_no_drawers():
    forbidden = {"utils", "helpers", "common", "misc", "base", "manager"}
    assert not [path for path in FILES if path.stem in forbidden]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_public_functions_have_docstrings(path):
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def modules_after(statement):
    code = f"import sys; {statement}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_loads_numpy_and_nothing_heavier():
    extra = modules_after("import kullback") - modules_after("import numpy")
    heavy = {"scipy", "duckdb", "pandas", "polars", "pyarrow", "click", "rich", "jinja2", "torch"}
    assert "kullback" in extra
    assert not extra & (heavy | {"matplotlib", "array_api_compat"})


def test_every_room_opens_from_the_front_door():
    import kullback

    for name in kullback.__all__:
        assert getattr(kullback, name) is not None
    assert re.fullmatch(r"\d+\.\d+\.\d+", kullback.__version__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = kullback.nothing


def readme_commands():
    """The set-up and test commands: the two-line block of the README that makes a .venv."""
    blocks = re.findall(r"```\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    (block,) = [block for block in blocks if "-m venv" in block]
    return block.strip().splitlines()


def test_readme_and_ci_agree():
    """CI runs the two lines as the README prints them, by reading them from it."""
    commands = readme_commands()
    assert len(commands) == 2
    assert commands[0].startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert commands[1] == ".venv/bin/python -m pytest -q"
    script = (ROOT / ".ci" / "run").read_text()
    assert "README.md" in script
    assert "eval" in script


def test_the_version_is_said_once():
    import kullback

    changelog = (ROOT / "CHANGELOG.md").read_text()
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"## {kullback.__version__}" in changelog
    assert f"version: {kullback.__version__}" in citation
