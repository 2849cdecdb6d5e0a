"""Which columns are compared where rows are cut by others."""

from collections.abc import Sequence

from kullback.tables.counting.intake import Intake
from kullback.tables.counting.side import OpenedSide
from kullback.tables.profiles.profile import Profile
from kullback.tables.verbs import compare


def compared_columns(
    intake: Intake, q: Profile | OpenedSide, p: Profile | OpenedSide, cut: Sequence[str]
) -> Sequence[str]:
    """Return which columns are compared; what rows are cut by is not, unless it is named."""
    names = intake.chosen(compare.all_names(q, p))
    if names is not None and intake.columns is not None:
        return names
    left = compare.others(q, p, cut)
    return left if names is None else [name for name in left if name in set(names)]
