"""How columns of text spell numbers and times, recognised from all of their values.

A column is read as the numbers or times that it holds where nearly all values are spelt in one
way; what does not fit is unreadable, and said. Columns that hold lists are counted by length,
durations in seconds, and structures by presence.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

from kullback.results import Note
from kullback.tables.counting import aspects
from kullback.tables.counting.notations import (
    CLOCK,
    MONEY,
    PERCENT,
    PLAIN,
    TIMES,
    Notation,
    has_digits,
    holds,
    may_be_read,
    notations,
    unit,
    whole_numbers,
)
from kullback.tables.counting.side import (
    TELLING,
    DrawnRows,
    OpenedSide,
    counts_of,
    drawn_rows,
    named_once,
)
from kullback.tables.engines import SourceColumn
from kullback.tables.engines.csv.words import PAIRS, counted, spelling
from kullback.tables.engines.dialect import Dialect
from kullback.tables.engines.messages import of_one_thing
from kullback.tables.engines.type_names import canonical
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.types import kind_of, reading
from kullback.tables.results.comparison import Skipped

# What stands for no value in a column of numbers or times: the list of pandas' readers.
TOKENS = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "-", "?"),
)
TYPES = {TIMES: "TIMESTAMP", CLOCK: "TIME"}  # of which text is the spelling in some sources
_KEPT = {"text", "nothing"}  # kinds of the reference that keep text as it is
_TRUTH, _PLAIN_TRUTH = (
    Notation(
        "true and false",
        "BOOLEAN",
        f"lower({{0}}) IN ({', '.join(repr(word) for pair in pairs for word in pair)})".format,
        Dialect().boolean_of_text.format,
    )
    for pairs in (PAIRS, [pair for pair in PAIRS if pair != ("y", "n")])
)
EXACT = 15  # digits that a float holds
READABLE = 0.9  # the share of values that must be spelt in one way
LOOKED_AT = 1_000  # values that tell the unit of a column
SHOWN = 3  # unreadable values that are shown


def spelt(
    side: OpenedSide,
    kinds: dict[str, str] | None = None,
    nulls: Sequence[str] = (),
    *,
    decides: bool = False,
) -> OpenedSide:
    """Return a side whose columns are read as what their text spells, aspect by aspect.

    Parameters
    ----------
    side : OpenedSide
        Of any engine; what a database cannot read by patterns it reads by its own casts.
    kinds : dict of str to str, optional
        The kind of each column of the reference: what is text there stays text here.
    nulls : sequence of str
        Texts that stand for no value, in every column.
    decides : bool
        Whether the side is the reference, which decides what is free text, whatever `kinds` names.
    """
    columns: list[SourceColumn] = list(side.source.columns)
    if side.engine.dialect.is_duckdb:
        columns = [_shaped(one) for column in columns for one in aspects.nested(side, column)]
    columns = [_written(column, side) for column in columns]
    columns = [_without(_as_text(c, kinds, side), nulls, side) for c in columns]
    wanted = [c for c in columns if _may_spell(c, kinds)]
    found: dict[str, SourceColumn] = {}
    with of_one_thing():  # damaged data: counting says of which column
        some = drawn_rows(side, [column.address for column in wanted])
        found = {column.name: column for column in _recognised(side, wanted, kinds or {}, some)}
    columns = [found.get(c.name, c) for c in columns]
    with of_one_thing():
        columns = list(aspects.of_texts(side, columns, None if decides else kinds, some))
    return named_once(side, columns)


def _may_spell(column: SourceColumn, kinds: dict[str, str] | None) -> bool:
    kind = None if kinds is None else kinds.get(column.name)
    return column.type == "VARCHAR" and not column.role and kind not in _KEPT


def _shaped(column: SourceColumn) -> SourceColumn:
    """Return what can be counted of a column that is not one value a row."""
    held = column.address
    if column.type == "INTERVAL":
        return replace(column, address=f"epoch({held})", type="DOUBLE", spelling="seconds")
    if column.type == "JSON":
        return replace(column, address=f"CAST({held} AS VARCHAR)", type="VARCHAR", spelling="JSON")
    if column.type.endswith("]"):
        return replace(column, address=f"len({held})", type="BIGINT", spelling="lengths")
    if column.type.startswith(("STRUCT(", "MAP(", "UNION(")):
        there = f"CASE WHEN {held} IS NOT NULL THEN TRUE END"
        return replace(column, address=there, type="BOOLEAN", spelling="presence")
    return column


def _written(column: SourceColumn, side: OpenedSide) -> SourceColumn:
    """Return identifiers and categories as the text that they are in formats without the type."""
    if canonical(column.type) not in {"UUID", "ENUM"}:
        return column
    address = side.engine.dialect.text.format(column.address)
    return replace(column, address=address, type="VARCHAR")


def _as_text(column: SourceColumn, kinds: dict[str, str] | None, side: OpenedSide) -> SourceColumn:
    """Return a column of a source without types as text, where the reference's is text."""
    text = side.source.textual and (kinds or {}).get(column.name) == "text"
    if not text or kind_of(column.type) not in {"number", "time", "boolean"}:
        return column
    sql = reading(column.address, column.type, "text", "VARCHAR", side.engine.dialect)
    return replace(column, address=sql, type="VARCHAR")


