"""Every row becomes the codes of its outcomes, so that outcomes can be counted by group.

Windows, blocks, weights and pairs of columns all count one thing: how often each outcome occurs
beside something else. One SQL text serves them, on any engine.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from kullback.tables.counting import column_counts, statements
from kullback.tables.counting.statements import Reading
from kullback.tables.engines import Engine, Source, SourceColumn
from kullback.tables.profiles import align, labels
from kullback.tables.profiles.profile import Binned, ColumnProfile, Listed
from kullback.tables.profiles.types import kind_of

PLAIN, UNREADABLE, POOLED = 0, 1, 2
_SPECIAL_CELLS = {
    statements.NULL: "null",
    statements.NAN: "nan",
    statements.PLUS: "plus_infinity",
    statements.MINUS: "minus_infinity",
    statements.UNREADABLE: "unreadable",
}
_LABELS: dict[str, Hashable] = {
    "null": labels.MISSING,
    "nan": labels.MISSING,
    "plus_infinity": labels.PLUS_INFINITY,
    "minus_infinity": labels.MINUS_INFINITY,
    "unreadable": labels.UNREADABLE,
    "other": labels.OTHER,
}


class CodedColumn(NamedTuple):
    """A column to be coded: where it lies, whose outcomes it takes, which values by name.

    `named` of None names every value.
    """

    column: SourceColumn
    plan: ColumnProfile
    named: tuple[Any, ...] | None = None


class OutcomeSlot(NamedTuple):
    """Where a row is counted: ("bin", number), ("value", value), or a special one."""

    kind: str
    key: Any = None


def counts(
    engine: Engine,
    source: Source,
    columns: Sequence[CodedColumn],
    carried: Sequence[str] = (),
    weight: str | None = None,
) -> list[tuple[tuple[Any, ...], tuple[OutcomeSlot, ...], float]]:
    """Count the rows of each combination of what is carried and of outcomes.

    Parameters
    ----------
    engine, source
        Where the rows lie.
    columns : sequence of CodedColumn
        Their outcomes.
    carried : sequence of str
        SQL expressions over the source's columns, to group by.
    weight : str, optional
        SQL of a number a row; the sum of it takes the place of the number of rows.

    Returns
    -------
    list of (carried values, slots, count)
    """
    keys = [f"g{i}" for i in range(len(carried))]
    codes = [name for i in range(len(columns)) for name in (f"c{i}", f"u{i}")]
    group = ", ".join([*keys, *codes])
    amount = f"{engine.dialect.count}(*)" if weight is None else "sum(w)"
    table = _rows(engine, source, columns, carried, weight)
    rows = engine.execute(f"SELECT {group}, {amount} FROM {table} GROUP BY {group}")
    width = len(keys)
    return [
        (tuple(row[:width]), tuple(_slots(columns, row[width:-1])), row[-1])
        for row in rows
        if row[-1]
    ]


def _rows(
    engine: Engine,
    source: Source,
    columns: Sequence[CodedColumn],
    carried: Sequence[str],
    weight: str | None,
) -> str:
    """Return the table with a code c0, c1, … and a state u0, u1, … of each column, row by row."""
    kept = {f"k{i}": coded.column.address for i, coded in enumerate(columns)}
    kept |= {f"h{i}": c.column.held for i, c in enumerate(columns) if c.column.held}
    kept |= {f"g{i}": sql for i, sql in enumerate(carried)}
    kept |= {} if weight is None else {"w": weight}
    table = f"(SELECT {_named(kept)} FROM {source.relation}) AS r"
    names = list(kept)
    for i, coded in enumerate(columns):
        names = [name for name in names if name not in {f"k{i}", f"h{i}"}]
        text = f"h{i}" if coded.column.held else ""
        held = SourceColumn(coded.column.name, f"k{i}", coded.column.type, text)
        wanted = column_counts.wanted_kind(coded.plan)
        inner = Source(source.name, table, ())
        read = column_counts.read_as(engine, inner, held, wanted, coded.plan.type)
        rest = "".join(f", {name}" for name in names)
        given = engine.dialect.truth.format(f"{read.column} IS NOT NULL")
        values = engine.dialect.once.format(
            f"(SELECT {read.value} AS x, {given} AS given{rest} FROM {table})"
        )
        code, state = _code(read, coded)
        table = f"(SELECT {code} AS c{i}, {state} AS u{i}{rest} FROM {values} AS v{i}) AS t{i}"
        names += [f"c{i}", f"u{i}"]
    return table


def _named(expressions: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for name, sql in expressions.items())


def _code(read: Reading, coded: CodedColumn) -> tuple[str, str]:
    """Return the SQL of the outcome of `x`, and of its state."""
    given = read.dialect.test.format("given")
    unreadable = f"WHEN x IS NULL THEN CASE WHEN {given} THEN {UNREADABLE} ELSE {PLAIN} END"
    if isinstance(coded.plan.body, Binned):
        edges = column_counts.edges_for(coded.column.type, coded.plan)
        return statements.bin_cell(read, edges), str(PLAIN)
    if coded.named is None:
        return "x", f"CASE {unreadable} ELSE {PLAIN} END"
    known = "x IS NULL" if not coded.named else statements.is_among(read, coded.named)
    if read.floating:
        known = f"({known} OR NOT {read.dialect.is_finite.format('x')})"
    code = f"CASE WHEN {known} THEN x END"
    return code, f"CASE {unreadable} WHEN {known} THEN {PLAIN} ELSE {POOLED} END"


def _slots(columns: Sequence[CodedColumn], codes: Sequence[Any]) -> Iterable[OutcomeSlot]:
    for i, coded in enumerate(columns):
        yield _slot(coded.plan, codes[2 * i], int(codes[2 * i + 1]))


def _slot(plan: ColumnProfile, code: Any, state: int) -> OutcomeSlot:
    if state == POOLED:
        return OutcomeSlot("other")
    special = column_counts.special_name(code)
    if isinstance(plan.body, Binned):
        special = _SPECIAL_CELLS.get(int(code))
    elif state == UNREADABLE:
        special = "unreadable"
    if special == "unreadable" and column_counts.wanted_kind(plan) == "present":
        special = "nan"  # what is held and yet not present
    if special is not None:
        return OutcomeSlot(special)
    kind = "bin" if isinstance(plan.body, Binned) else "value"
    return OutcomeSlot(kind, int(code) if kind == "bin" else column_counts.plain(code))


def labels_of(plan: ColumnProfile, slots: Iterable[OutcomeSlot]) -> dict[OutcomeSlot, Hashable]:
    """Return what the slots are called, as in `aligning`; NULL and NaN are both "missing"."""
    bins: list[Hashable] = []
    if isinstance(plan.body, Binned):
        bins = [*align.bin_labels(plan.body.edges, plan.kind)]
    if column_counts.wanted_kind(plan) == "present":
        bins = [labels.PRESENT]
    named: dict[str, Callable[[OutcomeSlot], Hashable]] = {
        "bin": lambda slot: bins[slot.key],
        "value": lambda slot: slot.key,
    }
    special: Callable[[OutcomeSlot], Hashable] = lambda slot: _LABELS[slot.kind]  # noqa: E731
    return {slot: named.get(slot.kind, special)(slot) for slot in slots}


def column_profile(coded: CodedColumn, tallies: Mapping[OutcomeSlot, float]) -> ColumnProfile:
    """Put the counts of one column's outcomes together as a profile.

    Parameters
    ----------
    coded : CodedColumn
        The column.
    tallies : mapping of OutcomeSlot to number
        Its counts, which may be weighted.
    """
    column, plan, _ = coded
    special = {slot.kind: n for slot, n in tallies.items() if slot.kind in _SPECIAL_CELLS.values()}
    empty = ColumnProfile(column.name, column.type, kind_of(column.type), plan.role, plan.body)
    return replace(empty, body=_body(plan, tallies), **special)  # type: ignore[arg-type]  # weights are fractions


def _body(plan: ColumnProfile, tallies: Mapping[OutcomeSlot, float]) -> Binned | Listed:
    if isinstance(plan.body, Binned):
        places = range(len(plan.body.counts))
        return Binned(plan.body.edges, tuple(tallies.get(OutcomeSlot("bin", i), 0) for i in places))  # type: ignore[misc]  # as above
    found = {slot.key: n for slot, n in tallies.items() if slot.kind == "value"}
    listed = dict.fromkeys(plan.body.counts, 0) | dict(sorted(found.items(), key=lambda i: -i[1]))
    return Listed(listed, tallies.get(OutcomeSlot("other"), 0))  # type: ignore[arg-type]  # as above


def by_group(
    counted: Iterable[tuple[tuple[Any, ...], tuple[OutcomeSlot, ...], float]],
) -> dict[tuple[Any, ...], dict[OutcomeSlot, float]]:
    """Collect the counts of one column by what was carried."""
    groups: dict[tuple[Any, ...], dict[OutcomeSlot, float]] = defaultdict(dict)
    for key, (slot,), n in counted:
        groups[key][slot] = groups[key].get(slot, 0) + (n if isinstance(n, int) else float(n))
    return dict(groups)
