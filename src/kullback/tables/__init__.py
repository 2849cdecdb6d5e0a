"""You hold two datasets: one verdict a column.

P is the current data (what happens now) and Q the reference (what was believed).
"""

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
