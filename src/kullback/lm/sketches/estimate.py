"""Measures between P, of which a sketch is known, and Q, row by row, each with its variance.

The likeliest tokens count exactly, and so does the mass of all others as if it were one token.
What is left is how the others share their mass, and that is estimated from those drawn: by
Σ p·y/chance, less a guess and plus the guess times the mass, which has no bias for any guess.
Guess and weight come from the likeliest tokens alone, never from those drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.lm.sketches import terms

Array = NDArray[np.float64]
# The median of the square of a normal number, over its mean.
MEDIAN_SQUARE = 0.4549364231195728


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The tokens of which both probabilities are known.

    Parameters
    ----------
    log_p, log_q : ndarray, shape (rows, tokens)
        −∞ in both where there is no token.
    log_chance : ndarray, shape (rows, tokens)
        ln of the chance with which each is among the tokens seen.
    exact : ndarray of bool, shape (rows, tokens)
        The tokens that are always seen.
    log_p_rest, log_q_rest : ndarray, shape (rows,)
        ln of the mass of all tokens that are not `exact`.
    same_support : ndarray of bool, shape (rows,)
        Whether it is known that the same tokens are possible on both sides.
    apart : ndarray, shape (rows,)
        By how many nats the two entropies of the rest differ, 0 where that is not known.
    infinite, reverse_infinite : ndarray of bool, shape (rows,)
        Whether some token is known to be possible under P alone, or under Q alone.
    """

    log_p: Array
    log_q: Array
    log_chance: Array
    exact: NDArray[np.bool_]
    log_p_rest: Array
    log_q_rest: Array
    same_support: NDArray[np.bool_]
    apart: Array
    infinite: NDArray[np.bool_]
    reverse_infinite: NDArray[np.bool_]


# The largest terms a row that are kept, to see how heavy the tail of all terms is.
LARGEST = 8


class RowEstimates(NamedTuple):
    """A measure of each row, the variance that drawing tokens gave it, and its largest terms.

    The terms are those of single tokens that were drawn, over the median of the row's.
    """

    values: Array
    variances: Array
    largest: Array


class Measure(NamedTuple):
    """A measure as the estimator takes it."""

    term: terms.Term
    slope: float  # how much of t may be taken off the term where it is known without sampling


MEASURES = {
    "jensen_shannon": Measure(terms.jensen_shannon, terms.LN2 / 2),
    "total_variation": Measure(terms.total_variation, 0.5),
    "chi_square": Measure(terms.chi_square, 1.0),
    "reverse_chi_square": Measure(terms.reverse_chi_square, 0.0),
}


def estimates(seen: Seen) -> Mapping[str, RowEstimates]:
    """Return every measure of each row.

    Parameters
    ----------
    seen : Seen
        The tokens of which both sides are known.

    Returns
    -------
    mapping of str to RowEstimates
        kl, reverse_kl, jensen_shannon, total_variation, chi_square, reverse_chi_square, and the
        Rényi divergences renyi_half, renyi_two and reverse_renyi_two; in nats, where they have a
        unit.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore", under="ignore"):
        found = {"kl": _kl(seen), "reverse_kl": _reverse_kl(seen)}
        found |= {name: _plain(seen, each) for name, each in MEASURES.items()}
        for prefix, never in (("", seen.infinite), ("reverse_", seen.reverse_infinite)):
            for name in (f"{prefix}kl", f"{prefix}chi_square"):
                found[name] = _infinite(found[name], never)
            found[f"{prefix}renyi_two"] = _renyi(found[f"{prefix}chi_square"], 2.0)
        return found | {"renyi_half": renyi(seen, 0.5)}


def renyi(seen: Seen, order: float) -> RowEstimates:
    """Return the Rényi divergence of order α of each row, 0 < α, α ≠ 1.

    Σ p^α·q^(1−α) has no bias, its logarithm one of half its relative variance; that is taken off.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore", under="ignore"):
        return _renyi(_plain(seen, Measure(terms.power(order), order - 1.0)), order)


def _renyi(excess: RowEstimates, order: float) -> RowEstimates:
    """Return the Rényi divergence of an order whose sum, less 1, is known."""
    relative = np.where(excess.variances > 0, excess.variances / (1.0 + excess.values) ** 2, 0.0)
    values = (np.log1p(excess.values) + relative / 2) / (order - 1.0)
    return RowEstimates(np.asarray(values), relative / (order - 1.0) ** 2, excess.largest)


def _kl(seen: Seen) -> RowEstimates:
    shift = _shift(seen)
    d = seen.log_p - seen.log_q
    whole = _sum(seen, terms.kl(d)) + _bucket(seen, terms.kl(shift))
    inside = _inside(seen)
    y = terms.kl(inside) - (1.0 - _weight(seen, inside))[:, None] * np.expm1(-inside)
    answer = _sampled(seen, y)
    return answer._replace(values=whole + answer.values)


