"""Windows whose rows are alike: what each of them says of its columns."""

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError
from kullback.tables.counting import by_name, codes, windows_sql
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.counting.windows_sql import WindowCut
from kullback.tables.engines.messages import ends_all
from kullback.tables.judge import blocks
from kullback.tables.judge.worth import INDEPENDENT, Likeness
from kullback.tables.profiles import align
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.results.comparison import ColumnComparison, Skipped

Array = NDArray[np.float64]
Judged = ColumnComparison | Skipped
Counts = Mapping[Hashable, float]
Side = Profile | OpenedSide

MOST = 2_000  # stretches of all windows together
STRETCHES = 30  # of a window
LEAST = 5  # rows of a stretch


def of_windows(
    found: Sequence[Sequence[Judged]],
    plan: Profile,
    sides: tuple[Side, OpenedSide],
    cuts: tuple[WindowCut, str],
    alpha: float,
    *,
    consecutive: bool,
) -> list[dict[str, Likeness]]:
    """Return, a window each, what rows of the detected columns are worth where they are alike.

    Rows vary inside a window, and from window to window as much as the reference does in its own
    order: a window is a part of such rows.

    Parameters
    ----------
    found : sequence of sequences of ColumnComparison or Skipped
        The columns of each window, as they were judged.
    plan : Profile
        How the columns are read.
    sides : (Profile or OpenedSide, OpenedSide)
        The reference, and the rows that the windows are cut from.
    cuts : (WindowCut, str)
        The windows, and the column that they are cut on.
    alpha : float
        From which p-value on a column is detected.
    consecutive : bool
        Whether each window is compared with the one before.
    """
    wanted = [_seen(columns, alpha) for columns in found]
    names = {name for window in wanted for name in window}
    worth: list[dict[str, Likeness]] = [{} for _ in found]
    if not names:
        return worth
    cut, on = cuts
    stretches = _stretches(sides[1], cut, on)
    usual = _usual(sides[0], on)
    for name in names:
        known = plan[name]
        assert isinstance(known, ColumnProfile)
        try:
            each = _column(known, sides, (cut, stretches, usual), consecutive=consecutive)
        except Exception as error:
            if ends_all(error):
                raise
            continue  # the verdict stands without the check
        for place, likeness in enumerate(each):
            if name in wanted[place] and any(side.alike for side in likeness.worth):
                worth[place][name] = likeness
    return worth


def _seen(columns: Sequence[Judged], alpha: float) -> set[str]:
    compared = (column for column in columns if isinstance(column, ColumnComparison))
    return {c.name for c in compared if min(c.p_value, c.least_q_value) <= alpha}


def _stretches(side: OpenedSide, cut: WindowCut, on: str) -> WindowCut:
    """Cut the rows of all windows into stretches, some tens a window."""
    usual = int(np.median([span.rows for span in cut.spans]))
    rows = max(LEAST, usual // STRETCHES, side.rows // MOST + 1)
    scale = windows_sql.scale(side.engine, side.source, column_of(side.source, on, "on"), "on")
    return windows_sql.by_rows(scale, rows)


def _usual(side: Side, on: str) -> WindowCut | None:
    """Cut the reference into stretches: in the order of the same column, or as its rows lie."""
    if isinstance(side, Profile):
        return None
    parts = min(blocks.STRETCHES, max(2, side.rows // LEAST))
    if on in {column.name for column in side.source.columns}:
        try:
            column = column_of(side.source, on, "on")
            scale = windows_sql.scale(side.engine, side.source, column, "on")
            return windows_sql.by_parts(scale, parts)
        except InputError:  # there it is no time and no number
            return None
    return windows_sql.in_place(side.engine, side.rows, parts)


def _column(
    plan: ColumnProfile,
    sides: tuple[Side, OpenedSide],
    cuts: tuple[WindowCut, WindowCut, WindowCut | None],
    *,
    consecutive: bool,
) -> list[Likeness]:
    """Return what the rows of one column are worth, window by window."""
    cut, stretches, usual = cuts
    own = _counted(sides[1], plan, [cut.key, stretches.key])
    before = _of_reference(sides[0], plan, usual)
    names = blocks.in_order(plan, {name for counts in (*own.values(), *before) for name in counts})
    windows = [
        _table([counts for (key, _), counts in sorted(own.items()) if key == span.key], names)
        for span in cut.spans
    ]
    reference = _table(before, names)
    found = []
    for place, window in enumerate(windows):
        other = windows[place - 1] if consecutive and place else reference
        if not (len(window) and len(other)):
            found.append(Likeness(*INDEPENDENT, 0.0))
            continue
        tables = blocks.block_tables(plan, names, other, window)
        found.append(tables.likeness(reference))
    return found


def _counted(
    side: OpenedSide, plan: ColumnProfile, keys: Sequence[str]
) -> dict[tuple[int, ...], dict[Hashable, float]]:
    """Return the rows of each outcome, by the keys that all rows in a window have."""
    counted = codes.counts(side.engine, side.source, [by_name.coded(side, plan)], keys)
    names = codes.labels_of(plan, {slot for _, (slot,), _ in counted})
    found: dict[tuple[int, ...], dict[Hashable, float]] = {}
    for key, (slot,), n in counted:
        if None not in key:
            here = found.setdefault(tuple(map(int, key)), {})
            here[names[slot]] = here.get(names[slot], 0.0) + float(n)
    return found


def _of_reference(side: Side, plan: ColumnProfile, usual: WindowCut | None) -> list[Counts]:
    """Count the reference in stretches; where no order of it is known, at random."""
    if usual is not None and isinstance(side, OpenedSide):
        found = _counted(side, plan, [usual.key])
        return [found[key] for key in sorted(found)]
    aligned = align.align(plan, plan, max(1, plan.rows))
    parts = min(blocks.STRETCHES, max(2, plan.rows // LEAST))
    whole = aligned.y.astype(np.int64)
    thrown = np.random.default_rng(0).multinomial(whole, np.full(parts, 1 / parts))
    return [dict(zip(aligned.labels, column.tolist(), strict=True)) for column in thrown.T]


def _table(counts: Sequence[Counts], names: Sequence[Hashable]) -> Array:
    rows = [[float(part.get(name, 0.0)) for name in names] for part in counts]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(names))
