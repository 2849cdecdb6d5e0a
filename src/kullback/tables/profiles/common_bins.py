"""Two profiles counted in different bins: the bins in which both counts are known.

No count is estimated. Coarse cells only make the bins fewer.
"""

from collections.abc import Sequence

from kullback.results import Note
from kullback.tables.profiles import bins, grid
from kullback.tables.profiles.grid import Cell, Grid, Keyed
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Profile
from kullback.tables.results.comparison import Skipped

_MOST = 0.8  # of the rows
_SIZE = 20  # bins, where the reference has none of its own


def shared(reference: ColumnProfile, current: ColumnProfile) -> tuple[Binned, Binned] | None:
    """Return both columns in common bins, chosen for the reference; None if there are none."""
    if reference.kind != current.kind:
        return None
    q, p = reference.grid, current.grid
    if q is not None and p is not None:
        return _of_grids(reference, current, q, p)
    for one, other in ((reference, current), (current, reference)):
        if isinstance(one.body, Binned) and other.grid is not None:
            cells = tuple(other.grid.cells)
            edges = [edge for edge in one.body.edges if not _inside(edge, cells)]
            found = Binned(tuple(edges), bins.counts(cells, edges))
            own = Binned(tuple(edges), bins.coarsen(one.body, edges))
            return _unless_empty((own, found) if one is reference else (found, own))
    if isinstance(reference.body, Binned) and isinstance(current.body, Binned):
        theirs = set(current.body.edges)
        edges = [edge for edge in reference.body.edges if edge in theirs]
        bodies = (reference.body, current.body)
        a, b = (Binned(tuple(edges), bins.coarsen(body, edges)) for body in bodies)
        return _unless_empty((a, b))
    return None


def _unless_empty(bodies: tuple[Binned, Binned]) -> tuple[Binned, Binned] | None:
    return bodies if bodies[0].edges else None


def _inside(edge: Edge, cells: Sequence[Cell]) -> bool:
    """Return whether an edge parts the values of a cell."""
    value, inclusive = edge
    if inclusive:
        return any(cell.low <= value < cell.high for cell in cells)
    return any(cell.low < value <= cell.high for cell in cells)


def _of_grids(
    reference: ColumnProfile, current: ColumnProfile, q: Grid, p: Grid
) -> tuple[Binned, Binned]:
    """Choose bins by the reference's rows; each cell ends where the outer one of both ends."""
    ends = {item.key: item.cell for item in grid.united([*_numbered(q, p), *_numbered(p, q)])}
    sides = []
    for own, other in ((q, p), (p, q)):
        rows = {item.key: item.cell.rows for item in _numbered(own, other)}
        sides.append([Cell(c.low, c.high, rows.get(key, 0)) for key, c in ends.items()])
    wanted = _wanted(reference.body.counts) if isinstance(reference.body, Binned) else _SIZE
    known = {atom.value for atom in current.atoms}
    spikes = bins.spikes([a for a in reference.atoms if a.value in known], q.rows, wanted)
    values = {atom.value for atom in spikes}
    chosen = bins.tailed(bins.parted(sides[0], spikes), max(2, wanted))
    theirs = bins.parted(sides[1], [atom for atom in current.atoms if atom.value in values])
    return chosen, Binned(chosen.edges, bins.counts(theirs, chosen.edges))


def _wanted(counts: Sequence[int]) -> int:
    """Return how many bins of equal mass there are, which hold most rows; tails apart."""
    rows, held = sum(counts), 0
    for place, n in enumerate(sorted(counts, reverse=True), 1):
        held += n
        if held >= _MOST * rows:
            return max(2, round(place / _MOST))
    return _SIZE


def _numbered(own: Grid, other: Grid) -> list[Keyed]:
    return grid.keyed(own.cells, min(grid.level_of(own), grid.level_of(other)))


def notes(reference: Profile, current: Profile) -> tuple[Note, ...]:
    """Say which columns of two profiles are compared in bins that neither was counted in."""
    theirs = {column.name: column for column in current}
    names = [repr(column.name) for column in reference if _differs(column, theirs.get(column.name))]
    if not names:
        return ()
    text = (
        f"The profiles count {', '.join(names[:5])}{' and more' if names[5:] else ''} in different "
        "bins; they are compared in bins whose counts both know."
    )
    return (Note("shared-bins", text),)


def _differs(one: ColumnProfile | Skipped, other: ColumnProfile | Skipped | None) -> bool:
    if not (isinstance(one, ColumnProfile) and isinstance(other, ColumnProfile)):
        return False
    bodies = (one.body, other.body)
    edges = [body.edges if isinstance(body, Binned) else None for body in bodies]
    return edges[0] != edges[1]
