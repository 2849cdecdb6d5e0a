"""How CSV files write true, false and dates, which a reader of types does not tell."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from kullback.tables.engines import Source

ANY_CASE = ("true", "false")
PAIRS = (
    ANY_CASE,
    *(("yes", "no"), ("Yes", "No"), ("YES", "NO")),
    *(("t", "f"), ("T", "F"), ("y", "n"), ("Y", "N"), ("1", "0")),
)
DATES = "written as"  # the beginning of how dates are spelt
FIRST = re.compile("9[^9Y]+9[^9Y]+(?:YYYY|9)")  # shapes of dates that begin with day or month
SHORT = re.compile(f"{DATES} 9[./]9[./]9(?![.]9).*")
LOOKED_AT = 20_000  # rows that tell how dates are written
_WHAT = {"BOOLEAN": "true and false, spelt", "DATE": "dates", "TIMESTAMP": "times"}
ENOUGH = 0.1  # the share of values from which on a pair of words is how a column is spelt


def spelling(counts: Sequence[int]) -> str:
    """Return how true and false are spelt; empty for these words themselves, in any case.

    Parameters
    ----------
    counts : sequence of int
        How many values each of `PAIRS` has.

    Examples
    --------
    >>> spelling([0, 0, 80, 0, 0, 0, 0, 0, 0]), spelling([80, 1, 0, 0, 0, 0, 0, 0, 0])
    ('Yes/No', '')
    """
    least = max(1, ENOUGH * sum(counts))
    found = ["/".join(pair) for pair, n in zip(PAIRS, counts, strict=True) if n >= least]
    return "" if found in ([], ["/".join(PAIRS[0])]) else " and ".join(found)


def counted(text: str) -> str:
    """Return the SQL that counts how many values of a text each of `PAIRS` has."""
    held = f"trim({text})"
    cased = (f"lower({held})" if pair == ANY_CASE else held for pair in PAIRS)
    words = (", ".join(f"'{word}'" for word in pair) for pair in PAIRS)
    asked = zip(cased, words, strict=True)
    return ", ".join(f"count(CASE WHEN {of} IN ({w}) THEN 1 END)" for of, w in asked)


def with_words(source: Source, scan: str, execute: Callable[[str], list[Any]]) -> Source:
    """Return a source of CSV files whose columns say how their true, false and dates are written.

    Parameters
    ----------
    source : Source
        As its types were found out.
    scan : str
        The SQL that reads its files, a call of `read_csv`.
    execute : callable
        Runs SQL.
    """
    texts = f"{scan.removesuffix(')')}, all_varchar=true)"
    spelt = {**_truths(source, texts, execute), **_dates(source, scan, texts, execute)}
    columns = (
        replace(c, spelling=said, note=f"{c.name!r} holds {_WHAT[c.type]} {said}")
        if (said := spelt.get(c.address))
        else c
        for c in source.columns
    )
    return replace(source, columns=tuple(columns))


def of_short_years(source: Source) -> list[str]:
    """Return the columns whose dates have years of two digits, which may be taken for days."""
    return [c.name for c in source.columns if SHORT.fullmatch(c.spelling)]


def _truths(source: Source, scan: str, execute: Callable[[str], list[Any]]) -> dict[str, str]:
    held = [column.address for column in source.columns if column.type == "BOOLEAN"]
    if not held:
        return {}
    (found,) = execute(f"SELECT {', '.join(map(counted, held))} FROM {scan}")
    size = len(PAIRS)
    return {a: spelling(found[i * size : (i + 1) * size]) for i, a in enumerate(held)}


def _dates(
    source: Source, scan: str, texts: str, execute: Callable[[str], list[Any]]
) -> dict[str, str]:
    """Return the shape of dates that do not begin with the year; a file has one for a column."""
    held = [column.address for column in source.columns if column.type in {"DATE", "TIMESTAMP"}]
    if not held:
        return {}
    years = "regexp_replace(trim({0}), '[0-9]{{4}}', 'YYYY')"
    shape = f"mode(regexp_replace({years}, '[0-9]+', '9', 'g')) FILTER (trim({{0}}) <> '')"
    other = "count(CASE WHEN NOT regexp_matches({0}, '^\\s*[0-9]{{4}}-') THEN 1 END) > 0"
    asked = ", ".join(f"{other.format(a)}, {shape.format(a)}" for a in held)
    rows = f"(SELECT {', '.join(held)} FROM {texts} LIMIT {LOOKED_AT})"
    (found,) = execute(f"SELECT {asked} FROM {rows} AS t")
    shapes = {
        a: shape
        for a, is_other, shape in zip(held, found[::2], found[1::2], strict=True)
        if is_other and shape
    }
    firsts = _firsts([a for a, s in shapes.items() if FIRST.match(s)], scan, texts, execute)
    return {a: f"{DATES} {shape}{firsts.get(a, '')}" for a, shape in shapes.items()}


def _firsts(
    held: Sequence[str], scan: str, texts: str, execute: Callable[[str], list[Any]]
) -> dict[str, str]:
    """Say of dates that begin with two numbers whether the first was read as day or as month."""
    if not held:
        return {}
    number = "sum(TRY_CAST(regexp_extract({0}, '[0-9]+') AS BIGINT))"
    asked = (
        (", ".join(number.format(a) for a in held), texts),
        (", ".join(f"sum(day({a})), sum(month({a}))" for a in held), scan),
    )
    first, parts = (
        execute(f"SELECT {what} FROM (SELECT {', '.join(held)} FROM {of} LIMIT {LOOKED_AT}) AS t")[
            0
        ]
        for what, of in asked
    )
    said = {True: ", day first", False: ", month first"}
    return {
        a: said[n == day]
        for a, n, day, month in zip(held, first, parts[::2], parts[1::2], strict=True)
        if (n == day) != (n == month)
    }
