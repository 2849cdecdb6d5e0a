"""You hold two datasets: one verdict a column.

P is the current data (what happens now) and Q the reference (what was believed).
"""

from kullback.tables.comparing import compare
from kullback.tables.comparison import ColumnComparison, Skipped, TableComparison
from kullback.tables.gate import Failure, Gate, Waived, Waiver, gate
from kullback.tables.joined import JointComparison
from kullback.tables.joint import joint
from kullback.tables.profiles import ColumnProfile, Profile
from kullback.tables.profiling import profile
from kullback.tables.relation import Relation
from kullback.tables.segmented import Segment, SegmentedComparison
from kullback.tables.segments import segments
from kullback.tables.sensitivity import Sensitivity, sensitivity
from kullback.tables.windowed import Window, WindowedComparison
from kullback.tables.windows import windows

__all__ = [
    "ColumnComparison",
    "ColumnProfile",
    "Failure",
    "Gate",
    "JointComparison",
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
    "profile",
    "segments",
    "sensitivity",
    "windows",
]
