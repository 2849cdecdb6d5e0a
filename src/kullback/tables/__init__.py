"""You hold two datasets: one verdict a column.

P is the current data (what happens now) and Q the reference (what was believed).
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kullback.tables.counting.table_counts import profile
    from kullback.tables.engines.relation import Relation
    from kullback.tables.profiles.profile import ColumnProfile, Profile
    from kullback.tables.results.comparison import ColumnComparison, Skipped, TableComparison
    from kullback.tables.results.gate import Failure, Gate, Waived, Waiver, gate
    from kullback.tables.results.joined import JointComparison
    from kullback.tables.results.segmented import Segment, SegmentedComparison
    from kullback.tables.results.sensitivity import Sensitivity
    from kullback.tables.results.windowed import Window, WindowedComparison
    from kullback.tables.verbs.compare import compare
    from kullback.tables.verbs.joint import joint
    from kullback.tables.verbs.monitor import monitor
    from kullback.tables.verbs.segments import segments
    from kullback.tables.verbs.sensitivity import sensitivity
    from kullback.tables.verbs.windows import windows
    from kullback.tables.watch.look import Change, Look
    from kullback.tables.watch.monitor import Monitor
    from kullback.tables.watch.monitoring import Monitoring

__all__ = [
    "Change",
    "ColumnComparison",
    "ColumnProfile",
    "Failure",
    "Gate",
    "JointComparison",
    "Look",
    "Monitor",
    "Monitoring",
    "Profile",
    "Relation",
    "Segment",
    "SegmentedComparison",
    "Sensitivity",
    "Skipped",
    "TableComparison",
    "Waived",
    "Waiver",
    "Window",
    "WindowedComparison",
    "compare",
    "gate",
    "joint",
    "monitor",
    "profile",
    "segments",
    "sensitivity",
    "windows",
]

# Where each name lives, which is loaded when it is asked for: a profile needs no tests.
_HOMES = {
    "counting.table_counts": ("profile",),
    "engines.relation": ("Relation",),
    "profiles.profile": ("ColumnProfile", "Profile"),
    "results.comparison": ("ColumnComparison", "Skipped", "TableComparison"),
    "results.gate": ("Failure", "Gate", "Waived", "Waiver", "gate"),
    "results.joined": ("JointComparison",),
    "results.segmented": ("Segment", "SegmentedComparison"),
    "results.sensitivity": ("Sensitivity",),
    "results.windowed": ("Window", "WindowedComparison"),
    "verbs.compare": ("compare",),
    "verbs.joint": ("joint",),
    "verbs.monitor": ("monitor",),
    "verbs.segments": ("segments",),
    "verbs.sensitivity": ("sensitivity",),
    "verbs.windows": ("windows",),
    "watch.look": ("Change", "Look"),
    "watch.monitor": ("Monitor",),
    "watch.monitoring": ("Monitoring",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a verb or a class when it is asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Name what is public."""
    return __all__
