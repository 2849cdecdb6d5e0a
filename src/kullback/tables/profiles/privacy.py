"""A profile from which no value can be read that too few rows hold.

Rare categories are pooled. Bins end at borders of the fixed grid, which knows nothing of the
data, and only beside cells that hold enough rows; so do their counts. Cells are left out.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from kullback.errors import InputError
from kullback.tables.profiles import bins, grid, identity
from kullback.tables.profiles.grid import Cell, Grid, Keyed, Number
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Listed, Profile
from kullback.tables.results.comparison import Skipped


def private(profile: Profile, minimum: int) -> Profile:
    """Return the profile without any value that fewer than `minimum` rows hold.

    Raises
    ------
    InputError
        If a column keeps only bins, and these were not made with `privacy=` themselves.
    """
    given: object = minimum
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise InputError(f"privacy={minimum!r} cannot be used; expected an integer of at least 1")
    columns, unsettled = (
        tuple(_column(column, profile, minimum) for column in every)
        for every in (profile.columns, profile.unsettled)
    )
    return replace(profile, columns=columns, unsettled=unsettled, privacy=minimum)


def _column(
    column: ColumnProfile | Skipped, profile: Profile, minimum: int
) -> ColumnProfile | Skipped:
    if isinstance(column, Skipped):
        return replace(column, facts=None)
    reason = identity.identifier(column)
    if reason is not None:
        return Skipped(column.name, reason, role=column.role)
    body = column.body
    if isinstance(body, Listed):
        body = _pooled(body, minimum)
    elif column.grid is not None:
        body = _binned(column.grid, profile.bins, minimum)
    elif body.edges and profile.privacy is None:
        raise InputError(
            f"privacy={minimum}: column {column.name!r} keeps only bins, whose edges are values of "
            "the data they were made from; make the profile, or that of like=, with privacy="
        )
    else:
        body = _merged(body, minimum)
    return replace(
        column, body=body, minimum=None, maximum=None, grid=None, atoms=(), drawn=None, facts=None
    )


def _pooled(listed: Listed, minimum: int) -> Listed:
    counts = {value: n for value, n in listed.counts.items() if n >= minimum}
    rare = sum(listed.counts.values()) - sum(counts.values())
    return Listed(counts, listed.other + rare)


def _binned(kept: Grid, size: int, minimum: int) -> Binned:
    """Choose bins again, of blocks of cells; two blocks meet where a cell holds enough rows."""
    cells, level = _populated(kept, minimum)
    meeting = [i for i, pair in enumerate(pairwise(cells), 1) if _rows(max, pair) >= minimum]
    ends = [0, *meeting, len(cells)]
    blocks = [cells[start:end] for start, end in pairwise(ends) if start < end]
    chosen = bins.choose([_mark(i, block) for i, block in enumerate(blocks)], size)
    cuts = {math.floor(edge.value) + edge.inclusive for edge in chosen.edges}
    edges = [
        _edge(blocks[cut - 1][-1], blocks[cut][0], level, minimum)
        for cut in sorted(cuts)
        if 0 < cut < len(blocks)
    ]
    typed = tuple(Edge(_typed(edge, kept.cells[0].low), edge.inclusive) for edge in edges)
    return _merged(Binned(typed, tuple(_sums(blocks, sorted(cuts)))), minimum)


def _rows(total: Callable[[Iterable[int]], int], cells: Iterable[Keyed]) -> int:
    return total(cell.rows for _, cell in cells)


def _mark(place: int, block: Sequence[Keyed]) -> Cell:
    """Return a block as a cell that says where it stands; one value alone may be a spike."""
    single = block[0].cell.low == block[-1].cell.high
    return Cell(place, place if single else place + 0.5, _rows(sum, block))


def _sums(blocks: Sequence[Sequence[Keyed]], cuts: Iterable[int]) -> list[int]:
    inner = [cut for cut in cuts if 0 < cut < len(blocks)]
    rows = [_rows(sum, block) for block in blocks]
    return [sum(rows[start:end]) for start, end in pairwise([0, *inner, len(blocks)])]


def _populated(kept: Grid, minimum: int) -> tuple[list[Keyed], int]:
    """Return the finest cells of which those with enough rows hold half of all rows."""
    level = grid.level_of(kept)
    cells = grid.keyed(kept.cells, level)
    while level and 2 * sum(c.rows for _, c in cells if c.rows >= minimum) < kept.rows:
        level -= 1
        cells = grid.gather(cells, 1)
    return cells, level


def _edge(below: Keyed, above: Keyed, level: int, minimum: int) -> Edge:
    """Return a border between two cells, of the one that holds enough rows."""
    if below.cell.rows >= minimum:
        return _end(below.key, level)
    value, inclusive = _end(-above.key, level)  # seen in the mirror, it is the upper end
    return Edge(-value, not inclusive)


def _end(key: int, level: int) -> Edge:
    """Return the upper end of a cell; the smallest ones end at zero, which is not in them."""
    if key > 0:
        return Edge(grid.border(key + 1, level), inclusive=False)
    value = grid.border(key, level)
    return Edge(value, inclusive=key == 0 or value != 0)


def _typed(edge: Edge, like: Number) -> Number:
    """Return a border as a number of the column's type that parts it in the same way."""
    value = edge.value
    if isinstance(like, int) and math.isfinite(value):
        return math.floor(value) if edge.inclusive else math.ceil(value)
    return Decimal(value) if isinstance(like, Decimal) else value


def _merged(binned: Binned, minimum: int) -> Binned:
    """Join each bin with too few rows to a neighbour."""
    edges: list[Edge] = []
    held = 0
    for n, edge in zip(binned.counts, binned.edges, strict=False):
        held += n
        if held >= minimum:
            edges.append(edge)
            held = 0
    if edges and held + binned.counts[-1] < minimum:
        edges.pop()
    return Binned(tuple(edges), bins.coarsen(binned, edges))
