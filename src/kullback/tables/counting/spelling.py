"""How columns of text spell numbers and times, recognised from all of their values.

A column is read as the numbers or times that it holds where nearly all values are spelt in one
way; what does not fit is unreadable, and said. Columns that hold lists are counted by length,
durations in seconds, and structures by presence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kullback.results import Note
from kullback.tables.counting.side import OpenedSide
from kullback.tables.engines import SourceColumn
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.types import kind_of, reading
from kullback.tables.results.comparison import Skipped

# What stands for no value in a column of numbers or times: the list of pandas' readers.
TOKENS = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "-", "?"),
)
_KEPT = {"text", "boolean", "nothing"}  # kinds of the reference that keep text as it is
READABLE = 0.9  # the share of values that must be spelt in one way
SHOWN = 3  # unreadable values that are shown
_BARE = "regexp_replace({0}, '[\\s$€£¥₹%]|USD|EUR|GBP|CHF', '', 'g')"
_DAYS = "['%d{0}%m{0}%Y', '%d{0}%m{0}%Y %H:%M', '%d{0}%m{0}%Y %H:%M:%S']"
_MONTHS = "['%m{0}%d{0}%Y', '%m{0}%d{0}%Y %H:%M', '%m{0}%d{0}%Y %H:%M:%S']"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way of spelling values: its name, the type read, the pattern of a value, and its SQL."""

    name: str
    type: str
    pattern: str
    value: str

    def read(self, text: str) -> str:
        """Return the SQL of the value, NULL where a text is not spelt so."""
        bare = _BARE.format(text) if self.type == "DOUBLE" else text
        test = f"regexp_full_match({bare}, '{self.pattern}')"
        return f"CASE WHEN {test} THEN {self.value.format(bare)} END"


def _dates(name: str, formats: str, mark: str) -> Spelling:
    pattern = f"[0-9]{{1,2}}[{mark}][0-9]{{1,2}}[{mark}][0-9]{{4}}( [0-9:]+)?"
    return Spelling(name, "TIMESTAMP", pattern, f"try_strptime({{0}}, {formats.format(mark)})")


_DIGITS = "[+-]?[0-9]{1,3}"
_END = "([eE][+-]?[0-9]+)?"
SPELLINGS = (
    Spelling(
        "plain numbers",
        "DOUBLE",
        # A zero before other digits is of a code.
        f"(?i)[+-]?((0|[1-9][0-9]*)([.][0-9]*)?|[.][0-9]+){_END}|[+-]?(inf|infinity)",
        "TRY_CAST({0} AS DOUBLE)",
    ),
    Spelling(
        "a decimal comma",
        "DOUBLE",
        f"{_DIGITS}([.][0-9]{{3}})+(,[0-9]+)?|[+-]?(0|[1-9][0-9]*)(,[0-9]+)?",
        "TRY_CAST(replace(replace({0}, '.', ''), ',', '.') AS DOUBLE)",
    ),
    Spelling(
        "commas between thousands",
        "DOUBLE",
        f"{_DIGITS}(,[0-9]{{3}})+([.][0-9]+)?|[+-]?(0|[1-9][0-9]*)([.][0-9]+)?",
        "TRY_CAST(replace({0}, ',', '') AS DOUBLE)",
    ),
    Spelling(
        "ISO times",
        "TIMESTAMP",
        "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9:.]+(Z|[+-][0-9:]+)?)?",
        "TRY_CAST(replace({0}, 'Z', '') AS TIMESTAMP)",
    ),
    *(_dates(f"days first, as 31{mark}12{mark}2024", _DAYS, mark) for mark in "./-"),
    *(_dates(f"months first, as 12{mark}31{mark}2024", _MONTHS, mark) for mark in "/-"),
)


def spelt(
    side: OpenedSide, kinds: dict[str, str] | None = None, nulls: Sequence[str] = ()
) -> OpenedSide:
    """Return a side whose columns are read as what their text spells.

    Parameters
    ----------
    side : OpenedSide
        On DuckDB; other engines know the types of their columns.
    kinds : dict of str to str, optional
        The kind of each column of the reference: what is text there stays text here.
    nulls : sequence of str
        Texts that stand for no value, in every column.
    """
    if getattr(side.engine, "keep", None) is None:
        return side
    columns = [_shaped(column) for column in side.source.columns]
    columns = [_without(_as_text(c, kinds, side), nulls, side) for c in columns]
    wanted = [c for c in columns if _may_spell(c, kinds)]
    try:
        found = {column.name: column for column in _recognised(side, wanted)}
    except Exception:  # noqa: BLE001  damaged data: counting says of which column
        found = {}
    return side._replace(
        source=replace(side.source, columns=tuple(found.get(c.name, c) for c in columns))
    )


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
    held = f"CASE WHEN trim({column.address}) NOT IN ({listed}) THEN {column.address} END"
    return replace(column, address=held)


