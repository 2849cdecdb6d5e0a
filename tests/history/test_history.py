"""A history: what is written is what is read, whoever else writes."""

import math
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import kullback
from kullback import history, tables
from kullback.errors import FormatError, InputError, MissingDependencyError

SOURCE = Path(kullback.__file__).parents[1]  # with the compiled kernels, if there are any
RUN = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def comparison():
    rng = np.random.default_rng(0)
    names = ["x", 'quote"d', "semi; DROP TABLE kullback_history; --", "it's"]
    before = pd.DataFrame({name: rng.normal(size=500) for name in names})
    after = pd.DataFrame({name: rng.normal(0.3, 1, 500) for name in names})
    return tables.compare(before, after)


@pytest.fixture(params=["duckdb", "sqlite", "connection"])
def target(request, tmp_path):
    if request.param == "connection":
        connection = sqlite3.connect(tmp_path / "own.db", isolation_level=None)
        yield connection
        connection.close()
    else:
        yield {"duckdb": str(tmp_path / "h.duckdb"), "sqlite": f"sqlite:///{tmp_path}/h.db"}[
            request.param
        ]


def test_what_is_written_is_read(target, comparison):
    assert history.append(target, comparison, at=RUN) == 16
    assert history.append(target, comparison, at=RUN + timedelta(days=1)) == 16
    entries = history.read(target)
    assert len(entries) == 32
    assert [tuple(e[3:]) for e in entries[:16]] == [tuple(row) for row in comparison.rows]
    assert entries[0].run == RUN
    assert entries[0].reference == comparison.reference.name
    kl = history.read(target, columns=["it's"], measure="kl", since=RUN + timedelta(hours=1))
    assert [(e.column, e.measure) for e in kl] == [("it's", "kl")]
    assert kl[0].value == comparison["it's"].kl.value


def test_infinite_and_missing_numbers(target):
    # KL from few rows has no upper end; a share has no interval.
    frame = pd.DataFrame({"s": ["a", "b"] * 4})
    history.append(target, tables.compare(frame, frame), at=RUN)
    share = history.read(target, measure="missing")[0]
    assert (share.low, share.high, share.unit) == (None, None, "share")
    assert all(e.value is None or not math.isnan(e.value) for e in history.read(target))


def test_windows_and_segments(target):
    day = pd.date_range("2026-11-01", periods=3).repeat(200)
    frame = pd.DataFrame({"day": day, "s": ["a", "b"] * 300, "who": ["u", "v", "w"] * 200})
    windowed = tables.windows(frame[["s"]], frame[["day", "s"]], on="day")
    history.append(target, windowed, at=RUN)
    assert [e.window for e in history.read(target, measure="kl")] == [
        "2026-11-01",
        "2026-11-02",
        "2026-11-03",
    ]
    history.append(target, tables.segments(frame, frame, by="who"), at=RUN + timedelta(1))
    segments = {e.segment for e in history.read(target, since=RUN + timedelta(hours=1))}
    assert len(segments - {""}) == 3


def test_times_in_any_zone(tmp_path, comparison):
    path = tmp_path / "h.duckdb"
    zone = timezone(timedelta(hours=5))
    history.append(path, comparison, at=datetime(2026, 1, 1, 2, tzinfo=zone))
    history.append(path, comparison, at=datetime(2026, 1, 1, 2))  # without a zone: UTC
    runs = sorted({e.run for e in history.read(path)})
    assert runs == [datetime(2025, 12, 31, 21, tzinfo=UTC), datetime(2026, 1, 1, 2, tzinfo=UTC)]
    before = time.time()
    history.append(path, comparison)
    assert abs(history.read(path)[-1].run.timestamp() - before) < 60


WRITER = """
import sys
from datetime import datetime, timedelta, UTC
import pandas as pd
from kullback import history, tables
frame = pd.DataFrame({"s": ["a", "b"] * 50})
comparison = tables.compare(frame, frame)
start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=100 * int(sys.argv[2]))
for i in range(int(sys.argv[3])):
    history.append(sys.argv[1], comparison, at=start + timedelta(days=i))
"""


