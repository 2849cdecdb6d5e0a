"""What one pass over two batches of logits says of every row."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from kullback.results.facts import PlainFacts
from kullback.units import Unit, nats_per, unit_name

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class RowSummaries(PlainFacts):
    """How far the rows of two batches of logits are from each other.

    Parameters
    ----------
    unit : {"nats", "bits", "bans"}
        The unit of every information in it.
    kl, reverse_kl, jensen_shannon : ndarray of the batch shape
        KL(P‖Q), KL(Q‖P) and JS(P, Q).
    total_variation : ndarray
        In [0, 1]; one less it is the share of tokens that speculative decoding accepts.
    entropy_p, cross_entropy : ndarray
        H(P) and H(P, Q).
    same_top : ndarray of bool
        Whether both have their (first) largest logit at the same place.

    Examples
    --------
    >>> from kullback import logits
    >>> rows = logits.summary([[2.0, 1.0, 0.0]], [[2.0, 0.0, 1.0]])
    >>> rows.kl.round(4).tolist(), rows.same_top.tolist()
    ([0.1547], [True])
    """

    unit: str
    kl: Array
    reverse_kl: Array
    jensen_shannon: Array
    total_variation: Array
    entropy_p: Array
    cross_entropy: Array
    same_top: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(np.atleast_1d(self.kl))

    def __repr__(self) -> str:
        return f"<RowSummaries: {len(self)} rows in {self.unit}, mean KL {np.mean(self.kl):.4g}>"

    def to(self, unit: Unit) -> "RowSummaries":
        """Return the same in another unit."""
        ratio = nats_per(self.unit) / nats_per(unit)
        plain = {"unit", "total_variation", "same_top"}
        measures = [f.name for f in fields(self) if f.name not in plain]
        converted = {name: getattr(self, name) * ratio for name in measures}
        return replace(self, unit=unit_name(unit), **converted)
