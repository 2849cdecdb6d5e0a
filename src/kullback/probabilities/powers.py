"""Names under which functions of Rényi's divergence go: Tsallis, α, Bhattacharyya."""

from typing import Any, Unpack

from numpy.typing import ArrayLike

from kullback import checks, kernels
from kullback.arguments import number
from kullback.arrays import Reduction
from kullback.checks import Mass
from kullback.errors import InputError
from kullback.probabilities.answers import Answer, measured, plain
from kullback.probabilities.divergences import renyi
from kullback.units import Unit


def tsallis(
    p: ArrayLike,
    q: ArrayLike,
    order: float,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Any:
    """Tsallis' relative entropy of any order a: (Σ p^a q^(1 − a) − 1)/(a − 1).

    Parameters
    ----------
    p, q, axis, mass, **layout
        As for `kl`.
    order : float
        In (0, ∞); at order 1 it is KL in nats.

    Returns
    -------
    float or ndarray
        In [0, ∞], without unit.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Tsallis (1998), Generalized entropy-based criterion for consistent testing.

    Examples
    --------
    >>> round(tsallis([0.5, 0.5], [1 / 3, 2 / 3], 2), 12)  # order 2 is χ²
    0.125
    """
    a = checks.order(order)
    if a == 0 or a == float("inf"):
        raise InputError(f"order={order} of tsallis; give a number in (0, inf)")
    kernel = kernels.kl if a == 1 else lambda p, q, *facts: kernels.tsallis(p, q, a, *facts)
    rows, values = measured(kernel, {"p": p, "q": q}, axis=axis, mass=mass, **layout)
    return plain(values, rows)


def alpha_divergence(
    p: ArrayLike,
    q: ArrayLike,
    alpha: float,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Any:
    """Amari's α-divergence 4/(1 − α²) (1 − Σ p^((1 − α)/2) q^((1 + α)/2)).

    α = −1 is KL(P‖Q), α = 1 is KL(Q‖P), and α = 0 is four times the squared Hellinger distance.

    Parameters
    ----------
    p, q, axis, mass, **layout
        As for `kl`.
    alpha : float
        In [−1, 1].

    Returns
    -------
    float or ndarray
        In [0, ∞], without unit.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Amari (1985), Differential-geometrical methods in statistics.

    Examples
    --------
    >>> round(alpha_divergence([0.7, 0.3], [0.5, 0.5], -1.0), 10)  # KL(P‖Q)
    0.0822828785
    """
    if not -1 <= number("alpha", alpha) <= 1:
        raise InputError(f"alpha={alpha} of alpha_divergence; give a number in [-1, 1]")
    order = (1 - float(alpha)) / 2
    if order == 0:
        return tsallis(q, p, 1.0, axis=axis, mass=mass, **layout)
    return tsallis(p, q, order, axis=axis, mass=mass, **layout) / order


def bhattacharyya(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Answer:
    """Bhattacharyya distance −ln Σ √(p q): half the Rényi divergence of order ½.

    Parameters
    ----------
    p, q, axis, unit, mass, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [0, ∞], symmetric.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Bhattacharyya (1943), On a measure of divergence between two statistical populations.

    Examples
    --------
    >>> bhattacharyya([0.5, 0.5], [0.9, 0.1])
    0.1116 nats
    """
    return renyi(p, q, 0.5, axis=axis, unit=unit, mass=mass, **layout) / 2
