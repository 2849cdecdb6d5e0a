"""The relatives of KL, through the same front end."""

from typing import Any

import numpy as np

from kullback.arrays import outside_graphs
from kullback.checks import order as check_order
from kullback.distributions.adapters import as_distribution
from kullback.distributions.measures.kl import answer
from kullback.distributions.methods.f_divergences import (
    chi_square_value,
    cross_entropy_nats,
    entropy_nats,
    hellinger_value,
    jensen_shannon_nats,
    pairwise,
    strictly,
    total_variation_value,
)
from kullback.distributions.methods.renyi import renyi_nats
from kullback.distributions.methods.route import RouteSettings
from kullback.distributions.model.answer import Answer
from kullback.distributions.model.distribution import Distribution
from kullback.results import Divergence
from kullback.units import Unit, nats_per


@outside_graphs
def entropy(
    p: Any,
    *,
    unit: Unit = "nats",
    rtol: float = 1e-10,
    strict: bool = False,
    seed: int | None = None,
) -> Divergence:
    """Entropy H(P) = −E ln p; of a density the differential entropy, which may be negative.

    Parameters
    ----------
    p : Distribution, or an object that `from_object` takes
        The distribution.
    unit : {"nats", "bits", "bans"}
        The unit of the result.
    rtol, strict, seed
        As for `kl`.

    Returns
    -------
    Divergence
        The value, its error and its method.

    References
    ----------
    Shannon (1948), A mathematical theory of communication.

    Examples
    --------
    >>> from kullback.distributions import Exponential
    >>> print(entropy(Exponential(1), unit="bits"))
    H(P) = 1.443 bits, closed form
    """
    ratio = nats_per(unit)
    law = as_distribution("p", p)
    with np.errstate(all="ignore"):
        found = entropy_nats(law, RouteSettings("auto", rtol, seed))
    return answer(strictly(found, strict=strict), unit, ratio, "H(P)")


@outside_graphs
def cross_entropy(
    p: Any, q: Any, *, unit: Unit = "nats", rtol: float = 1e-10, strict: bool = False,
    seed: int | None = None,
) -> Divergence:  # fmt: skip
    """Cross-entropy H(P, Q) = −E_P ln q = H(P) + KL(P‖Q).

    Parameters
    ----------
    p, q, unit, rtol, strict, seed
        As for `kl`.

    Returns
    -------
    Divergence
        The value, its error and its method.

    References
    ----------
    Good (1956), Some terminology and notation in information theory.

    Examples
    --------
    >>> from kullback.distributions import Normal
    >>> print(cross_entropy(Normal(0, 1), Normal(1, 1)))
    H(P, Q) = 1.919 nats, closed form
    """
    ratio = nats_per(unit)
    first, second = as_distribution("p", p), as_distribution("q", q)
    with np.errstate(all="ignore"):
        found = cross_entropy_nats(first, second, RouteSettings("auto", rtol, seed))
    return answer(strictly(found, strict=strict), unit, ratio, "H(P, Q)")


@outside_graphs
def jensen_shannon(
    p: Any,
    q: Any,
    *,
    unit: Unit = "nats",
    rtol: float = 1e-10,
    strict: bool = False,
    seed: int | None = None,
) -> Divergence:
    """Jensen–Shannon divergence (KL(P‖M) + KL(Q‖M))/2, M = (P + Q)/2; in [0, ln 2].

    By an integral on the line wherever one holds all that P and Q differ in, as for total
    variation; else by draws, with a standard error.

    Parameters
    ----------
    p, q, unit, rtol, strict, seed
        As for `kl`.

    Returns
    -------
    Divergence
        The value, its error and its method. Its square root is a metric.

    References
    ----------
    Lin (1991), Divergence measures based on the Shannon entropy;
    Nielsen and Okamura (2021) for Cauchy.

    Examples
    --------
    >>> from kullback.distributions import Cauchy
    >>> print(jensen_shannon(Cauchy(0, 1), Cauchy(1, 2)))
    JS(P, Q) = 0.05423 nats, closed form
    """
    ratio = nats_per(unit)
    found = pairwise(p, q, RouteSettings("auto", rtol, seed), jensen_shannon_nats)
    return answer(strictly(found, strict=strict), unit, ratio, "JS(P, Q)")


