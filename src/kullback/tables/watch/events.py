"""What is watched in a column: events that each row is part of or not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.tables.profiles.align import bin_labels
from kullback.tables.profiles.profile import Binned, ColumnProfile, Edge, Listed, Value

Array = NDArray[np.float64]

NAMED = 30  # the most frequent values of a category that are watched each by itself
SPECIAL = ("missing", "plus_infinity", "minus_infinity", "unreadable")
_SAID = {
    "missing": "is missing",
    "plus_infinity": "is +∞",
    "minus_infinity": "is −∞",
    "unreadable": "cannot be read",
}


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """The events of one column: what they are called, and which cells make each.

    Parameters
    ----------
    members : ndarray of bool, shape (events, cells)
        Which cells make an event.
    names : tuple of str
        How each is said after the column's name: "≤ 10", "= 'red'", "is missing".
    values : tuple or None
        The values that are told apart, for a column that is counted by value.
    """

    members: NDArray[np.bool_]
    names: tuple[str, ...]
    values: tuple[Value, ...] | None

    def counted(self, column: ColumnProfile) -> Array:
        """Return how often each event happened in a profile of the same bins or values."""
        counts: Array = self.members @ self._cells(column)
        return counts

    def among(self, column: ColumnProfile) -> Array:
        """Return among how many rows each event could have happened.

        A value is one of the rows that have one, so that missing values move no other event.
        """
        special = self.members.shape[0] - len(SPECIAL)
        rows = np.full(self.members.shape[0], float(column.rows))
        rows[:special] = self._cells(column)[: -len(SPECIAL)].sum()
        return rows

    def absent(self, rows: int) -> tuple[Array, Array]:
        """Return counts and rows of a column that is not there: its values are all missing."""
        counts = np.zeros(len(self.names))
        counts[len(self.names) - len(SPECIAL) + SPECIAL.index("missing")] = rows
        among = np.zeros(len(self.names))
        among[-len(SPECIAL) :] = rows
        return counts, among

    def _cells(self, column: ColumnProfile) -> Array:
        special = [getattr(column, name) for name in SPECIAL]
        body = column.body
        if isinstance(body, Binned):
            return np.array([*body.counts, *special], dtype=np.float64)
        assert self.values is not None
        named = [body.counts.get(value, 0) for value in self.values]
        rest = sum(body.counts.values()) + body.other - sum(named)
        return np.array([*named, rest, *special], dtype=np.float64)


def events_of(column: ColumnProfile) -> Events:
    """Return the events of a column: in order where it has one, else value by value.

    For numbers and times "x ≤ edge" for each edge between two bins, which a shift, a change of
    scale and one of the tails all move; for categories each frequent value, and all others
    together. A missing, infinite or unreadable value is an event of every column.
    """
    body = column.body
    if isinstance(body, Binned):
        return _ordered(column, body)
    return _named(body)


def _ordered(column: ColumnProfile, body: Binned) -> Events:
    count = len(body.counts)
    below = np.tril(np.ones((count, count), dtype=bool))[: count - 1]
    labels = [str(label) for label in bin_labels(body.edges, column.kind)]
    names = [_upper(label, edge) for label, edge in zip(labels, body.edges, strict=False)]
    return _with_special(below, names, None)


def _upper(label: str, edge: Edge) -> str:
    """Say "up to the upper end" of a bin that is written "(1, 2]", "≤ 1" or "3"."""
    end = label.rsplit(", ", maxsplit=1)[-1].rstrip(")]").removeprefix("≤ ").removeprefix("< ")
    return f"{'≤' if edge.inclusive else '<'} {end}"


def _named(body: Listed) -> Events:
    ranked = sorted(body.counts.items(), key=lambda item: (-item[1], str(item[0])))
    shown = tuple(value for value, _ in ranked[:NAMED])
    names = [f"= {value!r}" for value in shown]
    names.append("= a value not seen before" if _complete(body) else "= any other value")
    return _with_special(np.eye(len(names), dtype=bool), names, shown)


def _complete(body: Listed) -> bool:
    return len(body.counts) <= NAMED and not body.other


def _with_special(
    members: NDArray[np.bool_], names: list[str], values: tuple[Any, ...] | None
) -> Events:
    cells = (members.shape[1] if values is not None else members.shape[0] + 1) + len(SPECIAL)
    whole = np.zeros((len(members) + len(SPECIAL), cells), dtype=bool)
    whole[: len(members), : members.shape[1]] = members
    whole[np.arange(len(SPECIAL)) + len(members), np.arange(-len(SPECIAL), 0)] = True
    return Events(whole, (*names, *(_SAID[name] for name in SPECIAL)), values)
