"""Every reader and writer × everything that a path may be: one of our errors, in bounds.

What is tried stands in `doors.py`; it runs in a process of its own, whose memory is measured and
which is stopped where it would wait for ever. Devices are made in a private folder.
"""

import gzip
import json
import os
import resource
import select
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from faults.doors import READERS, WRITERS

import kullback

pytestmark = pytest.mark.slow  # hundreds of attempts, most of a minute

SOURCE = Path(kullback.__file__).parents[1]
HERE = Path(__file__).parents[1]
PATIENCE = 60  # seconds; what waits for ever is found by any number
MOST = 500  # MB more than the package itself takes
NOBODY = 65534


class Worker:
    """The process that tries one thing after the other."""

    def __init__(self, folder, *, file_size=None):
        def limited():
            if file_size is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

        environment = {
            **os.environ,
            "PYTHONPATH": f"{SOURCE}{os.pathsep}{HERE}",
            "TMPDIR": str(folder),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "faults.doors"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=environment,
            preexec_fn=limited,  # noqa: PLW1509 - set before anything runs
        )

    def attempt(self, kind, name, path):
        """Return (what became of it, whether the error is one of ours, its text, seconds, MB)."""
        self.process.stdin.write(json.dumps([kind, name, str(path)]) + "\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        assert ready, f"{kind} {name} {path!s:.80} waits for ever"
        line = self.process.stdout.readline()
        assert line, f"{kind} {name} {path!s:.80} ended the process"
        if figures := os.environ.get("FAULTS_FIGURES"):  # of `python -m benchmarks.faults`
            with Path(figures).open("a") as file:
                test = os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2]
                file.write(json.dumps([test, kind, name, *json.loads(line)]) + "\n")
        return json.loads(line)

    def close(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def folder():
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def worker(folder):
    made = Worker(folder)
    yield made
    made.close()


def refused(worker, kind, name, path, *, may_be_done=False):
    """Attempt it: an error of ours or of the system, with a sentence, in bounded memory."""
    became, known, text, _, peak = worker.attempt(kind, name, path)
    assert known, f"{kind} {name}: bare {became}: {text:.300}"
    assert may_be_done or became != "done", f"{kind} {name} accepted {path!s:.80}"
    assert became == "done" or len(text) > 15
    assert peak < MOST, f"{kind} {name} took {peak:.0f} MB"


EVERY = [("read", name) for name in READERS] + [("write", name) for name in WRITERS]


def ending(kind, name):
    return READERS[name][1] if kind == "read" else ".duckdb" if "duckdb" in name else ".out"


@pytest.mark.parametrize(("kind", "name"), EVERY)
@pytest.mark.parametrize("bad", ["nul\0x", "half\udcff", "long" * 100, "nowhere/x"])
def test_names_that_are_none(worker, folder, kind, name, bad):
    before = set(folder.iterdir())
    refused(worker, kind, name, f"{folder}/{bad}{ending(kind, name)}")
    assert {p for p in folder.iterdir() if not p.name.startswith("kullback-")} <= before


def folder_itself(place):
    place.mkdir()


def circle(place):
    place.symlink_to(f"{place}-2")
    Path(f"{place}-2").symlink_to(place)


def dangling(place):
    place.symlink_to(place.with_name("gone"))


def sparse(place):
    with place.open("wb") as file:
        file.truncate(2**40)


def garbage(place):
    place.write_bytes(bytes(range(256)) * 64)


def open_quote(place):
    place.write_text('"a,b\n' + "1,2\n" * 600_000)


def empty(place):
    place.touch()


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "make", [folder_itself, circle, dangling, os.mkfifo, sparse, garbage, open_quote, empty]
)
def test_what_may_lie_there_is_read_or_refused(worker, folder, make, name):
    place = folder / f"{make.__name__}-{name.replace(' ', '-')}{READERS[name][1]}"
    try:
        make(place)
    except OSError as error:
        pytest.skip(f"it cannot be made here: {error}")
    # An empty file of settings says nothing, and an empty text holds no numbers: both are whole.
    refused(worker, "read", name, place, may_be_done=make in {empty, open_quote})
    if make is sparse:
        place.unlink()


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("make", [folder_itself, circle, os.mkfifo])
def test_what_cannot_be_written_to_stays(worker, folder, make, name):
    place = folder / f"to-{make.__name__}-{name.replace(' ', '-')}{ending('write', name)}"
    make(place)
    before = place.lstat()
    refused(worker, "write", name, place)
    assert stat.S_IFMT(place.lstat().st_mode) == stat.S_IFMT(before.st_mode)


