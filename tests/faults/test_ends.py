"""Interrupted, ended or killed at any moment: what was there is whole, nothing is left behind."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pytest
from faults.forks import forked

import kullback
from kullback import aside, history, lm, tables
from kullback.aside import spill
from kullback.files import replacing, write_text
from kullback.history import salvage
from kullback.lm.sketches import write

SOURCE = Path(kullback.__file__).parents[1]
RUN = "import sys; from kullback.cli import main; sys.exit(main())"
COMMAND = (sys.executable, "-c", RUN)
BEGUN = RUN.replace("sys.exit", "import os; os.write({}, b'.'); sys.exit")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Return what runs a command in a process that has loaded all, and ends it."""
    folder = tmp_path_factory.mktemp("loaded")
    write_tables(folder)
    with forked(SOURCE, [*RUNS.values()], folder) as ended:
        yield ended


def start(folder, *arguments, command=COMMAND, pass_fds=()):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "TMPDIR": str(folder)}
    return subprocess.Popen(
        [*command, *arguments],
        pass_fds=pass_fds,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def write_tables(folder):
    rng = np.random.default_rng(0)
    rows = "".join(f"{a},{b}\n" for a, b in rng.integers(0, 9, (20_000, 2)))
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text("x,y\n" + rows)


@pytest.fixture
def folder(tmp_path):
    write_tables(tmp_path)
    return tmp_path


RUNS = {
    "profile": ("profile", "a.csv", "-o", "p.json"),
    "compare": ("compare", "a.csv", "b.csv"),
    "append": ("compare", "a.csv", "b.csv", "--append", "h.duckdb"),
    "html": ("compare", "a.csv", "b.csv", "--html", "p.html"),
}


def spilled(folder):
    """Temporary files of ours: folders of the engine, and files that were to take a name."""
    ours = (p.name for p in folder.iterdir() if p.name.startswith((".", "kullback-")))
    return [name for name in ours if not name.endswith(".lock")]  # which lies beside its folder


def sound(folder):
    """What lies there is whole: the profile and the page have their ends, the history is read."""
    if (folder / "p.json").exists():
        assert tables.Profile.load(folder / "p.json").rows == 20_000
    if (folder / "p.html").exists():
        assert (folder / "p.html").read_text().rstrip().endswith("</html>")
    if (folder / "h.duckdb").exists():
        assert len(history.read(folder / "h.duckdb")) % 8 == 0


def duration(folder, name):
    """How long a run takes here, from its start to its end."""
    began = time.monotonic()
    run = start(folder, *RUNS[name])
    _, said = run.communicate()
    assert run.returncode == 0, said
    return time.monotonic() - began


def moments(count, longest):
    """One in each of so many parts, so that no part of a run is left out by chance."""
    draw = random.Random(7)
    return [draw.uniform(i, i + 1) * longest / count for i in range(count)]


def interrupted_once(folder, name, number, after):
    """Send a signal some seconds after its first line; return the exit code and what was said."""
    ours, theirs = os.pipe()
    command = (sys.executable, "-c", BEGUN.format(theirs))
    run = start(folder, *RUNS[name], command=command, pass_fds=(theirs,))
    os.close(theirs)
    os.read(ours, 1)  # however busy the machine is: a signal before the first line is Python's own
    os.close(ours)
    time.sleep(after)
    run.send_signal(number)
    _, said = run.communicate(timeout=120)
    return run.returncode, said


def check_end(folder, got, said, code):
    assert got in {0, code}, (got, said)
    assert "Traceback" not in said
    assert spilled(folder) == []
    sound(folder)


def check_signal(folder, name, number, code, count):
    begins = 0.02
    longest = duration(folder, name)
    for after in moments(count, longest):
        check_end(folder, *interrupted_once(folder, name, number, begins + after), code)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_interrupted_and_ended(folder, number, code):
    check_signal(folder, "append", number, code, 4)


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"]
)
def test_interrupted_and_ended_at_many_moments(folder, loaded, name, number, code):
    """A few times from its first line on, imports included; and of the work that follows them."""
    check_signal(folder, name, number, code, 4)
    longest = loaded(RUNS[name], folder)[2]
    codes = []
    for after in moments(20, longest):
        got, said, _ = loaded(RUNS[name], folder, number, after)
        check_end(folder, got, said, code)
        codes.append(got)
    assert codes.count(code) > 3  # which were not over before


def check_kills(folder, name, count):
    longest = duration(folder, name)
    for after in moments(count, longest):
        run = start(folder, *RUNS[name])
        time.sleep(after)
        run.kill()
        run.communicate()
        sound(folder)
    duration(folder, name)  # the next run, which sweeps
    assert spilled(folder) == []
    sound(folder)


