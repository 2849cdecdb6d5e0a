"""A side of a comparison whose rows can be counted."""

from typing import NamedTuple

from kullback.errors import InputError
from kullback.tables.engines import Engine, Source, SourceColumn


class OpenedSide(NamedTuple):
    """A side whose rows can be counted: its engine, what it opened, and how many rows it has."""

    engine: Engine
    source: Source
    rows: int


def column_of(source: Source, name: str, argument: str) -> SourceColumn:
    """Return the column of this name."""
    for column in source.columns:
        if column.name == name:
            return column
    names = [column.name for column in source.columns]
    raise InputError(f"{argument}: {source.name} has no column {name!r}; it has {names}")
