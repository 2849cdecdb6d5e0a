"""Every example in a docstring runs and prints what it says."""

import doctest
import importlib
import pkgutil

import pytest

import kullback

MODULES = ["kullback"]
MODULES += [module.name for module in pkgutil.walk_packages(kullback.__path__, "kullback.")]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("_native")])
def test_examples(name):
    if name.endswith("__main__"):
        pytest.skip("runs the command line")
    try:
        module = importlib.import_module(name)
    except kullback.errors.MissingDependencyError as missing:
        pytest.skip(str(missing))
    failed, _ = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


@pytest.mark.parametrize("name", kullback.probabilities.__all__)
def test_public_functions_are_documented_in_full(name):
    text = getattr(kullback, name).__doc__
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"{section}\n    ---" in text, f"{name} has no section {section}"
