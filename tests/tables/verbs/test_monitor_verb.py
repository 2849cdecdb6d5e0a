"""`tables.monitor` and ``kullback monitor``: windows cut, evidence kept, alarms told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pandas as pd
import pytest

import kullback
from kullback import history, tables
from kullback.cli import main
from kullback.errors import InputError


def days(rng, start, count, *, shift=0.0, rows=200):
    day = pd.date_range(start, periods=count).repeat(rows)
    return pd.DataFrame(
        {
            "day": day,
            "price": rng.lognormal(shift, 1, len(day)),
            "kind": rng.choice(["a", "b"], len(day), p=[0.7, 0.3]),
        }
    )


@pytest.fixture(scope="module")
def sides():
    rng = np.random.default_rng(11)
    usual = days(rng, "2025-01-01", 60)
    now = pd.concat([days(rng, "2025-03-02", 8), days(rng, "2025-03-10", 8, shift=0.4)])
    return usual, now


def test_a_stream_is_watched_window_by_window(sides):
    found = tables.monitor(*sides, on="day")
    assert [look.at for look in found.looks][:2] == ["2025-03-02", "2025-03-03"]
    assert found.alarmed == ("price",)
    assert "2025-03-10" <= found.first_alarm <= "2025-03-13"
    (change,) = found.changes
    assert (change.column, change.direction) == ("price", "less")
    assert change.since >= "2025-03-09"
    assert found.headline == f"changed: 'price'; first alarm at {found.first_alarm}"


def test_each_window_is_that_of_its_rows(sides):
    usual, now = sides
    whole = tables.monitor(usual, now, on="day")
    watch = tables.monitor(usual, now[now["day"] < "2025-03-03"], on="day").monitor
    for at, rows in list(now.groupby("day"))[1:]:
        look = watch.update(rows.drop(columns="day"), at=str(at.date()))
    assert look.evidence == pytest.approx(whole.looks[-1].evidence, abs=1e-9)


def test_a_profile_of_the_reference_is_enough(sides):
    usual, now = sides
    found = tables.monitor(tables.profile(usual.drop(columns="day")), now, on="day")
    assert found.alarmed == ("price",)
    assert "independent" in {note.code for note in found.looks[0].notes}


def test_the_state_goes_on(sides, tmp_path):
    usual, now = sides
    state = tmp_path / "watch.json"
    first, second = now[now["day"] < "2025-03-08"], now[now["day"] >= "2025-03-08"]
    tables.monitor(usual, first, on="day", state=state)
    resumed = tables.monitor(usual, second, on="day", state=state)
    whole = tables.monitor(usual, now, on="day")
    assert resumed.looks[-1].evidence == pytest.approx(whole.looks[-1].evidence, abs=1e-9)
    again = tables.monitor(usual, now, on="day", state=state)
    assert again.looks[-1].evidence == resumed.looks[-1].evidence
    assert again.monitor.alarms == resumed.monitor.alarms


def test_all_forms_say_the_same(sides):
    found = tables.monitor(*sides, on="day")
    for form in (str(found), found.to_markdown(), found.to_html()):
        assert found.first_alarm in form
        assert "price" in form
    assert ">alarm</text>" in found.to_html()
    assert json.loads(found.to_json())["alarms"] == found.monitor.alarms


def test_refusals(sides):
    usual, now = sides
    with pytest.raises(InputError, match="no column 'date'"):
        tables.monitor(usual, now, on="date")
    with pytest.raises(InputError, match="by='fortnight'"):
        tables.monitor(usual, now, on="day", by="fortnight")


def test_the_command(sides, tmp_path, capsys):
    usual, now = sides
    paths = [str(tmp_path / name) for name in ("ref.parquet", "cur.parquet", "watch.html")]
    usual.to_parquet(paths[0])
    now.to_parquet(paths[1])
    options = ["--on", "day", "--html", paths[2]]
    assert main(["monitor", *paths[:2], *options]) == 0
    out = capsys.readouterr().out
    assert "changed: 'price'; first alarm at 2025-03-1" in out
    assert main(["monitor", *paths[:2], *options, "--fail-on", "alarm", "-q"]) == 1
    assert main(["monitor", *paths[:2], "--on", "day", "--state", paths[0]]) == 2
    assert "one of the inputs" in capsys.readouterr().err


@pytest.fixture
def files(sides, tmp_path):
    usual, now = sides
    paths = [str(tmp_path / name) for name in ("ref.parquet", "cur.parquet")]
    usual.to_parquet(paths[0])
    now.to_parquet(paths[1])
    return paths


def test_metrics_of_the_last_window(files, sides, capsys):
    assert main(["monitor", *files, "--on", "day", "--format", "openmetrics"]) == 0
    said = capsys.readouterr().out
    found = tables.monitor(*sides, on="day")
    lines = dict(line.rsplit(" ", 1) for line in said.splitlines() if not line.startswith("#"))
    bits = found.looks[-1].evidence["price"]
    assert float(lines['kullback_evidence_bits{column="price"}']) == pytest.approx(bits, rel=1e-9)
    assert lines['kullback_alarm{column="price"}'] == "1.0"
    assert lines['kullback_alarm{column="kind"}'] == "0.0"
    assert said.endswith("# EOF\n")


def test_the_evidence_goes_into_a_history(files, sides, tmp_path, capsys):
    store, state = str(tmp_path / "h.duckdb"), str(tmp_path / "watch.json")
    night = ["monitor", *files, "--on", "day", "--append", store, "--state", state, "-q"]
    assert main(night) == 0
    assert main(night) == 0  # every window was looked at before: nothing is added
    entries = history.read(store, measure="evidence", columns=["price"])
    looks = tables.monitor(*sides, on="day").looks
    assert [e.window for e in entries] == [look.at for look in looks]
    assert [e.value for e in entries] == pytest.approx([k.evidence["price"] for k in looks])
    assert {e.verdict for e in entries} == {"same", "drifted"}
    assert main(["history", store, "--measure", "evidence", "-q"]) == 0
    assert "window 2025-03-17: drifted, 1 of 2 columns" in capsys.readouterr().out


def test_a_restarted_column_begins_anew(files, tmp_path):
    state = tmp_path / "watch.json"
    tables.monitor(*files, on="day", state=state)
    later = tables.monitor(*files, on="day", state=state, restart=["price"])
    assert later.alarmed == ()
    with pytest.raises(InputError, match="'prise' is not watched"):
        tables.monitor(*files, on="day", state=state, restart=["prise"])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.status = [], 204
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_alarm_is_told_to_a_server(files, receiver, capsys):
    address = f"http://127.0.0.1:{receiver.server_port}/secret"
    asked = ["monitor", *files, "--on", "day", "--webhook", address, "-q"]
    assert main([*asked, "--columns", "kind"]) == 0
    assert receiver.got == []  # there is nothing to tell
    assert main(asked) == 0
    (told,) = receiver.got
    assert list(told["alarms"]) == ["price"]
    assert told["changes"][0]["direction"] == "less"
    receiver.status = 500
    assert main(asked) == 2
    said = capsys.readouterr().err
    assert "the webhook at 127.0.0.1 did not take the alarm" in said
    assert "secret" not in said


@pytest.mark.parametrize("address", ["file:///etc/passwd", "example.org", "http://"])
def test_a_webhook_that_is_no_address(files, address, capsys):
    assert main(["monitor", *files, "--on", "day", "--webhook", address]) == 2
    assert "is no address of a server" in capsys.readouterr().err


def test_what_it_would_find_is_in_the_table(files, capsys):
    main(["monitor", *files, "--on", "day"])
    assert "finds ¼ sd after" in capsys.readouterr().out


def test_a_season_that_a_column_tells(sides):
    usual, now = (side.assign(open=side["day"].dt.day_of_week < 5) for side in sides)
    found = tables.monitor(usual, now, on="day", season="open", columns=["price"])
    assert found.monitor.columns == ("price",)
    assert found.alarmed == ("price",)


def test_late_labels_are_watched_as_a_loss(sides):
    """The loss of a model is a column like any other."""
    rng = np.random.default_rng(5)

    def scored(start, count, wrong):
        day = pd.date_range(start, periods=count).repeat(300)
        p = rng.beta(2, 2, len(day))
        y = rng.random(len(day)) < (p if not wrong else 1 - p)
        loss = kullback.surprisal(np.column_stack([1 - p, p]))[np.arange(len(day)), y.astype(int)]
        return pd.DataFrame({"day": day, "loss": loss})

    now = pd.concat([scored("2026-03-02", 6, False), scored("2026-03-08", 6, True)])
    found = tables.monitor(scored("2026-01-01", 60, False), now, on="day")
    assert found.changes[0].since >= "2026-03-07"
    assert found.changes[0].direction == "less"  # of small losses


def test_a_promise_of_delay_is_asked_for_and_answered(files, capsys, tmp_path):
    asked = ["monitor", *files, "--on", "day", "--within", "1", "--shift", "0.1"]
    assert main(asked) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "finds 0.1 sd after" in said
    assert "Within 1 windows 0.1 sd is found in 0 of 1 columns of numbers and times." in said
    assert "not within 1; it takes" in said
    state = str(tmp_path / "state.json")
    assert main(["monitor", *files, "--on", "day", "--state", state, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["promises"] == []
    assert main([*asked, "--state", state, "--json"]) == 0  # asked anew of the same evidence
    (promise,) = json.loads(capsys.readouterr().out)["promises"]
    assert (promise["column"], promise["kept"]) == ("price", False)
    assert promise["needed"] > promise["rows"]


def test_a_reference_that_goes_along(files, capsys):
    assert main(["monitor", *files, "--on", "day", "--rolling", "30", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rolling"], list(told["alarms"])) == (30, ["price"])
    assert main(["monitor", *files, "--on", "day", "--rolling", "30", "--alpha", "0.05"]) == 2
    assert "rolling= goes with expected_run=" in capsys.readouterr().err


def test_keys_and_lost_columns(sides):
    rng = np.random.default_rng(0)

    def with_keys(side):
        return side.assign(key=[f"u{n:012d}" for n in rng.integers(0, 10**12, len(side))])

    usual, now = map(with_keys, sides)
    quiet = now[now["day"] < "2025-03-10"]
    assert tables.monitor(usual, quiet, on="day").alarmed == ()
    gone = quiet.assign(key=quiet["key"].where(quiet["day"] < "2025-03-08"))
    found = tables.monitor(usual, gone, on="day")
    assert (found.alarmed, found.first_alarm) == (("key",), "2025-03-08")
    found = tables.monitor(usual, quiet.drop(columns="kind"), on="day")
    assert (found.alarmed, found.first_alarm) == (("kind",), "2025-03-02")


@pytest.mark.parametrize("swapped", [False, True])
def test_what_a_format_cannot_hold_raises_no_alarm(tmp_path, swapped):
    """CSV has no empty texts and no types: both sides are read alike, as `compare` reads them."""
    rng = np.random.default_rng(4)
    table = pd.DataFrame(
        {
            "day": pd.date_range("2026-01-01", periods=30).repeat(60),
            "note": rng.choice(["", "a", "b"], 1_800),
            "code": pd.Series(rng.choice(["01", "02"], 1_800), dtype=object),
        }
    )
    table[:1_200].to_parquet(tmp_path / "usual.parquet")
    table[1_200:].to_csv(tmp_path / "now.csv", index=False)
    table[:1_200].to_csv(tmp_path / "usual.csv", index=False)
    table[1_200:].to_parquet(tmp_path / "now.parquet")
    kinds = ("csv", "parquet") if swapped else ("parquet", "csv")
    found = tables.monitor(tmp_path / f"usual.{kinds[0]}", tmp_path / f"now.{kinds[1]}", on="day")
    assert (found.alarmed, len(found.looks)) == ((), 10)
    assert max(found.looks[-1].evidence.values()) < 5
