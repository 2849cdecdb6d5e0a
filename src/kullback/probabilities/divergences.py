"""Of two distributions, where direction matters: KL and the other f-divergences, Rényi."""

import math
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import checks, kernels
from kullback.arguments import word
from kullback.arrays import Reduction
from kullback.checks import Mass
from kullback.probabilities.answers import Answer, infinite_outcomes, information, measured, plain
from kullback.units import Unit, nats_per


def kl(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Answer:
    """Kullback–Leibler divergence KL(P‖Q) = Σ p ln(p/q).

    The extra surprise, per observation, of who believes Q while P happens. Never negative, zero
    only when equal, and not symmetric.

    Parameters
    ----------
    p, q : array_like of shape (..., k), or mappings from label to probability
        The truth and the model. Mappings and Series are aligned by label; the batch axes
        broadcast.
    axis : int or None
        The axis of the outcomes; None takes the whole array as one distribution.
    unit : {"nats", "bits", "bans"}
        The unit of the result.
    mass : {"check", "normalize", "as-is"}
        Check that each distribution sums to 1, divide by the sum, or take it as it is.
    **layout
        ``keepdims=True`` keeps the axis of the outcomes, with length 1; ``where=`` an array of
        booleans, or a mapping from label to boolean, leaves outcomes out as impossible under
        both (with ``mass="normalize"`` the rest is divided by its sum).

    Returns
    -------
    Information or ndarray
        In [0, ∞]; infinite where p > 0 and q = 0, listed in ``infinite_at``.
        An Information for one pair, an array of the batch shape for several.

    Raises
    ------
    InputError
        NaN, infinite or negative values, or not numbers at all.
    MassError
        A distribution that does not sum to 1, under ``mass="check"``.
    ShapeError
        Different numbers of outcomes, none, or batches that do not fit.

    Notes
    -----
    Summed as Σ q·φ((p − q)/q), φ(t) = (1 + t)·ln(1 + t) − t, whose terms are all ≥ 0. That is
    Σ p ln(p/q) − p + q: under ``mass="as-is"`` the generalised divergence of measures.

    References
    ----------
    Kullback and Leibler (1951), On information and sufficiency, eq. 2.4.

    Examples
    --------
    >>> kl([0.7, 0.2, 0.1], [0.4, 0.4, 0.2])
    0.1838 nats
    >>> kl(p={"a": 1}, q={"a": 0.5, "b": 0.5}, unit="bits")
    1 bits
    >>> kl([0.5, 0.5], [1.0, 0.0]).infinite_at
    (1,)
    """
    rows, nats = measured(kernels.kl, {"p": p, "q": q}, axis=axis, mass=mass, **layout)
    return information(nats, rows, unit, infinite_at=infinite_outcomes(rows, nats))


def jeffreys(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Answer:
    """Jeffreys divergence: KL(P‖Q) + KL(Q‖P), the sum.

    Parameters
    ----------
    p, q, axis, unit, mass, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [0, ∞].

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Jeffreys (1946), An invariant form for the prior probability in estimation problems.

    Examples
    --------
    >>> jeffreys([0.7, 0.2, 0.1], [0.4, 0.4, 0.2])
    0.3758 nats
    """
    rows = checks.rows({"p": p, "q": q}, axis=axis, mass=mass, **layout)
    p_rows, q_rows = rows.arrays
    return information(kernels.kl(p_rows, q_rows) + kernels.kl(q_rows, p_rows), rows, unit)


def renyi(
    p: ArrayLike,
    q: ArrayLike,
    order: float,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Answer:
    """Rényi divergence of any order a: ln(Σ p^a q^(1 − a))/(a − 1).

    Order 1 is KL, 1/2 is symmetric (−2 ln of the Bhattacharyya coefficient), 0 is −ln Q(p > 0)
    and ∞ is ln max p/q. It never decreases with the order.

    Parameters
    ----------
    p, q
        As for `kl`.
    order : float
        Any number in [0, ∞].
    axis, unit, mass, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [0, ∞].

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Rényi (1961), On measures of entropy and information, eq. 3.3;
    van Erven and Harremoës (2014), Rényi divergence and Kullback–Leibler divergence.

    Examples
    --------
    >>> renyi([0.5, 0.5], [1 / 3, 2 / 3], 2, unit="bits")
    0.1699 bits
    """
    a = checks.order(order)
    if a == 1:
        return kl(p, q, axis=axis, unit=unit, mass=mass, **layout)
    named = {"p": p, "q": q}
    if 0 < a < math.inf and word("mass", mass, checks.MASS_CHOICES) != "as-is":
        rows, nats = measured(
            lambda p, q, *facts: kernels.renyi(p, q, a, *facts),
            named,
            axis=axis,
            mass=mass,
            **layout,
        )
    else:
        rows = checks.rows(named, axis=axis, mass=mass, **layout)
        p_rows, q_rows = rows.arrays
        nats = _limit(p_rows, q_rows, a, as_is=mass == "as-is")
    return information(nats + 0.0, rows, unit)


def _limit(
    p: NDArray[np.float64], q: NDArray[np.float64], order: float, *, as_is: bool
) -> NDArray[np.float64]:
    if order == math.inf:
        return kernels.renyi_infinity(p, q)
    return kernels.log_power_sum(p, q, order) / (order - 1) if as_is else kernels.renyi_zero(p, q)


def chi_square(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> float | NDArray[np.float64]:
    """Pearson's χ² divergence: Σ (p − q)²/q.

    Parameters
    ----------
    p, q, axis, mass, **layout
        As for `kl`.

    Returns
    -------
    float or ndarray
        In [0, ∞]; infinite where p > 0 and q = 0.
        Without unit.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    Notes
    -----
    KL(P‖Q) ≤ ln(1 + χ²) ≤ χ², and KL ≈ χ²/2 where P ≈ Q.

    References
    ----------
    Pearson (1900), On the criterion that a given system of deviations is such that it can be
    reasonably supposed to have arisen from random sampling.

    Examples
    --------
    >>> round(chi_square([0.5, 0.5], [1 / 3, 2 / 3]), 12)
    0.125
    """
    rows = checks.rows({"p": p, "q": q}, axis=axis, mass=mass, **layout)
    return plain(kernels.chi_square(*rows.arrays), rows)


def contributions(
    p: ArrayLike, q: ArrayLike, *, unit: Unit = "nats", mass: Mass = "check"
) -> NDArray[np.float64]:
    """Share of each outcome in KL(P‖Q): p ln(p/q) − p + q.

    Each is ≥ 0, zero only where p = q, and they sum to KL(P‖Q); the plain p ln(p/q) can be
    negative, so that it ranks outcomes misleadingly.

    Parameters
    ----------
    p, q
        As for `kl`.
    unit, mass
        As for `kl`.

    Returns
    -------
    ndarray of the shape of the distributions
        Each in [0, ∞], outcomes last, in the order of P's labels (then Q's) for mappings.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Csiszár (1991), Why least squares and maximum entropy?, eq. 1.4.

    Examples
    --------
    >>> contributions([0.4, 0.3, 0.3], [0.3, 0.4, 0.3]).round(6).tolist()
    [0.015073, 0.013695, 0.0]
    """
    rows = checks.rows({"p": p, "q": q}, mass=mass)
    nats = kernels.kl_terms(*rows.arrays) / nats_per(unit)
    shape = (*rows.batch, nats.shape[-1])
    result: NDArray[np.float64] = rows.back(nats, shape) if rows.back else nats.reshape(shape)
    return result
