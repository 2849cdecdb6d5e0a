"""What is asked of many columns is asked in statements of bounded size."""

import numpy as np
import pandas as pd
import pytest

from kullback.tables.counting import side as sides
from kullback.tables.counting.side import OpenedSide, counts_of
from kullback.tables.engines.duckdb import connect


@pytest.mark.parametrize("columns", [0, 1, 16, 17, 70, 200])
def test_counts_of_many_columns_are_those_of_each(columns, monkeypatch):
    rng = np.random.default_rng(7)
    held = {f"c{i}": rng.choice(["a", "b", None], 30) for i in range(columns)} or {"c": [1]}
    frame = pd.DataFrame(held)
    with connect(frame) as engine:
        source = engine.open(frame, "data")
        side = OpenedSide(engine, source, len(frame))
        asked = [
            (f"count({c.address})", f"count(CASE WHEN {c.address} = 'a' THEN 1 END)")
            for c in source.columns[:columns]
        ]
        rows = [c.part or source.relation for c in source.columns]
        seen, execute = [], engine.execute
        monkeypatch.setattr(engine, "execute", lambda sql: seen.append(sql) or execute(sql))
        found = list(counts_of(side, asked, rows))
    assert found == [
        (int(frame[name].notna().sum()), int((frame[name] == "a").sum()))
        for name in list(frame)[:columns]
    ]
    assert max((sql.count("CASE") for sql in seen), default=0) <= sides.TOGETHER
