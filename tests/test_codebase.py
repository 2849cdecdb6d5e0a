"""The rules of the house that a program can check."""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "kullback"


def room(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


FILES = sorted(SOURCE.rglob("*.py"))


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


def classes():
    """Each class of the package, and the files that define one of that name."""
    found = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(path.relative_to(SOURCE).as_posix())
    return found


def test_a_class_name_has_one_meaning():
    """But what rooms export under one name is one thing of each, such as their `Accumulator`."""
    twice = {name: places for name, places in classes().items() if len(places) > 1}
    for name, places in list(twice.items()):
        rooms = [
            importlib.import_module(f"kullback.{place.split('/')[0].removesuffix('.py')}")
            for place in places
        ]
        if len(set(rooms)) == len(rooms) and all(name in room.__all__ for room in rooms):
            del twice[name]
    assert twice == {}


def test_a_class_is_called_after_what_it_holds():
    bare = {"Found", "Asked", "Draft", "Parts", "Settings", "Judged"}
    assert {name: p for name, p in classes().items() if name.lstrip("_") in bare} == {}


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


def test_completion_at_the_front_door_shows_public_names_only():
    import kullback

    shown = dir(kullback)
    assert set(shown) == {*kullback.__all__, "pandas", "polars", "torch", "sklearn", "__version__"}
    assert [name for name in shown if name.startswith("_")] == ["__version__"]


def packages():
    import kullback

    for module in pkgutil.walk_packages(kullback.__path__, "kullback."):
        if module.ispkg:
            yield module.name


@pytest.mark.parametrize("name", ["kullback", *packages()])
def test_no_module_is_hidden_by_a_function_of_its_name(name):
    """`from kullback.room import word` is a module or a function, and never depends on luck."""
    try:
        package = importlib.import_module(name)
    except ImportError as missing:
        pytest.skip(str(missing))
    for module in pkgutil.iter_modules(package.__path__):
        found = vars(package).get(module.name)
        assert found is None or inspect.ismodule(found), f"{name}.{module.name} is both"


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
    assert commands[1] == '.venv/bin/python -m pytest -q -n auto -m "not slow"'
    script = (ROOT / ".ci" / "run").read_text()
    assert "README.md" in script
    assert "eval" in script
    assert "-m slow" in script


HIDDEN = {".ci", ".dockerignore", ".github", ".gitignore", ".pre-commit-config.yaml"}
HIDDEN |= {".pre-commit-hooks.yaml"}
FOLDERS = {"benchmarks", "docs", "examples", "native", "recipe", "src", "tests"}
PAGES = {"CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"}
BUILD = {"CMakeLists.txt", "Dockerfile", "action.yml", "pyproject.toml"}


def test_the_root_holds_what_it_is_known_to_hold():
    """What a test dropped there is not committed with the rest."""
    try:
        done = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("git is not here")
    if done.returncode:
        pytest.skip("this is no clone")
    assert {line.split("/")[0] for line in done.stdout.splitlines()} == (
        HIDDEN | FOLDERS | PAGES | BUILD
    )


def test_the_version_is_said_once():
    import kullback

    changelog = (ROOT / "CHANGELOG.md").read_text()
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"## {kullback.__version__}" in changelog
    assert f"version: {kullback.__version__}" in citation


def test_where_do_i_add_names_places_that_exist():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    chapter = text[text.index("## Where do I add") : text.index("## The rules")]
    named = set(re.findall(r"`((?:src|tests|native)/[^`]*)`", chapter))
    assert len(named) > 30
    for place in sorted(named):
        assert (ROOT / re.sub(r"<.*", "", place)).exists(), f"{place} is not in the tree"


def test_the_tree_of_the_contributing_page_is_the_tree():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    drawn = text[text.index("## The house") : text.index("## Where do I add")]
    for folder in SOURCE.iterdir():
        if (folder / "__init__.py").exists():
            assert f"{folder.name}/" in drawn, f"{folder.name}/ is not drawn"


def test_the_address_has_one_source():
    """Links of the README lead to the repository, or the site, that pyproject.toml names."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    links = re.findall(r"^\[\w+\]: (\S+)", (ROOT / "README.md").read_text(), flags=re.MULTILINE)
    assert links
    assert [x for x in links if not x.startswith((urls["Source"], urls["Documentation"]))] == []
    assert urls["Issues"].startswith(urls["Source"])
    assert urls["Changelog"].startswith(urls["Source"])
