"""Two models against one base: which is nearer, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kullback.errors import InputError
from kullback.lm.clusters import Clusters, mean_of_tokens
from kullback.lm.tokens.comparison import LMComparison
from kullback.lm.tokens.summary import MEANS
from kullback.renderable import Renderable
from kullback.results import Estimate
from kullback.results.facts import facts
from kullback.statistics.mean import Mean

if TYPE_CHECKING:
    from kullback.report.blocks.document import Document

# What a difference of two means may be.
RANGE = {"nats": (-np.inf, np.inf), "": (-1.0, 1.0)}
PAIRED = ("kl", "reverse_kl", "jensen_shannon", "total_variation", "nll_model", "same_top")


@dataclass(frozen=True, eq=False, repr=False)
class Candidates(Renderable):
    """Two models compared with one base, on the same tokens.

    Parameters
    ----------
    first, second : LMComparison
        Each model against the base.
    differences : mapping of str to Estimate
        First less second, of each mean: below 0, the first has less of it. The errors are those
        of the differences token by token, clustered.
    """

    first: LMComparison
    second: LMComparison
    differences: Mapping[str, Estimate]

    @property
    def difference(self) -> Estimate:
        """Mean KL of the first less that of the second: negative where the first is nearer."""
        return self.differences["kl"]

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values, without the single tokens."""
        names = ("first", "second", "differences")
        return {name: facts(getattr(self, name)) for name in names}

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.lm.tokens.candidates_document import document

        return document(self)


def candidates(first: LMComparison, second: LMComparison) -> Candidates:
    """Pair two comparisons with one base, token by token.

    Parameters
    ----------
    first, second : LMComparison
        Of the same tokens in the same order.

    Returns
    -------
    Candidates
        With a p-value of the hypothesis that there is no difference, in each estimate.

    Raises
    ------
    InputError
        If they are not of the same tokens.
    """
    first, second = first.to("nats"), second.to("nats")
    a, b = first.per_token, second.per_token
    for name in ("cluster", "position", "target"):
        if len(a) != len(b) or (a[name] != b[name]).any():
            raise InputError(
                f"{first.model} and {second.model} were not compared on the same tokens: their "
                f"{name} differ; compare both with the same base and text"
            )
    clusters = Clusters.of(a["cluster"], first.cluster)
    shared = [name for name in PAIRED if name in first.estimates and name in second.estimates]
    with np.errstate(invalid="ignore"):  # ∞ − ∞ is not defined, and the mean says so
        values = {name: a[name] - b[name] for name in shared}
    differences = {name: _difference(name, values[name], clusters) for name in shared}
    return Candidates(first, second, differences)


def _difference(name: str, values: Any, clusters: Clusters) -> Estimate:
    quantity, unit, _ = MEANS[name]
    estimate = mean_of_tokens(
        values, clusters, f"difference of {quantity}", unit=unit, bounds=RANGE[unit]
    )
    mean = Mean(estimate.value, estimate.standard_error, len(clusters))
    return replace(estimate, p_value=mean.p_value())