def test_killed(folder):
    check_kills(folder, "append", 4)


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_killed_at_many_moments(folder, loaded, name):
    check_kills(folder, name, 5)
    longest = loaded(RUNS[name], folder)[2]
    codes = []
    for after in moments(45, longest):
        codes.append(loaded(RUNS[name], folder, signal.SIGKILL, after)[0])
        sound(folder)
    assert codes.count(-signal.SIGKILL) > 5
    assert loaded(RUNS[name], folder)[0] == 0  # which sweeps
    assert spilled(folder) == []
    sound(folder)


def killed(folder, code):
    """Run Python that says when it is in the middle of something, and kill it there."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "TMPDIR": str(folder)}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=folder, env=environment, stdout=subprocess.PIPE
    ) as run:
        run.stdout.readline()
        run.kill()


def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    middle = "print(1, flush=True); import time; time.sleep(600)"
    killed(tmp_path, f"from kullback.aside import spill\nwith spill(): {middle}")
    killed(tmp_path, f"from kullback.files import replacing\nwith replacing('x.html'): {middle}")
    assert len(spilled(tmp_path)) == 2
    with spill() as alive, replacing(tmp_path / "x.html") as first:
        first.write(b"first")
        write_text(tmp_path / "x.html", "second")  # of a writer at the same time
        with spill():
            pass
        assert alive.is_dir()  # what is in use stays
        assert len(spilled(tmp_path)) == 2
    assert spilled(tmp_path) == []
    assert (tmp_path / "x.html").read_text() == "first"


def interrupted_at(step, body):
    """Interrupt at the given one of all lines that what lies aside takes; whether there was one."""
    lines = 0

    def traced(frame, event, _):
        nonlocal lines
        if Path(frame.f_code.co_filename).name not in {"aside.py", "files.py", "shutil.py"}:
            return None
        lines += event == "line"
        if lines == step and event == "line":
            raise KeyboardInterrupt
        return traced

    sys.settrace(traced)
    with suppress(KeyboardInterrupt):
        body()
    sys.settrace(None)
    return lines >= step


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_at_any_line_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def spills():
        with spill() as folder:
            (folder / "rows").write_bytes(b"some")

    for body in (spills, lambda: write_text(tmp_path / "page", "text")):
        step = 1
        while interrupted_at(step, body):
            aside._leave_nothing()  # as at the end of the process
            assert spilled(tmp_path) == []
            step += 1
        assert step > 20
        aside._PASSING.clear()


@cache
def compared():
    rows = {"a": ["x", "y"] * 20}
    return tables.compare(rows, rows)


def test_a_run_that_is_tried_again_is_added_once(tmp_path):
    from datetime import datetime

    at, later = datetime(2026, 1, 1), datetime(2026, 1, 2)
    for target in (tmp_path / "h.duckdb", f"sqlite:///{tmp_path}/h.db"):
        added = [history.append(target, compared(), at=when) for when in (at, at, later)]
        assert added == [4, 0, 4]
        assert len(history.read(target)) == 8


def test_a_run_that_fails_later_adds_nothing(folder):
    run = start(folder, *RUNS["append"], "--html", "nowhere/x.html")
    _, said = run.communicate()
    assert run.returncode == 2
    assert "there is no folder" in said
    assert not (folder / "h.duckdb").exists()


@pytest.mark.parametrize("kind", ["h.duckdb", "h.db"])
def test_a_damaged_history_says_so_and_is_repaired(tmp_path, kind):
    """Bytes of a store are overwritten: it reads as it was, or says how to go on, and goes on."""
    path = tmp_path / kind
    target = str(path) if kind == "h.duckdb" else f"sqlite:///{path}"
    for _ in range(3):
        history.append(target, compared())
    whole, rows = path.read_bytes(), history.read(target)
    draw = random.Random(3)
    for _ in range(25):
        damaged = bytearray(whole)
        start = draw.randrange(len(whole))
        damaged[start : start + 200] = draw.randbytes(min(200, len(whole) - start))
        path.write_bytes(damaged)
        with suppress(kullback.errors.KullbackError):  # and no other error
            assert len(history.read(target)) <= len(rows)
        done = history.repair(target)
        assert done.kept <= len(rows)
        history.append(target, compared())
        assert len(history.read(target)) >= done.kept + 4 - (done.kept == 0)
        for left in tmp_path.iterdir():
            left.unlink()


def test_an_empty_file_is_no_history_yet(tmp_path):
    (tmp_path / "h.duckdb").touch()
    assert history.append(tmp_path / "h.duckdb", compared()) == 4
    with duckdb.connect(str(tmp_path / "h.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM kullback_history").fetchall() == [(4,)]


@pytest.mark.parametrize("limit", [10, 1_000, 13_000, 50_000])
def test_a_disk_that_is_full_after_some_bytes(tmp_path, limit):
    """The n-th writing fails: the history has the rows from before, and takes new ones after."""
    code = (
        "import resource, sys, json\n"
        "from kullback import history, tables\n"
        "rows = {f'c{i}': ['x', 'y'] * 20 for i in range(30)}\n"
        "found = tables.compare(rows, rows)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "try: print(history.append('h.duckdb', found))\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() in {"InputError", "FormatError", "120"}, done.stderr[-500:]
    before = 120 if done.stdout.strip() == "120" else 0
    assert history.append(tmp_path / "h.duckdb", compared()) == 4
    assert len(history.read(tmp_path / "h.duckdb")) == before + 4


@pytest.mark.parametrize("kind", ["h.duckdb", "h.db"])
def test_a_history_is_repaired_a_few_rows_at_a_time(tmp_path, kind, monkeypatch):
    """One row of many is none that a comparison wrote: the others are kept, and none twice."""
    path = tmp_path / kind
    target = str(path) if kind == "h.duckdb" else f"sqlite:///{path}"
    driver = duckdb if kind == "h.duckdb" else sqlite3
    rows = sum(history.append(target, compared()) for _ in range(3))
    monkeypatch.setattr(salvage, "_AT_ONCE", 5)
    assert history.repair(target) == (rows, 0, None)
    with closing(driver.connect(str(path))) as connection:
        connection.execute(
            "UPDATE kullback_history SET verdict = NULL, measure = NULL WHERE rowid = 6"
        )
        connection.commit()
    done = history.repair(target)
    assert done[:2] == (rows - 1, 1)
    assert len(history.read(target)) == rows - 1
    assert {p.name for p in tmp_path.iterdir()} == {kind, f"{kind}.damaged"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_append_that_fails_leaves_a_sketch_as_it_was(tmp_path, monkeypatch, error):
    """The n-th writing fails, for every n: the same bytes, which are read and taken up."""
    logits = np.random.default_rng(0).normal(size=(3, 8, 40))
    path = tmp_path / "a.kbs"
    lm.sketch(logits[0], path, head=4, tail=4)
    before = path.read_bytes()
    monkeypatch.setattr(write, "BATCH", 40)
    whole, left = write._records, [0]

    def failing(*arguments):
        left[0] -= 1
        if left[0] < 0:
            raise error
        return whole(*arguments)

    monkeypatch.setattr(write, "_records", failing)
    for n in range(8):
        left[0] = n
        with pytest.raises(type(error)):
            lm.append(logits[1], path)
        assert path.read_bytes() == before
    left[0] = 8
    assert len(lm.append(logits[1], path)) == 16


def test_what_a_killed_run_left_at_any_step_is_swept(tmp_path, monkeypatch):
    """A lock without its folder, or with it; but not where somebody holds it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "kullback-1.lock").touch()
    (tmp_path / "kullback-2.lock").touch()
    (tmp_path / "kullback-2").mkdir()
    (tmp_path / "kullback-2" / "rows").touch()
    with spill() as outer:
        assert {p.name for p in tmp_path.iterdir()} == {outer.name, f"{outer.name}.lock"}
        with spill() as inner:
            assert outer.is_dir()
            assert inner.is_dir()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("empty", [False, True])
