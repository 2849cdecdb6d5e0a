"""Which values of a column are counted by name, where rows are counted a second time."""

from dataclasses import replace

from kullback.tables.counting.codes import CodedColumn
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.profiles import align
from kullback.tables.profiles.profile import ColumnProfile, Listed, Profile
from kullback.tables.results.comparison import Skipped


def selected(plan: Profile, whole: Profile) -> Profile:
    """Pool in the reference what is not compared by name, chosen on all rows of both sides."""
    others = {column.name: column for column in whole}

    def each(column: ColumnProfile | Skipped) -> ColumnProfile | Skipped:
        other = others.get(column.name)
        if not (isinstance(column, ColumnProfile) and isinstance(other, ColumnProfile)):
            return column
        q, p = column.body, other.body
        if not (isinstance(q, Listed) and isinstance(p, Listed) and (q.other or p.other)):
            return column
        named = {v: q.counts.get(v, 0) for v in align.by_name(q, p, plan.max_outcomes)}
        pooled = sum(q.counts.values()) + q.other - sum(named.values())
        return replace(column, body=Listed(named, pooled))

    return replace(plan, columns=tuple(each(column) for column in plan))


def coded(side: OpenedSide, plan: ColumnProfile) -> CodedColumn:
    """Return how a column of a side is coded after a plan; pooled values stay pooled."""
    pools = isinstance(plan.body, Listed) and plan.body.other > 0
    named = tuple(plan.body.counts) if pools and isinstance(plan.body, Listed) else None
    column = column_of(side.source, plan.name, "columns")
    return CodedColumn(column, plan, named)