def _without(column: SourceColumn, nulls: Sequence[str], side: OpenedSide) -> SourceColumn:
    """Return a column of text in which some texts stand for no value."""
    if not nulls or column.type != "VARCHAR":
        return column
    listed = ", ".join(map(side.engine.dialect.literal, nulls))
    text = side.engine.dialect.own_text.format(column.address)  # a collation may ignore case
    held = f"CASE WHEN trim({text}) NOT IN ({listed}) THEN {column.address} END"
    return replace(column, address=held)


def _recognised(
    side: OpenedSide,
    columns: Sequence[SourceColumn],
    kinds: dict[str, str],
    some: DrawnRows | None,
) -> Iterator[SourceColumn]:
    """Count in one statement what the columns hold, and look closely at digits and booleans.

    Of many rows some are drawn before: what is plainly text in them is not looked at as a whole.
    """
    if some:
        every = notations(side.engine.dialect)
        drawn = [replace(column, address=some.names[column.address]) for column in columns]
        asked = [_look(c, side, kinds, may_be_read) for c in drawn]
        looks = counts_of(side, asked, repeat(some.relation))
        columns = [
            column
            for column, (given, readable, truths) in zip(columns, looks, strict=True)
            if given < TELLING
            or 2 * truths >= given
            or (2 * readable >= given and _possible(side, column, every, some))
        ]
    where = (column.part or side.source.relation for column in columns)
    looks = counts_of(side, [_look(c, side, kinds) for c in columns], where)
    for column, (given, digits, truths) in zip(columns, looks, strict=True):
        wanted = kinds.get(column.name) == "boolean"
        if given and digits >= READABLE * given and not wanted:
            yield _read(side, column, _held(column, side), some)
        elif _is_truth(side, given, truths, wanted=wanted):
            yield _as_boolean(side, column, _held(column, side), (given, truths))


def _look(
    column: SourceColumn,
    side: OpenedSide,
    kinds: dict[str, str],
    test: Callable[[str, Dialect], str] = has_digits,
) -> tuple[str, str, str]:
    """Return what counts the texts of a column, those that pass, and those of true and false."""
    text, count = _held(column, side), side.engine.dialect.count
    digits = f"{count}(CASE WHEN {test(text, side.engine.dialect)} THEN 1 END)"
    truths = f"{count}(CASE WHEN {_truth(column, kinds).test(text)} THEN 1 END)"
    return f"{count}({text})", digits, truths


def _truth(column: SourceColumn, kinds: dict[str, str]) -> Notation:
    """Return in which words a column may hold true and false: not Y and N, but where it is known.

    Beside these two there is often a third answer, which not every part of the data has.
    """
    return _TRUTH if kinds.get(column.name) == "boolean" else _PLAIN_TRUTH


