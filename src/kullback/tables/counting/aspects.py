"""Columns that hold more than one value a row, looked at through several numbers and categories.

A list is counted by its length and one of its elements, a vector of fixed length by projections, a
structure field by field, mixed JSON by its types, and free text, on any engine, by its characters
and words. Each aspect is a column of its own, drawn and computed from its row alone, so that rows
stay as independent as they were and profiles hold, save and merge aspects like any other counts.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import repeat

from kullback.tables.counting import statements
from kullback.tables.counting.column_counts import read_as
from kullback.tables.counting.side import TELLING, DrawnRows, OpenedSide, counts_of
from kullback.tables.counting.together import AT_ONCE, COUNTED_ONCE
from kullback.tables.engines import KeepsCounts, SourceColumn
from kullback.tables.engines.dialect import Dialect
from kullback.tables.profiles.aspects import KEYS, NO, OF_KEYS, OF_TEXT, TEXT, WORDED, YES, named
from kullback.tables.profiles.roles import ENOUGH
from kullback.tables.profiles.types import kind_of

DEEPEST = 4  # structures within lists within structures
PARTS = 12  # projections of a vector
_MOST = 4_096  # the longest list that is taken for a vector
_FIXED = 0.99  # the share of lists that have the length of a vector
_DRAWN = "md5_number_lower({0})"  # the same in every version, unlike hash()
Aspect = tuple[str, str, Callable[[str, Dialect], str]]
_APART = 0.4  # the share that must differ in a draw, where more of all may do
GROUPS = 64  # of words, so that no word of anybody's is kept
GAPS, _UNEVEN = "[ \t\n\r\f]+", "[\t\n\r\f]|  "
SENTENCE, OF_A_WORD = "[^ ] +[^ ]+ +[^ ]", "[A-Za-z]*[0-9][A-Za-z0-9]*"
# Words between spaces, or a line of a script that writes without them.
UNSPACED = "[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]"
_DIGITS = 9  # of a hash in decimal digits, from which is drawn


def nested(side: OpenedSide, column: SourceColumn, depth: int = 0) -> Iterator[SourceColumn]:
    """Yield a column, and the aspects of its lists and structures."""
    yield column
    if depth == DEEPEST:
        return
    if column.type == "JSON":
        yield _aspect(column, "type", "VARCHAR", f"json_type({column.address})")
    elif column.type.endswith("]"):
        yield from _of_list(side, column, depth)
    elif column.type.startswith("MAP("):
        entries = f"map_entries({column.address})"
        found = side.engine.execute(f"DESCRIBE SELECT {entries} AS e FROM {_rows(side, column)}")
        held = _aspect(column, "entries", str(found[0][1]), entries)
        yield from nested(side, held, depth + 1)
    elif column.type.startswith("STRUCT("):
        for name, type_name in _fields(side, column):
            value = f"struct_extract({column.address}, {side.engine.dialect.literal(name)})"
            yield from nested(side, _aspect(column, name, type_name, value), depth + 1)


def _aspect(column: SourceColumn, name: str, type_name: str, sql: str) -> SourceColumn:
    return SourceColumn(named(column.name, name), sql, type_name, part=column.part)


def _rows(side: OpenedSide, column: SourceColumn) -> str:
    return column.part or side.source.relation


def _fields(side: OpenedSide, column: SourceColumn) -> list[tuple[str, str]]:
    """Return the names and types of the fields of a structure."""
    rows = side.engine.execute(
        f"DESCRIBE SELECT unnest({column.address}) FROM {_rows(side, column)}"
    )
    return [(str(row[0]), str(row[1])) for row in rows]


def _of_list(side: OpenedSide, column: SourceColumn, depth: int) -> Iterator[SourceColumn]:
    held, element = column.address, column.type[: column.type.rindex("[")]
    if kind_of(element) == "number":
        numbers = f"CAST({held} AS DOUBLE[])"
        length = _fixed_length(side, column)
        if length:
            yield from _of_vector(column, numbers, length)
            return
        yield _aspect(column, "mean", "DOUBLE", f"list_avg({numbers})")
    place = f"1 + ({_DRAWN.format(f'CAST({held} AS VARCHAR)')} % len({held}))::BIGINT"
    drawn = f"CASE WHEN len({held}) > 0 THEN {held}[{place}] END"
    yield from nested(side, _aspect(column, "an element", element, drawn), depth + 1)


def _fixed_length(side: OpenedSide, column: SourceColumn) -> int:
    """Return the length that nearly all lists have; 0 if there is none."""
    held = column.address
    rows = side.engine.execute(
        f"SELECT len({held}), count(*) FROM {_rows(side, column)} WHERE {held} IS NOT NULL "
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    total = sum(int(n) for _, n in rows)
    if not total or int(rows[0][1]) < _FIXED * total or not 2 <= int(rows[0][0]) <= _MOST:
        return 0
    return int(rows[0][0])


def _of_vector(column: SourceColumn, numbers: str, length: int) -> Iterator[SourceColumn]:
    """Yield the norm, the mean, and the coordinates of a vector or signed sums of them."""
    there = f"len({numbers}) = {length} AND list_count({numbers}) = {length}"

    def valid(sql: str) -> str:
        return f"CASE WHEN {there} THEN {sql} END"

    norm = valid(f"sqrt(list_inner_product({numbers}, {numbers}))")
    yield _aspect(column, "norm", "DOUBLE", norm)
    yield _aspect(column, "mean", "DOUBLE", valid(f"list_avg({numbers})"))
    for i, weights in enumerate(projections(length), 1):
        if length <= PARTS:
            sql = f"{numbers}[{i}]"
        else:
            sql = f"list_inner_product({numbers}, [{', '.join(map(str, weights))}]::DOUBLE[])"
        yield _aspect(column, f"direction {i}", "DOUBLE", valid(sql))


def projections(length: int) -> Sequence[Sequence[int]]:
    """Return the weights of each direction: every coordinate in one of them, with a sign.

    A shift of one coordinate shows in its direction among few others, one of all in the mean.

    Examples
    --------
    >>> projections(2)
    [[1, 0], [0, 1]]
    """
    if length <= PARTS:
        return [[int(i == j) for j in range(length)] for i in range(length)]
    drawn = [hashlib.md5(str(i).encode(), usedforsecurity=False).digest() for i in range(length)]
    return [
        [(1 if digest[8] % 2 else -1) * (digest[0] % PARTS == part) for digest in drawn]
        for part in range(PARTS)
    ]


def of_texts(
    side: OpenedSide,
    columns: Sequence[SourceColumn],
    known: Collection[str] | None,
    some: DrawnRows | None,
) -> Iterator[SourceColumn]:
    """Yield columns, and the aspects of those that hold free text.

    Parameters
    ----------
    side : OpenedSide
        Where they lie.
    columns : sequence of SourceColumn
        As they are read.
    known : collection of str or None
        The columns of the reference, which decides what is free text.
    some : DrawnRows or None
        Rows drawn of all columns of text.
    """
    texts = [c for c in columns if c.type == "VARCHAR" and not c.role]
    if known is None:
        looked_at = dict(_looked_at(side, texts, some))
    else:
        both = ((c.name, way) for c in texts for way in (_OF_TEXT, _OF_KEYS))
        looked_at = {name: way for name, way in both if named(name, way[0][0]) in known}
    for column in columns:
        yield column
        yield from _of_text(side, column, looked_at.get(column.name, ()))


def of_both(side: OpenedSide, names: Collection[str]) -> list[SourceColumn]:
    """Return both kinds of aspects of columns of which few rows do not tell what they hold."""
    if not side.engine.dialect.matches:
        return []
    own = (c for c in side.source.columns if c.name in names)
    texts = (c for c in own if c.type == "VARCHAR" and not c.role)
    found = (one for c in texts for one in _of_text(side, c, (*_OF_TEXT, *_OF_KEYS, _WORDED)))
    held = {column.name for column in side.source.columns}
    return [column for column in found if column.name not in held]


def _of_text(
    side: OpenedSide, column: SourceColumn, kinds: Sequence[Aspect]
) -> Iterator[SourceColumn]:
    held = _held(column, side)
    length = side.engine.dialect.length.format(held)
    for name, type_name, sql in kinds:
        given = f"CASE WHEN {length} > 0 THEN {sql(held, side.engine.dialect)} END"
        yield SourceColumn(named(column.name, name), given, type_name, part=column.part)


def _held(column: SourceColumn, side: OpenedSide) -> str:
    """Return the SQL of the text of a column."""
    dialect = side.engine.dialect
    return column.address if dialect.is_duckdb else dialect.text.format(column.address)


def _looked_at(
    side: OpenedSide, texts: Sequence[SourceColumn], some: DrawnRows | None
) -> Iterator[tuple[str, Sequence[Aspect]]]:
    """Yield the names of columns of many different values, and the aspects that tell of them."""
    dialect = side.engine.dialect
    if side.rows < ENOUGH or not texts or not dialect.matches:
        return
    held = {column.name: _held(column, side) for column in texts}
    worded = set(held)
    if some:  # texts that repeat in a few rows repeat in all of them
        asked = [_look(some.names[sql], dialect, worded=True) for sql in held.values()]
        looks = dict(zip(held, counts_of(side, asked, repeat(some.relation)), strict=True))
        texts = [c for c in texts if _may_differ(*looks[c.name])]
        worded = {name for name, found in looks.items() if _may_be_worded(*found)}
    known = {c.name: seen for c in texts if c.name not in worded and (seen := _counted(side, c))}
    rest = [c for c in texts if c.name not in known]
    asked = [_look(held[c.name], dialect, worded=c.name in worded) for c in rest]
    found = counts_of(side, asked, (c.part or side.source.relation for c in rest))
    known |= dict(zip((c.name for c in rest), found, strict=True))
    for column in texts:
        given, sentences, distinct = known[column.name]
        if given >= ENOUGH and sentences >= TEXT * given and distinct >= TEXT * given:
            yield column.name, _OF_TEXT
        elif given >= ENOUGH and distinct >= KEYS * given:
            yield column.name, _OF_KEYS


def _counted(side: OpenedSide, column: SourceColumn) -> tuple[int, ...] | None:
    """Return what is counted of texts without sentences, if that is kept for what comes later."""
    once = COUNTED_ONCE <= side.rows <= AT_ONCE and not (column.part or column.held)
    if not (once and isinstance(side.engine, KeepsCounts)):
        return None
    read = read_as(side.engine, side.source, column, "text", column.type)
    rows = side.engine.of_counted(statements.different_texts(read))
    return (int(rows[0][0]), 0, int(rows[0][1])) if rows else None


def _may_differ(given: int, _: int, distinct: int) -> bool:
    return given < TELLING or distinct >= _APART * given


def _may_be_worded(given: int, sentences: int, _: int) -> bool:
    return given < TELLING or 2 * sentences >= TEXT * given


def _look(text: str, dialect: Dialect, *, worded: bool) -> tuple[str, str, str]:
    """Return what counts the texts, the sentences and, about, the different texts of a column."""
    sentences = f"count(CASE WHEN {_is_sentence(text, dialect)} THEN 1 END)" if worded else "0"
    return f"count({text})", sentences, dialect.distinct.format(text)


def _is_sentence(text: str, dialect: Dialect) -> str:
    found = dialect.matches.format(text, dialect.literal(SENTENCE))
    unspaced = dialect.matches.format(text, dialect.literal(UNSPACED))
    return f"{found} OR ({dialect.length.format(text)} >= 8 AND {unspaced})"


def _characters(text: str, dialect: Dialect) -> str:
    return dialect.length.format(text)


def _spaced(text: str, dialect: Dialect) -> str:
    """Return the SQL of a text with one space between words; few texts need to be rewritten."""
    uneven = dialect.matches.format(text, dialect.literal(_UNEVEN))
    even = dialect.rewritten(text, {GAPS: " "})
    return f"trim(CASE WHEN {uneven} THEN {even} ELSE {text} END)"


def _words(text: str, dialect: Dialect) -> str:
    spaced = _spaced(text, dialect)
    joined = dialect.length.format(f"replace({spaced}, ' ', '')")
    return f"1 + {dialect.length.format(spaced)} - {joined}"


def _draw(text: str, below: str, dialect: Dialect) -> str:
    """Return the SQL of a whole number below another, by the hash of a text; NULL below 0."""
    digest = dialect.digest.format(text)
    digits = f"translate({digest}, 'abcdef', '')"
    if not dialect.is_duckdb:
        digits = dialect.rewritten(digest, {"[a-f]": ""})
    first = dialect.piece.format(dialect.joined.format("'0'", digits), 1, _DIGITS)
    return dialect.remainder.format(dialect.integer.format(first), f"nullif({below}, 0)")


def _character(text: str, dialect: Dialect) -> str:
    place = _draw(text, dialect.length.format(text), dialect)
    return dialect.piece.format(text, f"1 + {place}", 1)


def _word(text: str, dialect: Dialect) -> str:
    """Return the SQL of the group of a drawn word."""
    place = _draw(text, _words(text, dialect), dialect)
    word = dialect.word.format(_spaced(text, dialect), f"1 + {place}")
    group = dialect.text.format(_draw(word, str(GROUPS), dialect))
    return dialect.joined.format("'group of words '", group)


def _letter(text: str, dialect: Dialect) -> str:
    """Return the SQL of a letter outside of the codes of a key: of mail hosts, of paths."""
    letters = dialect.rewritten(text, {dialect.not_in_word + OF_A_WORD: ""})
    drawn = _character(letters, dialect)
    return f"CASE WHEN {dialect.length.format(letters)} > 0 THEN {drawn} END"


def _worded(text: str, dialect: Dialect) -> str:
    return f"CASE WHEN {_is_sentence(text, dialect)} THEN '{YES}' ELSE '{NO}' END"


_TYPES = ("BIGINT", "BIGINT", "VARCHAR", "VARCHAR")
_OF_TEXT: tuple[Aspect, ...] = tuple(
    zip(OF_TEXT, _TYPES, (_characters, _words, _character, _word), strict=True)
)
_OF_KEYS: tuple[Aspect, ...] = ((OF_KEYS, "VARCHAR", _letter),)
_WORDED: Aspect = (WORDED, "VARCHAR", _worded)
