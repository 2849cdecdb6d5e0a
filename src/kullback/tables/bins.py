"""From cells to bins: the quantiles of the reference, and its spikes in bins of their own."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from kullback.tables.cells import Cell
from kullback.tables.profiles import Binned, Edge

ROWS_PER_BIN = 5  # fewer rows than this a bin, and there are fewer bins


def choose(cells: Sequence[Cell], bins: int) -> Binned:
    """Return about `bins` bins of equal mass; a value that holds a whole bin is one alone.

    Parameters
    ----------
    cells : sequence of Cell
        In order.
    bins : int
        How many are wanted; at least two, and at least five rows in each.

    Examples
    --------
    >>> choose([Cell(i, i, 10) for i in range(4)], 2).edges
    (Edge(value=1, inclusive=True),)
    """
    rows = sum(cell.rows for cell in cells)
    wanted = max(2, min(bins, rows // ROWS_PER_BIN))
    edges: list[Edge] = []
    segment: list[Cell] = []
    for cell in cells:
        if not _is_spike(cell, rows, bins):
            segment.append(cell)
            continue
        edges += _quantiles(segment, rows, wanted)
        edges += [Edge(cell.low, inclusive=False), Edge(cell.low, inclusive=True)]
        segment = []
    edges += _quantiles(segment, rows, wanted)
    return Binned(tuple(edges), counts(cells, edges))


def _is_spike(cell: Cell, rows: int, bins: int) -> bool:
    heavy = cell.rows >= ROWS_PER_BIN and cell.rows * bins >= rows
    return cell.low == cell.high and (heavy or cell.rows == rows)


def _quantiles(segment: Sequence[Cell], rows: int, wanted: int) -> list[Edge]:
    """Cut a run of cells into bins of about ``rows / wanted``, at borders of cells."""
    below = list(accumulate(cell.rows for cell in segment))
    if not below:
        return []
    mass = below[-1]
    parts = max(1, round(mass * wanted / rows))
    cuts = {_nearest(below, mass * part / parts) for part in range(1, parts)}
    return [Edge(segment[cut].high, inclusive=True) for cut in sorted(cuts) if cut + 1 < len(below)]


def _nearest(below: Sequence[int], target: float) -> int:
    after = bisect_left(below, target)
    if after and target - below[after - 1] < below[after] - target:
        return after - 1
    return after


def counts(cells: Sequence[Cell], edges: Sequence[Edge]) -> tuple[int, ...]:
    """Add up the cells of each bin; every edge is the border of a cell."""
    sums = [0] * (len(edges) + 1)
    place = 0
    for cell in cells:
        while place < len(edges) and not _below(cell, edges[place]):
            place += 1
        sums[place] += cell.rows
    return tuple(sums)


def _below(cell: Cell, edge: Edge) -> bool:
    return cell.high <= edge.value if edge.inclusive else cell.high < edge.value
