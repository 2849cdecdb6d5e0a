"""What kullback returns: frozen facts that know their unit, direction and error."""

from kullback.results.estimate import Estimate, Interval, TestResult
from kullback.results.information import Information
from kullback.results.note import Note
from kullback.results.row_summaries import RowSummaries
from kullback.results.scorecard import Outcome, Outcomes, Quantity, Scorecard

__all__ = [
    "Estimate",
    "Information",
    "Interval",
    "Note",
    "Outcome",
    "Outcomes",
    "Quantity",
    "RowSummaries",
    "Scorecard",
    "TestResult",
]
