"""Rows in order: are neighbours alike, and what does a column say if they are."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kullback.counts.estimators.detectable import detectable_of
from kullback.counts.estimators.kl import kl_of
from kullback.counts.rows.pair import pair
from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting import by_name, codes, windows_sql
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.counting.windows_sql import WindowCut, WindowScale
from kullback.tables.judge import block_law
from kullback.tables.judge.verdict import Criteria
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.results.comparison import ColumnComparison, Skipped
from kullback.units import nats_per

Array = NDArray[np.float64]
Sides = tuple[OpenedSide, OpenedSide]
Judged = ColumnComparison | Skipped
Cutter = Callable[[WindowScale, int], WindowCut]

LEAST = 10  # blocks a side that a bootstrap needs
STRETCHES = 50  # into which a side is cut to see whether neighbours are alike
ALIKE = 2.0  # times the variance of independent rows, from which a warning is given
SURE = 5.0  # and as many standard deviations above 1


def cuts(sides: Sides, order: str, block: int) -> tuple[WindowCut, WindowCut]:
    """Cut both sides into blocks of about so many rows in the order of a column."""
    found = []
    for side, argument in zip(sides, ("reference", "current"), strict=True):
        column = column_of(side.source, order, f"order, {argument}")
        scale = windows_sql.scale(side.engine, side.source, column, "order")
        cut = windows_sql.by_rows(scale, block)
        if len(cut.spans) < LEAST:
            raise InputError(
                f"block={block} makes {len(cut.spans)} blocks of {argument}; at least {LEAST} are "
                f"needed: choose one up to {max(1, side.rows // LEAST)}"
            )
        found.append(cut)
    return found[0], found[1]


def stretches(sides: Sides, order: str, cut: Cutter) -> tuple[WindowCut, WindowCut]:
    """Cut both sides into some tens of long stretches."""
    columns = [column_of(side.source, order, "order") for side in sides]
    scales = (
        windows_sql.scale(side.engine, side.source, column, "order")
        for side, column in zip(sides, columns, strict=True)
    )
    first, second = (
        cut(scale, min(STRETCHES, max(2, side.rows // 20)))
        for scale, side in zip(scales, sides, strict=True)
    )
    return first, second


def tables(
    column: ColumnComparison, plan: ColumnProfile, sides: Sides, cut: tuple[WindowCut, WindowCut]
) -> tuple[Array, Array]:
    """Count a column block by block: Q's and P's arrays (blocks, outcomes)."""
    place = {label: i for i, label in enumerate(column.outcomes.labels)}
    q, p = (_table(side, plan, c, place) for side, c in zip(sides, cut, strict=True))
    return q, p


def _table(
    side: OpenedSide, plan: ColumnProfile, cut: WindowCut, place: dict[Hashable, int]
) -> Array:
    counted = codes.counts(side.engine, side.source, [by_name.coded(side, plan)], [cut.key])
    names = codes.labels_of(plan, {slot for _, (slot,), _ in counted})
    blocks = {span.key: i for i, span in enumerate(cut.spans)}
    table = np.zeros((len(blocks), len(place)))
    for (key,), (slot,), n in counted:
        if key is not None:
            table[blocks[int(key)], place[names[slot]]] += n
    return table


def judged(
    columns: Sequence[Judged],
    plan: Profile,
    sides: Sides,
    cut: tuple[WindowCut, WindowCut],
    criteria: Criteria,
    seed: int,
) -> list[Judged]:
    """Put the error and the p-value of whole blocks in place of those of independent rows."""
    plans = {column.name: column for column in plan}

    def each(column: Judged) -> Judged:
        known = plans.get(column.name)
        if not (isinstance(column, ColumnComparison) and isinstance(known, ColumnProfile)):
            return column
        try:
            y, x = tables(column, known, sides, cut)
            return _in_blocks(column, x, y, criteria, seed)
        except Exception as error:  # noqa: BLE001  one column never takes the others down
            return Skipped(column.name, f"failed: {type(error).__name__}: {error}")

    return [each(column) for column in columns]


def _in_blocks(
    column: ColumnComparison, x: Array, y: Array, criteria: Criteria, seed: int
) -> ColumnComparison:
    found = block_law.law(x, y, criteria.level, seed)
    small_x, small_y, _ = block_law.effective(x, y)
    worth = pair(small_x, small_y)
    level, unit = criteria.level, criteria.unit
    text = (
        f"Rows are drawn in whole blocks: {len(x)} current and {len(y)} reference ones, whose "
        f"counts vary {found.inflation[0]:.3g} and {found.inflation[1]:.3g} times as much as those "
        "of independent rows; KL rests on as many rows fewer."
    )
    reverse = kl_of(worth.reverse(), level=level, p_value=found.p_value, quantity="KL(Q‖P)")
    return replace(
        column,
        kl=kl_of(worth, level=level, p_value=found.p_value).to(unit),
        reverse_kl=reverse.to(unit),
        jensen_shannon=found.jensen_shannon.to(unit),
        p_value=found.p_value,
        detectable=detectable_of(worth) / nats_per(unit),
        notes=(*column.notes, Note("blocks", text)),
    )


def warned(
    columns: Sequence[Judged], plan: Profile, sides: Sides, order: str, alpha: float, cut: Cutter
) -> list[Judged]:
    """Note on detected columns where rows that are near in order are alike."""
    plans = {column.name: column for column in plan}
    both = stretches(sides, order, cut)

    def each(column: Judged) -> Judged:
        known = plans.get(column.name)
        if not (isinstance(column, ColumnComparison) and isinstance(known, ColumnProfile)):
            return column
        if column.q_value > alpha:
            return column
        try:
            notes = _alike(order, tables(column, known, sides, both))
        except Exception as error:  # noqa: BLE001  the verdict stands without the check
            text = f"Whether rows near in {order!r} are alike could not be seen: {error}"
            notes = [Note("order-unchecked", text)]
        return replace(column, notes=(*column.notes, *notes))

    return [each(column) for column in columns]


def _alike(order: str, counted: tuple[Array, Array]) -> list[Note]:
    factors = {}
    for word, table in zip(("reference", "current"), counted, strict=True):
        freedom = (len(table) - 1) * (np.count_nonzero(table.sum(axis=0)) - 1)
        factor = block_law.inflation(table)
        if freedom and factor > max(ALIKE, 1 + SURE * np.sqrt(2 / freedom)):
            factors[word] = factor
    if not factors:
        return []
    said = " and ".join(f"{factor:.3g} times ({word})" for word, factor in factors.items())
    text = (
        f"Rows that are near in {order!r} are alike: over stretches of it the counts vary {said} "
        "as much as those of independent rows, for which p-value and intervals take them; "
        f"order={order!r} with block= takes it into account."
    )
    return [Note("autocorrelated", text)]
