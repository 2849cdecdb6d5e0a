"""Monte Carlo with an honest interval, for pairs that nothing else answers.

d = ln p − ln q over draws of P is unbiased. Where it can be trusted, q/p − 1, whose mean is 0
if P covers Q, is subtracted as a control variate with a factor from a held-out half.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from kullback.distributions.model.answer import Answer, infinite
from kullback.distributions.model.distribution import Distribution
from kullback.distributions.special.arrays import Array
from kullback.results import Interval, Note

DRAWS = 1 << 17


def kl_monte_carlo(p: Distribution, q: Distribution, seed: int | None) -> Answer:
    """KL(P‖Q) from draws of P.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> found = kl_monte_carlo(Normal(0, 1), Normal(1, 1), 1)
    >>> abs(found.value - 0.5) < found.error
    True
    """
    x = p.sample(DRAWS, np.random.default_rng(seed))
    with np.errstate(all="ignore"):
        d = p.log_density(x) - q.log_density(x)
    outside = int(np.isposinf(d).sum())
    if outside:
        return infinite(f"{outside} of {DRAWS:,} draws of P fall where Q has density 0")
    terms, controlled = _controlled(d)
    return from_draws(terms, d, controlled=controlled)


def mean_of(p: Distribution, row: Callable[[Array], Array], seed: int | None) -> Answer:
    """E row(X) over draws of P."""
    x = p.sample(DRAWS, np.random.default_rng(seed))
    with np.errstate(all="ignore"):
        terms = np.asarray(row(x), dtype=np.float64)
    return from_draws(terms, terms, controlled=False)


def mean_of_both(
    p: Distribution, q: Distribution, row: Callable[..., Array], most: float, seed: int | None
) -> Answer:
    """∫ row of a divergence that is at most `most`, from draws of (P + Q)/2: no term exceeds it.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> from kullback.distributions.methods.integrands import total_variation_row
    >>> found = mean_of_both(Normal(0, 1), Normal(1, 1), total_variation_row, 1.0, 1)
    >>> abs(found.value - 0.38292492) < found.error
    True
    """
    generator = np.random.default_rng(seed)
    terms = np.zeros(DRAWS // 2)
    for law in (p, q):
        x = law.sample(DRAWS // 2, generator)
        with np.errstate(all="ignore"):
            lp, lq = p.log_density(x), q.log_density(x)
            middle = np.logaddexp(lp, lq) - np.log(2)
            term = row(lp - middle, lq - middle, None)
        terms = terms + np.nan_to_num(term) / 2
    found = from_draws(terms, terms, controlled=False)
    value = min(found.value, most)
    # Where no draw has shown a difference, three in n would not have been seen either.
    return replace(found, value=value, error=min(found.error + 10 * most / len(terms), most))


def from_draws(terms: Array, raw: Array, *, controlled: bool) -> Answer:
    """The mean with its interval, and a note on how it was drawn."""
    n = len(terms)
    value, se = float(terms.mean()), float(terms.std(ddof=1) / np.sqrt(n))
    interval = Interval(value - 1.96 * se, value + 1.96 * se, 0.95, "normal")
    how = "with the control variate q/p − 1" if controlled else "plain"
    notes = [Note("draws", f"{n:,} draws of P, {how}; the error is three standard errors")]
    centred = raw - raw.mean()
    kurtosis = float((centred**4).mean() / max(float((centred**2).mean()) ** 2, 1e-300))
    if kurtosis > 200:
        text = (
            f"ln(p/q) is heavy-tailed under P (kurtosis {kurtosis:.0f}): the interval may be short"
        )
        notes.append(Note("heavy-tail", text))
    return Answer(value, 3 * se, "Monte Carlo", notes=tuple(notes), interval=interval)


def _controlled(d: Array) -> tuple[Array, bool]:
    """Subtract λ (q/p − 1), λ from the first half for the second and the other way round.

    Only where the mean of q/p is seen near 1: otherwise Q has mass that P never draws, and the
    control variate would be confidently wrong.
    """
    with np.errstate(all="ignore"):
        ratio = np.exp(np.minimum(-d, 700.0)) - 1
    se = ratio.std() / np.sqrt(len(d))
    weights = ratio + 1
    effective = weights.sum() ** 2 / (weights**2).sum()
    if not (abs(ratio.mean()) <= 4 * se and effective > 0.02 * len(d)):
        return d, False
    half = len(d) // 2
    first, second = slice(None, half), slice(half, None)
    terms = d.copy()
    for fit, use in ((first, second), (second, first)):
        variance = float(ratio[fit].var())
        if variance > 0:
            slope = float(np.cov(d[fit], ratio[fit])[0, 1]) / variance
            terms[use] = d[use] - slope * ratio[use]
    return (terms, True) if terms.std() < d.std() else (d, False)
