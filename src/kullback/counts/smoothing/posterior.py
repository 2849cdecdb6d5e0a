"""Draws of KL from the Dirichlet posteriors of P and Q."""

import numpy as np
from numpy.typing import NDArray

from kullback.counts.rows.pair import CountPair
from kullback.counts.smoothing.prior import Smoothing, pseudo_counts

Array = NDArray[np.float64]

CHUNK = 2_000_000


def posterior_draws(counts: CountPair, smoothing: Smoothing, number: int, seed: int) -> Array:
    """Draw KL from the Dirichlet posteriors of P and Q."""
    added = pseudo_counts(counts, smoothing)
    a, b = counts.x + added.p, counts.y + added.q
    used = (a > 0) & (b > 0)
    a, b = a[used], b[used]
    known = None if counts.q is None else np.log(counts.q[used])
    rng = np.random.default_rng(seed)
    rows = max(1, CHUNK // len(a))
    parts = []
    for start in range(0, number, rows):
        size = min(rows, number - start)
        log_p = _log_dirichlet(rng, a, size)
        log_q = _log_dirichlet(rng, b, size) if known is None else known
        parts.append((np.exp(log_p) * (log_p - log_q)).sum(axis=1))
    return np.concatenate(parts)


def _log_dirichlet(rng: np.random.Generator, alpha: Array, size: int) -> Array:
    """Draw in logarithms, as Gamma(α) = Gamma(α+1)·U^(1/α): small α never gives 0."""
    logs = np.log(rng.standard_gamma(alpha + 1, (size, len(alpha))))
    logs -= rng.standard_exponential((size, len(alpha))) / alpha
    top = logs.max(axis=1, keepdims=True)
    whole = top + np.log(np.exp(logs - top).sum(axis=1, keepdims=True))
    return np.asarray(logs - whole)
