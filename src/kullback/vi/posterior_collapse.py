"""Which dimensions of a latent code say something of the data."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.arguments import number
from kullback.arrays import numpy_copy, numpy_of
from kullback.errors import InputError, ShapeError
from kullback.results.facts import facts
from kullback.vi.gaussian import kl_standard_normal
from kullback.vi.parameters import encoded

Array = NDArray[np.float64]

# Nats below which a dimension is as good as its prior.
NOTHING = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class ActiveUnits:
    """The dimensions whose posterior mean moves with the data.

    Parameters
    ----------
    count : int
        How many.
    active : ndarray of bool of shape (dimensions,)
        Which.
    variance : ndarray of shape (dimensions,)
        Of the posterior mean over the data.
    threshold : float
        From which on a dimension is active.
    """

    count: int
    active: NDArray[np.bool_]
    variance: Array
    threshold: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: facts(numpy_copy(getattr(self, name))) for name in self.__slots__}

    def __int__(self) -> int:
        return self.count


def active_units(mean: Any, *, threshold: float = 0.01) -> ActiveUnits:
    """Count the dimensions with Var_x E[z_j|x] ≥ threshold.

    Parameters
    ----------
    mean : array_like of shape (data, dimensions)
        Posterior means.
    threshold : float
        0.01 in the paper.

    Returns
    -------
    ActiveUnits
        Count, which, and the variances.

    Raises
    ------
    InputError, ShapeError
        NaN, fewer than two data, or another shape.

    References
    ----------
    Burda, Grosse and Salakhutdinov (2016), Importance weighted autoencoders.

    Examples
    --------
    >>> active_units([[1.0, 0.0], [-1.0, 0.01]]).active.tolist()
    [True, False]
    """
    given = numpy_of("mean", mean)
    if given.ndim != 2:
        raise ShapeError(f"mean has shape {given.shape}; give (data, dimensions)")
    means, _ = encoded(given, np.zeros(given.shape))
    if len(means) < 2:
        raise InputError("one datum has no variance; give at least two")
    variance = means.var(axis=0)
    if not 0 <= number("threshold", threshold) < math.inf:
        raise InputError(f"threshold={threshold} must be finite and at least 0; 0.01 is usual")
    active = variance >= threshold
    return ActiveUnits(int(active.sum()), active, variance, threshold)


@dataclass(frozen=True, slots=True, eq=False)
class Collapse:
    """What each dimension of a latent code does.

    Parameters
    ----------
    verdict : {"none", "partial", "whole"}
        Whether no, some or all dimensions are collapsed.
    dimensions : tuple of {"active", "collapsed", "constant", "faint"}
        "collapsed": KL below 0.01 nats, the posterior is the prior. "constant": it costs KL and
        yet its mean does not move with the data. "faint": the mean moves, for less than 0.01
        nats. "active": it moves and costs.
    kl : ndarray of shape (dimensions,)
        Mean KL, in nats.
    variance : ndarray of shape (dimensions,)
        Of the posterior mean over the data.
    """

    verdict: str
    dimensions: tuple[str, ...]
    kl: Array
    variance: Array

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: facts(numpy_copy(getattr(self, name))) for name in self.__slots__}

    def __str__(self) -> str:
        kinds = {name: self.dimensions.count(name) for name in STATES.values()}
        said = ", ".join(f"{count} {name}" for name, count in kinds.items() if count)
        return f"collapse: {self.verdict}; of {len(self.dimensions)} dimensions {said}"

    __repr__ = __str__


# (costs KL, mean moves) → what that is.
STATES = {
    (True, True): "active",
    (False, False): "collapsed",
    (True, False): "constant",
    (False, True): "faint",
}


def collapse(mean: Any, log_variance: Any, *, threshold: float = 0.01) -> Collapse:
    """Diagnose posterior collapse, dimension by dimension.

    Parameters
    ----------
    mean, log_variance : array_like of shape (data, dimensions)
        What the encoder gives, for a standard normal prior.
    threshold : float
        Variance of the mean from which on it moves.

    Returns
    -------
    Collapse
        A verdict and the state of each dimension.

    Raises
    ------
    InputError, ShapeError
        As for `active_units`.

    Examples
    --------
    >>> print(collapse([[1.0, 0.0], [-1.0, 0.0]], [[-2.0, 0.0], [-2.0, 0.0]]))
    collapse: partial; of 2 dimensions 1 active, 1 collapsed
    """
    means, log_variances = encoded(mean, log_variance)
    moved = active_units(means, threshold=threshold)
    cost = np.asarray(kl_standard_normal(means, log_variances)).mean(axis=0)
    pairs = zip(cost >= NOTHING, moved.active, strict=True)
    dimensions = tuple(STATES[bool(costs), bool(moves)] for costs, moves in pairs)
    gone = dimensions.count("collapsed")
    verdict = "none" if gone == 0 else "whole" if gone == len(dimensions) else "partial"
    return Collapse(verdict, dimensions, cost, moved.variance)
