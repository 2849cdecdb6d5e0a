"""Of one distribution, or of one under another: surprisal, entropy, cross-entropy."""

import math
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import arrays as other_arrays
from kullback import checks, kernels
from kullback.arguments import word
from kullback.arrays import Reduction
from kullback.checks import Array, Mass
from kullback.errors import InputError
from kullback.intake import aligned
from kullback.kernels import namespace
from kullback.probabilities.answers import Answer, infinite_outcomes, information, measured
from kullback.units import Unit, nats_per


def surprisal(p: ArrayLike, *, unit: Unit = "nats") -> NDArray[np.float64]:
    """Surprise at each outcome: −ln p.

    Parameters
    ----------
    p : array_like of any shape, or mapping from label to probability
        Each in [0, 1]; they need not sum to 1.
    unit
        As for `kl`.

    Returns
    -------
    ndarray of the shape of `p`
        Each in [0, ∞]; infinite where p = 0.

    Raises
    ------
    InputError
        A value that is NaN or outside [0, 1].

    References
    ----------
    Shannon (1948), A mathematical theory of communication, section 6.

    Examples
    --------
    >>> surprisal([0.5, 0.25, 1.0], unit="bits").tolist()
    [1.0, 2.0, 0.0]
    """
    lent = other_arrays.lend({"p": p})
    if lent is not None:
        return _surprisal_elsewhere(p, lent, nats_per(unit))  # type: ignore[no-any-return]  # in kind
    (given,) = aligned({"p": p}).values
    array = checks.numeric("p", given).astype(np.float64)
    _refuse_outside(array)
    with np.errstate(divide="ignore"):
        result: NDArray[np.float64] = -np.log(array) / nats_per(unit) + 0.0
    return result


def _surprisal_elsewhere(p: Any, lent: other_arrays.Lent, divisor: float) -> Any:
    """−ln p of an array of another library, in its kind and with its gradient."""
    (array,) = lent.arrays
    if isinstance(array, np.ndarray):
        array = other_arrays.widened(array)
    xp = namespace(array)
    if not lent.traced and bool(xp.any(~((array >= 0) & (array <= 1)))):
        _refuse_outside(np.asarray(other_arrays.numpy_copy(p), dtype=np.float64))
    some = array > 0
    values = xp.where(some, -xp.log(xp.where(some, array, 1.0)) / divisor, xp.inf)
    return lent.back(values + 0.0, tuple(array.shape))


def _refuse_outside(array: NDArray[np.float64]) -> None:
    outside = ~((array >= 0) & (array <= 1))
    if outside.any():
        where = np.argwhere(outside)[0]
        raise InputError(
            f"p{checks.place(where)} is {array[tuple(where)]}, and a probability is in [0, 1]"
        )


def entropy(
    p: ArrayLike,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Answer:
    """Expected surprise of who knows the truth: H(P) = −Σ p ln p.

    Parameters
    ----------
    p, axis, unit, mass, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [0, ln k].

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    Notes
    -----
    0·ln 0 = 0. Above one half, ln p is taken as ln(1 − rest), so that the entropy of a nearly
    certain distribution keeps its digits.

    References
    ----------
    Shannon (1948), A mathematical theory of communication, section 6.

    Examples
    --------
    >>> entropy([0.5, 0.5], unit="bits")
    1 bits
    >>> entropy([[0.5, 0.5], [1.0, 0.0]], unit="bits").tolist()
    [1.0, 0.0]
    """
    # The cross-entropy of P with itself is the entropy without the assumption that Σ p = 1.
    whole = word("mass", mass, checks.MASS_CHOICES) != "as-is"
    kernel = kernels.entropy if whole else _own_cross_entropy
    rows, nats = measured(kernel, {"p": p}, axis=axis, mass=mass, **layout)
    return information(nats + 0.0, rows, unit)


def _own_cross_entropy(p: Array) -> Array:
    nats: Array = kernels.cross_entropy(p, p)
    return nats


def cross_entropy(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Answer:
    """Expected surprise of who believes Q while P happens: H(P, Q) = −Σ p ln q.

    It is the entropy of P plus KL(P‖Q).

    Parameters
    ----------
    p, q, axis, unit, mass, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [H(P), ∞]; infinite where p > 0 and q = 0, listed in ``infinite_at``.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Shannon (1948), A mathematical theory of communication, section 6.

    Examples
    --------
    >>> cross_entropy(p=[0.5, 0.5], q=[0.9, 0.1], unit="bits")
    1.737 bits
    """
    rows, nats = measured(kernels.cross_entropy, {"p": p, "q": q}, axis=axis, mass=mass, **layout)
    return information(nats + 0.0, rows, unit, infinite_at=infinite_outcomes(rows, nats))


def renyi_entropy(
    p: ArrayLike,
    order: float,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Answer:
    """Rényi entropy of any order a: ln(Σ p^a)/(1 − a).

    Order 0 is the logarithm of the number of possible outcomes, 1 the entropy, 2 the collision
    entropy, ∞ the min-entropy −ln max p. It never increases with the order.

    Parameters
    ----------
    p
        As for `kl`.
    order : float
        Any number in [0, ∞].
    axis, unit, mass, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [0, ln k].

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Rényi (1961), On measures of entropy and information, eq. 1.21.

    Examples
    --------
    >>> renyi_entropy([0.5, 0.25, 0.25], 2)
    0.9808 nats
    >>> renyi_entropy([0.5, 0.25, 0.25], float("inf"), unit="bits")
    1 bits
    """
    a = checks.order(order)
    if a == 1:
        return entropy(p, axis=axis, unit=unit, mass=mass, **layout)
    rows = checks.rows({"p": p}, axis=axis, mass=mass, **layout)
    nats = _renyi_nats(rows.arrays[0], a, as_is=mass == "as-is")
    return information(nats + 0.0, rows, unit)


def _renyi_nats(p: NDArray[np.float64], order: float, *, as_is: bool) -> NDArray[np.float64]:
    if order == 0:
        return kernels.hartley(p)
    if order == math.inf:
        return -kernels.namespace(p).log(kernels.largest(p)) if as_is else kernels.min_entropy(p)
    if as_is:
        return kernels.log_power_sum(p, kernels.namespace(p).ones_like(p), order) / (1 - order)
    return kernels.renyi_entropy(p, order)
