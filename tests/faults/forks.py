"""Runs of the command line, forked from one process that has loaded all that they load.

Three quarters of a short run are imports, in which nothing of ours lies anywhere; here each moment
is one of the work. Run as a script, this is the process: a line asks it for a run.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path


def run(arguments, folder):
    """In a child: become the command, in a folder, that says when it hears signals and begins."""
    from kullback.cli import main, program

    begin = program.run

    def told(args):
        say(os.getpid())
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return begin(args)

    program.run = told
    os.chdir(folder)
    os.environ["TMPDIR"], tempfile.tempdir = folder, None
    for number, name in ((0, os.devnull), (2, "said")):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["kullback", *arguments]
    sys.exit(main())


def learn(every, folder):
    """Load what the runs load: each tells, in a child, what it has loaded at its end."""
    for arguments in every:
        pid = os.fork()
        if not pid:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                run(arguments, folder)
            finally:
                Path("loaded").write_text(json.dumps([*sys.modules]))
        os.waitpid(pid, 0)
        for name in json.loads(Path(folder, "loaded").read_text()):
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def say(number):
    os.write(1, f"{number}\n".encode())


def serve():
    """Fork a run for every line, and say with which code it ended."""
    learn(*json.loads(sys.stdin.readline()))
    say(len(sys.modules))
    while asked := sys.stdin.readline():
        pid = os.fork()
        if not pid:
            run(*json.loads(asked))
        say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


@contextmanager
def forked(source, every, folder):
    """Start the process, for commands that run in a folder of theirs; yield what runs one."""
    environment = {**os.environ, "PYTHONPATH": str(source)}
    server = subprocess.Popen(
        [sys.executable, __file__],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip

    def ask(of):
        server.stdin.write(json.dumps(of) + "\n")
        return server.stdout.readline()

    def ended(arguments, where, number=0, after=0.0):
        """Send a signal some seconds after it began: its code, what it said, how long it took."""
        pid, began = int(ask((arguments, str(where)))), time.monotonic()
        time.sleep(after)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        code = int(server.stdout.readline())
        return code, (Path(where) / "said").read_text(), time.monotonic() - began

    with server:
        assert int(ask((every, str(folder)))) > 200
        yield ended
        server.stdin.close()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    serve()
