"""A signal at each single step of Python of how a command begins and ends: no traceback, ever."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import kullback

SOURCE = Path(kullback.__file__).parents[1]

# A forked process a step. Signals are sent from a trace of instructions, so that they are heard
# there, in the files where handlers come and go; before they are set, Python's own are in force.
SWEEP = """
import json, os, signal, sys
from kullback import cli
from kullback.cli import program, signals

number = int(sys.argv[1])
sys.argv = ["kullback", "--version"]
sys.stderr = open(os.devnull, "w")
context = signals.contextmanager.__code__.co_filename
files = (cli.__file__, signals.__file__, program.__file__, context)
handler = signals.Stopped.__call__.__code__

def sent_at(step):
    steps = 0

    def traced(frame, event, _):
        nonlocal steps
        if frame.f_code.co_filename not in files or frame.f_code is handler:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and isinstance(signal.getsignal(number), signals.Stopped):
            steps += 1
            if steps == step:
                os.kill(os.getpid(), number)
        return traced

    code = None
    try:
        sys.settrace(traced)
        code = cli.main()
    except BaseException as error:
        sys.settrace(None)
        os.write(2, f"step {step}: {error!r}\\n".encode())
        os._exit(99)
    sys.settrace(None)
    os._exit(code if steps >= step else 100)

step = 0
ends = {}
code = 0
while code != 100:
    step += 1
    child = os.fork()
    if child == 0:
        sys.stdout = open(os.devnull, "w")
        sent_at(step)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    ends[code] = ends.get(code, 0) + 1
print(json.dumps(ends))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forked")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_a_signal_at_each_step_of_the_beginning_and_the_end(tmp_path, number, code):
    run = subprocess.run(
        [sys.executable, "-c", SWEEP, str(int(number))],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    ends = json.loads(run.stdout)
    assert set(ends) <= {"0", str(code), "100"}
    assert ends[str(code)] > 100
