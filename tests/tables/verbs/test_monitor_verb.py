"""`tables.monitor` and ``kullback monitor``: windows cut, evidence kept, alarms told."""

import json

import numpy as np
import pandas as pd
import pytest

from kullback import tables
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
