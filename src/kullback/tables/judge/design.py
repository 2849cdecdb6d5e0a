"""How the rows were drawn: with weights, in an order, in blocks that hang together."""

from collections.abc import Sequence
from dataclasses import dataclass

from kullback.arguments import text
from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting import table_counts, windows_sql
from kullback.tables.counting import weights as weighing
from kullback.tables.counting.side import OpenedSide
from kullback.tables.counting.windows_sql import WindowCut
from kullback.tables.judge import blocks
from kullback.tables.judge.verdict import Criteria
from kullback.tables.judge.worth import Likeness
from kullback.tables.profiles.profile import Profile
from kullback.tables.profiles.types import kind_of
from kullback.tables.results.comparison import ColumnComparison, Skipped

SORTED = 50_000  # rows of a side, at most, that are sorted without being asked to

Judged = ColumnComparison | Skipped
Side = Profile | OpenedSide


@dataclass(frozen=True, slots=True)
class Design:
    """How the rows of both sides were drawn.

    Parameters
    ----------
    weights, order : str or None
        Columns of both sides: what a row counts, and the order of the rows.
    block : int or None
        How many rows in that order are drawn together.
    seed : int
        Of the draws of blocks.
    """

    weights: str | None = None
    order: str | None = None
    block: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("weights", "order"):
            if getattr(self, name) is not None:
                text(name, getattr(self, name))
        table_counts.check_size("seed", self.seed, 0)
        if self.block is None:
            return
        table_counts.check_size("block", self.block, 1)
        if self.order is None:
            raise InputError(
                f"block={self.block} needs order=: the column that rows lie in order of"
            )
        if self.weights is not None:
            raise InputError("weights= and block= do not go together: choose one of them")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that describe how rows were drawn; they are not compared."""
        return tuple(name for name in (self.weights, self.order) if name is not None)

    def needs_whole_rows(self) -> bool:
        """Return whether rows were told to be weighed, or to be drawn in blocks."""
        return self.weights is not None or self.block is not None

    def needs_rows(self) -> bool:
        """Return whether counts of whole columns are not enough."""
        return bool(self.columns)


def sides_of(design: Design, q: Side, p: Side) -> tuple[OpenedSide, OpenedSide] | None:
    """Return both sides if their rows can be counted again."""
    if isinstance(q, OpenedSide) and isinstance(p, OpenedSide):
        return q, p
    if design.needs_rows():
        named = " and ".join(f"{n}=" for n in ("weights", "order") if getattr(design, n))
        raise InputError(f"{named} needs the rows of both sides; a profile holds counts only")
    return None


def wanted(design: Design, names: Sequence[str], columns: Sequence[str] | None) -> list[str] | None:
    """Return the columns to compare: all but those that say how rows were drawn."""
    if columns is not None:
        return list(columns)
    if not design.columns:
        return None
    return [name for name in dict.fromkeys(names) if name not in design.columns]


def counted(
    design: Design, sides: tuple[OpenedSide, OpenedSide] | None, plan: Profile, follow: Profile
) -> tuple[Profile, Profile, tuple[Note, ...]]:
    """Count again by weights, where there are some."""
    if design.weights is None or sides is None:
        return plan, follow, ()
    return weighing.weighted(sides, plan, follow, design.weights)


def judged(
    design: Design,
    sides: tuple[OpenedSide, OpenedSide] | None,
    plan: Profile,
    columns: list[Judged],
    criteria: Criteria,
) -> tuple[list[Judged], tuple[Note, ...]]:
    """Judge by whole blocks, where they are asked for."""
    if design.block is None or design.order is None or sides is None:
        return columns, ()
    cut = blocks.cuts(sides, design.order, design.block)
    outside = sum(one.outside for one in cut)
    text = f"{outside} rows have no {design.order!r} and are in no block."
    notes = (Note("outside", text),) if outside else ()
    return blocks.judged(columns, plan, sides, cut, criteria, design.seed), notes


def likeness(
    design: Design,
    sides: tuple[Side, Side],
    plan: Profile,
    columns: Sequence[Judged],
    alpha: float,
) -> tuple[dict[str, Likeness], str]:
    """Return what rows of detected columns are worth, and in which order they were looked at.

    The order is the one given, else that of the first column of times, else that of the rows as
    they lie in a file or a frame. A profile keeps none: its rows are taken to be as alike as
    those of the other side.
    """
    if design.needs_whole_rows():
        return {}, ""
    order = design.order or _time(sides)
    others = [c for c in columns if c.name != order]
    if not any(isinstance(c, ColumnComparison) and c.least_q_value <= alpha for c in others):
        return {}, ""
    both = stretches(design, sides)
    if both is None:
        return {}, ""
    return blocks.likeness(others, plan, sides, both, alpha), order or ""


def unseen(sides: tuple[Side, Side], columns: Sequence[Judged], alpha: float) -> tuple[Note, ...]:
    """Say that a profile tells of no order of rows, and what that does, where it does something."""
    known = [isinstance(side, OpenedSide) for side in sides]
    if sum(known) == 1:
        alike = [c.name for c in columns if isinstance(c, ColumnComparison) and _is_alike(c)]
        name = "current" if known[0] else "reference"
        text = (
            f"The {name} side is a profile, which keeps no order of rows: its rows are taken to be "
            f"as alike as neighbours of the other side are: {', '.join(alike)}."
        )
        return (Note("order-of-one-side", text),) if alike else ()
    if any(known):
        return ()
    if not any(isinstance(c, ColumnComparison) and c.least_q_value <= alpha for c in columns):
        return ()
    text = (
        "Both sides are profiles, which keep no order of rows: rows are taken as independent. "
        "Where neighbouring rows are alike, fewer columns have drifted than is said here; compare "
        "with the rows of one side."
    )
    return (Note("order-unseen", text),)


def _is_alike(column: ColumnComparison) -> bool:
    return any(note.code == "autocorrelated" for note in column.notes)


def stretches(
    design: Design, sides: tuple[Side, Side]
) -> tuple[WindowCut | None, WindowCut | None] | None:
    """Cut both sides into stretches of the order that rows lie in; None where there is none.

    Of a profile, which is one piece, there is no cut.
    """
    # Of many rows a column that nobody named is not sorted: its stretches are of equal length.
    known = [side for side in sides if isinstance(side, OpenedSide)]
    if not known:
        return None
    many = design.order is None and max(side.rows for side in known) > SORTED
    cut = windows_sql.by_length if many else windows_sql.by_parts
    try:
        found = blocks.stretches(known, design.order or _time(sides), cut)
    except InputError:  # it holds no times: nothing was asked, and nothing is said
        return None
    each = iter(found)
    cuts = [next(each) if isinstance(side, OpenedSide) else None for side in sides]
    return None if None in found else (cuts[0], cuts[1])


def _time(sides: tuple[Side, Side]) -> str | None:
    """Return the first column that holds times on each side whose rows are known."""
    known = [side.source.columns for side in sides if isinstance(side, OpenedSide)]
    times = [{c.name for c in columns if kind_of(c.type) == "time"} for columns in known]
    ordered = (column.name for columns in known[:1] for column in columns)
    return next((name for name in ordered if all(name in held for held in times)), None)
