"""KL after pseudo-counts: of the smoothed shares, and on average over the posterior."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, xlogy

from kullback.counts.estimators.kl_method import (
    KLDraft,
    Method,
    centred,
    chi_square_variance,
    infinite,
)
from kullback.counts.intervals.unseen_tail import UnseenTail
from kullback.counts.rows.pair import CountPair
from kullback.counts.rows.relabelling import Term
from kullback.counts.smoothing.posterior import posterior_draws
from kullback.counts.smoothing.prior import PseudoCounts, Smoothing, pseudo_counts
from kullback.results import Note

Array = NDArray[np.float64]

DRAWS = 2000
BUDGET = 20_000_000  # of random numbers a side; with more outcomes there are fewer draws
FEWEST = 100


def _smoothed_terms(counts: CountPair, smoothing: Smoothing) -> Array:
    added = pseudo_counts(counts, smoothing)
    p, q = _shares(counts.x + added.p), _q_shares(counts, added)
    with np.errstate(divide="ignore"):
        return np.where(p > 0, xlogy(p, p) - xlogy(p, q), 0.0)


def _shares(counts: Array) -> Array:
    return np.asarray(counts / counts.sum())


def _q_shares(counts: CountPair, added: PseudoCounts) -> Array:
    return _shares(counts.y + added.q) if counts.q is None else counts.q


def smoothed_terms(n: float, m: float, alpha: float, beta: float, outcomes: int) -> Term:
    """Return the terms p ln(p/q), p = (x+α)/(n+αK), q = (y+β)/(m+βK)."""

    def terms(x: Array, y: Array) -> Array:
        p, q = (x + alpha) / (n + alpha * outcomes), (y + beta) / (m + beta * outcomes)
        return np.asarray(xlogy(p, p / q))

    return terms


def _smoothed_draft(counts: CountPair, smoothing: Smoothing, terms: Array) -> KLDraft:
    if not np.isfinite(terms.sum()):
        return infinite(counts)
    bias, variance = _null(counts, pseudo_counts(counts, smoothing))
    found = centred(counts, terms, bias, variance, "delta, less null bias")
    return found._replace(notes=(*found.notes, *_told(counts, smoothing)))


def _null(counts: CountPair, added: PseudoCounts) -> tuple[float, float]:
    """Return the mean and variance of the smoothed estimate when P = Q."""
    if added.equal is not None and counts.q is None:
        term = smoothed_terms(counts.n, counts.m, *added.equal, counts.outcomes)
        null = counts.null(term)
        return null.mean, null.variance
    # Pseudo-counts that differ shrink the noise of each side by n/(n+α₀).
    noise = counts.n / (counts.n + added.p.sum()) ** 2
    if counts.q is None:
        noise += counts.m / (counts.m + added.q.sum()) ** 2
    return (counts.outcomes - 1) / 2 * noise, chi_square_variance(counts)


def _told(counts: CountPair, smoothing: Smoothing) -> list[Note]:
    name = "jeffreys" if smoothing is None else smoothing
    text = f"Smoothed by {name!r} over the {counts.outcomes} outcomes seen on either side."
    notes = [Note("smoothing", text)]
    if "perks" in (smoothing if isinstance(smoothing, tuple) else (smoothing,)):
        warning = (
            "Perks's prior (1/K an outcome) leaves unseen outcomes of Q next to nothing: KL can "
            'come out 2 nats too large where n < K. "jeffreys" is the safe choice.'
        )
        notes.append(Note("perks", warning))
    return notes


def _posterior_terms(counts: CountPair, smoothing: Smoothing) -> Array:
    """(A/A₀) [ψ(A+1) − ψ(A₀+1) − ψ(B) + ψ(B₀)], A = x + α, B = y + β."""
    added = pseudo_counts(counts, smoothing)
    a, b = counts.x + added.p, counts.y + added.q
    used = a > 0
    own = digamma(a + 1) - digamma(a.sum() + 1)
    with np.errstate(divide="ignore"):
        if counts.q is None:
            other = digamma(np.where(b > 0, b, 1.0)) - digamma(b.sum())
            other = np.where(b > 0, other, -np.inf)
        else:
            other = np.log(counts.q)
        return np.where(used, a / a.sum() * (own - np.where(used, other, 0.0)), 0.0)


def _posterior_draft(counts: CountPair, smoothing: Smoothing, terms: Array) -> KLDraft:
    value = float(terms.sum())
    if not np.isfinite(value):
        return infinite(counts)
    draws = posterior_draws(counts, smoothing, posterior_size(counts), 0)
    text = (
        f"Mean in closed form; error and interval from {len(draws)} draws (seed 0) of the "
        f"posterior. At small counts it lies above KL: the noise of both posteriors adds to it."
    )
    notes = (*_told(counts, smoothing), Note("posterior", text))
    return KLDraft(float(draws.std()), value, "posterior", UnseenTail(), notes, draws)


def posterior_size(counts: CountPair) -> int:
    """Return how many draws are worth their time for so many outcomes."""
    return max(FEWEST, min(DRAWS, BUDGET // len(counts.x)))


DIRICHLET = Method(_smoothed_terms, _smoothed_draft)
POSTERIOR = Method(_posterior_terms, _posterior_draft)
