"""Names of the aspects of a column that is no single value a row, ``said ▸ words``, and their use.

Of few rows it cannot be told whether a column is free text. Parts of a table that are so small
count both kinds of aspects, and those that all parts together need are used.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from kullback.results import Note
from kullback.tables.profiles.identity import known_values
from kullback.tables.profiles.profile import ColumnProfile, Listed
from kullback.tables.profiles.roles import ENOUGH
from kullback.tables.results.comparison import Skipped

_MARK = " ▸ "
OF_TEXT = ("characters", "words", "a character", "a word")
OF_KEYS = "letters"  # outside of codes; of a key that does not make it a column that is compared
WORDED = "is free text"  # whether a value is more than a word or two; of few rows only
YES, NO = "yes", "no"  # its values
KEYS = 0.8  # the share of values that differ, about, from which on they may be keys
TEXT = 0.5  # the share of values that are words, and that differ, in free text
NEARLY_ALL = 0.9  # of the rows, from which on an aspect of some parts is known of the whole
_MAY_BE_TEXT = {"text", "nothing"}
_OF_TEXTS = {*OF_TEXT, OF_KEYS, WORDED}


def named(column: str, aspect: str) -> str:
    """Return what an aspect of a column is called.

    Examples
    --------
    >>> named("said", "words")
    'said ▸ words'
    """
    return f"{column}{_MARK}{aspect}"


def whole(name: str, names: Collection[str]) -> str:
    """Return the column that an aspect is of; of any other column its own name.

    Examples
    --------
    >>> whole("user ▸ tags ▸ length", {"user", "x"}), whole("a ▸ b", {"x"})
    ('user', 'a ▸ b')
    """
    column, mark, _ = name.partition(_MARK)
    return column if mark and column in names else name


def aspect(name: str) -> str:
    """Return what an aspect is called within its column."""
    return name.partition(_MARK)[2]


def of_one(name: str, other: str) -> bool:
    """Return whether two names are of aspects of one column.

    Examples
    --------
    >>> of_one("said ▸ words", "said ▸ characters"), of_one("said", "price")
    (True, False)
    """
    return name.partition(_MARK)[0] == other.partition(_MARK)[0]


def with_aspects(chosen: Iterable[str], names: Collection[str]) -> list[str]:
    """Return chosen columns, each with its aspects among all names.

    Examples
    --------
    >>> with_aspects(["said"], ["said", "x", "said ▸ words"])
    ['said', 'said ▸ words']
    """
    wanted = dict.fromkeys(chosen)
    aspects = (name for name in names if whole(name, wanted) != name)
    return [*dict.fromkeys([*wanted, *aspects])]


def columns_of(names: Collection[str]) -> list[str]:
    """Return the names that are of no other's aspect.

    Examples
    --------
    >>> columns_of(["said", "said ▸ words"])
    ['said']
    """
    return [name for name in names if whole(name, names) == name]


def settled(
    columns: Mapping[str, ColumnProfile | Skipped], rows: int
) -> tuple[set[str], list[Note]]:
    """Return the columns and aspects that a table needs of those its parts have, and what is said.

    Parameters
    ----------
    columns : mapping of str to ColumnProfile or Skipped
        Every column and aspect that some part has, added up.
    rows : int
        Of the table.
    """
    names = columns_of(columns)
    needed, notes = {*names}, {}
    for name in columns:
        share = 0.0 if name in needed else _known(name, columns, rows)
        if share >= NEARLY_ALL:
            needed.add(name)
        if 0 < share < 1:
            said = _of_most if share >= NEARLY_ALL else left_out
            notes[name] = said(whole(name, names))
    return needed, [*dict.fromkeys(notes.values())]


def _known(name: str, columns: Mapping[str, ColumnProfile | Skipped], rows: int) -> float:
    """Return of which share of the rows an aspect is known; 0 where it is not needed."""
    of, _, kind = name.rpartition(_MARK)
    held, column = columns[name], columns.get(of)
    if not isinstance(held, ColumnProfile):
        return 1.0
    if not isinstance(column, ColumnProfile) or not (
        column.kind in _MAY_BE_TEXT and kind in _OF_TEXTS
    ):
        return held.rows / rows
    if kind not in _wanted(of, column, columns, rows):
        return 0.0
    counts = column.body.counts if isinstance(column.body, Listed) else {}
    given = column.counted - counts.get("", 0)
    return max(held.rows / rows, held.counted / given if kind in OF_TEXT and given else 0.0)


def _wanted(
    of: str, column: ColumnProfile, columns: Mapping[str, ColumnProfile | Skipped], rows: int
) -> Collection[str]:
    """Return the aspects of a column of texts, as they are chosen where all rows are at hand."""
    found = known_values(column)
    if rows < ENOUGH or column.counted < ENOUGH:
        return ()
    differ = 1.0 if found is None else len(found[1]) / max(1, sum(found[1].values()))
    if differ >= TEXT and _worded(of, columns, column.counted) >= TEXT:
        return OF_TEXT
    return (OF_KEYS,) if differ >= KEYS else ()


def _worded(of: str, columns: Mapping[str, ColumnProfile | Skipped], given: int) -> float:
    """Return the share of texts that are free text: counted in small parts, told by the others."""
    words, told = (columns.get(named(of, kind)) for kind in (OF_TEXT[0], WORDED))
    known = words.counted if isinstance(words, ColumnProfile) else 0
    if isinstance(told, ColumnProfile) and isinstance(told.body, Listed):
        known += told.body.counts.get(YES, 0) - told.counted
    return known / given


def of_both(profile_of: Iterable[ColumnProfile | Skipped]) -> Iterator[ColumnProfile]:
    """Yield the columns of few texts, or of nothing, of which both kinds of aspects are kept."""
    for column in profile_of:
        if isinstance(column, ColumnProfile) and column.kind in _MAY_BE_TEXT:
            yield from (column,) if column.counted < ENOUGH else ()


def of_nothing(column: ColumnProfile) -> Iterator[ColumnProfile]:
    """Yield the aspects of a column without values."""
    for kind in (*OF_TEXT, OF_KEYS, WORDED):
        name, nothing = named(column.name, kind), Listed({})
        yield ColumnProfile(name, "VARCHAR", "text", "categorical", nothing, null=column.rows)


def is_idle(name: str, columns: Mapping[str, ColumnProfile | Skipped]) -> bool:
    """Return whether an aspect is one of texts, of a column that holds none."""
    of, _, kind = name.rpartition(_MARK)
    column, held = columns.get(of), columns[name]
    typed = isinstance(column, ColumnProfile) and column.kind not in {*_MAY_BE_TEXT, "boolean"}
    return typed and kind in _OF_TEXTS and isinstance(held, ColumnProfile) and not held.counted


def ranked(name: str) -> tuple[str, int, str]:
    """Return what aspects of a column are sorted by, wherever they were counted."""
    of, _, kind = name.rpartition(_MARK)
    known = (*OF_TEXT, OF_KEYS, WORDED)
    return of, known.index(kind) if kind in known else -1, kind


def left_out(name: str) -> Note:
    """Say that a column is not looked at word by word or field by field."""
    return Note(
        "aspects-left-out",
        f"{name!r} was looked at word by word or field by field in one part and not in another, "
        "where its values are of another kind or too few to tell; together it is not looked at so.",
    )


def _of_most(name: str) -> Note:
    return Note(
        "aspects-of-most-rows",
        f"{name!r} was looked at word by word or field by field but for the rows of parts that are "
        "too small to tell.",
    )


def of_parts(name: str) -> tuple[Note, Note]:
    """Return the notes that parts of a table may have on a column, which the whole settles."""
    return left_out(name), _of_most(name)
