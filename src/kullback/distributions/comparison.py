"""Everything about two formulas at once."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kullback.arrays import outside_graphs
from kullback.distributions.adapters import as_distribution
from kullback.distributions.measures import relatives
from kullback.distributions.measures.kl import kl
from kullback.renderable import Renderable
from kullback.results import Divergence
from kullback.units import Unit, unit_name

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document


@dataclass(frozen=True, slots=True, repr=False)
class FormulaComparison(Renderable):
    """Two distributions compared by every measure that has a definition for them.

    Parameters
    ----------
    p, q : str
        How P and Q are written.
    unit : {"nats", "bits", "bans"}
        Of the informations.
    quantities : tuple of Divergence
        KL(P‖Q), KL(Q‖P), JS, TV, Hellinger, both entropies and the cross-entropy.
    """

    p: str
    q: str
    unit: str
    quantities: tuple[Divergence, ...]

    @property
    def kl(self) -> Divergence:
        """KL(P‖Q)."""
        return self.quantities[0]

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; infinities stay ``float("inf")``."""
        facts: dict[str, Any] = {"p": self.p, "q": self.q, "unit": self.unit}
        return facts | {"quantities": [quantity.to_dict() for quantity in self.quantities]}

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.distributions.document import document

        return document((self.p, self.q), self.quantities)


@outside_graphs
def compare(p: Any, q: Any, *, unit: Unit = "nats") -> FormulaComparison:
    """Compare two distributions by every measure that has a definition for them.

    Parameters
    ----------
    p, q : Distribution, or a distribution of another library
        The truth and the model.
    unit : {"nats", "bits", "bans"}
        Of the informations.

    Returns
    -------
    FormulaComparison
        Each quantity with its error and how it was obtained; it prints as a table.

    Raises
    ------
    InputError
        If an argument is no distribution.

    Examples
    --------
    >>> from kullback.distributions import Normal, compare
    >>> compare(Normal(0, 1), Normal(1, 2)).headline
    'KL(P‖Q) = 0.443147 nats   (0.639326 bits)'
    """
    first, second = as_distribution("p", p), as_distribution("q", q)
    quantities = (
        kl(first, second, unit=unit),
        replace(kl(second, first, unit=unit), quantity="KL(Q‖P)"),
        relatives.jensen_shannon(first, second, unit=unit),
        relatives.total_variation(first, second),
        relatives.hellinger(first, second),
        relatives.entropy(first, unit=unit),
        replace(relatives.entropy(second, unit=unit), quantity="H(Q)"),
        relatives.cross_entropy(first, second, unit=unit),
    )
    return FormulaComparison(repr(first), repr(second), unit_name(unit), quantities)
