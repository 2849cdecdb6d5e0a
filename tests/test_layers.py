"""Who may import whom, derived from the tree: no table of exceptions, every import counted.

A name imported inside a function, or for a type checker only, binds two rooms as firmly as one at
the top of a file. So the graph holds all of them, and three rules are read off the tree:

1. Between rooms, and between the floors of a room, at every level, there is no circle.
2. `report` is a leaf: it knows results, units and errors, and nothing else.
3. Within one folder files may know each other (a result offers the document drawn beside it).
"""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "kullback"
ROOMY = {"cli", "cli/topics", "distributions/families"}  # one file a command, a topic, a family
LARGEST_FOLDER = 20


def dotted(path, source):
    """The place of a file in the tree, a package by its folder: ("report", "svg", "draw")."""
    parts = path.relative_to(source).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def tree(source=SOURCE):
    return {dotted(path, source): path for path in sorted(source.rglob("*.py"))}


def imported(path, known):
    """Yield the modules of ours that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kullback":
            home = tuple(node.module.split(".")[1:])
            for alias in node.names:
                yield (*home, alias.name) if (*home, alias.name) in known else home
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "kullback":
                    yield tuple(alias.name.split(".")[1:])


def graphs(source=SOURCE):
    """Return, for each folder, which of its members (files and folders) import which."""
    modules = tree(source)
    found = defaultdict(lambda: defaultdict(set))
    for home, path in modules.items():
        for target in imported(path, modules):
            shared = 0
            while shared < min(len(home), len(target)) and home[shared] == target[shared]:
                shared += 1
            if shared < min(len(home), len(target)):
                found[home[:shared]][home[shared]].add(target[shared])
    return found


def circle(graph):
    """Return some circle of a graph as a list of its members, or nothing."""
    done = set()

    def walk(member, way):
        if member in way:
            return [*way[way.index(member) :], member]
        if member in done:
            return []
        for target in sorted(graph.get(member, ())):
            if round_trip := walk(target, [*way, member]):
                return round_trip
        done.add(member)
        return []

    return next((c for member in sorted(graph) if (c := walk(member, []))), [])


def floors(folder, source=SOURCE):
    """Whether a folder has folders in it: then its members are floors, else files of one room."""
    place = source.joinpath(*folder)
    return any((child / "__init__.py").exists() for child in place.iterdir() if child.is_dir())


GRAPHS = graphs()


@pytest.mark.parametrize("folder", sorted(f for f in GRAPHS if floors(f)), ids="/".join)
def test_no_circles_between_rooms_and_floors(folder):
    graph = GRAPHS[folder]
    if folder:
        # Beside its floors a room has single files; a result and its document are one thing.
        graph = {
            a: {b for b in targets if not single(folder, a, b)} for a, targets in graph.items()
        }
    assert circle(graph) == []


def single(folder, *members):
    return all((SOURCE.joinpath(*folder) / f"{member}.py").exists() for member in members)


def test_the_report_is_a_leaf():
    modules = tree()
    known = {
        target[:1]
        for home, path in modules.items()
        if home[:1] == ("report",)
        for target in imported(path, modules)
    }
    assert known <= {("report",), ("results",), ("units",), ("errors",)}


def test_the_command_line_draws_nothing_itself():
    """It asks a result for its document; it knows the report's blocks, and no room's pages."""
    modules = tree()
    for home, path in modules.items():
        if home[:1] == ("cli",):
            drawn = {
                target
                for target in imported(path, modules)
                if target and target[-1].endswith("document") and target[0] != "report"
            }
            assert not drawn, f"{path.name} imports {drawn}; ask the result for .document()"


def test_no_folder_is_crowded():
    for folder in {path.parent for path in SOURCE.rglob("*.py")}:
        if folder.relative_to(SOURCE).as_posix() not in ROOMY:
            members = len(list(folder.glob("*.py")))
            assert members <= LARGEST_FOLDER, f"{folder.name} has {members} files"


def test_a_circle_is_found(tmp_path):
    """The test of the test: a type-only import and a lazy one make a circle."""
    source = tmp_path / "kullback"
    for room, text in {
        "a": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from kullback.b import x",
        "b": "def f():\n    import kullback.a",
    }.items():
        (source / room).mkdir(parents=True)
        (source / room / "__init__.py").write_text(text)
    assert circle(graphs(source)[()]) == ["a", "b", "a"]