def writer(target, number, times):
    path = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", WRITER, target, str(number), str(times)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_concurrent_processes_lose_nothing(tmp_path, kind):
    target = {"duckdb": f"{tmp_path}/h.duckdb", "sqlite": f"sqlite:///{tmp_path}/h.db"}[kind]
    writers = [writer(target, number, 5) for number in range(4)]
    assert [w.wait(120) for w in writers] == [0] * 4
    runs = [e.run for e in history.read(target, measure="kl")]
    assert len(runs) == len(set(runs)) == 20


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_concurrent_threads_lose_nothing(tmp_path, comparison, kind):
    target = {"duckdb": f"{tmp_path}/h.duckdb", "sqlite": f"sqlite:///{tmp_path}/h.db"}[kind]
    failed = []

    def write(number):
        try:
            for i in range(5):
                history.append(target, comparison, at=RUN + timedelta(days=number, hours=i))
        except Exception as error:  # noqa: BLE001  a thread tells nobody else
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(history.read(target)) == 4 * 5 * 16


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_killed_writer_leaves_whole_runs(tmp_path, kind):
    target = {"duckdb": f"{tmp_path}/h.duckdb", "sqlite": f"sqlite:///{tmp_path}/h.db"}[kind]
    process = writer(target, 0, 10_000)
    file = tmp_path / ("h.duckdb" if kind == "duckdb" else "h.db")
    for _ in range(600):
        if file.exists() and file.stat().st_size > 0:
            break
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    entries = history.read(target)
    runs = {e.run for e in entries}
    assert len(entries) == 4 * len(runs)
    # And the next one goes on.
    frame = pd.DataFrame({"s": ["a", "b"] * 50})
    history.append(target, tables.compare(frame, frame), at=RUN + timedelta(days=40_000))
    assert len(history.read(target)) == 4 * len(runs) + 4


def test_nothing_there_yet(tmp_path):
    with pytest.raises(InputError, match="there is no history"):
        history.read(tmp_path / "absent.duckdb")
    with pytest.raises(InputError, match="there is no history"):
        history.read(f"sqlite:///{tmp_path}/absent.db")
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there_is_named_as_it_was_given(tmp_path):
    with pytest.raises(InputError, match=f"--append sqlite:///{tmp_path}/none.db$"):
        history.read(f"sqlite:///{tmp_path}/none.db")


def test_a_pair_of_columns(tmp_path):
    frame = pd.DataFrame({"a": ["x", "y"] * 500, "b": ["u", "v"] * 500})
    found = tables.joint(frame, frame, ("a", "b"))
    assert history.append(tmp_path / "h.duckdb", found) == 12
    columns = {entry.column for entry in history.read(tmp_path / "h.duckdb")}
    assert columns == {"a", "b", found.joint.name}


def test_no_folder(tmp_path, comparison):
    with pytest.raises(InputError, match="there is no folder"):
        history.append(tmp_path / "no" / "h.duckdb", comparison)


def test_files_that_are_no_history(tmp_path, comparison):
    text = tmp_path / "notes.duckdb"
    text.write_text("these are notes, and they stay as they are " * 200)
    for call in (lambda: history.read(text), lambda: history.append(text, comparison)):
        with pytest.raises(FormatError, match=r"notes\.duckdb"):
            call()
    assert text.read_text().startswith("these are notes")
    with pytest.raises(InputError, match="name of a database"):
        history.append(tmp_path / "new.csv", comparison)
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("CREATE TABLE kullback_history (run INTEGER)")
    with pytest.raises(FormatError, match="could not be written"):
        history.append(other, comparison)
    with pytest.raises(FormatError, match="no history that can be read"):
        history.read(other)
    empty = tmp_path / "empty.db"
    empty.touch()
    with pytest.raises(InputError, match=r"no history .* yet"):
        history.read(f"sqlite:///{empty}")


