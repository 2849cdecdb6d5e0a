"""The look at pairs of columns that `compare` takes where it can afford it."""

import math
from collections.abc import Sequence

from kullback.tables.counting.side import OpenedSide
from kullback.tables.engines.messages import ends_all
from kullback.tables.judge import blocks, design
from kullback.tables.judge.design import Design
from kullback.tables.judge.pair_screen import SampledColumn, screened
from kullback.tables.judge.verdict import Criteria
from kullback.tables.judge.worth import is_order
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.results.column_facts import PairScreen
from kullback.tables.results.comparison import ColumnComparison, Skipped
from kullback.tables.verbs.sampled_rows import NUMBERS, sampled_rows

ROWS = 20_000  # of each side, about, that are looked at
MOST = 40  # columns; of more, the first ones

Sides = tuple[OpenedSide, OpenedSide]


def pairs(
    sides: Sides | None,
    plan: Profile,
    columns: Sequence[ColumnComparison | Skipped],
    criteria: Criteria,
    how: Design,
) -> PairScreen | None:
    """Look at the pairs of the columns that were compared; None where it would cost too much.

    Parameters
    ----------
    sides : (OpenedSide, OpenedSide) or None
        Q's and P's rows; profiles have none.
    plan : Profile
        How the columns are read.
    columns : sequence of ColumnComparison or Skipped
        As they were judged.
    criteria : Criteria
        The level, the error level and the tolerance.
    how : Design
        Rows with weights, or in blocks, are not looked at.
    """
    if sides is None or how.needs_whole_rows():
        return None
    held = {c.name for c in sides[0].source.columns} & {c.name for c in sides[1].source.columns}
    known = {c.name: c for c in plan if isinstance(c, ColumnProfile) and c.name in held}
    names = [c.name for c in columns if isinstance(c, ColumnComparison) and c.name in known]
    plans = [known[name] for name in names[:MOST]]
    if len(plans) < 2:
        return None
    try:
        return _screened(sides, plans, criteria, how)
    except Exception as error:  # the columns stand without it, and it is not said to be done
        if ends_all(error):
            raise
        return None


def _screened(
    sides: Sides, plans: Sequence[ColumnProfile], criteria: Criteria, how: Design
) -> PairScreen | None:
    y, x = (sampled_rows(side, plans, ROWS, how.seed) for side in sides)
    if x is None or y is None:
        return None
    columns = [
        SampledColumn(plan.name, here, there, plan.kind in NUMBERS)
        for plan, here, there in zip(plans, x, y, strict=True)
    ]
    limits = criteria.alpha, criteria.level, criteria.tolerance
    found = screened(columns, *limits)
    if found is None or not found.changed:
        return found
    named = {name for pair in found.changed for name in (pair.first, pair.second)}
    worth = _worth(sides, [plan for plan in plans if plan.name in named], how)
    return screened(columns, *limits, worth) if worth else found


def _worth(sides: Sides, plans: Sequence[ColumnProfile], how: Design) -> dict[str, float]:
    """Return how many rows of each column say as much as an independent one.

    A column that is the order of rows, such as the day of a month, is alike without an end: what it
    says of another is no surer than that one. Dates and times are not so: where they are compared,
    both sides have the same ones, and so what varied with them.
    """
    both = design.stretches(how, sides)
    if both is None:
        return {}
    found = {}
    for plan in plans:
        counted = blocks.tables(plan, sides, both)
        dated = plan.role == "date/time"
        if not dated and (is_order(counted.q) or is_order(counted.p)):
            found[plan.name] = math.inf
            continue
        factors = counted.likeness().worth
        found[plan.name] = max(max(side.rows, side.score) for side in factors)
    return found
