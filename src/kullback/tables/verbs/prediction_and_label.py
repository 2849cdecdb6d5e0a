"""Columns of a special meaning: what a model predicts, and what it should have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kullback.arguments import text
from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.results.comparison import ColumnComparison, Mark, Skipped

Judged = ColumnComparison | Skipped

_MEANING = {
    (True, True): "what happens has changed, and so have the predictions",
    (True, False): "what happens has changed, and the predictions do not follow",
    (False, True): "the predictions have changed, and what happens has not been seen to",
}


def check(names: Mapping[Mark, str | None], known: Sequence[str]) -> None:
    """Refuse a mark on a column that neither side has, or two marks on one."""
    for mark, name in names.items():
        if name is not None and text(mark, name) not in known:
            raise InputError(f"{mark}: neither side has a column {name!r}; they have {list(known)}")
    given = [name for name in names.values() if name is not None]
    if len(given) != len(set(given)):
        raise InputError(f"prediction and label are both {given[0]!r}: name two columns")


def marked(
    columns: Sequence[Judged], names: Mapping[Mark, str | None]
) -> tuple[tuple[Judged, ...], tuple[Note, ...]]:
    """Mark the columns, and say what their verdicts mean together."""
    of = {name: mark for mark, name in names.items() if name is not None}
    found = tuple(
        replace(c, mark=of[c.name]) if isinstance(c, ColumnComparison) and c.name in of else c
        for c in columns
    )
    return found, tuple(_notes(found, of))


def _notes(columns: Sequence[Judged], of: Mapping[str, Mark]) -> Iterator[Note]:
    verdicts = {}
    for column in columns:
        mark = of.get(column.name)
        if mark is None:
            continue
        if isinstance(column, Skipped):
            yield Note(f"{mark}-skipped", f"The {mark} {column.name!r}: {column.reason}.")
            continue
        verdicts[mark] = column.verdict
        text = f"The {mark} {column.name!r} is {column.verdict}: {column.reason}."
        yield Note(f"{mark}-{column.verdict}", text)
    if len(verdicts) == 2:
        drifted = tuple(verdicts[mark] == "drifted" for mark in ("label", "prediction"))
        if drifted in _MEANING:
            yield Note("prediction-and-label", f"Together: {_MEANING[drifted]}.")
