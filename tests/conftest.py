"""For all tests."""

import os

import pytest
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

# Triton's kernels run in its interpreter, on any machine: it must know before it is first imported.
os.environ.setdefault("TRITON_INTERPRET", "1")

# Machines are shared: an example that takes long is no failure.
settings.register_profile("shared", deadline=None)
# By default the same examples are drawn every time, so that what passes here passes elsewhere.
settings.register_profile("steady", settings.get_profile("shared"), derandomize=True, database=None)
# `pytest --hypothesis-profile=explore` draws new ones, and keeps in a folder those that failed.
settings.register_profile(
    "explore",
    settings.get_profile("shared"),
    derandomize=False,
    database=DirectoryBasedExampleDatabase(".hypothesis/examples"),
)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _width(monkeypatch):
    """Text is broken as in a file, wherever the tests run: xdist hands its terminal's width on."""
    monkeypatch.setenv("COLUMNS", "100")


def pytest_ignore_collect(collection_path, config):
    """Of the simulations only the files that hold some are imported: a fifth of all."""
    if config.option.markexpr == "slow" and collection_path.match("test_*.py"):
        return "slow" not in collection_path.read_text(encoding="utf-8") or None
    return None
