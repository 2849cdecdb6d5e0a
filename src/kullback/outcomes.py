"""Two distributions outcome by outcome: the lines of every scorecard."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.arguments import names as several
from kullback.errors import ShapeError

Array = NDArray[np.float64]


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
    labels = own if given is None else several("labels", given)
    if labels is None:
        return range(count)
    if len(labels) != count:
        raise ShapeError(
            f"labels has {len(labels)} names and there are {count} outcomes; "
            f"give one name an outcome, in their order"
        )
    return labels
