"""The exact ways: support, structure, closed forms, Bregman, tables of expectations."""

import math
from typing import Any

import numpy as np
from scipy import special

from kullback.distributions.families import (
    InverseWishart,
    MultivariateNormal,
    MultivariateT,
    Wishart,
)
from kullback.distributions.families.shared import power_gamma as pg
from kullback.distributions.families.shared.exponential_family import decimal_kl
from kullback.distributions.families.shared.matrix import condition, log_det, log_multigamma
from kullback.distributions.methods.blocks import in_blocks
from kullback.distributions.methods.elliptical import (
    normal_reason,
    rank_notes,
    t_against_normal,
    tail_power,
)
from kullback.distributions.model import expectations as expected
from kullback.distributions.model.answer import EPS, Answer, infinite, rounding
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.ends import shared_tails
from kullback.distributions.model.support import LINES, comparable, uncovered
from kullback.distributions.model.tails import diverges
from kullback.distributions.special.arrays import plain
from kullback.errors import ShapeError

# An expectation that cancels to less than this share of its terms is left to the ladder.
CANCELLATION = 1e-12
# A closed form that loses more than this share of its value is taken again in decimals.
ILL_CONDITIONED = 1e-11
LN_2 = math.log(2)


def wishart_against_inverse(p: Wishart, q: InverseWishart) -> Answer | None:
    """E_P[−ln q] − H(P): the means of ln det X and of X⁻¹.

    Examples
    --------
    >>> one = np.eye(1)
    >>> round(wishart_against_inverse(Wishart(5, one), InverseWishart(5, one)).value, 9)
    4.648185773
    """
    d, half = p.size, float(q.df) / 2
    if p.df <= d + 1:
        return infinite(f"E_P[X⁻¹] is infinite at df = {p.df:g} of {d} × {d} matrices")
    logs = float(special.psi((p.df - np.arange(d)) / 2).sum()) + d * LN_2 + log_det(p.scale)
    trace = float(np.trace(np.linalg.solve(p.scale, q.scale))) / (p.df - d - 1) / 2
    norm = half * (d * LN_2 - log_det(q.scale)) + log_multigamma(half, d)
    parts = (norm, (half + (d + 1) / 2) * logs, trace, -float(p.entropy()))
    value, lost = sum(parts), 64 * EPS * (sum(map(abs, parts)) + trace * condition(p.scale))
    return Answer(value, lost, "expectations") if lost < 1e-10 * value else None


def inverse_against_wishart(p: InverseWishart, q: Wishart) -> Answer | None:
    """The same of X⁻¹.

    Examples
    --------
    >>> one = np.eye(1)
    >>> round(inverse_against_wishart(InverseWishart(5, one), Wishart(5, one)).value, 9)
    4.648185773
    """
    return wishart_against_inverse(p.base(), InverseWishart(q.df, np.linalg.inv(q.scale)))


# Pairs of families with a rule of their own.
CROSS: dict[tuple[type[Distribution], ...], Any] = {
    (MultivariateT, MultivariateNormal): t_against_normal,
    (Wishart, InverseWishart): wishart_against_inverse,
    (InverseWishart, Wishart): inverse_against_wishart,
}


def check_comparable(p: Distribution, q: Distribution) -> None:
    """Refuse two distributions that live in different spaces, with the shapes."""
    if not comparable(p.support, q.support):
        raise ShapeError(
            f"P = {p!r} lives on {p.support} and Q = {q!r} on {q.support}; "
            f"a divergence needs one space"
        )


def by_support(p: Distribution, q: Distribution) -> Answer | None:
    """+∞ where P reaches outside Q, for one pair."""
    reason = uncovered(p.support, q.support)
    return infinite(reason) if reason else None


def by_rule(p: Distribution, q: Distribution) -> Answer | None:
    """Closed forms: of one family, of generalised gammas, of pairs, and under a bijection."""
    if p.is_scalar and q.is_scalar:
        return _by_rule(p, q)
    return in_blocks(_by_rule, p, q)


def _by_rule(p: Distribution, q: Distribution) -> Answer | None:
    found = _same_family(p, q) if type(p) is type(q) else None
    if found is not None:
        return found
    found = _power_gammas(p, q)
    if found is not None:
        return found
    cross = CROSS.get((type(p), type(q)))
    if cross is not None:
        return cross(p, q)  # type: ignore[no-any-return]
    return _stripped(p, q)


def _same_family(p: Distribution, q: Distribution) -> Answer | None:
    """A formula that overflowed or cancelled is taken again in decimals, or left to the ladder."""
    single = p.is_scalar and q.is_scalar
    try:
        value = p._same_family(q)
    except (ArithmeticError, ValueError):  # of one pair beyond the range of doubles
        return decimal_kl(p, q)
    if value is None:
        return None
    number = plain(value)
    lost = _lost(p, q)
    if single and not (0 < number < np.inf and lost <= ILL_CONDITIONED * number):
        again = decimal_kl(p, q)
        if again is not None:
            return again
    return None if single and not number >= 0 else _exact(p, q, value, lost)


