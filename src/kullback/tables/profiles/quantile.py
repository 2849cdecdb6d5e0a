"""Between which values a quantile lies, from counts alone."""

import math
from collections.abc import Sequence

from kullback.errors import InputError
from kullback.results import Interval
from kullback.tables.profiles import bins
from kullback.tables.profiles.grid import Cell, Number
from kullback.tables.profiles.profile import Binned, ColumnProfile


def quantile(column: ColumnProfile, share: float) -> Interval:
    """Return the ends of the cell, or the bin, that holds a quantile."""
    if not 0 <= share <= 1:
        raise InputError(f"share={share!r} is not between 0 and 1")
    cells = _cells(column)
    rows = sum(cell.rows for cell in cells)
    if not rows:
        raise InputError(f"column {column.name!r} ({column.role}) has no numbers or times")
    rank = max(1, math.ceil(share * rows))
    for cell in cells:
        rank -= cell.rows
        if rank <= 0:
            break
    return Interval(float(cell.low), float(cell.high), 1.0, "cells of the profile")


def _cells(column: ColumnProfile) -> Sequence[Cell]:
    if column.grid is not None:
        return bins.parted(column.grid.cells, column.atoms)
    body = column.body
    if isinstance(body, Binned):
        low, high = column.minimum, column.maximum
        lowest: Number = -math.inf if low is None else low
        highest: Number = math.inf if high is None else high
        ends = [lowest, *(edge.value for edge in body.edges), highest]
        return [Cell(a, b, n) for a, b, n in zip(ends, ends[1:], body.counts, strict=False)]
    numbers = (v for v in body.counts if not isinstance(v, str | bool))
    return [Cell(v, v, body.counts[v]) for v in sorted(numbers)] if not body.other else []