def _is_truth(side: OpenedSide, given: int, truths: int, *, wanted: bool) -> bool:
    """Return whether texts of a source without types are true and false, spelt out.

    All are, or nearly all where they are in the reference: another word may be a third answer.
    """
    least = READABLE * given if wanted else given
    return side.source.textual and given > 0 and truths >= least


def _as_boolean(
    side: OpenedSide, column: SourceColumn, text: str, counts: tuple[int, int]
) -> SourceColumn:
    of_pairs = side.engine.execute(f"SELECT {counted(text)} FROM {side.source.relation}")[0]
    return replace(
        column,
        address=_TRUTH.read(text),
        held=text,
        type="BOOLEAN",
        spelling=spelling([int(n) for n in of_pairs]),
        **_said(side, column, _TRUTH, text, (*counts, {})),
    )


def _held(column: SourceColumn, side: OpenedSide) -> str:
    """Return the SQL of a text, NULL where it stands for no value."""
    dialect = side.engine.dialect
    listed = ", ".join(map(dialect.literal, TOKENS))
    plain = column.address if dialect.is_duckdb else dialect.text.format(column.address)
    text = f"trim({plain})"
    return f"CASE WHEN {text} NOT IN ({listed}) THEN {text} END"


def _read(
    side: OpenedSide, column: SourceColumn, text: str, drawn: DrawnRows | None
) -> SourceColumn:
    """Return a column read in the notation that most of its values have, if nearly all do."""
    dialect = side.engine.dialect
    known = _possible(side, column, notations(dialect), drawn)
    if not known:
        return column
    inner = f"(SELECT {text} AS x FROM {column.part or side.source.relation}) AS t"
    few = dialect.some.format(LOOKED_AT)
    some = f"SELECT x FROM {inner} WHERE x IS NOT NULL {few}"
    found = unit(str(x) for (x,) in side.engine.execute(some))
    sums = [f"{dialect.count}({notation.known('x')})" for notation in known]
    sums += [
        f"{dialect.count}(CASE WHEN {holds('x', (mark,), dialect)} THEN 1 END)"
        for mark in (*PERCENT, *MONEY)
    ]
    sums += [f"{dialect.count}(x)", f"coalesce(max({dialect.length.format('x')}), 0)"]
    row = side.engine.execute(f"SELECT {', '.join(sums)} FROM {inner}")[0]
    *counts, given, longest = map(int, row)
    fits, held = counts[: len(known)], counts[len(known) :]
    best = max(range(len(fits)), key=lambda i: (fits[i], -i))
    if fits[best] < READABLE * given:
        return column
    notation = known[best]
    marks = [m for m, n in zip((*PERCENT, *MONEY), held, strict=True) if 2 * n > given]
    marks += [found] if found and notation.type == "DOUBLE" else []
    plain = (notation.name == PLAIN and not marks) or notation.name in {TIMES, CLOCK}
    spells = side.source.textual or TYPES.get(notation.name) in side.source.lacks
    counted_so = dict(zip(known, fits, strict=True))
    if notation.name == PLAIN and plain and longest > EXACT:
        notation = _exact(side, notation, inner, fits[best])
    return replace(
        column,
        address=notation.read(text),
        held=text,
        type=notation.type,
        spelling="" if plain and spells else " in ".join([notation.name, *marks]),
        **_said(side, column, notation, text, (given, fits[best], counted_so)),
    )


def _exact(side: OpenedSide, notation: Notation, inner: str, fits: int) -> Notation:
    """Return how to read whole numbers of many digits, if all are whole; else as before."""
    dialect = side.engine.dialect
    exactly = whole_numbers(dialect)
    if not dialect.matches:
        return notation
    found = side.engine.execute(f"SELECT {dialect.count}({exactly.known('x')}) FROM {inner}")
    return exactly if int(found[0][0]) == fits else notation


