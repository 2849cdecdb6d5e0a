"""Sources of many columns in parts of few: a statement about one column binds these few."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from kullback.tables.engines import Source

BESIDE = 32  # columns of a part: a statement costs as much again as binding so many


class KeepsRows(Protocol):
    """An engine that takes frames, and keeps rows in tables of its own."""

    def lend(self, frame: Any) -> str:
        """Make a frame readable; return its name."""

    def keep(self, select: str) -> str:
        """Write rows into a table; return its name."""


def is_wide(source: Source) -> bool:
    """Return whether it pays to part a source; columns that DuckDB renames stay where they are."""
    names = {column.name.lower() for column in source.columns}
    return BESIDE * 2 < len(source.columns) == len(names)


def lying_in(table: str, source: Source) -> Source:
    """Return a source of many columns that all lie in one table: these are read many at once."""
    if not is_wide(source):
        return source
    there = (replace(column, part=f"{table} AS s") for column in source.columns)
    return replace(source, columns=tuple(there))


def parted(
    engine: KeepsRows,
    wide: Source,
    part: Callable[[Sequence[int], str], Any],
    beside: int = BESIDE,
) -> Source:
    """Return a source in which each column of many has a part of few columns.

    Texts have parts of their own: they are looked at again and again, and whatever lies beside them
    is bound as often.

    Parameters
    ----------
    engine : KeepsRows
        Where the parts go.
    wide : Source
        The source; of few columns it stays as it is.
    part : callable
        (places, addresses) of columns → what holds them: a query, whose rows are kept in a table
        (which takes some 13 kB a column, however few they are), or a frame, read where it lies.
    beside : int
        How many columns a part has.
    """
    if not is_wide(wide):
        return wide
    columns = list(wide.columns)
    texts = [place for place, column in enumerate(columns) if column.type == "VARCHAR"]
    others = sorted({*range(len(columns))} - {*texts})
    for group in (others, texts):
        for start in range(0, len(group), beside):
            places = group[start : start + beside]
            held = part(places, ", ".join(columns[place].address for place in places))
            name = engine.keep(held) if isinstance(held, str) else engine.lend(held)
            for place in places:
                columns[place] = replace(columns[place], part=f"{name} AS s")
    return replace(wide, columns=tuple(columns))
