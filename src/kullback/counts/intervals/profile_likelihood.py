"""How far a sum over outcomes may go before the counts of rare ones speak against it.

Of all laws of sides whose log-likelihood is within ½ χ²₁(level) of the highest, the smallest
and the largest value of a functional that is linear in them (a profile likelihood).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.counts.rows.side_law import SideLaw, log_likelihood, tilted
from kullback.statistics.level import quantile

Array = NDArray[np.float64]

ROUNDS = 90
STEPS = 11  # tilts, three to a factor of ten


def profile_ends(
    laws: Sequence[SideLaw], gain: Array, level: float, scale: float
) -> tuple[float, float]:
    """Return how far below and above its value at the best laws the functional may lie.

    Parameters
    ----------
    laws : sequence of SideLaw
        At their highest likelihood.
    gain : ndarray
        The functional is Σ over the laws of observations × (gain @ weights).
    level : float
        Of the interval.
    scale : float
        About the error expected; the search goes a factor of 50 to either side of it.

    Returns
    -------
    (down, up) : float
        Both ≥ 0.
    """
    arrays = (each for law in laws for each in (*law.cells, law.weights))
    said = *(each.tobytes() for each in arrays), gain.tobytes(), level, scale
    return _ends(_Search(said, laws, gain, level, scale))


@dataclass(frozen=True, slots=True)
class _Search:
    """What is searched for; what says the same is found once."""

    said: tuple[Any, ...]
    laws: Sequence[SideLaw] = field(compare=False)
    gain: Array = field(compare=False)
    level: float = field(compare=False)
    scale: float = field(compare=False)


@lru_cache(maxsize=32)  # columns in which nearly every value comes once have the same counts
def _ends(asked: _Search) -> tuple[float, float]:
    reach = quantile(asked.level)
    sizes = np.geomspace(0.02, 50.0, STEPS) * reach / max(asked.scale, 1e-12)
    tilts = np.concatenate([-sizes, sizes])
    fall, moved = np.zeros(2 * STEPS), np.zeros(2 * STEPS)
    gains = [asked.gain * law.observations for law in asked.laws]
    fitted = tilted(asked.laws, gains, tilts, ROUNDS)
    for law, whole, weights in zip(asked.laws, gains, fitted, strict=True):
        best = log_likelihood(law, law.weights[:, None])
        fall += np.maximum(best - log_likelihood(law, weights), 0.0)
        moved += whole @ weights - whole @ law.weights
    down = _at(fall[:STEPS], -moved[:STEPS], reach)
    return down, _at(fall[STEPS:], moved[STEPS:], reach)


def _at(fall: Array, moved: Array, reach: float) -> float:
    """Interpolate how far the functional has moved where the likelihood has fallen enough."""
    at = np.maximum.accumulate(np.concatenate([[0.0], np.sqrt(2 * fall)]))
    gone = np.maximum.accumulate(np.concatenate([[0.0], np.maximum(moved, 0.0)]))
    return float(np.interp(reach, at, gone)) if math.isfinite(reach) else 0.0
