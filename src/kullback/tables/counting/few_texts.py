"""Aspects of columns of few texts, from the texts that their profile lists.

Small parts of a table count both kinds of aspects of every column of text. What the SQL of an
aspect costs is then not its rows but its words: this gives what it would give, from the list. The
statements of `aspects` are the oracle of the tests.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from kullback.tables.counting import column_counts, statements
from kullback.tables.counting.aspects import GAPS, GROUPS, OF_A_WORD, SENTENCE, UNSPACED
from kullback.tables.counting.held import HeldColumn
from kullback.tables.counting.side import OpenedSide
from kullback.tables.counting.statements import AskedStatement
from kullback.tables.counting.together import HeldColumns, Rows, key_of
from kullback.tables.engines import Source, SourceColumn
from kullback.tables.engines.dialect import NOT_IN_WORD
from kullback.tables.profiles import drawn
from kullback.tables.profiles.aspects import NO, OF_KEYS, OF_TEXT, WORDED, YES, ranked
from kullback.tables.profiles.profile import ColumnProfile, Listed
from kullback.tables.profiles.types import kind_of

_GAPS, _SENTENCE, _CODES = map(re.compile, (GAPS, SENTENCE, NOT_IN_WORD + OF_A_WORD))
_UNSPACED = re.compile(UNSPACED)
# What DuckDB trims: the category Zs of Unicode. Other engines trim the space alone.
SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
SPACES += "\u202f\u205f\u3000"
_DIGITS = str.maketrans("", "", "abcdef")
Told = dict[str, int | str | None]


class FewTexts:
    """An engine that answers what is asked of aspects from the texts that a profile lists."""

    def __init__(self, side: OpenedSide, held: HeldColumns) -> None:
        self._engine, self._held = side.engine, held
        self.dialect = side.engine.dialect
        self.at_once = side.engine.at_once

    def open(self, data: object, argument: str) -> Source:
        """Make a dataset readable."""
        return self._engine.open(data, argument)

    def execute(self, sql: str) -> Rows:
        """Run one statement and return its rows."""
        held = self._held.get(key_of(sql.reading)) if isinstance(sql, AskedStatement) else None
        answer = held.answer(sql) if held and isinstance(sql, AskedStatement) else None
        rows: Rows = self._engine.execute(sql) if answer is None else answer
        return rows


def of_lists(
    side: OpenedSide, columns: Sequence[SourceColumn], listed: Mapping[str, ColumnProfile]
) -> FewTexts:
    """Return what answers of aspects, from the columns that they are of.

    Parameters
    ----------
    side : OpenedSide
        Where they lie; it is asked where a list is not whole.
    columns : sequence of SourceColumn
        The aspects.
    listed : mapping of str to ColumnProfile
        The columns of text, by name.
    """
    spaces = SPACES if side.engine.dialect.is_duckdb else " "
    known: dict[str, list[tuple[Told, int]]] = {}
    held: HeldColumns = {}
    for column in columns:
        of, _, kind = ranked(column.name)
        body = listed[of].body
        if not isinstance(body, Listed) or body.other:
            continue
        if of not in known:
            texts = ((text, n) for text, n in body.counts.items() if isinstance(text, str))
            known[of] = [(aspects_of(text, spaces), n) for text, n in texts if text]
        pairs = [(told[kind], n) for told, n in known[of]]
        read = column_counts.read_as(
            side.engine, side.source, column, kind_of(column.type), column.type
        )
        held[key_of(read)] = _as_held(pairs, side.rows)
    return FewTexts(side, held)


def _as_held(pairs: Sequence[tuple[int | str | None, int]], rows: int) -> HeldColumn:
    counts: Counter[int | str] = Counter()
    for value, n in pairs:
        if value is not None:
            counts[value] += n
    special = {statements.NULL: rows - counts.total(), statements.UNREADABLE: 0}
    numbers = [value for value in counts if isinstance(value, int)]
    if not numbers:
        return HeldColumn(np.array([]), dict(counts), special)
    numbers.sort()
    finite = np.repeat(np.array(numbers, dtype=np.int64), [counts[value] for value in numbers])
    return HeldColumn(finite, {}, special)


def aspects_of(text: str, spaces: str = SPACES) -> Told:
    """Return every aspect of a text that is not empty, by its name.

    Examples
    --------
    >>> found = aspects_of("the red hat")
    >>> found["characters"], found["words"], found["is free text"]
    (11, 3, 'yes')
    """
    words = _GAPS.sub(" ", text).strip(spaces).split(" ")
    word = words[_draw(text, len(words))]
    letters = _CODES.sub("", text)
    worded = _SENTENCE.search(text) or (len(text) >= 8 and _UNSPACED.search(text))
    named = (len(text), len(words), _character(text), f"group of words {_draw(word, GROUPS)}")
    return {
        **dict(zip(OF_TEXT, named, strict=True)),
        OF_KEYS: _character(letters) if letters else None,
        WORDED: YES if worded else NO,
    }


def _draw(text: str, below: int) -> int:
    """Return a whole number below another, by the digits of the hash of a text."""
    return int("0" + drawn.digest(text).translate(_DIGITS)[:8]) % below


def _character(text: str) -> str:
    return text[_draw(text, len(text))]