@pytest.mark.parametrize("target", ["mysql://host/db", 7, object()])
def test_targets_that_are_none(target, comparison):
    with pytest.raises(InputError, match="give a DuckDB file"):
        history.append(target, comparison)


def test_postgres_without_its_driver(monkeypatch, comparison):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingDependencyError, match="pip install"):
        history.append("postgresql://nobody@127.0.0.1/none", comparison)


def test_a_password_is_never_shown(monkeypatch, comparison):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingDependencyError) as failed:
        history.append("postgresql://user:hunter2@127.0.0.1/none", comparison)
    assert "hunter2" not in str(failed.value)


def test_postgres(tmp_path, comparison):
    pgserver = pytest.importorskip("pgserver")
    pytest.importorskip("psycopg")
    try:
        server = pgserver.get_server(tmp_path / "pg", cleanup_mode="stop")
    except Exception as error:  # noqa: BLE001  whatever it lacks
        pytest.skip(f"no Postgres here: {error}")
    try:
        url = server.get_uri()
        history.append(url, comparison, at=RUN)
        history.append(url, comparison, at=RUN + timedelta(days=1))
        entries = history.read(url, measure="kl", since=RUN + timedelta(hours=1))
        assert [e.value for e in entries] == [c.kl.value for c in comparison]
        assert entries[0].run == RUN + timedelta(days=1)
    finally:
        server.cleanup()


def test_wrong_arguments_are_refused(tmp_path, comparison):
    target = tmp_path / "h.duckdb"
    with pytest.raises(InputError, match="comparison is a dict; expected what"):
        history.append(target, {})
    with pytest.raises(InputError, match="at='2026-01-01'"):
        history.append(target, comparison, at="2026-01-01")
    history.append(target, comparison)
    with pytest.raises(InputError, match="measure='js' is unknown"):
        history.read(target, measure="js")
    with pytest.raises(InputError, match="is one string"):
        history.read(target, columns="origin")


@pytest.mark.parametrize(
    "since", [datetime(2026, 11, 22, 12), RUN.date() + timedelta(days=1), "2026-11-22T12:00"]
)
def test_since_takes_days_and_texts(tmp_path, comparison, since):
    target = tmp_path / "h.duckdb"
    for days in range(2):
        history.append(target, comparison, at=RUN + timedelta(days=days))
    found = history.read(target, measure="kl", since=since)
    assert {e.run for e in found} == {RUN + timedelta(days=1)}
    for wrong in ("yesterday", 7):
        with pytest.raises(InputError, match=r"since=.* is no time; give a datetime"):
            history.read(target, since=wrong)


@pytest.mark.parametrize("target", [":memory:", "sqlite:///:memory:", "sqlite://", ""])
def test_what_is_forgotten_is_refused(target, comparison):
    for use in (lambda: history.append(target, comparison), lambda: history.read(target)):
        with pytest.raises(InputError, match="in memory, and gone when it is closed"):
            use()


def test_a_server_that_is_not_there(comparison):
    pytest.importorskip("psycopg")
    url = "postgresql://u:hunter2@127.0.0.1:1/x"
    for use in (lambda: history.append(url, comparison), lambda: history.read(url)):
        with pytest.raises(InputError, match="is the server there") as failed:
            use()
        assert "hunter2" not in str(failed.value)
    for address in ("mysql://u:hunter2@h/x", "mysql://u:hunter2@w0rd@h/x"):
        with pytest.raises(InputError) as failed:
            history.append(address, comparison)
        assert "hunter2" not in str(failed.value)
        assert "w0rd" not in str(failed.value)


def test_a_transaction_of_the_caller_is_the_callers(tmp_path, comparison):
    """What was begun before is neither committed nor lost, and neither is what is added."""
    with sqlite3.connect(tmp_path / "own.db") as connection:
        connection.execute("CREATE TABLE mine (x)")
        connection.commit()
        connection.execute("INSERT INTO mine VALUES (1)")
        history.append(connection, comparison, at=RUN)
        assert connection.in_transaction
        assert len(history.read(connection)) == 16
        connection.rollback()
        assert connection.execute("SELECT count(*) FROM mine").fetchone() == (0,)
        connection.execute("INSERT INTO mine VALUES (1)")
        history.append(connection, comparison, at=RUN)
        connection.commit()
    with sqlite3.connect(tmp_path / "own.db") as again:
        assert len(history.read(again)) == 16
        assert again.execute("SELECT count(*) FROM mine").fetchone() == (1,)


