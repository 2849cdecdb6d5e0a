"""The room opens what is asked for, and nothing before."""

import subprocess
import sys

import pytest

from kullback import tables

ROWS = '{"x": [float(i % 7) for i in range(60)], "c": list("abc") * 20}'
VERBS = {
    "profile": f"tables.profile({ROWS}).merge(tables.profile({ROWS}))",
    "compare": f"tables.compare({ROWS}, {ROWS})",
}


@pytest.mark.parametrize(("verb", "tests"), [("profile", False), ("compare", True)])
def test_only_what_tests_loads_scipy(verb, tests):
    script = (
        f"import sys\nfrom kullback import tables\n{VERBS[verb]}\nprint('scipy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [str(tests)]


def test_every_public_name_is_there_and_no_other():
    script = "from kullback.tables import *\nprint(*sorted(n for n in dir() if n[0] != '_'))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == sorted(tables.__all__)
    assert sorted(dir(tables)) == sorted(tables.__all__)
    with pytest.raises(AttributeError, match=r"module 'kullback\.tables' has no attribute 'nix'"):
        tables.nix  # noqa: B018
