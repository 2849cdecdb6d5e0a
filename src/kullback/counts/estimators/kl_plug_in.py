"""KL of the shares as they are, with its corrections; what to do where y is 0 has a name."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from kullback.counts.estimators.kl_method import (
    KLDraft,
    Method,
    centred,
    chi_square_variance,
    delta_error,
    infinite,
    less_null_bias,
    named,
)
from kullback.counts.rows.pair import CountPair
from kullback.counts.rows.relabelling import Term
from kullback.counts.smoothing.prior import Smoothing
from kullback.errors import MethodError, SupportError

Array = NDArray[np.float64]

AUGMENTED_BY = 1.0  # the constant of the authors' program


def _plug_in_terms(counts: CountPair, zeros: Smoothing) -> Array:
    p, q = counts.x / counts.n, _policy(zeros)(counts)
    if np.any((p > 0) & (q == 0)):
        with np.errstate(divide="ignore"):
            return np.where(p > 0, xlogy(p, p) - xlogy(p, q), 0.0)
    return np.asarray(xlogy(p, p / np.where(q > 0, q, 1.0)), dtype=np.float64)


def _plug_in_draft(counts: CountPair, _: Smoothing, terms: Array) -> KLDraft:
    return less_null_bias(counts, terms) if np.isfinite(terms.sum()) else infinite(counts)


def _first_order_terms(counts: CountPair, zeros: Smoothing) -> Array:
    """The plug-in less (K−1)/2n + (Σ p/q − 1)/2m, shared out over the outcomes."""
    terms = _plug_in_terms(counts, zeros)
    if not np.isfinite(terms.sum()):
        return terms
    p, q = counts.x / counts.n, _policy(zeros)(counts)
    ratio = np.divide(p, q, out=np.zeros_like(p), where=q > 0)
    own = ((p > 0) - p) / (2 * counts.n)
    return np.asarray(terms - own - ((q > 0) * ratio - p) / (2 * counts.m))


def _first_order_draft(counts: CountPair, _: Smoothing, terms: Array) -> KLDraft:
    value = float(terms.sum())
    if not np.isfinite(value):
        return infinite(counts)
    return KLDraft(delta_error(counts, chi_square_variance(counts)), value, "delta")


def augmented_terms(n: float, m: float) -> Term:
    """Return the terms p ln(p m/(y + 1)) for samples of these sizes."""

    def terms(x: Array, y: Array) -> Array:
        p = x / n
        return np.asarray(xlogy(p, p * m / (y + AUGMENTED_BY)))

    return terms


def _augmented(counts: CountPair, _: Smoothing) -> Array:
    if counts.q is not None:
        raise MethodError(
            'method="augmented" adds to the counts of Q, and here Q is known: '
            'choose one of "zhang", "plug-in", "first-order", "dirichlet", "posterior"'
        )
    return augmented_terms(counts.n, counts.m)(counts.x, counts.y)


def _augmented_draft(counts: CountPair, _: Smoothing, terms: Array) -> KLDraft:
    null = counts.null(augmented_terms(counts.n, counts.m))
    return centred(counts, terms, null.mean, null.variance, "delta, null-centred")


def _as_it_is(counts: CountPair) -> Array:
    return counts.shares_q


def _one_count(counts: CountPair) -> Array:
    return np.maximum(counts.y, 1.0) / counts.m if counts.q is None else counts.q


def _refuse(counts: CountPair) -> Array:
    missing = np.flatnonzero((counts.x > 0) & (counts.y == 0))
    if len(missing):
        raise SupportError(
            f"x has counts and y has none in {named(counts, missing)}, and smoothing='refuse' "
            f"says to stop there; method='zhang' gives a finite estimate"
        )
    return counts.shares_q


def _policy(zeros: Smoothing) -> Callable[[CountPair], Array]:
    name = "infinite" if zeros is None else zeros
    if not isinstance(name, str) or name not in ZEROS:
        raise MethodError(
            f"smoothing={zeros!r} is not a way to take zeros as they are; choose one of "
            f'{", ".join(map(repr, ZEROS))}, or method="dirichlet" for pseudo-counts'
        )
    return ZEROS[name]


ZEROS: dict[str, Callable[[CountPair], Array]] = {
    "infinite": _as_it_is,
    "one-count": _one_count,  # of R's EntropyEstimation; the shares of Q then sum to more than 1
    "refuse": _refuse,
}

PLUG_IN = Method(_plug_in_terms, _plug_in_draft)
FIRST_ORDER = Method(_first_order_terms, _first_order_draft)
AUGMENTED = Method(_augmented, _augmented_draft)
