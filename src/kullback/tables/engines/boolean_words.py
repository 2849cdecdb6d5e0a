"""The words that CSV files have for true and false, which a reader of types does not tell."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from kullback.tables.engines import Source

PAIRS = (("true", "false"), ("yes", "no"), ("t", "f"), ("y", "n"), ("1", "0"))
ENOUGH = 0.1  # the share of values from which on a pair of words is how a column is spelt


def spelling(counts: Sequence[int]) -> str:
    """Return how true and false are spelt; empty for these words themselves, in any case.

    Parameters
    ----------
    counts : sequence of int
        How many values each of `PAIRS` has.

    Examples
    --------
    >>> spelling([0, 80, 0, 0, 0]), spelling([80, 1, 0, 0, 0]), spelling([60, 0, 20, 0, 0])
    ('yes/no', '', 'true/false and t/f')
    """
    least = max(1, ENOUGH * sum(counts))
    found = ["/".join(pair) for pair, n in zip(PAIRS, counts, strict=True) if n >= least]
    return "" if found in ([], ["/".join(PAIRS[0])]) else " and ".join(found)


def counted(text: str) -> str:
    """Return the SQL that counts how many values of a text each of `PAIRS` has."""
    words = (", ".join(f"'{word}'" for word in pair) for pair in PAIRS)
    return ", ".join(f"count(CASE WHEN lower(trim({text})) IN ({w}) THEN 1 END)" for w in words)


def with_words(source: Source, scan: str, execute: Callable[[str], list[Any]]) -> Source:
    """Return a source whose columns of true and false say in which words they are written.

    Parameters
    ----------
    source : Source
        As its types were found out.
    scan : str
        The SQL that reads its files as nothing but text.
    execute : callable
        Runs SQL.
    """
    held = [column.address for column in source.columns if column.type == "BOOLEAN"]
    if not held:
        return source
    (found,) = execute(f"SELECT {', '.join(map(counted, held))} FROM {scan}")
    size = len(PAIRS)
    spelt = {a: spelling(found[i * size : (i + 1) * size]) for i, a in enumerate(held)}
    columns = (
        replace(c, spelling=said, note=f"{c.name!r} holds true and false, spelt {said}")
        if (said := spelt.get(c.address))
        else c
        for c in source.columns
    )
    return replace(source, columns=tuple(columns))
