"""What `joint` returns: two columns together, by the chain rule."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from kullback.outcomes import Outcome
from kullback.results import Estimate, Note
from kullback.results.facts import facts
from kullback.tables.results import tidy_rows
from kullback.tables.results.column_facts import Verdict
from kullback.tables.results.comparison import ColumnComparison, Side, TableComparison
from kullback.tables.results.gate import FailOn, Failure, Gated
from kullback.tables.results.parts import WORST

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document


@dataclass(frozen=True, eq=False, repr=False)
class JointComparison(Gated):
    """Two columns compared together.

    Parameters
    ----------
    reference, current : Side
        What was compared.
    names : (str, str)
        The columns a and b.
    joint, first, second : ColumnComparison
        The pairs of outcomes, and each column alone, judged together.
    conditional : Estimate
        KL(b|a) = KL(joint) − KL(a) ≥ 0, with the p-value that b given a is the same.
    dependence : Estimate
        KL(joint) − KL(a) − KL(b), which may be negative, with the p-value that the association
        of a and b is the same whatever their margins.
    unit, level, alpha, tolerance
        As in `TableComparison`.
    notes : tuple of Note
        What was decided on the way.
    """

    reference: Side
    current: Side
    names: tuple[str, str]
    joint: ColumnComparison
    first: ColumnComparison
    second: ColumnComparison
    conditional: Estimate
    dependence: Estimate
    unit: str
    level: float
    alpha: float
    tolerance: float
    notes: tuple[Note, ...] = ()

    @property
    def table(self) -> TableComparison:
        """The pair and its two columns as a table of three."""
        columns = self.joint, self.first, self.second
        measures = self.unit, self.level, self.alpha, self.tolerance
        return TableComparison(self.reference, self.current, columns, *measures, self.notes)

    @property
    def parts(self) -> tuple[tuple[str, TableComparison], ...]:
        """The same, as the one part that it is."""
        return (("", self.table),)

    @property
    def rows(self) -> tuple[tidy_rows.Row, ...]:
        """Every number of the pair and its columns, one a row."""
        return self.table.rows

    def failures(self, fail_on: FailOn) -> tuple[Failure, ...]:
        """Return what fails of the pair and its columns, as a gate takes them."""
        return self.table.failures(fail_on)

    @property
    def verdict(self) -> Verdict:
        """The verdict of the pair."""
        return next(v for v in WORST if v == self.joint.verdict)

    def largest(self, count: int) -> list[Outcome]:
        """Return the pairs of outcomes that say most of the JS divergence, the first one most."""
        parts = self.joint.jensen_shannon.contributions
        assert parts is not None
        return [self.joint.outcomes[int(i)] for i in np.argsort(-parts, kind="stable")[:count]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; infinities stay ``float("inf")``."""
        head = {"direction": "KL(current‖reference)", "verdict": self.verdict}
        return head | {f.name: facts(getattr(self, f.name)) for f in fields(self)}

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.results.joined_document import document

        return document(self)
