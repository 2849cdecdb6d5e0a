"""The Zhang–Grabchak estimate of KL."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, xlogy

from kullback.counts.estimators.kl_method import KLDraft, Method, delta_error, infinite
from kullback.counts.intervals.unseen_tail import unseen_tail
from kullback.counts.rows.pair import CountPair
from kullback.counts.rows.relabelling import Term
from kullback.counts.smoothing.prior import Smoothing

Array = NDArray[np.float64]


def zhang_terms(n: float, m: float) -> Term:
    """Return the terms (x/n) [ψ(m+1) − ψ(y+1) − ψ(n) + ψ(x)] for samples of these sizes."""
    return _ZhangTerm(n, m)


@dataclass(frozen=True, slots=True)
class _ZhangTerm:
    """The term of one outcome; those of equal sizes are equal, so that what is known is found."""

    n: float
    m: float

    def __call__(self, x: Array, y: Array) -> Array:
        seen = x > 0
        logs = digamma(self.m + 1) - digamma(self.n) - digamma(y + 1)
        logs = logs + digamma(np.where(seen, x, 1.0))
        return np.asarray(np.where(seen, x / self.n * logs, 0.0))


def _terms(counts: CountPair, _: Smoothing) -> Array:
    if counts.q is None:
        return zhang_terms(counts.n, counts.m)(counts.x, counts.y)
    x, n = counts.x, counts.n
    own = digamma(np.where(x > 0, x, 1.0)) - digamma(n)
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(x > 0, x / n * own - xlogy(x / n, counts.q), 0.0))


def _draft(counts: CountPair, _: Smoothing, terms: Array) -> KLDraft:
    value = float(terms.sum())
    if not np.isfinite(value):
        return infinite(counts)
    variance = counts.null_variance(zhang_terms(counts.n, counts.m))
    return KLDraft(delta_error(counts, variance), value, "delta", unseen_tail(counts))


ZHANG = Method(_terms, _draft)
