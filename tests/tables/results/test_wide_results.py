"""What a result of many columns costs grows with the columns, and not with their square."""

import sys

import numpy as np
import pandas as pd
import pytest

from kullback import tables

WAYS = {
    "text": str,
    "json": lambda found: found.to_json(),
    "markdown": lambda found: found.to_markdown(),
    "page": lambda found: found.to_html(),
    "frame": lambda found: found.to_frame(),
    "gate": lambda found: found.failing("undecided"),
    "by name": lambda found: [found[column.name] for column in found.columns],
}


def calls(way, columns):
    """Return how many functions are called, of Python and of C: a time that no machine changes."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.integers(0, 3, (40, columns))).add_prefix("c")
    found = tables.compare(frame, frame[::-1] % 2)
    count = 0

    def counted(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        way(found)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("way", WAYS)
def test_twice_the_columns_take_twice_the_work(way):
    WAYS[way](tables.compare({"a": [1, 2, 3]}, {"a": [1, 2, 3]}))  # what is loaded once
    assert calls(WAYS[way], 40) < 2.1 * calls(WAYS[way], 20) + 200
