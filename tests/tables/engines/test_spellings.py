"""Numbers and dates that text spells are read alike, wherever the text lies."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from kullback import tables
from kullback.tables.counting.notations import notations
from kullback.tables.engines.dialect import Dialect

N = 240
MONTHS = "January February March April May June July August September October November December"
MONTHS = MONTHS.split()
WORDS = ["late", "Box", "arrived", "we", "and", "über", "in", "a", "東京", "it's", "two\n lines"]


def halves(minute):
    """A time of day as clocks of twelve hours have it."""
    hour = minute // 60
    return f"{hour % 12 or 12}:{minute % 60:02} {'PM' if hour >= 12 else 'AM'}"


def less_usual(amounts, days):
    """Texts, and the values that they stand for."""
    swap = str.maketrans(",.", ".,")
    signed = [-x if i % 5 == 0 else x for i, x in enumerate(amounts)]
    seconds = [int(x) for x in amounts]
    year = [day.replace(year=1970 + i % 99, day=28) for i, day in enumerate(days)]
    return {
        "accounts": ([f"({-x:,.2f})" if x < 0 else f"{x:,.2f}" for x in signed], signed),
        "minus behind": ([f"{-x:.2f}-" if x < 0 else f"{x:.2f}" for x in signed], signed),
        "reals": ([f"R$ {x:,.2f}".translate(swap) for x in amounts], amounts),
        "kroner": ([f"kr {x:.2f}" for x in amounts], amounts),
        "exponents": ([f"{x:.12e}".replace(".", ",") for x in amounts], amounts),
        "hours": ([f"{x // 3600}:{x // 60 % 60:02}:{x % 60:02}" for x in seconds], seconds),
        "two digits": ([f"{day:%d.%m.%y}" for day in days], days),
        "century": ([f"{day:%m/%d/%y}" for day in year], [to_century(day) for day in year]),
        "two digits in words": ([f"{day:%d-%b-%y}" for day in days], days),
        "years first": ([f"{day:%Y.%m.%d}" for day in days], days),
        "years by slashes": ([f"{day:%Y/%m/%d}" for day in days], days),
        "mail in digits": ([f"{day:%a, %d %b %Y} 00:00:00 +0000" for day in days], days),
    }


def to_century(day):
    """Years of two digits are from 1970 to 2069."""
    return day.replace(year=(1900 if day.year % 100 >= 70 else 2000) + day.year % 100)


def test_what_is_read_is_what_was_written():
    """The bins of the texts are those of the numbers and times themselves."""
    rng = np.random.default_rng(4)
    days = pd.Timestamp("2001-03-04") + pd.to_timedelta(rng.integers(0, 8000, N), "D")
    spelt = less_usual(np.exp(rng.normal(9, 2, N)).round(2), days)
    held = tables.profile(pd.DataFrame({name: values for name, (_, values) in spelt.items()}))
    read = tables.profile(pd.DataFrame({name: texts for name, (texts, _) in spelt.items()}))
    for column in held:
        assert (read[column.name].kind, read[column.name].body) == (column.kind, column.body)
        assert (read[column.name].minimum, read[column.name].unreadable) == (column.minimum, 0)


def written():
    """Columns of text, by how they spell what they hold; each with a value that does not fit."""
    rng = np.random.default_rng(4)
    amounts = np.exp(rng.normal(6, 2, N)).round(2)
    days = pd.Timestamp("2001-03-04") + pd.to_timedelta(rng.integers(0, 8000, N), "D")
    moments = list(zip(rng.integers(0, 24 * 60, N).tolist(), days, strict=True))
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
        "one digit": [f"{day.day}.{day.month}.{day.year}" for day in days],
        "one digit iso": [f"{day.year}-{day.month}-{day.day}" for day in days],
        "months in words": [f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in days],
        "american words": [f"{MONTHS[day.month - 1][:3]} {day.day}, {day.year}" for day in days],
        "mail": [f"{day:%a, %d %b %Y} 10:20:30 GMT" for day in days],
        "access log": [f"{day:%d/%b/%Y}:10:20:30 +0000" for day in days],
        "halves of days": [f"{day.month}/{day.day}/{day.year}, {halves(n)}" for n, day in moments],
        "clock": [f"{n // 60}:{n % 60:02}" for n, _ in moments],
        "clock in halves": [halves(n) for n, _ in moments],
        **{name: texts for name, (texts, _) in less_usual(amounts, days).items()},
        "codes": [f"{n:05d}" for n in rng.integers(0, 50_000, N)],
    }
    for name, column in columns.items():
        if name != "codes":
            column[5], column[77] = "oops", "n/a"
    return pd.DataFrame(columns)


@pytest.fixture(scope="module")
def texts():
    return written()


def said():
    """Free text, and keys with letters outside of their codes."""
    rng = np.random.default_rng(6)
    texts = [f"{i} {' '.join(rng.choice(WORDS, rng.integers(3, 20)))}" for i in range(N)]
    keys = [f"u{i:05d}@{'mail' if i % 3 else 'post'}.de" for i in rng.permutation(N)]
    return pd.DataFrame({"said": texts, "key": keys})


def insert(execute, many, data, kind, mark):
    names = ", ".join(f'"{name}"' for name in data)
    execute(f"CREATE TABLE spelt ({names.replace(',', f' {kind},')} {kind})")
    many(f"INSERT INTO spelt VALUES ({', '.join([mark] * data.shape[1])})", data.values.tolist())


def kept(connection, data):
    """Put texts into a table of a database."""
    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS spelt")
    if type(connection).__module__.startswith("chdb"):
        columns = ", ".join(f"`{name}` String" for name in data)
        cursor.execute(f"CREATE TABLE spelt ({columns}) ENGINE = Memory")
        rows = ", ".join(
            "(" + ", ".join("'" + v.replace("'", "\\'") + "'" for v in row) + ")"
            for row in data.itertuples(index=False)
        )
        cursor.execute(f"INSERT INTO spelt VALUES {rows}")
    else:
        mark = "?" if type(connection).__module__ == "sqlite3" else "%s"
        insert(cursor.execute, cursor.executemany, data, "TEXT", mark)
    return tables.Relation(connection, "spelt")


@pytest.fixture(params=["sqlite", "postgres", "clickhouse"])
def connection(request):
    found = request.getfixturevalue(request.param)
    yield found
    found.cursor().execute("DROP TABLE spelt")


@pytest.fixture(scope="module")
def there(texts):
    return tables.profile(texts)


@pytest.mark.parametrize(
    "connection",
    # ClickHouse takes seconds to plan what reads 26 columns.
    ["sqlite", "postgres", pytest.param("clickhouse", marks=pytest.mark.slow)],
    indirect=True,
)
def test_text_is_read_alike_in_every_database(connection, texts, there):
    """The same bins and the same counts as of a frame, and what cannot be read is said."""
    here = tables.profile(kept(connection, texts))
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


def test_both_sides_are_compared_across_engines(connection, texts):
    texts = texts[["german", "weights", "days first", "mail", "clock in halves", "codes"]]
    held = kept(connection, texts)
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


def test_free_text_and_keys_are_looked_at_alike(connection):
    """Characters, words, a drawn one of each; of keys the letters outside of their codes."""
    texts = said()
    texts.loc[:4, "said"] = [" ", "\n", " two  words ", "\ttab", "a"]
    here, there = tables.profile(kept(connection, texts)), tables.profile(texts)
    names = ["said"] + [f"said ▸ {a}" for a in ("characters", "words", "a character", "a word")]
    assert [column.name for column in here] == [*names, "key", "key ▸ letters"]
    for column in there:
        assert here[column.name].body == column.body, column.name
    shouted = texts.assign(said=texts["said"].str.upper())
    assert tables.compare(shouted, kept(connection, texts), joint=False).drifted == ("said",)


@pytest.mark.slow
def test_statements_stay_small(connection):
    """Engines bound their text: ClickHouse takes 262 144 characters of it."""
    rng = np.random.default_rng(1)
    days = pd.Timestamp("2001-03-04") + pd.to_timedelta(rng.integers(0, 8000, 300), "D")
    texts = pd.DataFrame(
        {
            "when": [f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in days],
            "said": [f"{i % 250:04} {'über ' * 200}" for i in range(300)],
        }
    )
    held = kept(connection, texts)
    later = texts.assign(said=[f"{text}!" for text in texts["said"]])
    found = tables.compare(later, held, joint=False, order="when")
    assert {column.name: column.verdict for column in found} == {"said": "drifted"}


def test_an_engine_without_patterns_reads_what_it_reads_by_itself():
    known = notations(Dialect(matches="", rewrites=""))
    assert [notation.name for notation in known] == ["plain numbers", "ISO times"]
    read = known[0].read("x")
    assert "regexp" not in read
    with duckdb.connect() as connection:
        texts = "(VALUES ('12'), ('0.5'), ('007'), ('1,5'), ('soon')) AS t(x)"
        found = connection.execute(f"SELECT {read} FROM {texts}").fetchall()
    assert [value for (value,) in found] == [12, 0.5, None, None, None]
