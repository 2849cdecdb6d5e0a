"""What tables are compared by can be said in Python, in options and in kullback.toml alike."""

import inspect
import json

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.cli import main
from kullback.cli.program import program
from kullback.cli.settings import KEYS
from kullback.errors import InputError

OPTIONS = {"limits": "limit", "roles": "role", "nulls": "null", "expected_run": "run"}
# Keyword → why it is no option, or no key of the settings.
NO_OPTION = {
    "engine": "the command line has no session of Spark to hand over",
    "like": "an option of profile takes the path of a saved profile",
}
NO_KEY = {
    "engine": "as above",
    "like": "a plan belongs to one table",
    "bins": "of one profile, where it stands for good",
    "privacy": "of one profile, where it stands for good",
    "on": "the times of one table",
    "by": "the windows of one table",
    "expected_run": "of one monitor, whose state keeps it",
    "season": "of one monitor, whose state keeps it",
    "within": "a question, and no setting",
    "shift": "a question, and no setting",
    "rolling": "of one monitor, whose state keeps it",
    "state": "the file of one monitor",
    "restart": "said once, after a look at an alarm",
    "most": "of one pair of columns",
    "column": "what is asked",
    "smoothing": "what is asked",
}
VERBS = ("compare", "profile", "monitor", "joint", "sensitivity")
# An example a keyword, as Python, as options, and as a line of the settings.
SAID = {
    "columns": (["x", "kind"], ["--columns", "x,kind"], 'columns = ["x", "kind"]'),
    "exclude": (["x"], ["--exclude", "x"], 'exclude = ["x"]'),
    "unit": ("nats", ["--unit", "nats"], 'unit = "nats"'),
    "level": (0.8, ["--level", "0.8"], "level = 0.8"),
    "alpha": (1e-6, ["--alpha", "1e-6"], "alpha = 1e-6"),
    "tolerance": (0.3, ["--tolerance", "0.3"], "tolerance = 0.3"),
    "limits": ({"x": 0.5}, ["--limit", "x=0.5"], "[limits]\nx = 0.5"),
    "allow": (["lost"], ["--allow", "lost"], 'allow = ["lost"]'),
    "where": ("x > 0", ["--where", "x > 0"], 'where = "x > 0"'),
    "roles": ({"code": "boolean"}, ["--role", "code=boolean"], '[roles]\ncode = "boolean"'),
    "nulls": (["b"], ["--null", "b"], 'nulls = ["b"]'),
    "sample": (100, ["--sample", "100"], "sample = 100"),
    "seed": (7, ["--seed", "7"], "seed = 7"),
    "max_outcomes": (2, ["--max-outcomes", "2"], "max-outcomes = 2"),
    "missing": (0.2, ["--missing", "0.2"], "missing = 0.2"),
    "out_of_range": (0.2, ["--out-of-range", "0.2"], "out-of-range = 0.2"),
    "new": (0.2, ["--new", "0.2"], "new = 0.2"),
    "rare": (0.2, ["--rare", "0.2"], "rare = 0.2"),
    "unique": (0.2, ["--unique", "0.2"], "unique = 0.2"),
    "joint": (False, ["--no-joint"], "joint = false"),
    "psi": (True, ["--psi"], "psi = true"),
    "prediction": ("kind", ["--prediction", "kind"], 'prediction = "kind"'),
    "label": ("code", ["--label", "code"], 'label = "code"'),
    "weights": ("weight", ["--weights", "weight"], 'weights = "weight"'),
    "order": ("at", ["--order", "at"], 'order = "at"'),
    "block": (10, ["--block", "10"], "block = 10"),
    "encoding": ("latin-1", ["--encoding", "latin-1"], 'encoding = "latin-1"'),
    "delimiter": (",", ["--delimiter", ","], 'delimiter = ","'),
    "header": (False, ["--no-header"], "header = false"),
    "sheet": ("x", ["--sheet", "x"], 'sheet = "x"'),
}
# What monitors and profiles take from the settings: how data is read and chosen.
CHOOSING = {"columns", "exclude", "where", "roles", "nulls", "sample", "seed", "encoding"}
CHOOSING |= {"delimiter", "header", "sheet"}