def test_a_closed_connection_is_said(tmp_path, comparison):
    connection = sqlite3.connect(tmp_path / "own.db")
    connection.close()
    for use in (lambda: history.append(connection, comparison), lambda: history.read(connection)):
        with pytest.raises((InputError, FormatError), match="closed"):
            use()


def test_windows_are_shown_as_windows(tmp_path):
    """Headline, table, map and timelines speak of the same looks, each of them once."""
    from kullback.history.document import document, headline
    from kullback.report.blocks.charts import Timeline
    from kullback.report.blocks.diagrams import HeatMap
    from kullback.report.blocks.document import Table

    store = tmp_path / "h.duckdb"
    day = pd.date_range("2026-11-01", periods=4).repeat(300)
    rng = np.random.default_rng(1)
    usual = pd.DataFrame({"a": rng.normal(size=3000), "b": rng.normal(size=3000)})
    late = day >= "2026-11-03"
    now = pd.DataFrame(
        {"day": day, "a": rng.normal(size=1200) + 2 * late, "b": rng.normal(size=1200)}
    )
    for at, rows in ((0, now[day < "2026-11-04"]), (1, now)):  # most windows are in both runs
        history.append(store, tables.windows(usual, rows, on="day"), at=RUN + timedelta(at))
    entries = history.read(store, measure="jensen_shannon")
    assert headline(entries).startswith("window 2026-11-04: drifted, 1 of 2 columns")
    blocks = document(entries, tolerance=0.01).blocks
    table = next(block for block in blocks if isinstance(block, Table))
    first = table.rows[0]
    assert (first[0], first[1], first[5]) == ("drifted", "a", 4.0)
    (heat,) = (block for block in blocks if isinstance(block, HeatMap))
    assert heat.times == tuple(f"2026-11-0{i}" for i in range(1, 5))
    assert [cell.verdict == "drifted" for cell in heat.cells[0]] == [False, False, True, True]
    lines = [block for block in blocks if isinstance(block, Timeline)]
    assert lines[0].tolerance == 0.01
    assert [point.label for point in lines[0].points] == list(heat.times)


def test_runs_of_one_minute_are_several_looks(tmp_path, comparison):
    from kullback.history.document import document
    from kullback.report.blocks.document import Table

    for second in range(3):
        history.append(tmp_path / "h.duckdb", comparison, at=RUN + timedelta(seconds=second))
    found = document(history.read(tmp_path / "h.duckdb", measure="kl"))
    table = next(block for block in found.blocks if isinstance(block, Table))
    assert {row[5] for row in table.rows} == {3.0}


def test_old_runs_are_forgotten(target, comparison):
    for day in range(4):
        history.append(target, comparison, at=RUN + timedelta(days=day))
    assert history.forget(target, before=RUN + timedelta(days=2)) == 32
    assert {e.run for e in history.read(target)} == {RUN + timedelta(days=d) for d in (2, 3)}
    assert history.forget(target, before="2026-01-01") == 0
    with pytest.raises(InputError, match="is no time"):
        history.forget(target, before="long ago")


def test_nothing_is_made_where_something_is_to_be_forgotten(tmp_path):
    with pytest.raises(InputError, match="there is no history"):
        history.forget(tmp_path / "h.duckdb", before="2026-01-01")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["", "sqlite:///"])
def test_what_never_was_a_history_is_not_repaired(tmp_path, scheme):
    path = tmp_path / "prices.csv"
    path.write_text("price\n" + "12.5\n" * 2_000)
    whole = path.read_bytes()
    with pytest.raises(InputError, match="holds text and never was a history; it is left"):
        history.repair(f"{scheme}{path}")
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]
