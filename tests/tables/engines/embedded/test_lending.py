"""A frame is lent and described once; what of it cannot be read is found without its numbers."""

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from kullback.tables.engines.embedded.lending import Lending

WIDE = 100


class Counting:
    """A connection that counts what DuckDB is asked of a frame."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.registered: list[str] = []

    def register(self, name: str, data: Any) -> None:
        self.registered.append(name)
        self.connection.register(name, data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


def _frame(**texts: list[Any]) -> pd.DataFrame:
    numbers = {f"c{i}": np.arange(2.0) for i in range(WIDE)}
    return pd.DataFrame(numbers | {name: pd.Series(t, dtype=object) for name, t in texts.items()})


def test_what_could_be_read_is_not_lent_again():
    connection, frame = Counting(), _frame()
    lent = Lending(connection, "wide")
    assert lent.reads(frame)
    assert [name for name, _ in lent.told(frame)] == list(frame.columns)
    assert connection.registered == ["wide"]


def test_another_frame_is_lent_in_its_place():
    lent = Lending(duckdb.connect(), "wide")
    assert lent.reads(_frame())
    assert [name for name, _ in lent.told(pd.DataFrame({"x": [1]}))] == ["x"]


@pytest.mark.parametrize("others", [{}, {"t": ["a", "b"]}])
def test_a_text_that_none_can_hold_is_found_among_many_numbers(others):
    assert not Lending(duckdb.connect(), "wide").reads(_frame(T=["\ud800", "b"], **others))


def test_names_in_two_cases_are_two_columns_of_texts():
    assert Lending(duckdb.connect(), "wide").reads(_frame(t=["a", None], T=["c", "d"]))
