"""Named functions of the integral ∫ p^a q^(1 − a), and the sum of both directions of KL."""

from dataclasses import replace
from typing import Any

import numpy as np

from kullback.arguments import number
from kullback.arrays import outside_graphs
from kullback.distributions.adapters import as_distribution
from kullback.distributions.measures.kl import answer
from kullback.distributions.methods.f_divergences import pairwise, strictly
from kullback.distributions.methods.renyi import renyi_nats
from kullback.distributions.methods.route import RouteSettings, kl_nats
from kullback.distributions.model.answer import Answer, added
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError
from kullback.results import Divergence
from kullback.units import Unit, nats_per


@outside_graphs
def jeffreys(
    p: Any,
    q: Any,
    *,
    unit: Unit = "nats",
    rtol: float = 1e-10,
    strict: bool = False,
    seed: int | None = None,
) -> Divergence:
    """Jeffreys' divergence KL(P‖Q) + KL(Q‖P): the sum, not the mean.

    Parameters
    ----------
    p, q, unit, rtol, strict, seed
        As for `kl`.

    Returns
    -------
    Divergence
        As for `kl`.

    Examples
    --------
    >>> from kullback.distributions import Normal
    >>> print(jeffreys(Normal(0, 1), Normal(1, 1)))
    J(P, Q) = 1 nats, closed form
    """
    ratio = nats_per(unit)
    first, second = as_distribution("p", p), as_distribution("q", q)
    asked = RouteSettings("auto", rtol, seed)
    with np.errstate(all="ignore"):
        both = added([kl_nats(first, second, asked), kl_nats(second, first, asked)])
    return answer(strictly(both, strict=strict), unit, ratio, "J(P, Q)")


@outside_graphs
def bhattacharyya(
    p: Any,
    q: Any,
    *,
    unit: Unit = "nats",
    rtol: float = 1e-10,
    strict: bool = False,
    seed: int | None = None,
) -> Divergence:
    """Bhattacharyya's distance −ln ∫ √(p q): half of Rényi's divergence of order 1/2.

    Parameters
    ----------
    p, q, unit, rtol, strict, seed
        As for `kl`.

    Returns
    -------
    Divergence
        As for `kl`.

    Examples
    --------
    >>> from kullback.distributions import Normal
    >>> print(bhattacharyya(Normal(0, 1), Normal(2, 1)))
    Bhattacharyya(P, Q) = 0.5 nats, closed form
    """
    ratio = nats_per(unit)
    found = pairwise(p, q, RouteSettings("auto", rtol, seed), _halved)
    return answer(strictly(found, strict=strict), unit, ratio, "Bhattacharyya(P, Q)")


def _halved(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    found = renyi_nats(p, q, 0.5, asked)
    return replace(found, value=found.value / 2, error=found.error / 2)


@outside_graphs
def tsallis(
    p: Any,
    q: Any,
    order: float,
    *,
    rtol: float = 1e-10,
    strict: bool = False,
    seed: int | None = None,
) -> Divergence:
    """Tsallis' relative entropy (∫ p^a q^(1 − a) − 1)/(a − 1); at order 1 it is KL in nats.

    Parameters
    ----------
    p, q, rtol, strict, seed
        As for `kl`.
    order : float
        In (0, ∞).

    Returns
    -------
    Divergence
        The value, which has no unit.

    References
    ----------
    Tsallis (1998), Generalized entropy-based criterion for consistent testing.

    Examples
    --------
    >>> from kullback.distributions import Exponential
    >>> print(tsallis(Exponential(1), Exponential(1.5), 2))
    Tsallis 2(P‖Q) = 0.3333, closed form
    """
    if not 0 < number("order", order) < np.inf:
        raise InputError(f"order={order} of tsallis; give a number in (0, inf)")

    def one(first: Distribution, second: Distribution, asked: RouteSettings) -> Answer:
        return _scaled(renyi_nats(first, second, float(order), asked), float(order), 1.0)

    found = pairwise(p, q, RouteSettings("auto", rtol, seed), one)
    return answer(strictly(found, strict=strict), "", 1.0, f"Tsallis {order:g}(P‖Q)")


@outside_graphs
def alpha_divergence(
    p: Any,
    q: Any,
    alpha: float,
    *,
    rtol: float = 1e-10,
    strict: bool = False,
    seed: int | None = None,
) -> Divergence:
    """Amari's α-divergence 4/(1 − α²) (1 − ∫ p^((1 − α)/2) q^((1 + α)/2)), for −1 < α < 1.

    α → −1 is KL(P‖Q), α → 1 is KL(Q‖P), and α = 0 is four times the squared Hellinger distance.

    Parameters
    ----------
    p, q, rtol, strict, seed
        As for `kl`.
    alpha : float
        In [−1, 1].

    Returns
    -------
    Divergence
        The value, which has no unit.

    References
    ----------
    Amari (1985), Differential-geometrical methods in statistics.

    Examples
    --------
    >>> from kullback.distributions import Normal
    >>> round(alpha_divergence(Normal(0, 1), Normal(1, 1), -1.0).value, 12)
    0.5
    """
    if not -1 <= number("alpha", alpha) <= 1:
        raise InputError(f"alpha={alpha} of alpha_divergence; give a number in [-1, 1]")
    order = (1 - float(alpha)) / 2

    def one(first: Distribution, second: Distribution, asked: RouteSettings) -> Answer:
        if order == 0:
            return kl_nats(second, first, asked)
        return _scaled(renyi_nats(first, second, order, asked), order, 1 / order)

    found = pairwise(p, q, RouteSettings("auto", rtol, seed), one)
    return answer(strictly(found, strict=strict), "", 1.0, f"α {alpha:g}(P‖Q)")


def _scaled(found: Answer, order: float, factor: float) -> Answer:
    """(e^((a − 1) R) − 1)/(a − 1), which is R at order 1."""
    if order == 1:
        return found
    with np.errstate(over="ignore"):
        value = float(np.expm1((order - 1) * found.value) / (order - 1))
        steep = float(np.exp((order - 1) * found.value))
    lost = steep * found.error if np.isfinite(found.value) else 0.0
    error = lost + 8e-16 * abs(value) if np.isfinite(value) else 0.0
    return replace(found, value=factor * value, error=factor * error)
