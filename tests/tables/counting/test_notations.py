"""One look at the letters of texts: whatever some notation reads passes it."""

import duckdb
import pytest

from kullback.tables.counting.notations import may_be_read, notations
from kullback.tables.engines.dialect import Dialect

DIALECT = Dialect(is_duckdb=True)
READ = (
    *("17", "-0.5", "+3e5", "1E-7", "1.234.567,89", "1,234,567.89", "0,5", "12%", "7 %", "€ 3.50"),
    *("12 kg", "3.5KG", "100 km/h", "21°C", "−4", "1'000 CHF", "USD 12", "12 GBP", "1\u00a0000"),
    *("2024-05-06", "2024-05-06T07:08:09Z", "2024-05-06 07:08:09.5+02:00", "7:30 PM", "07:08:09"),
    *("31.12.2024", "31/12/2024 13:45", "12-31-2024", "1/2/2024, 3:04 am", "3:04:05.6"),
    *("6 May 2024", "May 6, 2024 7:08 pm", "Wednesday, 6-Sept-2024", "Thu, 06 Jun 2024 07:08 UTC"),
    *("06/Jun/2024:07:08:09 +0000", "Tues 06 December, 2024", "7 Jan. 2024 07:08:09 GMT"),
)
TEXT = ("value 17", "4 apples", "order #5", "no digits", "may", "inf", "", "id_0017/abcd")


def passing(texts, test):
    held = f"(SELECT unnest([{', '.join(map(DIALECT.literal, texts))}]) AS x) AS t"
    return [bool(n) for (n,) in duckdb.sql(f"SELECT {test} FROM {held}").fetchall()]


def test_all_that_is_read_passes():
    tests = [passing(READ, one.test("x")) for one in notations(DIALECT)]
    assert all(map(any, zip(*tests, strict=True)))
    assert all(passing(READ, may_be_read("x", DIALECT)))


@pytest.mark.parametrize("text", TEXT)
def test_texts_of_other_words_do_not_pass(text):
    assert passing([text], may_be_read("x", DIALECT)) == [False]
    assert not any(passing([text], one.test("x"))[0] for one in notations(DIALECT) if text != "inf")
