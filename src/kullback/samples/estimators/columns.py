"""What each column is: continuous, with atoms (values that come up again and again), or in steps.

Distances know nothing of probabilities of single values. So atoms are counted, and a column of
steps (rounded numbers, counts) beside continuous ones is spread: each value evenly over its
own step. The steps do not overlap, so that the value can be read off again: KL stays the same.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.results import Note
from kullback.samples.points.pair import SamplePair, ordered, run_lengths

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

LEAST = 5  # observations of one value that make it an atom
LEAST_SHARE = 0.01  # of a sample, likewise
FEW = 10  # points of no atom for each atom: with fewer, the values are a grid
CERTAIN = 14.0  # expected on the other side: none of so many comes by chance once in a million
REPEATED = 0.5  # distinct values for each distinct row, up to which a column is in steps
ENOUGH = 40  # rows of both sides that neighbours need where the other columns are counted
THIN = 0.1  # share of x that may lie where there are fewer
FULL = 5  # rows a combination where all columns are counted


class ColumnValues(NamedTuple):
    """The distinct values of one column, how often each side has them, and where rows are."""

    values: Array
    x: Array
    y: Array
    of_x: Codes
    of_y: Codes

    @property
    def heavy(self) -> NDArray[np.bool_]:
        """Which values come up again and again."""
        n, m = self.x.sum(), self.y.sum()
        often = (self.x >= max(LEAST, LEAST_SHARE * n)) | (self.y >= max(LEAST, LEAST_SHARE * m))
        return np.asarray(often)

    @property
    def untied(self) -> bool:
        """Whether the values beside the heavy ones are those of a continuous column."""
        both = (self.x + self.y)[~self.heavy]
        return bool(len(both) > FEW * self.heavy.sum() and len(both) == both.sum())

    @property
    def constant(self) -> bool:
        """Whether each side has one value."""
        return bool(np.count_nonzero(self.x) == np.count_nonzero(self.y) == 1)

    @property
    def lost(self) -> float:
        """Share of P in values that Q's sample would show if Q had them nearly as often."""
        expected = self.x * (self.y.sum() / self.x.sum())
        return float(self.x[(self.y == 0) & (expected > CERTAIN)].sum() / self.x.sum())


def values_of(x: Array, y: Array) -> ColumnValues:
    """Count the distinct values of one column on both sides."""
    values, which = np.unique(np.concatenate([x, y]), return_inverse=True)
    of_x, of_y = np.split(which.ravel(), [len(x)])
    n_x, n_y = (np.bincount(part, minlength=len(values)).astype(float) for part in (of_x, of_y))
    return ColumnValues(values, n_x, n_y, of_x, of_y)


@dataclass(frozen=True, eq=False)
class ColumnKinds:
    """What the columns of a pair of samples are.

    Parameters
    ----------
    columns : list of ColumnValues
        Each of them.
    counted : list of ndarray of bool
        Which values of each column are atoms.
    stepped : tuple of int
        Columns in steps that are too many to count.
    names : tuple of str
        What they are called.
    """

    columns: list[ColumnValues]
    counted: list[NDArray[np.bool_]]
    stepped: tuple[int, ...]
    names: tuple[str, ...]

    @cached_property
    def codes(self) -> tuple[Codes, Codes]:
        """For each row of x and of y and each column, which atom it sits on; −1 for none."""
        sides: list[list[Codes]] = [[], []]
        for column, atom in zip(self.columns, self.counted, strict=True):
            for side, where in zip(sides, (column.of_x, column.of_y), strict=True):
                side.append(np.where(atom[where], where, -1))
        x, y = (np.column_stack(side) for side in sides)
        return x, y

    @property
    def atoms(self) -> bool:
        """Whether anything is counted."""
        return any(atom.any() for atom in self.counted)

    @property
    def lost(self) -> float:
        """The largest share of P in values of one column that Q lacks beyond chance."""
        discrete = (
            column.lost
            for i, (column, atom) in enumerate(zip(self.columns, self.counted, strict=True))
            if atom.any() or i in self.stepped
        )
        return max(discrete, default=0.0)

    def label(self, codes: Codes) -> tuple[str, ...]:
        """Name the atoms of one row."""
        return tuple(
            f"{name} = {column.values[code]:g}"
            for name, column, code in zip(self.names, self.columns, codes, strict=True)
            if code >= 0
        )

    def spread(self, x: Array, y: Array, seed: int) -> tuple[Array, Array]:
        """Spread the values of columns in steps, each over its own step."""
        rng = np.random.default_rng(seed)
        x, y = x.copy(), y.copy()
        for i in self.stepped:
            column = self.columns[i]
            half = half_steps(column.values)
            for side, where in ((x, column.of_x), (y, column.of_y)):
                side[:, i] += half[where] * rng.uniform(-1, 1, len(side))
        return x, y

    def notes(self) -> tuple[Note, ...]:
        """Say what was taken for what."""
        found = []
        if self.atoms:
            size = sum(int(atom.sum()) for atom in self.counted)
            held = 100 * float((self.codes[0] >= 0).any(axis=1).mean())
            text = (
                f"{size} values come up again and again and were counted as atoms: they hold "
                f"{held:.3g} % of x."
            )
            found.append(Note("atoms", text))
        if self.stepped:
            said = ", ".join(
                f"{self.names[i]} ({len(self.columns[i].values)} distinct values)"
                for i in self.stepped
            )
            text = (
                f"In steps: {said}. Each value was spread evenly over its own step (seeded), which "
                f"leaves KL as it is."
            )
            found.append(Note("in-steps", text))
        return tuple(found)


