"""Wasserstein distances: of normals in closed form, on the line by quantiles."""

from typing import Any

import numpy as np
from scipy import linalg, special

from kullback.arguments import number
from kullback.arrays import outside_graphs
from kullback.distributions.adapters import as_distribution
from kullback.distributions.families import MultivariateNormal, Normal
from kullback.distributions.measures.kl import answer
from kullback.distributions.methods.batch import by_rows
from kullback.distributions.methods.closed_form import check_comparable
from kullback.distributions.methods.grid import with_error
from kullback.distributions.model.answer import EPS, Answer, rounding
from kullback.distributions.model.cautions import cautioned
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array, plain
from kullback.distributions.special.gauss_kronrod import integrate
from kullback.errors import InputError, MethodError
from kullback.results import Divergence

# Levels are e^t/(1 + e^t) for t in ± this.
REACH = 640.0


@outside_graphs
def wasserstein(p: Any, q: Any, order: float = 2.0) -> Divergence:
    """Wasserstein distance W_r(P, Q): the least cost of moving P's mass to where Q's is.

    It is no divergence of information: it is measured in the unit of the variable and changes with
    that unit, it is finite between laws that share no point, where KL is infinite, and it says
    nothing of how well samples tell the laws apart.

    Parameters
    ----------
    p, q : Distribution, or an object that `from_object` takes
        Two laws on the line with known quantiles, or two multivariate normals at order 2.
    order : float
        r ≥ 1: the r-th root of the mean r-th power of the way.

    Returns
    -------
    Divergence
        The distance, in the unit of the variable.

    Raises
    ------
    InputError
        If the order is below 1.
    MethodError
        If the quantiles are not known.

    References
    ----------
    Villani (2009), Optimal transport; Gelbrich (1990) for normals.

    Examples
    --------
    >>> from kullback.distributions import Exponential, Normal
    >>> print(wasserstein(Normal(0, 1), Normal(3, 5)))
    W 2(P, Q) = 5, closed form
    >>> print(wasserstein(Exponential(1), Exponential(0.5), 1))
    W 1(P, Q) = 1 ± 1e-11, quadrature
    """
    if not 1 <= number("order", order) < np.inf:
        raise InputError(f"order={order} of wasserstein; give a number ≥ 1")
    first, second = as_distribution("p", p), as_distribution("q", q)
    check_comparable(first, second)

    def one(a: Distribution, b: Distribution) -> Answer:
        with np.errstate(all="ignore"):
            return with_error(lambda x, y: _distance(x, y, float(order)), a, b)

    single = first.is_scalar and second.is_scalar
    found = one(first, second) if single else by_rows(first, second, one, None)
    return answer(cautioned(found, first, second), "", 1.0, f"W {order:g}(P, Q)")


def _distance(p: Distribution, q: Distribution, order: float) -> Answer:
    if p == q:
        return Answer(0.0, 0.0, "closed form")
    if order == 2 and isinstance(p, Normal) and isinstance(q, Normal):
        value = float(np.hypot(plain(p.loc - q.loc), plain(p.scale - q.scale)))
        return Answer(value, rounding(value), "closed form")
    if order == 2 and isinstance(p, MultivariateNormal) and isinstance(q, MultivariateNormal):
        return _of_normals(p, q)
    return _by_quantiles(p, q, order)


def _of_normals(p: MultivariateNormal, q: MultivariateNormal) -> Answer:
    """|m₁ − m₂|² + tr(S₁ + S₂ − 2 (S₂^½ S₁ S₂^½)^½): the trace is a sum of squares |A − B O|²."""
    first, second = (np.real(linalg.sqrtm(np.asarray(plain(law.cov)))) for law in (p, q))
    left, _, right = np.linalg.svd(first @ second)
    apart = first - (left @ right) @ second
    spread = float(np.linalg.norm(apart))
    value = float(np.hypot(np.linalg.norm(plain(p.mean - q.mean)), spread))
    size = float(np.linalg.norm(first) + np.linalg.norm(second))
    return Answer(value, rounding(value) + 1e-13 * size, "closed form")


def _by_quantiles(p: Distribution, q: Distribution, order: float) -> Answer:
    """∫ |F⁻¹(u) − G⁻¹(u)|^r du with u = 1/(1 + e^−t), from either end."""

    def at(t: Array) -> Array:
        level = special.expit(-np.abs(t))
        ways = [
            np.where(t < 0, _quantile(law, level), _quantile(law, level, upper=True))
            for law in (p, q)
        ]
        way = np.abs(ways[0] - ways[1])
        mass = level * special.expit(np.abs(t))
        size = np.maximum(*np.abs(ways)) * 8 * EPS
        return np.stack([way**order * mass, order * size * way ** (order - 1) * mass])

    ends = at(np.array([-REACH, -REACH / 2, REACH / 2, REACH]))[0]
    if (ends[[0, 3]] > np.maximum(0.99 * ends[[1, 2]], 1e-200)).any():
        return Answer(
            np.inf, 0.0, "support", "the tails are so heavy that the mean way is infinite"
        )
    values, errors = integrate(
        at,
        np.linspace(-REACH, REACH, 81),
        lambda values, errors: (0, 1e-13 * abs(values[0])),  # noqa: ARG005
        kinked=True,
    )
    total = float(values[0])
    error = float(errors[0] + values[1]) + 1e-11 * total
    value = total ** (1 / order)
    return Answer(value, error / total * value / order if total > 0 else error, "quadrature")


def _quantile(law: Distribution, level: Array, *, upper: bool = False) -> Array:
    found = law.upper_quantile(level) if upper else law.quantile(level)
    if found is None or law.support.space != "real":
        raise MethodError(
            f"the quantiles of {type(law).__name__} are not known, and Wasserstein distances need "
            f"them; draw samples and take the mean way between their order statistics"
        )
    return np.asarray(found, dtype=np.float64)
