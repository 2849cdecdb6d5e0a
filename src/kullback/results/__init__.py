"""What kullback returns: frozen facts that know their unit, direction and error."""

from kullback.results.divergence import Divergence
from kullback.results.estimate import Estimate, Interval, TestResult
from kullback.results.information import Information
from kullback.results.note import Note
from kullback.results.row_summaries import RowSummaries

__all__ = [
    "Divergence",
    "Estimate",
    "Information",
    "Interval",
    "Note",
    "RowSummaries",
    "TestResult",
]