def keywords(verb):
    sides = {"reference", "current", "data"}
    return [
        name for name in inspect.signature(getattr(tables, verb)).parameters if name not in sides
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_each_keyword_is_an_option_and_a_setting_or_says_why_not(verb):
    known = program.get_command(None, verb).params
    options = {option.lstrip("-") for one in known for option in one.opts} | {"column"}
    for name in keywords(verb):
        option = OPTIONS.get(name, name).replace("_", "-")
        assert option in options or name in NO_OPTION, (verb, name)
        assert name.replace("_", "-") in KEYS or name in NO_KEY, (verb, name)


def test_each_setting_is_a_keyword_of_compare_or_of_its_gate():
    of_a_gate = {"fail-on", "waivers", "timezone"}  # the last of windows and monitors
    assert {key.replace("-", "_") for key in KEYS.keys() - of_a_gate} == set(SAID)
    assert set(SAID) | set(NO_KEY) >= set(keywords("compare"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rng = np.random.default_rng(3)
    path = tmp_path_factory.mktemp("tables")
    for name, shift in (("q", 0), ("p", 0.7)):
        frame = pd.DataFrame(
            {
                "x": rng.normal(shift, 1, 300).round(2),
                "kind": rng.choice(list("abcd"), 300),
                "code": rng.integers(0, 5, 300),
            }
        )
        frame.to_csv(path / f"{name}.csv", index=False)
    return path


def facts(text):
    found = json.loads(text)
    return {k: v for k, v in found.items() if k not in {"reference", "current", "run"}}


NEEDED = {"monitor": ["--on", "at"], "joint": ["--columns", "x,kind"], "sensitivity": ["x"]}


@pytest.mark.parametrize("verb", VERBS)
def test_options_and_settings_ask_for_the_same(folder, tmp_path, monkeypatch, verb):
    """What the command asks of Python, by an option or by the settings, is what was said."""
    got = {}

    def ask(*_, **keywords):
        got.update(keywords)
        raise InputError("this is all that was to be seen")

    monkeypatch.setattr(tables, verb, ask)
    monkeypatch.chdir(tmp_path)
    sides = [str(folder / "q.csv"), str(folder / "p.csv")][: 1 if verb == "profile" else 2]
    begun = [verb, *sides, *NEEDED.get(verb, [])]
    of_the_settings = {"compare": set(SAID), "joint": set(SAID) - {"columns"}}
    of_the_settings |= {"profile": {*CHOOSING, "max_outcomes"}, "monitor": CHOOSING}
    for name in set(keywords(verb)) & set(SAID):
        value, options, line = SAID[name]
        for said, settings in ((options, ""), ([], line)):
            (tmp_path / "kullback.toml").write_text(settings)
            got.clear()
            assert main([*begun, *said]) == 2
            if said or name in of_the_settings.get(verb, set(SAID)):
                assert got[name] == value or got[name] == tuple(value), (name, settings)


@pytest.mark.parametrize(
    ("verb", "options", "asked"),
    [
        (
            "joint",
            ["--columns", "kind,code", "--most", "3"],
            {"columns": ["kind", "code"], "most": 3},
        ),
        ("sensitivity", ["x", "--bins", "5,9"], {"column": "x", "bins": [5, 9]}),
    ],
)
def test_two_columns_and_many_bins(folder, capsys, verb, options, asked):
    sides = str(folder / "q.csv"), str(folder / "p.csv")
    more = ["--where", "x > 0", "--unit", "nats", "--seed", "3", "--sample", "200"]
    code = main([verb, *sides, *options, *more, "--json"])
    said = {"where": "x > 0", "unit": "nats", "seed": 3, "sample": 200}
    expected = getattr(tables, verb)(*sides, **asked, **said).to_json()
    assert (code, facts(capsys.readouterr().out)) == (0, facts(expected))


def test_two_columns_have_a_gate(folder, capsys):
    sides = str(folder / "q.csv"), str(folder / "p.csv")
    asked = ["joint", *sides, "--columns", "x,kind", "--fail-on", "drift", "-q"]
    assert main(asked) == 1
    assert "gate failed" in capsys.readouterr().err
