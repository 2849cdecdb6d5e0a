"""A sample of whole rows as numbers, to see which columns hang together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.tables.counting.column_counts import read_as, wanted_kind
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.profiles.profile import ColumnProfile

Array = NDArray[np.float64]
NUMBERS = frozenset({"number", "time", "time of day"})


def sampled_rows(
    side: OpenedSide, plans: Sequence[ColumnProfile], rows: int, seed: int
) -> list[Array] | None:
    """Return about so many rows, an array a column; None where an engine cannot do it cheaply.

    Numbers and times are what they are, other values a number that stands for them, on both sides
    alike; NaN is missing. Rows are drawn by their place, so that a seed says which.
    """
    arrays = getattr(side.engine, "arrays", None)
    if arrays is None or not side.engine.dialect.keeps_order:
        return None
    values = []
    for place, plan in enumerate(plans):
        column = column_of(side.source, plan.name, "columns")
        wanted = wanted_kind(plan)
        value = read_as(side.engine, side.source, column, wanted, plan.type).value
        if wanted not in NUMBERS:
            value = f"CASE WHEN {value} IS NOT NULL THEN hash({value}) END"
        values.append(f"CAST({value} AS DOUBLE) AS c{place}")
    table, every = side.source.relation, side.rows // rows
    if every > 1:
        table = f"(SELECT s.*, row_number() OVER () AS kullback_row FROM {table}) AS s"
        table += f" WHERE hash(kullback_row, {seed}) % {every} = 0"
    found: Mapping[str, NDArray[Any]] = arrays(f"SELECT {', '.join(values)} FROM {table}")
    return [
        np.ma.filled(np.ma.asarray(found[f"c{i}"], dtype=np.float64), np.nan)
        for i in range(len(plans))
    ]