def test_who_begins_a_history_second_adds_to_it(tmp_path, monkeypatch, empty):
    """Another process makes the history between the look and the making: its rows stay."""
    path, link = tmp_path / "h.duckdb", os.link
    if empty:
        path.touch()

    def late(made, place):
        monkeypatch.setattr(os, "link", link)
        history.append(path, compared())
        link(made, place)

    monkeypatch.setattr(os, "link", late)
    assert history.append(path, compared()) == 4
    assert len(history.read(path)) == 8
    assert [p.name for p in tmp_path.iterdir()] == ["h.duckdb"]


@pytest.mark.slow
@pytest.mark.parametrize("empty", [False, True])
def test_eight_writers_begin_one_history(tmp_path, empty):
    if empty:
        (tmp_path / "h.duckdb").touch()
    code = (
        "import sys\nfrom datetime import datetime, timedelta\n"
        "from kullback import history, tables\n"
        "rows = {'c': ['x', 'y'] * 20}\nfound = tables.compare(rows, rows)\n"
        "day = datetime(2026, 1, 1) + timedelta(days=int(sys.argv[1]))\n"
        "for i in range(3): history.append('h.duckdb', found, at=day + timedelta(hours=i))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(i)], cwd=tmp_path, env=environment)
        for i in range(8)
    ]
    assert [run.wait(300) for run in runs] == [0] * 8
    assert len({e.run for e in history.read(tmp_path / "h.duckdb")}) == 24
