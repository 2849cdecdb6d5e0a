"""A compared column's outcomes as a picture: where its bins lie, and which categories it shows."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kullback.outcomes import Outcome, outcomes
from kullback.report.blocks.charts import Axis, SharePart, Shares
from kullback.report.blocks.label import name
from kullback.units import format_number, nats_per

if TYPE_CHECKING:
    from kullback.tables.results.comparison import ColumnComparison

LEAST_SCALE = 0.02  # nats: contributions below it stay small in every picture
WHOLE_NUMBERS = 40  # that a picture shows one by one; more of them lie in groups on an axis
GROUPS = 24  # of neighbouring whole numbers, of about as many rows of both sides together
CATEGORIES = 20  # that a picture shows; the others are one part
FREQUENT = 12  # of these, the most frequent; the rest are those that contribute most
CUT = 0.5  # of the span between the inner borders: how far an open bin is drawn
LOGARITHMIC = 30.0  # the ratio of the inner borders from which a positive axis is logarithmic
NAMES = ("P current", "Q reference")


class _Group(NamedTuple):
    """Neighbouring whole numbers as a bin; the first and the last group are open."""

    low: float | None
    high: float | None
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class _Range:
    """The ends that a bin is drawn with, and what there is to say about them."""

    low: float
    high: float
    notes: tuple[str, ...]


def shares(column: "ColumnComparison", scale: float, key: str = "") -> Shares:
    """Return the picture of one column.

    Parameters
    ----------
    column : ColumnComparison
        Its outcomes: bins with ends, categories, and special ones such as "missing".
    scale : float
        The contribution that fills the height, in the unit of the column.
    key : str
        Its name on a page.

    Returns
    -------
    Shares
        Bins in the order of their axis, then the rest; many whole numbers as groups of
        neighbours; at most `CATEGORIES` categories and one part for all others.
    """
    found = _grouped(column)
    bins = [o for o in found if _is_bin(o.label)]
    rest = [o for o in found if not _is_bin(o.label)]
    title, unit = name(column.name, 60), column.kl.unit
    placed, axis, notes = _on_axis(bins, column.extent or _extent(bins))
    shown = _shown(rest)
    others = _others(rest, shown)
    notes += tuple(
        f"{part.label} hold {_percent(part.q)} of Q and {_percent(part.p)} of P." for part in others
    )
    parts = (*placed, *map(_part, shown), *others)
    return Shares(title, parts, unit, scale, NAMES, axis, notes, key)


def _grouped(column: "ColumnComparison") -> list[Outcome]:
    """Return the outcomes of a column, many whole numbers as groups of neighbours.

    Groups contribute what their own shares do.
    """
    found = column.outcomes
    whole = [i for i, label in enumerate(found.labels) if isinstance(label, int)]
    if column.role != "integer-coded" or len(whole) <= WHOLE_NUMBERS:
        return found[:]
    values = np.array([found.labels[i] for i in whole], dtype=object)
    order = np.argsort(values)
    values, places = values[order], np.array(whole)[order]
    p, q = found.p[places], found.q[places]
    # A number belongs to the group in which the middle of its own mass lies.
    middle = np.cumsum(p + q) - (p + q) / 2
    group = np.floor(middle / (p.sum() + q.sum()) * GROUPS)
    starts = np.flatnonzero(np.diff(group, prepend=-1.0))
    ends = [(values[a], values[b - 1]) for a, b in pairwise([*starts, len(values)])]
    sums = (np.add.reduceat(side, starts) for side in (p, q))
    groups = outcomes(_labels(ends), *sums).to(1 / nats_per(column.kl.unit))
    kept = set(whole)
    return [*groups, *(found[i] for i in range(len(found)) if i not in kept)]


def _labels(ends: list[tuple[int, int]]) -> list[_Group]:
    borders = [None, *((a[1] + b[0]) / 2 for a, b in pairwise(ends)), None]
    return [_Group(*sides, *own) for sides, own in zip(pairwise(borders), ends, strict=True)]


def _extent(bins: Sequence[Outcome]) -> tuple[int, int] | None:
    """Return the least and the greatest number of groups; None of other bins."""
    if not (bins and isinstance(bins[0].label, _Group)):
        return None
    groups = [outcome.label for outcome in bins if isinstance(outcome.label, _Group)]
    return groups[0].first, groups[-1].last


def _is_bin(label: Hashable) -> bool:
    return hasattr(label, "low") and hasattr(label, "high")


def _part(outcome: Outcome, ends: tuple[float | None, float | None] = (None, None)) -> SharePart:
    label = name(outcome.label, 60)
    return SharePart(label, outcome.p, outcome.q, outcome.contribution, *ends)


def _shown(outcomes: list[Outcome]) -> list[Outcome]:
    """Return the categories to draw, in their own order; numbers in theirs."""
    whole = not any(isinstance(o.label, str) for o in outcomes)
    if len(outcomes) > (WHOLE_NUMBERS if whole else CATEGORIES):
        frequent = sorted(outcomes, key=lambda o: -max(o.p, o.q))[:FREQUENT]
        by_size = sorted(outcomes, key=lambda o: -o.contribution)
        kept = dict.fromkeys(id(o) for o in [*frequent, *by_size])
        chosen = set(list(kept)[:CATEGORIES])
        outcomes = [o for o in outcomes if id(o) in chosen]
    numbers = [o for o in outcomes if isinstance(o.label, int | float)]
    others = [o for o in outcomes if not isinstance(o.label, int | float)]
    return [*sorted(numbers, key=lambda o: float(o.label)), *others]  # type: ignore[arg-type]  # numbers, as chosen


def _others(outcomes: list[Outcome], shown: list[Outcome]) -> list[SharePart]:
    drawn = {id(o) for o in shown}
    left = [o for o in outcomes if id(o) not in drawn]
    if not left:
        return []
    p, q, contribution = (
        math.fsum(column) if all(map(math.isfinite, column)) else math.inf
        for column in zip(*((o.p, o.q, o.contribution) for o in left), strict=True)
    )
    return [SharePart(f"{len(left):,} more", p, q, contribution, rest=True)]


def _percent(share: float) -> str:
    return f"{format_number(100 * share, 3)} %"


def _on_axis(bins: list[Outcome], extent: Any) -> tuple[list[SharePart], Axis, tuple[str, ...]]:
    labels: list[Any] = [o.label for o in bins]
    kinds = {_kind(end) for label in labels for end in (label.low, label.high) if end is not None}
    if len(kinds) != 1 or kinds == {None}:
        return [_part(o) for o in bins], "linear", ()  # no borders to place them by
    axis: Axis = kinds.pop() or "linear"
    borders = sorted({_place(e) for b in labels for e in (b.low, b.high) if e is not None})
    if axis == "linear" and borders[0] > 0 and borders[-1] > LOGARITHMIC * borders[0]:
        axis = "log"
    known = extent is not None and all(_kind(end) for end in extent)
    found = _range(borders, extent if known else None, axis)
    parts = []
    for outcome, label in zip(bins, labels, strict=True):
        low = found.low if label.low is None else _place(label.low)
        high = found.high if label.high is None else _place(label.high)
        parts.append(_part(outcome, (low, high)))
    ordered = sorted(parts, key=lambda part: (part.low, part.high))
    return ordered, axis, found.notes


def _range(borders: Sequence[float], extent: Any, axis: Axis) -> _Range:
    """Return how far the first and last bin, which are open, are drawn."""
    inner = [math.log(b) for b in borders] if axis == "log" else list(borders)
    span = inner[-1] - inner[0]
    room = CUT * span if span > 0 else max(1.0, abs(inner[0]))
    first, last = inner[0] - room, inner[-1] + room
    low, high = (math.exp(first), math.exp(last)) if axis == "log" else (first, last)
    if extent is None:
        return _Range(
            low, high, ("The first and the last bin are open: drawn at a bounded width.",)
        )
    least, most = (_place(end) for end in extent)
    cut = [f"the first bin reaches down to {_said(extent[0])}"] if least < low else []
    cut += [f"the last bin reaches up to {_said(extent[1])}"] if most > high else []
    notes = (f"Drawn shorter: {' and '.join(cut)}.",) if cut else ()
    # An extent inside the borders belongs to other data: the borders stay in the picture.
    ends = min(borders[0], max(low, least)), max(borders[-1], min(high, most))
    return _Range(*ends, notes)


def _said(end: Any) -> str:
    return end if isinstance(end, str) else format_number(end)


def _kind(end: Any) -> Axis | None:
    if isinstance(end, int | float):
        return "linear"
    return next((kind for kind, read in _READ.items() if _readable(read, end)), None)


def _readable(read: Any, end: Any) -> bool:
    try:
        read(end)
    except (TypeError, ValueError):
        return False
    return True


def _place(end: Any) -> float:
    if isinstance(end, int | float):
        return float(end)
    return float(next(read(end) for read in _READ.values() if _readable(read, end)))


def _moment(end: str) -> float:
    found = datetime.fromisoformat(end)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _of_day(end: str) -> float:
    found = time.fromisoformat(end)
    return found.hour * 3600.0 + found.minute * 60 + found.second + found.microsecond / 1e6


_READ: dict[Axis, Any] = {"clock": _of_day, "time": _moment}
