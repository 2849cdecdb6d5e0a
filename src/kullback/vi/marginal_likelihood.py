"""How good an approximate posterior is, from draws: the ELBO alone cannot say."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kullback.arrays import numpy_copy, numpy_of
from kullback.checks import numeric
from kullback.errors import ShapeError
from kullback.results import Note
from kullback.results.facts import facts
from kullback.statistics import pareto
from kullback.units import format_number
from kullback.vi.parameters import refuse


@dataclass(frozen=True, slots=True)
class Evidence:
    """What draws of q say of ln p(x), in nats.

    Parameters
    ----------
    elbo, standard_error : float
        The mean of ln p(x, z) − ln q(z), by Monte Carlo, and its error.
    log_evidence : float
        ln of the mean importance weight: a lower bound that tightens with the draws.
    pareto_k : float
        Of the weights; NaN below 21 draws.
    threshold : float
        What k must stay below for so many draws.
    min_sample_size : float
        Draws that such a k needs.
    effective_draws : float
        Equal weights that are worth as much.
    draws : int
        How many there were.
    notes : tuple of Note
        What was noticed.
    """

    elbo: float
    standard_error: float
    log_evidence: float
    pareto_k: float
    threshold: float
    min_sample_size: float
    effective_draws: float
    draws: int
    notes: tuple[Note, ...] = ()

    @property
    def reliable(self) -> bool:
        """Whether expectations under q can be mended by weighting."""
        return self.pareto_k <= self.threshold

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: facts(numpy_copy(getattr(self, name))) for name in self.__slots__}

    def __str__(self) -> str:
        return (
            f"ELBO = {format_number(self.elbo)} ± {format_number(self.standard_error, 2)} nats, "
            f"monte carlo; ln p(x) ≈ {format_number(self.log_evidence)}; Pareto k "
            f"{self.pareto_k:.2g}, n={self.draws}"
        )

    __repr__ = __str__


def evidence(log_joint: Any, log_posterior: Any) -> Evidence:
    """Judge q from draws of it: ELBO, importance-weighted bound and Pareto k.

    Parameters
    ----------
    log_joint : array_like of shape (draws,)
        ln p(x, z) for z drawn from q.
    log_posterior : array_like of shape (draws,)
        ln q(z), at the same draws.

    Returns
    -------
    Evidence
        A Pareto k above the threshold means that no weighting mends expectations under q.

    Raises
    ------
    ShapeError
        If the two do not have one number a draw each.
    InputError
        NaN or +inf, or ln q = −inf.

    References
    ----------
    Yao, Vehtari, Simpson and Gelman (2018), Yes, but did it work? Evaluating variational
    inference; Burda, Grosse and Salakhutdinov (2016), Importance weighted autoencoders.

    Examples
    --------
    >>> z = np.random.default_rng(0).standard_normal(10_000)
    >>> prior, likelihood = -z**2 / 2, -(1 - z)**2 / 2
    >>> ln_2pi = math.log(2 * math.pi)
    >>> print(evidence(prior + likelihood - ln_2pi, -z**2 / 2 - ln_2pi / 2))
    ELBO = -1.911 ± 0.012 nats, monte carlo; ln p(x) ≈ -1.51; Pareto k -1.7, n=10000
    """
    named = {"log_joint": log_joint, "log_posterior": log_posterior}
    found = {n: numeric(n, numpy_of(n, v)).astype(np.float64) for n, v in named.items()}
    joint, posterior = found.values()
    if joint.shape != posterior.shape or joint.ndim != 1 or not joint.size:
        said = ", ".join(f"{name} {array.shape}" for name, array in found.items())
        raise ShapeError(f"give one number a draw, for both; got {said}")
    refuse("log_joint", joint)
    refuse("log_posterior", posterior, lowest=-1e300)
    weights = joint - posterior
    n = len(weights)
    k = pareto.pareto_k(weights) if n >= 21 and weights.max() > -np.inf else math.nan
    top = weights.max()
    return Evidence(
        elbo=float(weights.mean()),
        standard_error=_error(weights),
        log_evidence=float(top + np.log(np.exp(weights - top).mean()))
        if top > -np.inf
        else -np.inf,
        pareto_k=k,
        threshold=pareto.threshold(n) if n > 1 else math.nan,
        min_sample_size=math.nan if math.isnan(k) else pareto.min_sample_size(k),
        effective_draws=pareto.effective_draws(weights) if top > -np.inf else 0.0,
        draws=n,
        notes=_notes(k, n),
    )


def _error(weights: Any) -> float:
    if len(weights) < 2 or not np.isfinite(weights).all():
        return math.nan
    return float(weights.std(ddof=1) / math.sqrt(len(weights)))


def _notes(k: float, n: int) -> tuple[Note, ...]:
    if math.isnan(k):
        return (Note("few-draws", f"{n} draws cannot tell the tail of the weights; give 21."),)
    if k <= pareto.threshold(n):
        return ()
    text = (
        f"Pareto k {k:.2g} is above {pareto.threshold(n):.2g}: the weights have no usable mean, so "
        f"that ln p(x) is underestimated and q cannot be corrected; q is too narrow or misplaced."
    )
    return (Note("heavy-tail", text),)
