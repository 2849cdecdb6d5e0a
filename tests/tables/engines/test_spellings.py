"""Numbers and dates that text spells are read alike, wherever the text lies."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables

N = 240


def written():
    """Columns of text, by how they spell what they hold; each with a value that does not fit."""
    rng = np.random.default_rng(4)
    amounts = np.exp(rng.normal(6, 2, N)).round(2)
    days = pd.Timestamp("2001-03-04") + pd.to_timedelta(rng.integers(0, 8000, N), "D")
    swap = str.maketrans(",.", ".,")
    columns = {
        "plain": [f"{x:.2f}" for x in amounts],
        "german": [f"{x:,.2f}".translate(swap) for x in amounts],
        "english": [f"{x:,.2f}" for x in amounts],
        "swiss": [f"{x:,.2f}".replace(",", "'") for x in amounts],
        "dollars": [f"${x:,.2f}" for x in amounts],
        "euros": [f"{x:.2f} €" for x in amounts],
        "percent": [f"{x / 100:.1f}%" for x in amounts],
        "weights": [f"{x:.2f} kg" for x in amounts],
        "degrees": [f"{x:.2f}°C" for x in amounts],
        "speeds": [f"{x:.2f}km/h" for x in amounts],
        "iso": [f"{day:%Y-%m-%d}" for day in days],
        "moments": [f"{day:%Y-%m-%d} 10:20:30" for day in days],
        "days first": [f"{day:%d.%m.%Y}" for day in days],
        "days by slashes": [f"{day:%d/%m/%Y}" for day in days],
        "months first": [f"{day:%m/%d/%Y}" for day in days],
        "days and times": [f"{day:%d.%m.%Y} 23:05" for day in days],
        "codes": [f"{n:05d}" for n in rng.integers(0, 99999, N)],
    }
    for name, column in columns.items():
        if name != "codes":
            column[5], column[77] = "oops", "n/a"
    return pd.DataFrame(columns)


@pytest.fixture(scope="module")
def texts():
    return written()


def insert(execute, many, data, kind, mark):
    names = ", ".join(f'"{name}"' for name in data)
    execute(f"CREATE TABLE spelt ({names.replace(',', f' {kind},')} {kind})")
    many(f"INSERT INTO spelt VALUES ({', '.join([mark] * data.shape[1])})", data.values.tolist())


@pytest.fixture(params=["sqlite", "postgres", "clickhouse"])
def held(request, texts):
    connection = request.getfixturevalue(request.param)
    if request.param == "clickhouse":
        cursor = connection.cursor()
        columns = ", ".join(f"`{name}` String" for name in texts)
        cursor.execute("DROP TABLE IF EXISTS spelt")
        cursor.execute(f"CREATE TABLE spelt ({columns}) ENGINE = Memory")
        rows = ", ".join(
            "(" + ", ".join("'" + v.replace("'", "\\'") + "'" for v in row) + ")"
            for row in texts.itertuples(index=False)
        )
        cursor.execute(f"INSERT INTO spelt VALUES {rows}")
        yield tables.Relation(connection, "spelt")
        cursor.execute("DROP TABLE spelt")
        return
    cursor = connection.cursor()
    mark = "?" if request.param == "sqlite" else "%s"
    insert(cursor.execute, cursor.executemany, texts, "TEXT", mark)
    yield tables.Relation(connection, "spelt")
    cursor.execute("DROP TABLE spelt")


def test_text_is_read_alike_in_every_database(held, texts):
    """The same bins and the same counts as of a frame, and what cannot be read is said."""
    here, there = tables.profile(held), tables.profile(texts)
    for name in texts:
        a, b = here[name], there[name]
        assert (a.kind, a.body) == (b.kind, b.body), name
        assert (a.missing, a.unreadable) == (b.missing, b.unreadable), name
        assert a.spelling.split(" in ")[1:] == b.spelling.split(" in ")[1:], name
    assert {n for n in texts if here[n].kind == "text"} == {"codes"}
    assert {here[n].unreadable for n in texts if n != "codes"} == {1}
    said = " ".join(note.text for note in here.notes)
    assert "unreadable: 1 of 239, such as 'oops'" in said
    assert "1 spelt 'n/a' are missing" in said


def test_both_sides_are_compared_across_engines(held, texts):
    found = tables.compare(texts, held, joint=False)
    assert found.check(), found.headline
    verdicts = {column.name: column.verdict for column in found}
    assert verdicts.pop("codes") == "skipped"  # names rows, and is seen to on either side
    assert set(verdicts.values()) <= {"same", "undecided"}
    other = texts.assign(
        weights=[text.replace(" kg", " lb") for text in texts["weights"]],
        **{"days first": [text.replace(".", "/") for text in texts["days first"]]},
    )
    found = tables.compare(held, other, joint=False)
    assert set(found.retyped) == {"weights", "days first"}
    assert not found.check()
