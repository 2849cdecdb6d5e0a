"""Everything that is worth knowing about one pair of distributions.

A scorecard holds facts; `kullback.report` draws it, imported when it is shown.
"""

from collections.abc import Hashable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kullback.outcomes import Outcomes
from kullback.renderable import Renderable
from kullback.results.estimate import Estimate, TestResult
from kullback.results.facts import facts
from kullback.results.information import Information
from kullback.results.note import Note
from kullback.units import Unit, nats_per, unit_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from kullback.report.blocks.document import Document

Array = NDArray[np.float64]
Quantity = Information | Estimate


@dataclass(frozen=True, eq=False, repr=False)
class Scorecard(Renderable):
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

    def to(self, unit: Unit) -> "Scorecard":
        """Return the same scorecard in another unit."""
        ratio = nats_per(self.unit) / nats_per(unit)
        converted: dict[str, Any] = {
            f.name: value.to(unit)
            for f in fields(self)
            if isinstance(value := getattr(self, f.name), Information | Estimate)
        }
        return replace(self, unit=unit_name(unit), outcomes=self.outcomes.to(ratio), **converted)

    def explain(self) -> str:
        """Say in plain words what the numbers mean."""
        from kullback.scorecard.document import explain

        return explain(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; infinities stay ``float("inf")``."""
        return {"direction": "KL(P‖Q)"} | {
            f.name: facts(getattr(self, f.name)) for f in fields(self)
        }

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw P and Q side by side, and what each outcome contributes, with matplotlib."""
        from kullback.scorecard.plot import scorecard

        return scorecard(self, ax)

    def document(self, *, in_full: bool = False) -> "Document":
        """Return what every format is drawn from, with all that `explain` says if `in_full`."""
        from kullback.scorecard.document import document

        return document(self, in_full=in_full)
