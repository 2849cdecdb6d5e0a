"""The action, the hook and the SQL test, each run as far as it can be without its host."""

import os
import shlex
import shutil
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


def installed(program):
    """Where a program is that few have beside Python, or a skip that says so."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed: pip install {program} into a folder on PATH")
    return found


@pytest.mark.slow
def test_dbt_itself_runs_the_test(program):
    """A project of one model, built by dbt: it passes on data like the reference, and fails."""
    dbt = installed("dbt")
    tables.profile(frame(0)).save(program / "before.json")
    for name in ("models", "tests"):
        (program / name).mkdir()
    (program / "dbt_project.yml").write_text("name: shop\nversion: 1.0.0\nprofile: shop\n")
    (program / "profiles.yml").write_text(
        "shop:\n  target: t\n  outputs:\n    t: {type: duckdb, path: shop.duckdb}\n"
    )
    (program / "models" / "shop.sql").write_text("select * from '{{ var(\"data\") }}'")
    command = [sys.executable, "-m", "kullback", "sql", "before.json", "--test"]
    command += ["--table", "{{ ref('shop') }}", "--dialect", "duckdb"]
    with (program / "tests" / "shop_is_as_before.sql").open("w") as file:
        subprocess.run(command, cwd=program, stdout=file, check=True)
    for name, seed, shift, passes in (("again", 1, 0.0, True), ("moved", 2, 1.0, False)):
        frame(seed, shift).to_parquet(program / f"{name}.parquet")
        done = subprocess.run(
            [dbt, "build", "--profiles-dir", ".", "--vars", f"{{data: {name}.parquet}}"],
            cwd=program,
            capture_output=True,
            text=True,
            env=os.environ | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
            check=False,
        )
        assert "shop_is_as_before" in done.stdout, done.stdout
        assert (done.returncode == 0) == passes, done.stdout


@pytest.mark.slow
def test_pre_commit_itself_runs_the_hook(program, tmp_path_factory):
    """As a hook of a repository; `kullback` is the one on PATH, so that nothing is installed."""
    pre_commit = installed("pre-commit")
    hooks = tmp_path_factory.mktemp("hooks")
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    (hooks / ".pre-commit-hooks.yaml").write_text(text.replace("python", "system"))
    environment = os.environ | {
        "PATH": f"{program}:{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(hooks / "home"),
        **{
            f"GIT_{who}_{what}": "n@e"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }

    def run(*command, cwd=program, check=True):
        return subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, check=check
        )

    for place in (hooks, program):
        run("git", "init", "-q", ".", cwd=place)
    run("git", "add", ".pre-commit-hooks.yaml", cwd=hooks)
    run("git", "commit", "-q", "-m", "hooks", cwd=hooks)
    revision = run("git", "rev-parse", "HEAD", cwd=hooks).stdout.strip()
    (program / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {hooks}\n    rev: {revision}\n    hooks:\n"
        "      - id: kullback-compare\n        args: [before.csv, now.csv, --fail-on=drift]\n"
    )
    for name, code in (("again.csv", 0), ("moved.csv", 1)):
        shutil.copy(program / name, program / "now.csv")
        run("git", "add", ".pre-commit-config.yaml", "now.csv")
        done = run(pre_commit, "run", check=False)
        assert done.returncode == code, done.stdout
        assert "kullback compare" in done.stdout
    run("git", "reset", "-q", check=False)
    (program / "notes.txt").write_text("no data")
    run("git", "add", "notes.txt", ".pre-commit-config.yaml")
    assert "Skipped" in run(pre_commit, "run").stdout  # no file of data is committed


def test_what_cannot_be_written_is_refused():
    reference = tables.profile(frame(0))
    with pytest.raises(InputError, match="choose one of"):
        counting_sql(reference, "shop", "klingon")
    with pytest.raises(InputError, match="no column 'x'"):
        counting_sql(reference, "shop", "duckdb", columns=["x"])
    with pytest.raises(InputError, match="no column of the profile"):
        counting_sql(reference, "shop", "duckdb", columns=["key"])
