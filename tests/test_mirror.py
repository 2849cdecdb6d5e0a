"""The tests mirror the source: what is in `src/kullback/a/b` is tested in `tests/a/b`."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCE = TESTS.parent / "src" / "kullback"
# Questions that belong to no single room.
BESIDE = {
    "browser",  # pages in a real browser
    "calibration",  # laws by simulation
    "differential",  # peers
    "docs",  # every block of code of the pages, and the site
    "examples",  # what a stranger runs first
    "faults",  # disks, signals and connections that fail
    "golden",  # published values
    "interface",  # the table of all that is public
    "properties",  # laws that hold for every input
    "tables/intake",  # files as people have them, and every fault of one column
}
# A folder `tests/torch` would be taken for PyTorch itself where that is not installed.
CALLED = {"torch": "torch_room"}


def has_code(folder):
    """Whether a folder holds more than a package that names what others hold."""
    for path in folder.glob("*.py"):
        statements = ast.parse(path.read_text()).body
        if path.name != "__init__.py" or any(isinstance(s, ast.FunctionDef) for s in statements):
            return True
    return False


def rooms():
    for folder in sorted({path.parent for path in SOURCE.rglob("*.py")}):
        place = folder.relative_to(SOURCE).as_posix()
        if place != "." and has_code(folder):
            yield place


def mirror(place):
    first, *rest = place.split("/")
    return TESTS.joinpath(CALLED.get(first, first), *rest)


@pytest.mark.parametrize("place", list(rooms()))
def test_every_room_and_floor_has_its_tests(place):
    assert list(mirror(place).glob("test_*.py")), f"put its tests into {mirror(place)}"


def test_every_folder_of_tests_is_the_mirror_of_one():
    mirrors = {mirror(p.parent.relative_to(SOURCE).as_posix()) for p in SOURCE.rglob("*.py")}
    for folder in {path.parent for path in TESTS.rglob("test_*.py")} - {TESTS}:
        place = folder.relative_to(TESTS)
        beside = place.parts[0] in BESIDE or place.as_posix() in BESIDE
        assert beside or folder in mirrors, f"{folder} mirrors nothing"