@outside_graphs
def hellinger(
    p: Any, q: Any, *, rtol: float = 1e-10, strict: bool = False, seed: int | None = None
) -> Divergence:
    """Hellinger distance: the root of ∫ (√p − √q)²/2, in [0, 1].

    Parameters
    ----------
    p, q, rtol, strict, seed
        As for `kl`.

    Returns
    -------
    Divergence
        The value, without unit, its error and its method.

    References
    ----------
    Hellinger (1909); Le Cam (1986).

    Examples
    --------
    >>> from kullback.distributions import Normal
    >>> print(hellinger(Normal(0, 1), Normal(1, 1)))
    Hellinger(P, Q) = 0.3428, closed form
    """
    found = pairwise(p, q, RouteSettings("auto", rtol, seed), hellinger_value)
    return answer(strictly(found, strict=strict), "", 1.0, "Hellinger(P, Q)")


@outside_graphs
def total_variation(
    p: Any, q: Any, *, rtol: float = 1e-10, strict: bool = False, seed: int | None = None
) -> Divergence:
    """Total variation: ∫ |p − q|/2, in [0, 1].

    Of normals of one covariance 2 Φ(δ/2) − 1 with δ their distance. Normals that differ in one
    direction, normals and t laws of one centre and proportional shapes, and laws of vectors and
    matrices of one entry go by integrals on the line. No such integral is known of other normals of
    several entries, nor of Dirichlets and Wisharts: these go by draws, with a standard error.

    Parameters
    ----------
    p, q, rtol, strict, seed
        As for `kl`.

    Returns
    -------
    Divergence
        The value, without unit, its error and its method.

    References
    ----------
    Nielsen and Okamura (2021) for Cauchy: (2/π) arctan √(χ²/2).

    Examples
    --------
    >>> from kullback.distributions import Normal
    >>> print(total_variation(Normal(0, 1), Normal(1, 1)))
    TV(P, Q) = 0.3829, closed form
    """
    found = pairwise(p, q, RouteSettings("auto", rtol, seed), total_variation_value)
    return answer(strictly(found, strict=strict), "", 1.0, "TV(P, Q)")


@outside_graphs
def chi_square(
    p: Any, q: Any, *, rtol: float = 1e-10, strict: bool = False, seed: int | None = None
) -> Divergence:
    """Pearson's χ² divergence: ∫ (p − q)²/q, in [0, ∞].

    Parameters
    ----------
    p, q, rtol, strict, seed
        As for `kl`.

    Returns
    -------
    Divergence
        The value, without unit, its error and its method.

    References
    ----------
    Pearson (1900).

    Examples
    --------
    >>> from kullback.distributions import Exponential
    >>> print(chi_square(Exponential(1), Exponential(1.5)))
    χ²(P‖Q) = 0.3333, closed form
    """
    found = pairwise(p, q, RouteSettings("auto", rtol, seed), chi_square_value)
    return answer(strictly(found, strict=strict), "", 1.0, "χ²(P‖Q)")


@outside_graphs
def renyi(
    p: Any, q: Any, order: float, *, unit: Unit = "nats", rtol: float = 1e-10, strict: bool = False,
    seed: int | None = None,
) -> Divergence:  # fmt: skip
    """Rényi divergence of order a in [0, ∞]: ln(∫ p^a q^(1 − a))/(a − 1); order 1 is KL.

    Order 0 is −ln Q(p > 0), order ∞ the logarithm of the supremum of p/q.

    Parameters
    ----------
    p, q, unit, rtol, strict, seed
        As for `kl`.
    order : float
        In [0, ∞].

    Returns
    -------
    Divergence
        The value, its error and its method.

    References
    ----------
    Rényi (1961); van Erven and Harremoës (2014).

    Examples
    --------
    >>> from kullback.distributions import Normal
    >>> print(renyi(Normal(0, 2), Normal(1, 1), 2))
    Rényi 2(P‖Q) = ∞ nats, closed form: ∫ p^a q^(1 − a) is infinite
    """
    ratio = nats_per(unit)
    a = check_order(order)

    def one(first: Distribution, second: Distribution, asked: RouteSettings) -> Answer:
        return renyi_nats(first, second, a, asked)

    found = pairwise(p, q, RouteSettings("auto", rtol, seed), one)
    return answer(strictly(found, strict=strict), unit, ratio, f"Rényi {a:g}(P‖Q)")
