"""A signal is heard wherever Python is, and who listened before listens again afterwards."""

import os
import signal
import subprocess
import sys
import time
from importlib.machinery import ExtensionFileLoader
from pathlib import Path

import pytest

import kullback
from kullback.cli.signals import listening

# In the callback of a weak reference Python swallows what is raised, and goes on.
SWALLOWED = """
import signal, sys, time, weakref
from kullback.cli.signals import listening
class Thing: pass
def callback(_):
    signal.raise_signal(signal.{name})
    sum(range(1000))
with listening(for_good=False) as stopped:
    try:
        stopped.heed()
        thing = Thing()
        held = weakref.ref(thing, callback)
        del thing
        time.sleep(60)
    except KeyboardInterrupt:
        sys.exit(stopped.code)
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_where_nothing_can_be_raised_it_is_raised_a_moment_later(name, code):
    environment = {**os.environ, "PYTHONPATH": str(Path(kullback.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", SWALLOWED.format(name=name)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert (done.returncode, done.stderr) == (code, "")


def test_who_listened_before_listens_again():
    before = signal.getsignal(signal.SIGTERM), sys.unraisablehook
    with listening(for_good=False) as stopped:
        assert signal.getsignal(signal.SIGTERM) is stopped
        stopped.heed()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert (signal.getsignal(signal.SIGTERM), sys.unraisablehook) == before
    assert stopped.code == 143


def test_what_came_before_anybody_could_catch_it_is_heeded_then():
    with listening(for_good=False) as stopped:
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            stopped.heed()
    assert stopped.code == 143


def test_an_extension_in_the_making_is_not_interrupted():
    """Some end the whole process if they are; the signal comes a moment later."""
    made = []

    def exec_module(self):  # as the loader of extensions calls it
        signal.raise_signal(signal.SIGINT)
        made.append(self.name)

    with listening(for_good=False) as stopped:
        stopped.heed()
        exec_module(ExtensionFileLoader("fast", "fast.so"))
        assert made == ["fast"]
        with pytest.raises(KeyboardInterrupt):
            time.sleep(10)
        assert stopped.code == 130
