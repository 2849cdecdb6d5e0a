"""Pseudo-counts by name: what is believed of each outcome before any is counted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.arguments import number, shown
from kullback.arrays import numpy_of
from kullback.checks import numeric
from kullback.counts.rows.pair import CountPair
from kullback.counts.rows.row import Counts
from kullback.errors import InputError, MethodError, ShapeError
from kullback.intake import labelled

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Toward:
    """A prior that is worth `strength` observations of a reference distribution.

    Parameters
    ----------
    reference : array_like of shape (k,) or mapping
        Shares or counts of the reference; only their proportions are used. A mapping goes
        with labelled counts.
    strength : float
        How many observations it is worth, above 0.

    Examples
    --------
    >>> from kullback import counts
    >>> prior = Toward([0.25, 0.25, 0.5], strength=2)
    >>> print(counts.kl([5, 5, 0], [4, 0, 6], method="dirichlet", smoothing=prior))
    KL(P‖Q) = 1.029 ± 0.510 nats (95 %: [0, 2.37]), dirichlet, n=10, m=10
    """

    reference: Counts
    strength: float


Prior = str | float | Toward
"""A name of `PRIORS`, the pseudo-count α of every outcome, or a `Toward`."""

Smoothing = Prior | tuple[Prior, Prior] | None

# Per outcome, given the number of outcomes.
PRIORS: dict[str, Callable[[int], float]] = {
    "laplace": lambda _: 1.0,
    "jeffreys": lambda _: 0.5,
    "perks": lambda outcomes: 1 / outcomes,
}


@dataclass(frozen=True, eq=False)
class PseudoCounts:
    """What two priors add to the counts of P and of Q.

    Parameters
    ----------
    p, q : ndarray of shape (k,)
        Added to each outcome; 0 for outcomes outside the union alphabet.
    equal : tuple of float or None
        The one value on each side, where every outcome of the alphabet has the same.
    """

    p: Array
    q: Array
    equal: tuple[float, float] | None


def pseudo_counts(counts: CountPair, smoothing: Smoothing) -> PseudoCounts:
    """Return what a smoothing adds: one prior for both sides, or one for each.

    The alphabet is the union of the outcomes seen on either side, and those that a
    reference names.
    """
    both = smoothing if isinstance(smoothing, tuple) else (smoothing, smoothing)
    if len(both) != 2:
        raise InputError(f"smoothing has {len(both)} priors; give one, or one for each side")
    sides = [_one_side(counts, "jeffreys" if prior is None else prior) for prior in both]
    (p, alpha), (q, beta) = sides
    equal = None if alpha is None or beta is None else (alpha, beta)
    return PseudoCounts(p, q, equal)


def _one_side(counts: CountPair, prior: Prior) -> tuple[Array, float | None]:
    if isinstance(prior, Toward):
        return _toward(counts, prior), None
    alpha = _alpha(prior, counts.outcomes)
    return np.where(counts.x + counts.y > 0, alpha, 0.0), alpha


def _alpha(prior: Any, outcomes: int) -> float:
    if isinstance(prior, str):
        if prior not in PRIORS:
            raise MethodError(
                f"smoothing={prior!r} is unknown; choose one of "
                f"{', '.join(map(repr, PRIORS))}, a number, or counts.Toward(reference, strength); "
                f"the other rules are those of counts.smooth, whose shares kullback.kl takes"
            )
        return PRIORS[prior](outcomes)
    return positive("smoothing", prior)


def positive(name: str, value: Any) -> float:
    """Return a finite number above 0, or say what was given instead."""
    found = number(name, value)
    if not 0 < found < np.inf:
        raise InputError(f"{name}={shown(value)} is not a finite number above 0")
    return found


def _toward(counts: CountPair, prior: Toward) -> Array:
    shares = proportions(prior.reference, counts.labels, len(counts.x))
    return shares * positive("strength", prior.strength)


def proportions(reference: Counts, labels: tuple[Any, ...] | None, outcomes: int) -> Array:
    """Return the shares of a reference in the order of the counts that it belongs to."""
    named = labelled("the reference", reference)
    if named is not None and not (labels is None and named.labels == tuple(range(outcomes))):
        if labels is None:
            raise ShapeError("the reference has labels and the counts have none; give an array")
        extra = [label for label in named.labels if label not in set(labels)]
        if extra:
            raise ShapeError(
                f"the reference names {extra[0]!r}, which the counts do not list; "
                f"give it to them with count 0"
            )
        shares_of = dict(zip(named.labels, named.values.tolist(), strict=True))
        reference = [float(shares_of.get(label, 0.0)) for label in labels]
    shares = numeric("the reference", numpy_of("the reference", reference)).astype(np.float64)
    if shares.shape != (outcomes,):
        raise ShapeError(
            f"the reference has shape {shares.shape} and there are {outcomes} outcomes; "
            f"give one number an outcome"
        )
    if not (np.isfinite(shares).all() and shares.min() >= 0 and shares.sum() > 0):
        raise InputError("the reference holds a number that is negative or not finite, or only 0")
    return np.asarray(shares / shares.sum())