def _exact(p: Distribution, q: Distribution, value: Any, lost: Any) -> Answer:
    numbers, method = plain(value), p._EXACT
    if p.is_scalar and q.is_scalar and np.isposinf(numbers):
        return Answer(value, 0.0, method, normal_reason(p, q), rank_notes(p, q))
    return Answer(value, rounding(numbers) + lost, method, notes=rank_notes(p, q))


def _lost(p: Distribution, q: Distribution) -> Any:
    lost = plain(p._same_family_lost(q))
    return lost if isinstance(lost, float) and math.isfinite(lost) else np.nan_to_num(lost)


def _power_gammas(p: Distribution, q: Distribution) -> Answer | None:
    first, second = p._power_gamma(), q._power_gamma()
    if first is None or second is None or first.space != second.space:
        return None
    value, lost = pg.reliable_kl(first, second)
    if isinstance(value, float) and 0 < value < math.inf:
        return Answer(value, rounding(value) + lost, "closed form")
    if np.ndim(plain(value)) == 0 and not 0 < plain(value) < np.inf:
        again = decimal_kl(p, q)
        if again is not None:
            return again
        if plain(value) < 0:
            return None
    numbers = np.asarray(plain(value))
    if np.isnan(numbers).all():
        return None
    error = np.where(np.isposinf(numbers), 0.0, rounding(numbers) + lost)[()]
    reason = f"E_P[x^{float(np.ravel(plain(second.p))[0]):g}] is infinite"
    without = numbers.ndim == 0 and plain(first.k + second.p / first.p) <= 0
    return Answer(value, error, "closed form", reason if without else "")


def _stripped(p: Distribution, q: Distribution) -> Answer | None:
    """KL(T(X)‖T(Y)) = KL(X‖Y): an equal bijection is taken off both sides, where it is exact."""
    if not (p._EXACT_IMAGE and q._EXACT_IMAGE):
        return None
    first, second = p._canonical(), q._canonical()
    if first is None or second is None or first[0] != second[0]:
        return None
    return _by_rule(first[1], second[1]) or by_expectations(first[1], second[1])


def by_tails(p: Distribution, q: Distribution) -> Answer | None:
    """+∞ because E_P[−ln q] is, for one pair; decided from the tails alone."""
    if not (p.is_scalar and q.is_scalar):
        return None
    if p.support.space not in LINES:
        fall = tail_power(p) if p.support.space == "vector" and tail_power(q) == np.inf else None
        spread = fall is None or fall > p.support.dimension[0] + 2
        return None if spread else infinite("the covariance of P is infinite")
    p, q = (law.at(()) if law._holds_tensors else law for law in (p, q))
    reasons = (diverges(*tails) for tails in shared_tails(p, q))
    reason = next((reason for reason in reasons if reason), "")
    return infinite(reason) if reason else None


def by_expectations(p: Distribution, q: Distribution) -> Answer | None:
    """E_P[−ln q] − H(P) where P knows all that Q needs."""
    try:
        crossed, entropy = expected.cross_entropy(p, q), p.entropy()
    except (ArithmeticError, ValueError):  # of one pair beyond the range of doubles
        return None
    if crossed is None:
        return None
    if crossed.reason and np.ndim(plain(crossed.value)) == 0:
        return Answer(crossed.value, 0.0, "expectations", crossed.reason)
    if entropy is None:
        return None
    value = crossed.value - entropy
    # The parts of an entropy are of order 1 even where they cancel: hence the 1.
    if isinstance(value, float) or np.ndim(plain(value)) == 0:
        return _of_one(value, float(plain(crossed.size)) + abs(float(plain(entropy))) + 1)
    numbers = np.asarray(plain(value))
    lost = _lost_of(np.asarray(plain(crossed.size)) + np.abs(plain(entropy)) + 1)
    bad = ~(lost <= CANCELLATION * np.abs(numbers))
    value = np.where(bad, np.nan, numbers) if bad.any() else value
    return Answer(value, np.where(bad, 0.0, lost)[()], "expectations")


def _lost_of(size: Any) -> Any:
    """A moment is e^x, and x is rounded to a share of itself."""
    return EPS * (32 + 4 * np.log(size)) * size


def _of_one(value: Any, size: float) -> Answer | None:
    number, lost = float(plain(value)), float(_lost_of(size))
    known = lost <= CANCELLATION * abs(number) and number >= 0
    return Answer(value, lost, "expectations") if known else None
