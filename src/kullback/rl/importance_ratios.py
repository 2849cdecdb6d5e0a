"""How trustworthy importance ratios are: their range, effective draws and Pareto k."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.results.facts import facts
from kullback.rl.draws import real, same_shape, valid
from kullback.statistics import pareto

Array = NDArray[np.float64]
ENOUGH = 21


@dataclass(frozen=True, slots=True)
class Ratios:
    """What the ratios of two policies over the same actions look like.

    Parameters
    ----------
    lowest, highest : float
        Of ln(numerator/denominator), in nats.
    effective_draws : float
        (Σw)²/Σw², between 1 and n.
    pareto_k : float
        Of the right tail of the ratios; NaN below 21 draws.
    min_sample_size : float
        How many draws a tail of this k needs.
    n : int
        Valid positions.
    """

    lowest: float
    highest: float
    effective_draws: float
    pareto_k: float
    min_sample_size: float
    n: int

    @property
    def reliable(self) -> bool:
        """Whether k is known and below the threshold for n draws."""
        return self.n >= ENOUGH and self.pareto_k <= pareto.threshold(self.n)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: facts(getattr(self, name)) for name in (*self.__slots__, "reliable")}


def ratios(log_p: Any, log_sampled: Any, *, mask: Any = None) -> Ratios:
    """Diagnose the importance ratios p/sampled over actions drawn from `log_sampled`.

    Parameters
    ----------
    log_p : array_like
        Log-probabilities of the actions under the policy that a mean is wanted for.
    log_sampled : array_like of the same shape
        The same under the policy that drew the actions. For k3 these are the roles of the
        reference and the policy: ``ratios(log_ref, log_p)``.
    mask : array_like of bool or None
        True keeps a position; applied before anything is exponentiated.

    Returns
    -------
    Ratios
        Range, effective draws, Pareto k and the draws that such a k needs.

    Raises
    ------
    InputError
        NaN, +inf or −9999 at a valid position.
    ShapeError
        Shapes that differ, or no valid position.

    References
    ----------
    Vehtari et al. (2024), Pareto smoothed importance sampling.

    Examples
    --------
    >>> found = ratios(np.zeros(100), np.zeros(100))
    >>> found.effective_draws, found.lowest, found.reliable
    (100.0, 0.0, True)
    """
    named = {"log_p": real("log_p", log_p), "log_sampled": real("log_sampled", log_sampled)}
    kept = valid(same_shape(named), mask)
    over, under = (kept.of(name, array) for name, array in named.items())
    with np.errstate(invalid="ignore"):
        return of_log_ratios(over - under)


def of_log_ratios(log_ratio: Array) -> Ratios:
    """Describe checked log-ratios; those of −∞ are weights of 0."""
    n, finite = len(log_ratio), bool((log_ratio < np.inf).all()) and bool(log_ratio.max() > -np.inf)
    k = pareto.pareto_k(log_ratio) if finite and n >= ENOUGH else math.nan
    return Ratios(
        lowest=float(log_ratio.min()),
        highest=float(log_ratio.max()),
        effective_draws=pareto.effective_draws(log_ratio) if finite else math.nan,
        pareto_k=k,
        min_sample_size=math.nan if math.isnan(k) else pareto.min_sample_size(k),
        n=n,
    )