@pytest.mark.parametrize("name", ["profile", "lm state", "html", "table html"])
def test_a_pipe_is_written_into(worker, folder, name):
    place = folder / f"pipe-{name.replace(' ', '-')}"
    os.mkfifo(place)
    with subprocess.Popen(["cat", place], stdout=subprocess.PIPE) as reader:
        became, *_ = worker.attempt("write", name, place)
        text = reader.communicate(timeout=PATIENCE)[0]
    assert became == "done"
    assert stat.S_ISFIFO(place.stat().st_mode)
    assert len(text) > 100


DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7)}


@pytest.fixture(scope="module", params=DEVICES)
def device(request, folder):
    """A node of a device in a private folder; never one of the system's."""
    place = folder / f"device-{request.param}"
    try:
        os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(*DEVICES[request.param]))
        with place.open("rb"):
            pass
    except OSError as error:
        pytest.skip(f"nodes cannot be made or opened here: {error}")
    return place


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_a_device_stays_a_device(worker, device, kind, name):
    place = device.with_name(device.name + ending(kind, name)) if kind == "read" else device
    if not place.exists():
        os.link(device, place)
    # All but the full one take what is written; where nothing comes, a text is empty and whole.
    taken = device.name != "device-full" if kind == "write" else name == "settings"
    refused(worker, kind, name, place, may_be_done=taken and "history" not in name)
    assert stat.S_ISCHR(device.stat().st_mode)


@pytest.fixture(scope="module")
def nobody(folder):
    """A worker that has loaded everything, and then becomes somebody without rights."""
    if os.geteuid() != 0:
        pytest.skip("only root may become somebody else")
    made = Worker(folder)
    garbled = folder / "loaded"
    for kind, name in EVERY:
        place = Path(f"{garbled}-{name.replace(' ', '-')}{ending(kind, name)}")
        place.write_bytes(b"a,b\n1,2\n")
        made.attempt(kind, name, place)
    made.attempt("become", NOBODY, "")
    yield made
    made.close()


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_without_permission(folder, nobody, kind, name):
    closed = folder / "closed"
    place = closed / f"x{ending(kind, name)}"
    closed.mkdir(exist_ok=True)
    closed.chmod(0o755)  # of root: nobody may look, and not write
    place.write_text("what was there")
    place.chmod(0)
    refused(nobody, kind, name, place)
    assert place.read_text() == "what was there"


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_leaves_what_was_there(worker, folder, name):
    place = folder / f"full-{name.replace(' ', '-')}{ending('write', name)}"
    became, *_ = worker.attempt("write", name, place)
    assert became == "done"
    before = place.read_bytes()
    small = Worker(folder, file_size=100)
    try:
        refused(small, "write", name, place)
        refused(small, "write", name, f"{place}.new{ending('write', name)}")
    finally:
        small.close()
    assert place.read_bytes() == before
    # The disk has room again: the same name can be written.
    became, _, text, *_ = worker.attempt("write", name, f"{place}.new{ending('write', name)}")
    assert became == "done", text


def test_a_bomb_of_one_line(worker, folder):
    with gzip.open(folder / "bomb.csv.gz", "wb", compresslevel=1) as file:
        for _ in range(600):
            file.write(b"0" * 1_000_000)
    refused(worker, "read", "tables gzip", folder / "bomb.csv.gz")


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_vanishes(worker, folder, name):
    place = folder / f"vanishing{READERS[name][1]}"
    flicker = (
        "import sys, pathlib\np = pathlib.Path(sys.argv[1])\nwhile True:\n"
        "    p.write_bytes(b'a,b\\n1,2\\n')\n    p.unlink()\n"
    )
    with subprocess.Popen([sys.executable, "-c", flicker, place]) as other:
        try:
            for _ in range(5):
                refused(worker, "read", name, place, may_be_done=True)
        finally:
            other.kill()
