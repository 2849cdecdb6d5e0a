"""One side counted window by window: a profile each, in the same bins."""

from collections.abc import Sequence

from kullback.tables.counting import by_name, codes
from kullback.tables.counting.codes import CodedColumn
from kullback.tables.counting.side import OpenedSide
from kullback.tables.counting.windows_sql import WindowCut
from kullback.tables.engines.messages import ends_all, one_line
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.results.comparison import Skipped


def window_profiles(p: OpenedSide, cut: WindowCut, plan: Profile, whole: Profile) -> list[Profile]:
    """Count each column of `whole` in all windows at once, in the bins and values of `plan`."""
    plans = {column.name: column for column in plan}

    def counted(column: ColumnProfile | Skipped) -> Sequence[ColumnProfile | Skipped]:
        plan_of = plans.get(column.name)
        if not (isinstance(column, ColumnProfile) and isinstance(plan_of, ColumnProfile)):
            return [column] * len(cut.spans)
        return _column(p, cut, by_name.coded(p, plan_of))

    rows = [counted(column) for column in whole]
    return [
        Profile(
            span.label,
            span.rows,
            tuple(columns),
            plan.bins,
            plan.max_outcomes,
            lacks=whole.lacks,
        )
        for span, columns in zip(cut.spans, zip(*rows, strict=True), strict=True)
    ]


def _column(p: OpenedSide, cut: WindowCut, coded: CodedColumn) -> Sequence[ColumnProfile | Skipped]:
    try:
        counted = codes.counts(p.engine, p.source, [coded], [cut.key])
    except Exception as error:  # one column never takes the others down
        if ends_all(error):
            raise
        reason = f"failed: {type(error).__name__}: {one_line(error)}"
        return [Skipped(coded.column.name, reason)] * len(cut.spans)
    groups = codes.by_group(counted)
    keyed = {int(key): tallies for (key,), tallies in groups.items() if key is not None}
    return [codes.column_profile(coded, keyed[span.key]) for span in cut.spans]
