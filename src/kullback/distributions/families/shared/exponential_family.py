"""Closed forms in decimals, where doubles overflow, cancel, or know no form at all."""

import numpy as np

from kullback.distributions.families.shared import power_gamma as pg
from kullback.distributions.model.answer import EPS, LEAST, OVERFLOW, Answer
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.log_partition import Natural, exact_kl, exact_renyi

Pair = tuple[Natural, Natural]


def naturals(p: Distribution, q: Distribution) -> tuple[Pair, float] | None:
    """Two laws as members of one exponential family, and what their constants are off by.

    Examples
    --------
    >>> from kullback.distributions.families import Beta, Gamma
    >>> naturals(Gamma(1, 1), Beta(1, 1)) is None
    True
    """
    if not (p.is_scalar and q.is_scalar) or p._holds_tensors or q._holds_tensors:
        return None
    views = p._power_gamma(), q._power_gamma()
    if views[0] is not None and views[1] is not None:
        # Constants such as ln 2 are doubles; between laws of one form they cancel.
        apart = 0.0 if views[0].same_form(views[1]) else float(views[0].k + views[1].k)
        return (pg.natural(views[0]), pg.natural(views[1])), 4 * EPS * apart
    first, second = p._natural(), q._natural()
    if type(p) is not type(q) or first is None or second is None:
        return None
    return (first, second), 0.0


def decimal_kl(p: Distribution, q: Distribution) -> Answer | None:
    """KL of two laws of one exponential family from its log-partition.

    Examples
    --------
    >>> from kullback.distributions.families import Poisson
    >>> f"{decimal_kl(Poisson(1e-300), Poisson(1e300)).value:.6g}"
    '1e+300'
    """
    pair = naturals(p, q)
    value = None if pair is None else exact_kl(*pair[0])
    return None if pair is None or value is None else _answer(value, pair[1])


def decimal_renyi(p: Distribution, q: Distribution, order: float) -> Answer | None:
    """The Rényi divergence likewise, +∞ where ∫ p^a q^(1 − a) is.

    Examples
    --------
    >>> from kullback.distributions.families import Rayleigh
    >>> decimal_renyi(Rayleigh(3.0), Rayleigh(1.0), 2.0).reason
    '∫ p^a q^(1 − a) is infinite'
    """
    pair = naturals(p, q)
    value = None if pair is None else exact_renyi(*pair[0], order)
    if pair is None or value is None:
        return None
    if value == np.inf and order > 1:
        return Answer(value, 0.0, "closed form", "∫ p^a q^(1 − a) is infinite")
    return _answer(value, pair[1])


def _answer(value: float, lost: float) -> Answer:
    if value == np.inf:
        return Answer(value, 0.0, "closed form", OVERFLOW)
    return Answer(value, 4 * EPS * value + LEAST + lost, "closed form")
