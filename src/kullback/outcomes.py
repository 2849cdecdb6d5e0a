"""Two distributions outcome by outcome: the lines of every scorecard."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.errors import ShapeError
from kullback.results import Outcomes

Array = NDArray[np.float64]


def outcomes(labels: Sequence[Hashable], p: Array, q: Array) -> Outcomes:
    """Return shares, surprisals and contributions of each outcome, in nats.

    Examples
    --------
    >>> found = outcomes(["a", "b"], np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    >>> found[1].label, found[1].surprisal_p, found[1].contribution
    ('b', inf, 0.5)
    """
    with np.errstate(divide="ignore"):
        surprisal_p, surprisal_q = -np.log(p) + 0.0, -np.log(q) + 0.0
    return Outcomes(labels, p, q, surprisal_p, surprisal_q, kernels.kl_terms(p, q))


def impossible(labels: Sequence[Hashable], p: Array, q: Array) -> tuple[Hashable, ...]:
    """Return the outcomes with p > 0 and q = 0: they make KL(P‖Q) infinite."""
    return tuple(labels[i] for i in np.flatnonzero((p > 0) & (q == 0)).tolist())


def names(
    count: int, given: Sequence[Hashable] | None, own: Sequence[Hashable] | None
) -> Sequence[Hashable]:
    """Return the labels given, else the arguments' own, else the positions from 0."""
    labels = own if given is None else tuple(given)
    if labels is None:
        return range(count)
    if len(labels) != count:
        raise ShapeError(
            f"labels has {len(labels)} names and there are {count} outcomes; "
            f"give one name an outcome, in their order"
        )
    return labels
