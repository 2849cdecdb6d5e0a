"""How the relatives of KL are computed, in nats: closed where known, else the ladder."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from kullback.arguments import flag
from kullback.distributions.adapters import as_distribution
from kullback.distributions.families import Cauchy, Normal
from kullback.distributions.methods import closed_form as exact
from kullback.distributions.methods.batch import by_rows, rows_of, vectorised
from kullback.distributions.methods.closed_renyi import closed_renyi
from kullback.distributions.methods.elliptical import UNKNOWN, log_moment, on_the_line, projected
from kullback.distributions.methods.integrands import (
    Row,
    chi_square_row,
    hellinger_row,
    jensen_shannon_row,
    total_variation_row,
)
from kullback.distributions.methods.monte_carlo import mean_of, mean_of_both
from kullback.distributions.methods.overlap import ratio_infinite, singular, stripped
from kullback.distributions.methods.plain_entropy import of_marginals, plain_entropy
from kullback.distributions.methods.quadrature import integral
from kullback.distributions.methods.route import RouteSettings, in_numbers, kl_nats
from kullback.distributions.model.answer import EPS, Answer, added, answered, infinite, rounding
from kullback.distributions.model.as_given import at_most, counting, in_proportion, of_root
from kullback.distributions.model.cautions import cautioned
from kullback.distributions.model.composite import Affine, Independent
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.model.support import DISCRETE, LINES
from kullback.distributions.special import half_line
from kullback.distributions.special.arrays import plain
from kullback.errors import UnreliableError

LN_2 = float(np.log(2))

# What bounded divergences cannot exceed.
MOST: dict[Row, float] = {
    total_variation_row: 1.0,
    hellinger_row: 1.0,
    jensen_shannon_row: LN_2,
}

One = Callable[[Distribution, Distribution, RouteSettings], Answer]


def entropy_nats(p: Distribution, asked: RouteSettings) -> Answer:
    """H(P) in nats: known, of independent parts, or by the ladder."""
    if isinstance(p, Independent):
        return added([entropy_nats(part, asked) for part in p.parts])
    found, off = in_numbers(lambda law: _entropy(law, asked), p), p._mass_off()
    if not np.any(off):
        return found
    return replace(found, error=found.error + 2 * off * (1 + np.abs(plain(found.value))))


def _entropy(p: Distribution, asked: RouteSettings) -> Answer:
    if not p.is_scalar:
        flat = all(axes < 2 for axes in p._EVENT.values())
        value = p.entropy() if flat and vectorised(p) else None
        whole = None if value is None else _known_entropy(value)
        return rows_of(p, lambda law: entropy_nats(law, asked), whole)
    p = p._simpler()
    value = p.entropy()
    if value is not None:
        return _known_entropy(value)
    if p.support.space not in LINES:
        found = of_marginals(
            p, lambda law: entropy_nats(law, asked), lambda a, b: cross_entropy_nats(a, b, asked)
        )
        return found or mean_of(p, lambda x: -p.log_density(x), asked.seed)
    if p.support.space == "mixed":
        return infinite("P has a density and atoms, which no one measure holds")
    if isinstance(p, Affine):
        inner = entropy_nats(p.base, asked)
        stretch = 0.0 if p.support.space in DISCRETE else float(np.log(p.scale))
        return replace(
            inner, value=inner.value + stretch, error=inner.error + 4 * EPS * abs(stretch)
        )
    return plain_entropy(p, asked.rtol)


def _known_entropy(value: Any) -> Answer:
    """An entropy in closed form: its parts are of order 1 also where they cancel to nothing."""
    numbers = plain(value)
    return Answer(value, rounding(numbers) + 32 * EPS * np.isfinite(numbers), "closed form")


def cross_entropy_nats(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """H(P, Q) = H(P) + KL(P‖Q) in nats, infinite where KL is."""
    divergence, own = kl_nats(p, q, asked), entropy_nats(p, asked)
    numbers = np.asarray(plain(divergence.value))
    total = added([divergence, own])
    if not np.isposinf(numbers).any():
        return total
    outside = np.isposinf(numbers)
    value = np.where(outside, np.inf, plain(total.value))[()]
    error = np.where(outside, 0.0, total.error)[()]
    return replace(divergence, value=value, error=error)


def of_parts(
    p: Distribution, q: Distribution, asked: RouteSettings, one: One
) -> list[Answer] | None:
    """A measure of each part of two laws of independent parts; None of other laws."""
    p, q = stripped(p, q)
    if not isinstance(p, Independent) or not isinstance(q, Independent):
        return None
    pairs = zip(p.parts, q.parts, strict=True)
    return [Answer(0.0, 0.0, "closed form") if a == b else one(a, b, asked) for a, b in pairs]


@counting(in_proportion)
def jensen_shannon_nats(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """JS in nats for one pair."""
    if singular(p, q):
        return Answer(LN_2, EPS, "support")
    if isinstance(p, Cauchy) and isinstance(q, Cauchy):
        scales = 2 * np.sqrt(p.scale * q.scale)
        # ln(2 √D/(√D + 2 √(s₁ s₂))), from x = √D/(2 √(s₁ s₂)) − 1 ≥ 0.
        chi = p.chi_square(q)
        x = chi / 2 / (np.sqrt(1 + chi / 2) + 1)
        value = float(np.log1p(x / (2 + x))) if scales > 0 else 0.0
        return Answer(value, rounding(value), "closed form")
    return numeric_integral(p, q, jensen_shannon_row, asked)


@counting(of_root)
def hellinger_value(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """The Hellinger distance of one pair."""
    if singular(p, q):
        return Answer(1.0, 0.0, "support")
    parts = of_parts(p, q, asked, hellinger_value)
    if parts is not None:
        # 1 − h² is the product over the parts.
        logs = sum(float(np.log1p(-(min(f.value, 1.0) ** 2))) for f in parts)
        value = float(np.sqrt(-np.expm1(logs)))
        lost = float(np.sqrt(sum(f.error**2 for f in parts))) if value == 0 else sum(
            (f.value + f.error) * f.error for f in parts
        ) / value  # fmt: skip
        return replace(added(parts), value=value, error=lost + rounding(value))
    closed = closed_renyi(*stripped(p, q), 0.5)
    if closed is not None:
        value = float(np.sqrt(-np.expm1(-closed.value / 2)))
        steep = float(np.exp(-closed.value / 2))
        lost = steep * closed.error / (4 * value) if value > 0 else float(np.sqrt(closed.error / 2))
        return Answer(value, lost + rounding(value), "closed form")
    found = numeric_integral(p, q, hellinger_row, asked)
    value = float(np.sqrt(max(found.value, 0.0)))
    error = found.error / (2 * value) if value > 0 else float(np.sqrt(found.error))
    return Answer(value, error, found.method, notes=found.notes)


@counting(at_most)
def total_variation_value(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """Total variation of one pair."""
    from scipy.special import erf

    if singular(p, q):
        return Answer(1.0, 0.0, "support")
    p, q = projected(*stripped(p, q))
    if isinstance(p, Normal) and isinstance(q, Normal) and p.scale == q.scale:
        value = float(erf(abs(p.loc - q.loc) / p.scale / 8**0.5))
        return Answer(value, rounding(value), "closed form")
    if isinstance(p, Cauchy) and isinstance(q, Cauchy):
        value = float(2 / np.pi * np.arctan(np.sqrt(p.chi_square(q) / 2)))
        return Answer(value, rounding(value), "closed form")
    return numeric_integral(p, q, total_variation_row, asked)


@counting(in_proportion)
def chi_square_value(p: Distribution, q: Distribution, asked: RouteSettings) -> Answer:
    """χ² of one pair."""
    out = exact.by_support(p, q)
    if out is not None or singular(p, q):
        return out or infinite("P and Q are mutually singular")
    parts = of_parts(p, q, asked, chi_square_value)
    if parts is not None:
        # 1 + χ² is the product over the parts.
        value = float(np.expm1(sum(np.log1p(f.value) for f in parts)))
        lost = (1 + value) * sum(f.error / (1 + f.value) for f in parts)
        lost = lost + rounding(value) if np.isfinite(value) else 0.0
        return replace(added(parts), value=value, error=lost)
    closed = closed_renyi(*stripped(p, q), 2.0)
    if closed is not None:
        with np.errstate(over="ignore"):
            value = float(np.expm1(closed.value))
        lost = (1 + value) * closed.error if np.isfinite(value) else 0.0
        return Answer(value, lost, closed.method, closed.reason)
    return ratio_infinite(p, q, 2.0) or numeric_integral(p, q, chi_square_row, asked)


def numeric_integral(p: Distribution, q: Distribution, row: Row, asked: RouteSettings) -> Answer:
    """The integral of one integrand: over the line, or under draws of P."""
    p, q, lost = on_the_line(*stripped(p, q))
    if p.support.space in LINES and q.support.space in LINES:
        kinked, most = row is total_variation_row, MOST.get(row, np.inf)
        found = integral(p, q, row, asked.rtol, kinked=kinked, most=most)
        error = min(found.error + lost * (1 + abs(found.value)), most)
        return replace(found, error=error) if lost else found
    if p == q:
        return Answer(0.0, 0.0, "closed form")
    if row in INVERTED:
        exact = _inverted(p, q, row)
        if exact is not None:
            return exact
    if row in MOST:
        return mean_of_both(p, q, row, MOST[row], asked.seed)

    def under_p(x: Any) -> Any:
        lp, lq = p.log_density(x), q.log_density(x)
        # Half by draws of P: ∫ row = E_P row/p, with rows taken at p = 1.
        return row(np.zeros_like(lp), lq - lp, None)

    return mean_of(p, under_p, asked.seed)


def _inverted(p: Distribution, q: Distribution, row: Row) -> Answer | None:
    """From ∫ p^s q^(1 − s) along a line of complex s, where that is known."""
    known = log_moment(p, q)
    if known is None:
        return None
    found, lost = INVERTED[row](known[0]), known[1]
    value = min(max(found.value, 0.0), MOST[row])
    if row is jensen_shannon_row:  # whose root is a metric, as TV is
        lost = 2 * value**0.5 * lost + lost * lost
    known_well = found.error + lost < UNKNOWN
    return Answer(value, found.error + lost, "quadrature") if known_well else None


INVERTED: dict[Row, Callable[[half_line.LogMoment], half_line.Integral]] = {
    total_variation_row: half_line.total_variation,
    jensen_shannon_row: half_line.jensen_shannon,
}


def pairwise(p: Any, q: Any, asked: RouteSettings, one: One) -> Answer:
    """One pair, or each member of a batch."""
    laws = [as_distribution(*named) for named in (("p", p), ("q", q))]
    first, second = map(_detached, laws)
    exact.check_comparable(first, second)

    def row(a: Distribution, b: Distribution) -> Answer:
        if a == b:
            return Answer(0.0, 0.0, "closed form")
        with np.errstate(all="ignore"):
            same = type(a) is type(b)
            return answered(one(*((a, b) if same else (a._simpler(), b._simpler())), asked), a, b)

    single = first.is_scalar and second.is_scalar
    found = row(first, second) if single else by_rows(first, second, row, None)
    return cautioned(found, *laws)


def _detached(law: Distribution) -> Distribution:
    return law.at(()) if law._holds_tensors and law.is_scalar else law


def strictly(found: Answer, *, strict: bool) -> Answer:
    """Refuse a numeric value under ``strict=True``."""
    inexact = {"quadrature", "summation", "Monte Carlo"}.intersection(np.ravel(found.method))
    if flag("strict", strict) and inexact:
        raise UnreliableError(
            f"strict=True asks for an exact value, and this one goes by {min(inexact)}; "
            f"drop strict, and read .error"
        )
    return found