def half_steps(values: Array) -> Array:
    """Return half the step of each of the sorted values: no two steps overlap.

    Examples
    --------
    >>> half_steps(np.array([0.0, 1.0, 2.0, 10.0])).tolist()
    [0.5, 0.5, 0.5, 0.5]
    """
    gaps = np.diff(values)
    usual = float(np.median(gaps))
    sides = np.minimum(np.append(gaps, usual), np.insert(gaps, 0, usual))
    return np.asarray(np.minimum(sides, usual) / 2)


def kinds(pair: SamplePair) -> ColumnKinds | None:
    """Find what the columns of a pair are; None where all are continuous, or as good as."""
    if not pair.dimensions:
        return None
    columns = [values_of(pair.x[:, j], pair.y[:, j]) for j in range(pair.dimensions)]
    names = pair.columns or tuple(f"column {j}" for j in range(pair.dimensions))
    none = [np.zeros(len(column.values), dtype=bool) for column in columns]
    counted = [
        column.heavy if column.heavy.any() and column.untied else empty
        for column, empty in zip(columns, none, strict=True)
    ]
    if pair.dimensions == 1:
        if columns[0].lost > 0:
            counted = [columns[0].heavy]
        found = ColumnKinds(columns, counted, (), names)
        return found if found.atoms else None
    rows = len(run_lengths(ordered(np.concatenate([pair.x, pair.y]))))
    if rows > len(columns) and any(column.constant for column in columns):
        return None  # whoever whitens says what to do about it
    steps = [
        j
        for j, column in enumerate(columns)
        if not column.untied and len(column.values) <= REPEATED * rows + 1
    ]
    few = _countable(ColumnKinds(columns, counted, (), names), steps)
    for j in few:
        counted[j] = ~none[j]
    stepped = tuple(j for j in steps if j not in few)
    found = ColumnKinds(columns, counted, stepped, names)
    return found if found.atoms or stepped else None


def _countable(found: ColumnKinds, steps: list[int]) -> list[int]:
    """Return the columns in steps that leave enough rows in each combination of their values."""
    chosen: list[int] = []
    for j in sorted(steps, key=lambda j: len(found.columns[j].values)):
        if _enough(found, [*chosen, j], whole=len(chosen) + 1 == len(found.columns)):
            chosen.append(j)
    return chosen


def _enough(found: ColumnKinds, chosen: list[int], *, whole: bool) -> bool:
    x, y = (
        np.column_stack([getattr(found.columns[j], side) for j in chosen])
        for side in ("of_x", "of_y")
    )
    which = np.unique(np.concatenate([x, y]), axis=0, return_inverse=True)[1].ravel()
    size = int(which.max()) + 1
    if whole:
        return len(which) >= FULL * size
    of_x, of_y = (np.bincount(part, minlength=size) for part in np.split(which, [len(x)]))
    thin = (of_x < ENOUGH) | ((of_y < ENOUGH) & (of_y > 0))
    return bool(of_x[thin].sum() <= THIN * len(x))
