"""Against a saved profile, each column of the current data is read once."""

import numpy as np
import pandas as pd
import pytest

from kullback import tables


def frame(seed, n=4_000):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "real": rng.normal(size=n),
            "offset": rng.normal(1e9, 1, n),
            "when": pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, 10**8, n), "s"),
            "seats": rng.poisson(2, n),
            "plan": rng.choice(list("abc"), n),
            "flag": rng.random(n) < 0.5,
            "many": [f"v{i}" for i in rng.integers(0, 1_500, n)],
            "typed": rng.integers(0, 3, n),
            "null": [None] * n,
        }
    )


@pytest.mark.parametrize("privacy", [None, 10])
def test_one_visit_a_column(tmp_path, asked, privacy):
    path = tmp_path / "reference.json"
    tables.profile(frame(0), max_outcomes=100, privacy=privacy).save(path)
    current = frame(1).assign(typed=lambda rows: rows["typed"].astype(str).replace("2", "two"))
    current.loc[:4, "null"] = "now"
    current.to_parquet(tmp_path / "current.parquet")
    asked.clear()
    compared = tables.compare(path, tmp_path / "current.parquet")
    seen = {c.name for c in compared.compared if c.p_value <= compared.alpha}
    for column in frame(0):
        visits = [sql for sql in asked if f'"{column}"' in sql]
        # Where a change is seen the rows are read once more in the order of the times, for how
        # alike neighbours are.
        again = column in seen or (column == "when" and seen)
        # What the reference holds as numbers is looked at for how text spells them.
        expected = 2 if column == "typed" else 1
        assert len(visits) == expected or (again and len(visits) > expected), visits
        assert all(visit.count("FROM source_1") == 1 for visit in visits)
    assert compared["many"].verdict in {"same", "undecided"}
    assert compared["typed"].verdict == "retyped"


def test_one_visit_says_what_two_sides_say(tmp_path):
    """Pooled categories have their true counts, on whichever side they are frequent."""
    rng = np.random.default_rng(0)
    before = pd.DataFrame({"s": [f"v{i}" for i in rng.zipf(1.3, 9_000) % 900]})
    after = pd.DataFrame({"s": [f"v{i + 40}" for i in rng.zipf(1.3, 9_000) % 900]})
    plan = tables.profile(before, max_outcomes=50)
    column = tables.profile(after, like=plan)["s"]
    true = after["s"].value_counts()
    assert set(plan["s"].body.counts) <= set(column.body.counts)
    assert column.body.counts == {v: int(true.get(v, 0)) for v in column.body.counts}
    assert column.body.other == 9_000 - sum(column.body.counts.values())
    assert set(true.index[:30]) <= set(column.body.counts)
