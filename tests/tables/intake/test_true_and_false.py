"""True and false in other words: one reading, and another spelling is another type."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.tables.counting.counting_sql import counting_sql

N = 600
HELD = np.random.default_rng(0).random(N) < 0.7
WORDS = {
    "true/false": ("true", "false"),
    "True/False": ("True", "False"),
    "TRUE/FALSE": ("TRUE", "FALSE"),
    "yes/no": ("yes", "no"),
    "Yes/No": ("Yes", "No"),
    "t/f": ("t", "f"),
    "1/0": ("1", "0"),
    "Y/N": ("Y", "N"),
}


def written(folder, words, name, **odd):
    """Write a column of true and false in some words; each of `odd` stands in a share of rows."""
    true, false = words
    column = pd.Series(np.where(HELD, true, false))
    drawn = np.random.default_rng(1).permutation(N)
    for word, share in odd.items():
        column[drawn[: round(share * N)]] = "" if word == "nothing" else word
    path = folder / f"{name}.csv"
    pd.DataFrame({"paid": column, "x": np.arange(N) % 7}).to_csv(path, index=False)
    return path


def compared(*sides):
    return tables.compare(*sides, joint=False)


@pytest.mark.parametrize("first", WORDS)
def test_other_words_fail_a_gate_and_the_same_words_pass(tmp_path, first):
    reference = written(tmp_path, WORDS[first], "reference")
    if len(first) % 2:  # half of them by a saved profile
        tables.profile(reference).save(tmp_path / "reference.json")
        reference = tmp_path / "reference.json"
    for second, words in WORDS.items():
        found = compared(reference, written(tmp_path, words, "current"))
        same = first == second or {first.casefold(), second.casefold()} == {"true/false"}
        assert found.check() == same, (first, second)
        if "Y/N" not in (first, second):  # what may have a third answer is a category
            assert found["paid"].verdict == ("same" if same else "retyped"), (first, second)


def test_the_words_are_said(tmp_path):
    sides = [written(tmp_path, WORDS[words], words[0]) for words in ("yes/no", "true/false")]
    found = compared(*sides)
    assert "type changed from VARCHAR, yes/no to BOOLEAN" in found["paid"].reason
    assert "no difference beyond chance" in found["paid"].reason
    assert "reference: 'paid' holds true and false, spelt yes/no." in [n.text for n in found.notes]
    assert "yes/no" in str(tables.profile(sides[0]).document())


@pytest.mark.parametrize(
    ("odd", "verdict", "said"),
    [
        ({"NA": 0.1}, "drifted", "missing 0 % → 10 %"),
        ({"nothing": 0.1}, "drifted", "missing 0 % → 10 %"),
        ({"maybe": 0.05}, "drifted", "5 % of current rows cannot be read"),
        ({"maybe": 0.3}, "retyped", "VARCHAR"),
        ({"yes": 0.3}, "retyped", "true/false and yes/no"),
        ({"yes": 0.01}, "same", ""),
    ],
)
def test_words_that_do_not_fit(tmp_path, odd, verdict, said):
    reference = written(tmp_path, ("true", "false"), "reference")
    column = compared(reference, written(tmp_path, ("true", "false"), "current", **odd))["paid"]
    assert column.verdict == verdict
    assert said in column.reason


def test_tokens_for_no_value_leave_true_and_false_what_they_are(tmp_path):
    plain = written(tmp_path, ("yes", "no"), "plain", nothing=0.1)
    spelt = written(tmp_path, ("yes", "no"), "spelt", NA=0.1)
    here, there = (tables.profile(path)["paid"] for path in (plain, spelt))
    assert (here.kind, here.body, here.missing) == (there.kind, there.body, there.missing)
    assert here.kind == "boolean"
    assert compared(plain, spelt)["paid"].verdict != "retyped"


def test_a_third_answer_is_a_category(tmp_path):
    path = written(tmp_path, ("yes", "no"), "a", unknown=0.02)
    assert tables.profile(path)["paid"].body.counts["unknown"] == 12
    assert compared(path, path)["paid"].verdict == "same"


def test_what_cannot_be_read_of_whole_numbers_is_unreadable():
    """Whole numbers that are counted by value, and texts beside them, are told apart."""
    reference = pd.DataFrame({"x": (np.arange(N) % 7).astype(str)})
    current = reference.where(np.arange(N)[:, None] % 20 != 0, "oops")
    column = compared(reference, current)["x"]
    assert (column.verdict, column.missing.current) == ("drifted", 0)
    assert "5 % of current rows cannot be read" in column.reason


def test_a_database_may_hold_them_as_it_likes(tmp_path):
    """The statement for a database counts what the profile of a file counts."""
    import duckdb

    made = tables.profile(written(tmp_path, ("yes", "no"), "a"))
    text = counting_sql(made, "shop", "duckdb", columns=["paid"])
    for held in ("paid::VARCHAR", "CAST(paid AS BOOLEAN)"):
        connection = duckdb.connect()
        connection.execute(
            f"CREATE TABLE shop AS SELECT {held} AS paid FROM read_csv('{tmp_path / 'a.csv'}', "
            "all_varchar=true)"
        )
        rows = [(row[1], int(row[3])) for row in connection.execute(text).fetchall()]
        assert {n for word, n in rows if n} == set(made["paid"].body.counts.values()), held


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("%m/%d/%Y", "written as 9/9/YYYY, month first"),
        ("%d/%m/%Y", "written as 9/9/YYYY, day first"),
        ("%d.%m.%Y", "written as 9.9.YYYY, day first"),
    ],
)
def test_the_order_of_day_and_month_is_said(tmp_path, written, said):
    days = pd.date_range("2025-01-01", periods=100)
    before, after = tmp_path / "before.csv", tmp_path / "after.csv"
    pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "x": range(100)}).to_csv(before, index=False)
    pd.DataFrame({"day": days.strftime(written), "x": range(100)}).to_csv(after, index=False)
    found = tables.compare(before, after, columns=["day"])
    assert [n.text for n in found.notes] == [f"current: 'day' holds dates {said}."]
