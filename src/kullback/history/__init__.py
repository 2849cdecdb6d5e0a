"""You hold many comparisons: a tidy table of what was measured, run after run.

One row is one number of one column in one run. The table lives in a DuckDB file, in a SQLite
file, or in the user's own database, and every tool that speaks SQL can read it.
"""

from kullback.history.entry import Entry
from kullback.history.history import History
from kullback.history.salvage import Repaired, repair
from kullback.history.table import append, forget, read

__all__ = ["Entry", "History", "Repaired", "append", "forget", "read", "repair"]