def _reverse_kl(seen: Seen) -> RowEstimates:
    shift = _shift(seen)
    d = seen.log_p - seen.log_q
    whole = _sum(seen, terms.reverse_kl(d)) + _bucket(seen, terms.reverse_kl(shift))
    inside = _inside(seen)
    share = np.where(seen.same_support, 1.0, 0.0)[:, None]
    y = terms.reverse_kl(inside) + (1.0 - share) * np.expm1(-inside)
    answer = _sampled(seen, y)
    ratio = np.exp(np.where(np.isneginf(seen.log_p_rest), 0.0, -shift))
    values, variances = whole + ratio * answer.values, ratio**2 * answer.variances
    return RowEstimates(values, variances, answer.largest)


def _plain(seen: Seen, measure: Measure) -> RowEstimates:
    """Return Σ p·term: exactly over the tokens always seen, sampled over the rest."""
    d = seen.log_p - seen.log_q
    left = measure.slope * (1.0 - _weight(seen, _inside(seen)))
    y = measure.term(d) - left[:, None] * np.expm1(-d)
    answer = _sampled(seen, y)
    known = left * (np.exp(seen.log_q_rest) - np.exp(seen.log_p_rest))
    return answer._replace(values=_sum(seen, measure.term(d)) + answer.values + known)


def _infinite(answer: RowEstimates, never: NDArray[np.bool_]) -> RowEstimates:
    never = never | np.isinf(answer.values)
    values, variances = (
        np.where(never, np.inf, answer.values),
        np.where(never, 0.0, answer.variances),
    )
    return answer._replace(values=values, variances=variances)


def _shift(seen: Seen) -> Array:
    shift = seen.log_p_rest - seen.log_q_rest
    return np.asarray(np.where(np.isnan(shift), 0.0, shift))


def _inside(seen: Seen) -> Array:
    """Return ln of the ratio of two tokens' shares in the rest."""
    return np.asarray(seen.log_p - seen.log_q - _shift(seen)[:, None])


def _sum(seen: Seen, term: Array) -> Array:
    """Return Σ p·term over the tokens that are always seen."""
    here = seen.exact & (seen.log_p > -np.inf)
    return np.asarray(np.where(here, np.exp(seen.log_p) * term, 0.0).sum(axis=1))


def _bucket(seen: Seen, term: Array) -> Array:
    """Return what the rest adds as a whole; q of it where P has nothing there."""
    p, q = np.exp(seen.log_p_rest), np.exp(seen.log_q_rest)
    return np.asarray(np.where(p > 0, p * term, q))


def _weight(seen: Seen, inside: Array) -> Array:
    """Return how much of t is best left in what is sampled: 1 near P = Q, 0 far from it.

    Where δ is normal of variance s², the least variance is at s²/(e^{s²} − 1). It is 0 where the
    supports may differ, as Σ p·t over what P can do is not known then.
    """
    spread = _middle(seen, inside**2, 0.0) / MEDIAN_SQUARE + seen.apart**2
    spread = np.clip(spread, 0.0, 700.0)
    best = np.where(spread > 0, spread / np.expm1(spread), 1.0)
    return np.where(seen.same_support, best, 0.0)


def _middle(seen: Seen, y: Array, otherwise: float) -> Array:
    """Return the median over the less likely half of the tokens that are always seen."""
    half = int(seen.exact.any(axis=0).sum()) // 2
    use = seen.exact & np.isfinite(y)
    use[:, :half] = False
    ordered = np.sort(np.where(use, y, np.inf), axis=1)
    count = use.sum(axis=1)
    rows = np.arange(len(y))
    low, high = (ordered[rows, np.maximum(0, i)] for i in ((count - 1) // 2, count // 2))
    return np.asarray(np.where(count > 0, (low + high) / 2, otherwise))


def _sampled(seen: Seen, y: Array) -> RowEstimates:
    """Return Σ p·y over the rest, estimated from the tokens drawn, and its variance."""
    here = ~seen.exact & (seen.log_p > -np.inf)
    guess = np.where(np.isneginf(seen.log_p_rest), 0.0, _middle(seen, y, 0.0))
    over = np.where(here, np.exp(seen.log_p - seen.log_chance), 0.0)
    apart = np.where(here, y - guess[:, None], 0.0)
    values = (over * apart).sum(axis=1) + np.exp(seen.log_p_rest) * guess
    unsure = np.where(here, -np.expm1(seen.log_chance), 0.0)
    variances = np.where(unsure > 0, unsure * (over * apart) ** 2, 0.0).sum(axis=1)
    drawn = np.where(unsure > 0, np.abs(over * apart), 0.0)
    return RowEstimates(values, variances, _largest(drawn))


def _largest(terms: Array) -> Array:
    """Return the largest terms of each row over the median of those that are not 0."""
    if not terms.shape[1]:
        return np.zeros((len(terms), 0))
    ordered = np.sort(terms, axis=1)[:, ::-1]
    count = (ordered > 0).sum(axis=1)
    middle = ordered[np.arange(len(ordered)), np.maximum(0, (count - 1) // 2)]
    over = np.where(middle > 0, middle, np.inf)
    return np.asarray(ordered[:, :LARGEST] / over[:, None])
