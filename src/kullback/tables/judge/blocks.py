"""Rows in order: are neighbours alike, and what does a column say if they are."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.estimators.detectable import detectable_of
from kullback.counts.estimators.kl import kl_of
from kullback.counts.rows.pair import pair
from kullback.counts.tests import ordered
from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting import by_name, codes, windows_sql
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.counting.windows_sql import WindowCut, WindowScale
from kullback.tables.engines.messages import ends_all, of_one_thing
from kullback.tables.judge import block_law, extent, reasons
from kullback.tables.judge.verdict import Criteria
from kullback.tables.judge.worth import Likeness, inflation_of, likeness_of, wider_share
from kullback.tables.profiles import align, labels
from kullback.tables.profiles.labels import Bin
from kullback.tables.profiles.profile import Binned, ColumnProfile, Profile
from kullback.tables.results.column_facts import ShareChange
from kullback.tables.results.comparison import ColumnComparison, Skipped
from kullback.units import nats_per

Array = NDArray[np.float64]
Sides = tuple[OpenedSide, OpenedSide]
Judged = ColumnComparison | Skipped
Cutter = Callable[[WindowScale, int], WindowCut]

LEAST = 10  # blocks a side that a bootstrap needs
STRETCHES = 50  # into which a side is cut to see whether neighbours are alike


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


def stretches(
    sides: Sequence[OpenedSide], order: str | None, cut: Cutter
) -> list[WindowCut | None]:
    """Cut each side into some tens of long stretches; in the order of its file if of none."""
    parts = [_parts(side.rows) for side in sides]
    if order is None:
        return [
            windows_sql.in_place(s.engine, s.rows, n) for s, n in zip(sides, parts, strict=True)
        ]
    columns = [column_of(side.source, order, "order") for side in sides]
    return [
        cut(windows_sql.scale(side.engine, side.source, column, "order"), n)
        for side, column, n in zip(sides, columns, parts, strict=True)
    ]


def _parts(rows: int) -> int:
    return min(STRETCHES, max(2, rows // 5))


class BlockTables(NamedTuple):
    """A column's counts: Q's and P's arrays (blocks, outcomes).

    `outside`: how many blocks of P hold rows outside Q's extent; `missing` and `new`: the places
    of the outcomes that are; `order`: of those that have an order.
    """

    q: Array
    p: Array
    outside: int
    missing: list[int]
    new: list[int]
    order: list[int] | None

    def likeness(self, usual: Array | None = None) -> Likeness:
        """Return what P's rows, and Q's, are worth beside independent ones, and say."""
        found = likeness_of(self.p, self.q, self.order, usual)
        known = [side if usual is None or len(side) > 1 else usual for side in (self.p, self.q)]
        missing = [inflation_of(side, self.missing) for side in known]
        return found._replace(
            current=found.current._replace(
                missing=missing[0],
                new=inflation_of(self.p, self.new),
                stretches=len(self.p),
                outside=self.outside,
            ),
            reference=found.reference._replace(missing=missing[1], stretches=len(self.q)),
        )


def tables(
    plan: ColumnProfile,
    sides: tuple[Profile | OpenedSide, Profile | OpenedSide],
    cut: tuple[WindowCut | None, WindowCut | None],
) -> BlockTables:
    """Count a column block by block; a profile is one block."""
    found = [_counted(side, plan, one) for side, one in zip(sides, cut, strict=True)]
    names = in_order(plan, dict.fromkeys(name for counted in found for _, name, _ in counted))
    place = {name: i for i, name in enumerate(names)}
    lengths = (1 if one is None else len(one.spans) for one in cut)
    q, p = (_table(counted, n, place) for counted, n in zip(found, lengths, strict=True))
    return block_tables(plan, names, q, p)


def block_tables(plan: ColumnProfile, names: Sequence[Hashable], q: Array, p: Array) -> BlockTables:
    """Say which outcomes of both tables are missing, new, outside, and in an order."""
    beyond = extent.places_outside(names, plan)
    missing = [i for i, name in enumerate(names) if name == labels.MISSING]
    new = [i for i, name in enumerate(names) if reasons.is_named(name) and not q[:, i].any()]
    outside = int(np.count_nonzero(p[:, beyond].sum(axis=1)))
    found = align.Aligned(tuple(names), p.sum(axis=0), q.sum(axis=0))
    order = extent.in_order(plan.role, plan.type, found)
    return BlockTables(q, p, outside, missing, new, order)


def in_order(plan: ColumnProfile, names: Iterable[Hashable]) -> list[Hashable]:
    """Put bins and numbers in their order, and others by name, not as blocks show them."""
    edges = plan.body.edges if isinstance(plan.body, Binned) else ()
    bins = {label: float(i) for i, label in enumerate(align.bin_labels(edges, plan.kind))}

    def place(name: Hashable) -> tuple[float, str]:
        number = float(name) if isinstance(name, int | float) else math.inf
        return (bins.get(name, number) if isinstance(name, Bin) else number), str(name)

    return sorted(names, key=place)


def _counted(
    side: Profile | OpenedSide, plan: ColumnProfile, cut: WindowCut | None
) -> list[tuple[int, Hashable, float]]:
    """Return the block, the outcome and the rows of each combination of both."""
    if isinstance(side, Profile):
        known = side[plan.name]
        assert isinstance(known, ColumnProfile)
        whole = align.align(known, known, max(1, known.rows))
        return [(0, name, float(n)) for name, n in zip(whole.labels, whole.y, strict=True) if n]
    assert cut is not None
    counted = codes.counts(side.engine, side.source, [by_name.coded(side, plan)], [cut.key])
    names = codes.labels_of(plan, {slot for _, (slot,), _ in counted})
    blocks = {span.key: i for i, span in enumerate(cut.spans)}
    return [(blocks[int(key)], names[slot], n) for (key,), (slot,), n in counted if key is not None]


def _table(
    counted: Sequence[tuple[int, Hashable, float]], blocks: int, place: dict[Hashable, int]
) -> Array:
    table = np.zeros((blocks, len(place)))
    for block, name, n in counted:
        table[block, place[name]] += n
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
            return _in_blocks(column, tables(known, sides, cut), criteria, seed)
        except Exception as error:  # one column never takes the others down
            if ends_all(error):
                raise
            return Skipped(column.name, f"failed: {type(error).__name__}: {error}")

    return [each(column) for column in columns]


def _in_blocks(
    column: ColumnComparison, counted: BlockTables, criteria: Criteria, seed: int
) -> ColumnComparison:
    y, x = counted.q, counted.p
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
        shares=tuple(_share(share, max(1.0, *found.inflation), counted) for share in column.shares),
        notes=(*column.notes, Note("blocks", text)),
    )


def _share(share: ShareChange, factor: float, counted: BlockTables) -> ShareChange:
    """Widen a share; of what is out of range the blocks that hold some are counted."""
    wide = wider_share(share, factor)
    if share.name != "out of range":
        return wide
    least = ordered.beyond(counted.outside, len(counted.p), len(counted.q))
    return replace(wide, p_value=max(wide.p_value, least))


def likeness(
    columns: Sequence[Judged],
    plan: Profile,
    sides: tuple[Profile | OpenedSide, Profile | OpenedSide],
    both: tuple[WindowCut | None, WindowCut | None],
    alpha: float,
) -> dict[str, Likeness]:
    """Return what the rows of the detected columns are worth, where neighbours are alike.

    Over stretches of the order of rows, counts of independent rows vary as Pearson's statistic
    does by chance. Where they vary more, neighbours are alike, and rows are worth fewer.
    """
    plans = {column.name: column for column in plan}
    found: dict[str, Likeness] = {}
    for column in columns:
        known = plans.get(column.name)
        if not (isinstance(column, ColumnComparison) and isinstance(known, ColumnProfile)):
            continue
        if min(column.least_q_value, column.p_value) > alpha:
            continue
        with of_one_thing():  # the verdict stands without the check
            likeness = _worth(tables(known, sides, both), sides)
            if any(worth.alike for worth in likeness.worth):
                found[column.name] = likeness
    return found


def _worth(
    counted: BlockTables, sides: tuple[Profile | OpenedSide, Profile | OpenedSide]
) -> Likeness:
    """Return what rows are worth; those of a profile as much as those whose order is known."""
    q, p = sides
    if isinstance(q, Profile):
        found = counted.likeness(counted.p)
        rest = found.reference._replace(stretches=_parts(int(counted.q.sum())))
        return found._replace(reference=rest, unseen="reference")
    if isinstance(p, Profile):
        found = counted.likeness(counted.q)
        return found._replace(current=found.current._replace(stretches=0), unseen="current")
    return counted.likeness()
