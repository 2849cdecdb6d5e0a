"""What two laws share: bijections that may be taken off, mass in common, tails that diverge."""

import numpy as np

from kullback.distributions.model.answer import Answer, infinite
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import CONTINUOUS, LINES, Support, meets
from kullback.distributions.model.tails import ratio_diverges


def stripped(p: Distribution, q: Distribution) -> tuple[Distribution, Distribution]:
    """The laws under an equal bijection, which changes no f-divergence.

    Examples
    --------
    >>> from kullback.distributions.families import LogNormal
    >>> stripped(LogNormal(0, 1), LogNormal(1, 1))[1]
    Normal(loc=1, scale=1)
    """
    if p._natural() is not None or not p._EXACT_IMAGE:
        return p, q
    first, second = p._canonical(), q._canonical()
    if first is None or second is None or first[0] != second[0]:
        return p, q
    return stripped(first[1], second[1])


def singular(p: Distribution, q: Distribution) -> bool:
    """Whether P and Q share no mass because of their supports.

    Examples
    --------
    >>> from kullback.distributions.families import Poisson, Uniform
    >>> singular(Uniform(0, 1), Uniform(1, 2)), singular(Uniform(0, 9), Poisson(3))
    (True, True)
    """
    first, second = p.support, q.support
    return first.space in LINES and not meets(first, second)


def ratio_infinite(p: Distribution, q: Distribution, order: float) -> Answer | None:
    """+∞ where the tails say that ∫ p^a q^(1 − a) is, for an order above 1.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> ratio_infinite(Normal(0, 2), Normal(0, 1), 2.0).value
    inf
    """
    p, q = stripped(p, q)
    first, second = p._tails(), q._tails()
    if first is None or second is None or p.support.space == "atom":
        return None
    for (end_p, end_q), tail_p, tail_q in zip(
        _ends(p.support, q.support), first, second, strict=True
    ):
        finite_atom = p.support.space not in CONTINUOUS and np.isfinite(end_p)
        known = np.isfinite(tail_p.rate) and np.isfinite(tail_q.rate)
        if end_p == end_q and not finite_atom and known and ratio_diverges(tail_p, tail_q, order):
            return infinite("P's tail is too heavy: ∫ p^a q^(1 − a) = ∞")
    return None


def _ends(p: Support, q: Support) -> tuple[tuple[float, float], tuple[float, float]]:
    return (float(p.low), float(q.low)), (float(p.high), float(q.high))