def _recognised(side: OpenedSide, columns: Sequence[SourceColumn]) -> Iterator[SourceColumn]:
    """Count in one statement what digits the columns hold, and look closely where they do."""
    if not columns:
        return
    held = [_held(column, side) for column in columns]
    sums = ", ".join(
        f"count({text}), count(CASE WHEN regexp_matches({text}, '[0-9]') THEN 1 END)"
        for text in held
    )
    counts = side.engine.execute(f"SELECT {sums} FROM {side.source.relation}")[0]
    for i, column in enumerate(columns):
        given, digits = int(counts[2 * i]), int(counts[2 * i + 1])
        yield _read(side, column, held[i]) if given and digits >= READABLE * given else column


def _held(column: SourceColumn, side: OpenedSide) -> str:
    """Return the SQL of a text, NULL where it stands for no value."""
    listed = ", ".join(map(side.engine.dialect.literal, TOKENS))
    text = f"trim({column.address})"
    return f"CASE WHEN {text} NOT IN ({listed}) THEN {text} END"


def _read(side: OpenedSide, column: SourceColumn, text: str) -> SourceColumn:
    """Return a column read in the spelling that most of its values have, if nearly all do."""
    signs = "count(CASE WHEN regexp_matches(x, '{}') THEN 1 END)"
    sums = [f"count({spelling.read('x')})" for spelling in SPELLINGS]
    sums += ["count(x)", signs.format("%$"), signs.format("[$€£¥₹]|USD|EUR|GBP|CHF")]
    inner = f"(SELECT {text} AS x FROM {column.part or side.source.relation}) AS t"
    *fits, given, percent, money = map(
        int, side.engine.execute(f"SELECT {', '.join(sums)} FROM {inner}")[0]
    )
    best = max(range(len(fits)), key=lambda i: (fits[i], -i))
    if fits[best] < READABLE * given:
        return column
    spelling = SPELLINGS[best]
    marks = [name for name, n in (("percent", percent), ("currency", money)) if 2 * n > given]
    plain = best == 0 and not marks and side.source.textual
    return replace(
        column,
        address=spelling.read(text),
        held=text,
        type=spelling.type,
        spelling="" if plain or _is_time(side, best) else " in ".join([spelling.name, *marks]),
        note=_said(side, column, spelling, text, (given, fits[best], fits)),
    )


def _is_time(side: OpenedSide, best: int) -> bool:
    return SPELLINGS[best].name == "ISO times" and side.source.textual


def _said(
    side: OpenedSide,
    column: SourceColumn,
    spelling: Spelling,
    text: str,
    counts: tuple[int, int, Sequence[int]],
) -> str:
    """Say how a column is read, what stands for no value, and what cannot be read."""
    given, fits, every = counts
    said = [f"{column.name!r} is read as {spelling.name}"]
    others = [SPELLINGS[i].name for i, n in enumerate(every) if n == fits and _other(spelling, i)]
    said += [f"it could be {others[0]} as well"] if others else []
    tokens = side.engine.execute(
        f"SELECT trim({column.address}) AS x, count(*) FROM {side.source.relation} "
        f"WHERE {column.address} IS NOT NULL AND {text} IS NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    said += [f"{int(n):,} spelt {x!r} are missing" for x, n in tokens[:SHOWN]]
    if fits < given:
        odd = side.engine.execute(
            f"SELECT DISTINCT {text} AS x FROM {side.source.relation} "
            f"WHERE {text} IS NOT NULL AND {spelling.read(text)} IS NULL ORDER BY 1 LIMIT {SHOWN}"
        )
        shown = ", ".join(repr(x) for (x,) in odd)
        said.append(f"unreadable: {given - fits:,} of {given:,}, such as {shown}")
    return "; ".join(said)


def _other(spelling: Spelling, i: int) -> bool:
    """Return whether another spelling would give other times."""
    both = SPELLINGS[i].type == spelling.type == "TIMESTAMP"
    return both and SPELLINGS[i] is not spelling


def notes(side: OpenedSide, argument: str) -> tuple[Note, ...]:
    """Return what is said of how the columns of a side are read."""
    return tuple(
        Note("spelling", f"{argument}: {column.note}.")
        for column in side.source.columns
        if column.note
    )


def kinds_of(side: Profile | OpenedSide) -> dict[str, str]:
    """Return the kind of each column of a side that holds values."""
    if isinstance(side, OpenedSide):
        return {c.name: kind_of(c.type) for c in side.source.columns}
    counted = [column for column in side if isinstance(column, ColumnProfile)]
    held = {c.name: c.kind if c.missing < c.rows else "nothing" for c in counted}
    facts = {c.name: c.facts for c in side if isinstance(c, Skipped)}
    return held | {name: kind_of(known.type) for name, known in facts.items() if known}
