"""Everything that is worth knowing about one pair of distributions.

A scorecard holds facts; `kullback.report` draws it, imported when it is shown.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from kullback.results.drawn import Drawn
from kullback.results.estimate import Estimate, TestResult
from kullback.results.facts import facts
from kullback.results.information import Information
from kullback.results.note import Note
from kullback.units import nats_per

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kullback.report.document import Document

Array = NDArray[np.float64]
Quantity = Information | Estimate


class Outcome(NamedTuple):
    """One outcome of a comparison, in the unit of its scorecard."""

    label: Hashable
    p: float
    q: float
    surprisal_p: float
    surprisal_q: float
    contribution: float


@dataclass(frozen=True, eq=False)
class Outcomes(Sequence[Outcome]):
    """The outcomes of a comparison, kept as columns.

    Parameters
    ----------
    labels : sequence
        Their names.
    p, q : ndarray of shape (k,)
        Their probabilities (shares, for counts).
    surprisal_p, surprisal_q : ndarray of shape (k,)
        −ln p and −ln q.
    contribution : ndarray of shape (k,)
        p ln(p/q) − p + q, each ≥ 0; together the divergence.
    """

    labels: Sequence[Hashable]
    p: Array
    q: Array
    surprisal_p: Array
    surprisal_q: Array
    contribution: Array

    def __len__(self) -> int:
        return len(self.p)

    @overload
    def __getitem__(self, index: int) -> Outcome: ...
    @overload
    def __getitem__(self, index: slice) -> list[Outcome]: ...
    def __getitem__(self, index: int | slice) -> Outcome | list[Outcome]:
        """Return one outcome, or a list of them."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        numbers = (self.p, self.q, self.surprisal_p, self.surprisal_q, self.contribution)
        return Outcome(self.labels[index], *(float(column[index]) for column in numbers))

    def largest(self, count: int) -> list[Outcome]:
        """Return the `count` outcomes that contribute most, largest first."""
        order = np.argsort(-self.contribution, kind="stable")[:count]
        return [self[int(i)] for i in order]

    def to(self, ratio: float) -> "Outcomes":
        """Return the outcomes with every information multiplied by `ratio`."""
        return replace(
            self,
            surprisal_p=self.surprisal_p * ratio,
            surprisal_q=self.surprisal_q * ratio,
            contribution=self.contribution * ratio,
        )


@dataclass(frozen=True, eq=False)
class Scorecard(Drawn):
    """Everything that is worth knowing about one pair of distributions.

    Parameters
    ----------
    unit : {"nats", "bits", "bans"}
        The unit of every information in it.
    kl, reverse_kl : Information or Estimate
        KL(P‖Q) and KL(Q‖P).
    entropy_p, entropy_q, cross_entropy, jensen_shannon : Information or Estimate
        H(P), H(Q), H(P, Q) and JS(P, Q).
    jensen_shannon_distance : Information
        √JS, a metric.
    total_variation, hellinger : float
        Without unit, in [0, 1].
    outcomes : Outcomes
        One line an outcome: label, p, q, surprisal under each, contribution.
    infinite_at : tuple
        The outcomes with p > 0 and q = 0, which make KL(P‖Q) infinite.
    homogeneity : TestResult or None
        For counts: could both come from one distribution?
    notes : tuple of Note
        What was decided on the way.

    Examples
    --------
    >>> import kullback
    >>> card = kullback.compare({"a": 0.7, "b": 0.3}, {"a": 0.4, "b": 0.6})
    >>> card.kl, card.to("bits").kl
    (0.1838 nats, 0.2651 bits)
    """

    unit: str
    kl: Quantity
    reverse_kl: Quantity
    entropy_p: Quantity
    entropy_q: Quantity
    cross_entropy: Quantity
    jensen_shannon: Quantity
    jensen_shannon_distance: Information
    total_variation: float
    hellinger: float
    outcomes: Outcomes
    infinite_at: tuple[Hashable, ...] = ()
    homogeneity: TestResult | None = None
    notes: tuple[Note, ...] = ()

    def to(self, unit: str) -> "Scorecard":
        """Return the same scorecard in another unit."""
        ratio = nats_per(self.unit) / nats_per(unit)
        converted: dict[str, Any] = {
            f.name: value.to(unit)
            for f in fields(self)
            if isinstance(value := getattr(self, f.name), Information | Estimate)
        }
        return replace(self, unit=unit, outcomes=self.outcomes.to(ratio), **converted)

    def explain(self) -> str:
        """Say in plain words what the numbers mean."""
        from kullback.report.scorecard import explain

        return explain(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; infinities stay ``float("inf")``."""
        return {"direction": "KL(P‖Q)"} | {
            f.name: facts(getattr(self, f.name)) for f in fields(self)
        }

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw P and Q side by side, and what each outcome contributes, with matplotlib."""
        from kullback.report.plot import scorecard

        return scorecard(self, ax)

    def _document(self) -> "Document":
        from kullback.report.scorecard import document

        return document(self)
