"""The action, the hook and the SQL test, each run as far as it can be without its host."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.errors import InputError
from kullback.tables.counting.counting_sql import counting_sql
from kullback.tables.engines.databases.clickhouse import DIALECT
from kullback.tables.profiles.profile import Binned

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).parents[3]
N = 2_000


def frame(seed, shift=0.0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "amount": rng.normal(shift, 1, N),
            "seats": rng.poisson(4, N),
            "plan": rng.choice(["basic", "it's", None], N),
            "paid": rng.random(N) < 0.8,
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90, N), "D"),
            "price": [f"{x:.2f}".replace(".", ",") for x in rng.gamma(3, 10, N)],
            "key": [f"u{i:05d}" for i in rng.permutation(N)],
        }
    )


@pytest.fixture
def program(tmp_path):
    """A folder with a `kullback` that is this one, and two files to compare."""
    for name, seed, shift in (("before", 0, 0.0), ("again", 1, 0.0), ("moved", 2, 1.0)):
        frame(seed, shift).to_csv(tmp_path / f"{name}.csv", index=False)
    script = tmp_path / "kullback"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kullback "$@"\n')
    script.chmod(0o755)
    return tmp_path


def step(folder, **inputs):
    """Run the comparing step of the action as a runner does: inputs become its environment."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    given = {name: one.get("default", "") for name, one in action["inputs"].items()} | inputs
    run = next(s for s in action["runs"]["steps"] if s["id"] == "compare")
    values = {
        name: given[text.removeprefix("${{ inputs.").removesuffix(" }}")]
        for name, text in run["env"].items()
    }
    output = folder / "output"
    output.write_text("")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", run["run"]],
        env=os.environ
        | values
        | {"PATH": f"{folder}:{os.environ['PATH']}", "GITHUB_OUTPUT": str(output)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    ), output.read_text()


def test_the_action_fails_on_drift_and_says_where(program):
    done, told = step(program, reference="before.csv", current="moved.csv", html="page.html")
    assert (done.returncode, told) == (1, "verdict=failed\n")
    assert "::error" in done.stdout
    assert "amount" in done.stdout
    assert "<html" in (program / "page.html").read_text()
    more = {"options": "--columns=seats,plan\n--alpha=0.01\n"}
    done, told = step(program, reference="before.csv", current="moved.csv", **more)
    assert (done.returncode, told) == (0, "verdict=passed\n")
    done, _ = step(program, reference="before.csv", current="moved.csv", **{"fail-on": "never"})
    assert done.returncode == 0


def test_an_input_is_no_command(program):
    done, _ = step(program, reference="before.csv", current="$(touch hacked); --help")
    assert done.returncode == 2
    assert not (program / "hacked").exists()


def test_every_input_of_the_action_goes_through_the_environment():
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    used = [text for s in action["runs"]["steps"] for text in s["env"].values()]
    assert {f"${{{{ inputs.{name} }}}}" for name in action["inputs"]} == set(used)
    assert all("${{" not in s["run"] and s["shell"] == "bash" for s in action["runs"]["steps"])


def test_the_hook(program):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["language"] == "python"
    for current, code in (("again.csv", 0), ("moved.csv", 1)):
        command = [*shlex.split(hook["entry"]), "before.csv", current, "--fail-on=drift"]
        command[:1] = [sys.executable, "-m", "kullback"]
        done = subprocess.run(command, cwd=program, capture_output=True, check=False)
        assert done.returncode == code


def table(data, name="shop"):
    connection = duckdb.connect()
    connection.register("given", data)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    return connection


def counted(rows, name):
    return [int(row[3]) for row in rows if row[0] == name]


def test_the_statement_counts_as_python_does():
    reference, current = tables.profile(frame(0)), frame(1, 0.5)
    text = counting_sql(reference, "shop", "duckdb")
    rows = table(current).execute(text).fetchall()
    follow = tables.profile(current, like=reference)
    for name in ("amount", "seats", "plan", "paid", "day", "price"):
        body = follow[name].body
        values = (
            body.counts
            if isinstance(body, Binned)
            else [body.counts.get(value, 0) for value in reference[name].body.counts]
        )
        found = counted(rows, name)
        assert found[: len(values)] == list(values)
        assert sum(found) == N
        assert found[-1] == follow[name].missing
        known = [int(row[2]) for row in rows if row[0] == name]
        assert sum(known) == N
    assert "compare them with kullback compare: key" in text


def test_the_statement_on_another_database():
    chdb = pytest.importorskip("chdb", reason="chdb is not installed")
    reference, current = tables.profile(frame(0)), frame(1, 0.5)
    names = ["amount", "seats", "plan"]
    text = counting_sql(reference, "shop", "clickhouse", columns=names)
    here = counting_sql(reference, "shop", "duckdb", columns=names)
    connection = chdb.connect(":memory:")
    cursor = connection.cursor()
    cursor.execute(
        "CREATE TABLE shop (amount Float64, seats Int64, plan Nullable(String)) ENGINE = Memory"
    )
    rows = current[names].astype(object).where(current[names].notna(), None)
    literals = ", ".join(
        f"({a!r}, {n}, {'NULL' if plan is None else DIALECT.literal(plan)})"
        for a, n, plan in rows.itertuples(index=False)
    )
    cursor.execute(f"INSERT INTO shop VALUES {literals}")
    cursor.execute(text)
    found = [(r[0], r[1], int(r[2]), int(r[3])) for r in cursor.fetchall()]
    connection.close()
    expected = [(r[0], r[1], int(r[2]), int(r[3])) for r in table(current).execute(here).fetchall()]
    assert found == expected


def test_the_test_of_dbt(program):
    reference = program / "before.json"
    tables.profile(frame(0)).save(reference)
    command = [sys.executable, "-m", "kullback", "sql", "before.json", "--test"]
    command += ["--table", "{{ ref('shop') }}", "--dialect", "duckdb"]
    done = subprocess.run(command, cwd=program, capture_output=True, text=True, check=True)
    text = jinja2.Template(done.stdout).render(ref=lambda name: name)  # what dbt does with it
    assert table(frame(1)).execute(text).fetchall() == []
    found = dict(table(frame(2, 1.0)).execute(text).fetchall())
    assert list(found) == ["amount"]
    compared = tables.compare(reference, frame(2, 1.0))["amount"].jensen_shannon
    assert found["amount"] == pytest.approx(compared.value, abs=2 * compared.standard_error)
    with pytest.raises(duckdb.Error, match="seats"):  # a lost column is an error, which fails
        table(frame(1).drop(columns="seats")).execute(text)


def test_what_cannot_be_written_is_refused():
    reference = tables.profile(frame(0))
    with pytest.raises(InputError, match="choose one of"):
        counting_sql(reference, "shop", "klingon")
    with pytest.raises(InputError, match="no column 'x'"):
        counting_sql(reference, "shop", "duckdb", columns=["x"])
    with pytest.raises(InputError, match="no column of the profile"):
        counting_sql(reference, "shop", "duckdb", columns=["key"])
