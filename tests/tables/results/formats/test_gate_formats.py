"""GitHub, JUnit, OpenMetrics and JSON, read by the parsers of those who read them."""

import json
import re
from datetime import date
from importlib.resources import files
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.report.json import dumps
from kullback.tables.results.formats import github, junit, openmetrics

HOSTILE = [
    "::error::\nforged",
    '</failure>]]>"<&',
    'quote " back \\ slash',
    "bell \a esc \x1b[31m null \0",
    "comma, colon: percent %0A",
    "\ufffe\ud800 half a pair",
    "x" * 10_000,
    "new\nline",
]


def frame(shares, names=HOSTILE, rows=400):
    rng = np.random.default_rng(3)
    return pd.DataFrame({name: rng.choice(["a", "b"], rows, p=shares) for name in names})


@pytest.fixture(scope="module")
def compared():
    names = [name.encode("utf-8", "replace").decode() for name in HOSTILE]
    before, after = frame([0.9, 0.1], names), frame([0.1, 0.9], names)
    before["same"] = after["same"] = ["u", "v"] * 200
    before["constant"] = after["constant"] = 1
    comparison = tables.compare(before, after)
    waiver = tables.Waiver("new\nline", date(2026, 12, 31), "a\nreason: %")
    return comparison, tables.gate(comparison, waivers=[waiver], today=date(2026, 11, 22))


def unescape(text):
    """As the runner of GitHub Actions does (toolkit, command.ts)."""
    for code, mark in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, mark)
    return text


def test_github_annotations_cannot_be_forged(compared):
    comparison, gate = compared
    lines = github.render(comparison, gate).split("\n")
    assert len(lines) == len(gate.failures) + len(gate.waived) + 1 <= 10  # the headline
    for line in lines:
        kind, title, message = re.fullmatch(r"::(\w+) title=([^:,]*)::(.*)", line).groups()
        assert kind in {"error", "notice"}
        assert unescape(title).startswith("kullback: ")
        assert "\n" not in unescape(message)


def test_github_shows_ten_and_a_count():
    names = [f"c{i}" for i in range(30)]
    comparison = tables.compare(frame([0.9, 0.1], names), frame([0.1, 0.9], names))
    lines = github.render(comparison, tables.gate(comparison)).split("\n")
    assert len(lines) == 10
    assert lines[-2] == "::error title=kullback::and 22 more columns"
    assert lines[-1].startswith("::notice title=kullback%3A verdict::drifted: 30 of 30 columns")


def test_github_says_that_all_is_well():
    same = frame([0.5, 0.5], ["a"], 5000)
    comparison = tables.compare(same, same)
    assert github.render(comparison, tables.gate(comparison)) == (
        "::notice title=kullback%3A verdict::same: 1 of 1 columns"
    )


def test_a_summary_fits():
    text = github.summary("é line\n" * 400_000)
    assert len(text.encode()) <= 1024 * 1024
    assert text.endswith("GitHub keeps 1 MiB of a summary.\n")


def test_junit_is_read(compared):
    junitparser = pytest.importorskip("junitparser")
    comparison, gate = compared
    whole = junitparser.JUnitXml.fromstring(junit.render(comparison, gate).encode())
    suite = whole if isinstance(whole, junitparser.TestSuite) else next(iter(whole))
    assert (suite.tests, suite.failures, suite.skipped) == (10, len(gate.failures), 2)
    results = {case.name: case.result for case in suite}
    assert results["same"] == []
    assert results["constant"][0].message.startswith("skipped: constant")
    assert "waived until 2026-12-31" in results["new\\nline"][0].message


def test_junit_is_xml_whatever_the_names(compared):
    root = ElementTree.fromstring(junit.render(*compared).encode())
    assert root.tag == "testsuite"


def test_openmetrics_is_read(compared):
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    comparison, gate = compared
    families = {
        f.name: f
        for f in parser.text_string_to_metric_families(openmetrics.render(comparison, gate) + "\n")
    }
    found = families["kullback_jensen_shannon_bits"]
    assert (found.type, found.unit) == ("gauge", "bits")
    values = {s.labels["column"]: s.value for s in found.samples}
    for column in comparison.compared:
        assert values[column.name] == column.jensen_shannon.value
    assert families["kullback_gate_failures"].samples[0].value == len(gate.failures)
    verdicts = {s.labels["column"]: s.value for s in families["kullback_verdict"].samples}
    assert verdicts["new\nline"] == 2.0


def test_openmetrics_in_bits_whatever_the_unit():
    before, after = frame([0.9, 0.1], ["a"]), frame([0.5, 0.5], ["a"])
    texts = []
    for unit in ("bits", "nats"):
        comparison = tables.compare(before, after, unit=unit)
        lines = openmetrics.render(comparison, tables.gate(comparison)).splitlines()
        texts.append([line.split()[-1] for line in lines if line.startswith("kullback_kl_bits")])
    assert float(texts[0][0]) == pytest.approx(float(texts[1][0]), rel=1e-12)


def schema():
    folder = files("kullback.report") / "schemas"
    return json.loads((folder / "table-comparison-1.json").read_text(encoding="utf-8"))


def test_json_keeps_to_its_schema(compared):
    jsonschema = pytest.importorskip("jsonschema")
    comparison, gate = compared
    jsonschema.Draft202012Validator.check_schema(schema())
    told = json.loads(dumps(comparison.to_dict() | {"gate": gate.to_dict()}))
    jsonschema.validate(told, schema())
    assert told["gate"]["passed"] is False
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told | {"verdict": "fine"}, schema())


@pytest.mark.parametrize("cut", ["windows", "segments"])
def test_each_part_keeps_to_the_schema(cut):
    jsonschema = pytest.importorskip("jsonschema")
    sides = [frame([0.5, 0.5], ["a", "b"]).assign(part=range(400)) for _ in range(2)]
    sides = [side.assign(part=side.part % 2) for side in sides]
    ways = {
        "windows": lambda: tables.windows(*sides, on="part", parts=2),
        "segments": lambda: tables.segments(*sides, "part"),
    }
    told = json.loads(ways[cut]().to_json())
    assert told["schema_version"] == 1
    assert len(told[cut]) == 2
    for part in told[cut]:
        jsonschema.validate(part["comparison"] | {"schema_version": 1}, schema())


def test_infinite_and_odd_columns_keep_to_the_schema():
    jsonschema = pytest.importorskip("jsonschema")
    before = pd.DataFrame({"t": pd.date_range("2024", periods=40), "n": [None] * 20 + [1.5] * 20})
    after = pd.DataFrame({"t": ["x", "y"] * 20, "n": [float("inf"), 2.0] * 20})
    told = json.loads(tables.compare(before, after, unit="bans").to_json())
    jsonschema.validate(told, schema())