def _possible(
    side: OpenedSide, column: SourceColumn, every: Sequence[Notation], some: DrawnRows | None
) -> Sequence[Notation]:
    """Return the notations in which some values are written: of rows drawn, or a database's first.

    To tell in which a text is written costs a fifth of reading it in all of them, in a statement
    of a few rows too; patterns cost more in databases, SQLite runs them in Python.
    """
    dialect = side.engine.dialect
    address = some.names[column.address] if some else column.address
    relation = some.relation if some else column.part or side.source.relation
    inner = f"SELECT {_held(replace(column, address=address), side)} AS x FROM {relation}"
    whole = dialect.is_duckdb and not some
    if not (some or whole):
        few = dialect.some.format(LOOKED_AT)
        inner = f"SELECT x FROM ({inner}) AS t WHERE x IS NOT NULL {few}"
    sums = ", ".join(
        f"{dialect.count}(CASE WHEN {notation.test('x')} THEN 1 END)" for notation in every
    )
    asked = f"SELECT {sums}, {dialect.count}(x) FROM ({inner}) AS s"
    *fits, given = map(int, side.engine.execute(asked)[0])
    if given < TELLING and not whole:
        return every
    return [notation for notation, n in zip(every, fits, strict=True) if n]


def _said(
    side: OpenedSide,
    column: SourceColumn,
    notation: Notation,
    text: str,
    counts: tuple[int, int, Mapping[Notation, int]],
) -> dict[str, Any]:
    """Say how a column is read, what stands for no value, and what cannot be read."""
    given, fits, every = counts
    dialect = side.engine.dialect
    said = [f"{column.name!r} is read as {notation.name}"]
    others = [one.name for one, n in every.items() if n == fits and _other(notation, one)]
    said += [f"it could be {others[0]} as well"] if others else []
    tokens = side.engine.execute(
        f"SELECT x, {dialect.count}(*) AS n FROM (SELECT trim({column.address}) AS x FROM "
        f"{side.source.relation} WHERE {column.address} IS NOT NULL AND {text} IS NULL) AS t "
        "GROUP BY x ORDER BY n DESC, x"
    )
    said += [f"{int(n):,} spelt {x!r} are missing" for x, n in tokens[:SHOWN]]
    if fits < given:
        odd = side.engine.execute(
            f"SELECT DISTINCT {text} AS x FROM {side.source.relation} "
            f"WHERE {text} IS NOT NULL AND {notation.known(text)} IS NULL ORDER BY 1 "
            f"{dialect.first.format(SHOWN)}"
        )
        shown = ", ".join(repr(x) for (x,) in odd)
        said.append(f"unreadable: {given - fits:,} of {given:,}, such as {shown}")
    return {"note": "; ".join(said), "nulls": tuple(sorted(str(x) for x, _ in tokens))}


def _other(notation: Notation, other: Notation) -> bool:
    """Return whether another notation would give other times."""
    times = notation.type == other.type and kind_of(notation.type) == "time"
    return times and notation is not other


def notes(side: OpenedSide, argument: str) -> tuple[Note, ...]:
    """Return what is said of how a side and its columns are read."""
    source = side.source
    of_files = (
        (Note("file", f"{argument}: {source.name!r} is {source.note}."),) if source.note else ()
    )
    spelt_so = (
        Note("spelling", f"{argument}: {column.note}.") for column in source.columns if column.note
    )
    return (*of_files, *spelt_so)


def kinds_of(side: Profile | OpenedSide) -> dict[str, str]:
    """Return the kind of each column of a side that holds values."""
    if isinstance(side, OpenedSide):
        return {c.name: kind_of(c.type) for c in side.source.columns}
    counted = [column for column in side if isinstance(column, ColumnProfile)]
    held = {c.name: c.kind if c.missing < c.rows else "nothing" for c in counted}
    facts = {c.name: c.facts for c in side if isinstance(c, Skipped)}
    return held | {name: kind_of(known.type) for name, known in facts.items() if known}


def names_of(side: Profile | OpenedSide) -> list[str]:
    """Return the names of the columns of a side, aspects among them."""
    return [c.name for c in (side.columns if isinstance(side, Profile) else side.source.columns)]


def texts_of(like: Profile | OpenedSide | None) -> list[str]:
    """Return the columns that are text on a side, so that a file without types is read alike."""
    kinds = {} if like is None else kinds_of(like)
    return [name for name, kind in kinds.items() if kind == "text"]
