"""KL of a distribution that was sampled to one that is known."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback.arrays import numpy_of
from kullback.checks import rows
from kullback.counts.estimators.kl import kl_of
from kullback.counts.intervals.resampling import Resampling
from kullback.counts.rows.pair import CountPair
from kullback.counts.rows.row import Counts, labelled, one_row, remarks, whole_numbers
from kullback.counts.smoothing.prior import Smoothing
from kullback.errors import ShapeError
from kullback.results import Estimate
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]

NO_NOISE = 1e15  # observations of a Q that is known: what they add to any error is nothing


def kl_to_known(
    x: Counts,
    q: ArrayLike,
    *,
    method: str = "zhang",
    level: float = 0.95,
    unit: Unit = "nats",
    smoothing: Smoothing = None,
    interval: str | Resampling = "delta",
) -> Estimate:
    """Estimate KL(P‖Q) from counts x of P to a distribution q that is known.

    −Σ (x/n) ln q is without bias, so only the entropy of P needs a correction: ``zhang`` is
    Σ (x/n) [ψ(x) − ψ(n) − ln q] over x > 0. 2n times the ``plug-in`` is the statistic G of
    the fit of q.

    Parameters
    ----------
    x : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P.
    q : array_like of shape (k,) or mapping
        Probabilities of Q, which sum to 1. Labelled ones are aligned with x.
    method : {"zhang", "plug-in", "first-order", "dirichlet", "posterior"}
        The estimator, as for `kullback.counts.kl`.
    level, unit, smoothing, interval
        As for `kullback.counts.kl`; a smoothing is that of P.

    Returns
    -------
    Estimate
        Its `m` is None. It is infinite where x has counts and q is 0: then the truth is, too.
        The p-value is that of G, by its exact moments when P = Q.

    Raises
    ------
    InputError, ShapeError, MassError, SupportError, MethodError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> fit = kl_to_known([4, 2, 3, 1, 6, 4], [0.1, 0.15, 0.35, 0.05, 0.2, 0.15])
    >>> print(fit)
    KL(P‖Q) = 0.015 ± 0.115 nats (95 %: [0, 0.24]), zhang, n=20
    """
    nats_per(unit)
    counts = known_pair(x, q)
    return kl_of(counts, method, level, smoothing=smoothing, interval=interval).to(unit)


def known_pair(x: Counts, q: ArrayLike) -> CountPair:
    """Read counts and probabilities, as a pair in which Q's sample has no noise."""
    given = labelled({"x": x, "q": q})
    labels, (raw_x, raw_q) = given.labels, given.values
    counts = one_row("x", raw_x, labels)
    read = rows({"q": numpy_of("q", raw_q)})
    if read.batch != () or len(read.arrays[0][0]) != len(counts):
        raise ShapeError(
            f"x has {len(counts)} outcomes and q has shape {np.shape(raw_q)}; list the same "
            f"outcomes in the same order, or give mappings"
        )
    shares = read.arrays[0][0]
    y = np.where(shares > 0, np.maximum(np.rint(shares * NO_NOISE), 1.0), 0.0)
    notes = (
        *given.notes,
        *read.notes,
        *remarks([float(counts.sum())], whole=whole_numbers(counts)),
    )
    return CountPair(counts, y, labels, notes, shares)
