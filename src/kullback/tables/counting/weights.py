"""Rows that count more or less than one: sums of weights in place of counts."""

from dataclasses import replace
from typing import NamedTuple

from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting import by_name, codes, column_counts, table_counts
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.types import kind_of

DIGITS = 12  # of a sum: threads add in any order, which moves the last digits


class Weight(NamedTuple):
    """The SQL of a side's weights, and what turns their sums into effective rows."""

    value: str
    effective: float
    factor: float


def weighted(
    sides: tuple[OpenedSide, OpenedSide], plan: Profile, follow: Profile, name: str
) -> tuple[Profile, Profile, tuple[Note, ...]]:
    """Count both sides again by sums of weights, scaled to their effective numbers of rows.

    An outcome's share is its share of the weights. The effective number of rows is
    (Σ w)² / Σ w² (Kish 1965, Survey Sampling, 8.2): rows of equal weights are worth themselves,
    and unequal ones less.

    Parameters
    ----------
    sides : (OpenedSide, OpenedSide)
        Reference and current.
    plan, follow : Profile
        What they were counted as, without weights.
    name : str
        The column of the weights, on both sides.
    """
    found = []
    plan = by_name.selected(plan, follow)
    words = ("reference", "current")
    for side, own, argument in zip(sides, (plan, follow), words, strict=True):
        weight = _weight(side, name, argument)
        found.append((_side(side, own, plan, weight), _note(side, name, weight, argument)))
    (q, of_q), (p, of_p) = found
    return q, p, (of_q, of_p)


def _weight(side: OpenedSide, name: str, argument: str) -> Weight:
    column = column_of(side.source, name, f"weights, {argument}")
    if kind_of(column.type) != "number":
        raise InputError(
            f"weights: column {name!r} of {argument} is of type {column.type}; expected numbers"
        )
    read = column_counts.read_as(side.engine, side.source, column, "number", "DOUBLE")
    value = f"CAST({read.value} AS {read.dialect.float_type})"
    finite = read.dialect.is_finite.format(value)
    sums = (
        f"sum(CASE WHEN {value} IS NULL OR NOT {finite} THEN 1 ELSE 0 END), "
        f"sum(CASE WHEN {value} < 0 THEN 1 ELSE 0 END), sum({value}), sum({value} * {value})"
    )
    query = f"SELECT {sums} FROM {side.source.relation}"
    absent, negative, total, squares = side.engine.execute(query)[0]
    for bad, words in ((absent, "without a finite weight"), (negative, "of negative weight")):
        if bad:
            raise InputError(
                f"weights: {argument} has {bad} rows {words} in {name!r}; leave them out, "
                "or give them the weight 0"
            )
    if not total:
        raise InputError(f"weights: the weights of {argument} in {name!r} are all 0")
    effective = float(f"{total * total / squares:.{DIGITS}g}")
    return Weight(value, effective, effective / total)


def _note(side: OpenedSide, name: str, weight: Weight, argument: str) -> Note:
    text = (
        f"Rows of {argument} count by {name!r}: {side.rows:,} rows of these weights are worth "
        f"{weight.effective:,.6g} equal ones (Kish), on which p-values and intervals rest; "
        "it holds where the weights are unrelated to the values."
    )
    return Note("weights", text)


def _side(side: OpenedSide, own: Profile, plan: Profile, weight: Weight) -> Profile:
    plans = {column.name: column for column in plan}
    columns: list[column_counts.Measured] = []
    for column in own:
        known = plans.get(column.name)
        if isinstance(column, ColumnProfile) and isinstance(known, ColumnProfile):
            found = _column(side, known, weight)
            if isinstance(found, ColumnProfile):
                found = replace(found, minimum=column.minimum, maximum=column.maximum)
            columns.append(found)
        else:
            columns.append(column)
    return Profile(own.source, own.rows, tuple(columns), own.bins, own.max_outcomes)


def _column(side: OpenedSide, plan: ColumnProfile, weight: Weight) -> column_counts.Measured:
    coded = by_name.coded(side, plan)

    def measure() -> column_counts.Measured:
        rows = codes.counts(side.engine, side.source, [coded], weight=weight.value)
        sums = codes.by_group(rows).get((), {})
        scaled = {slot: float(f"{n * weight.factor:.{DIGITS}g}") for slot, n in sums.items()}
        return codes.column_profile(coded, scaled)

    return table_counts.guarded(plan.name, measure)
