"""You hold two datasets: one verdict a column.

P is the current data (what happens now) and Q the reference (what was believed).
"""

from kullback.tables.comparing import compare
from kullback.tables.comparison import ColumnComparison, Skipped, TableComparison
from kullback.tables.profiles import ColumnProfile, Profile
from kullback.tables.profiling import profile
from kullback.tables.relation import Relation

__all__ = [
    "ColumnComparison",
    "ColumnProfile",
    "Profile",
    "Relation",
    "Skipped",
    "TableComparison",
    "compare",
    "profile",
]
