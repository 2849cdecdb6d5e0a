"""Speculative decoding: how many of a small model's tokens a large one takes, and what that saves.

A token that the draft model draws from Q is accepted with the chance min(1, p/q): 1 − TV(P, Q) of
them are (Leviathan, Kalman and Matias, 2023, Fast inference from transformers via speculative
decoding, theorem 3.5).
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import kernels
from kullback.arguments import MANY, number, whole
from kullback.errors import InputError
from kullback.lm.clusters import Clusters, mean_of_tokens
from kullback.lm.files.given import Given
from kullback.lm.tokens.pair import pair
from kullback.results import Estimate
from kullback.results.facts import PlainFacts

Array = NDArray[np.float64]
TV = kernels.SUMMARY.index("total_variation")
BATCH = 1 << 22


@dataclass(frozen=True, slots=True)
class Speculation(PlainFacts):
    """What speculative decoding gains with a draft model.

    Parameters
    ----------
    acceptance : Estimate
        The share of the draft's tokens that are accepted.
    length : Estimate
        Tokens made at each pass of the large model, its own one among them.
    speed_up : Estimate
        Tokens for the same time, over those without a draft.
    ahead : int
        How many tokens the draft model makes at a time.
    cost : float
        The time of one token of the draft, over that of one pass of the large model.
    temperature, top_p : float
        Of both.
    """

    acceptance: Estimate
    length: Estimate
    speed_up: Estimate
    ahead: int
    cost: float
    temperature: float
    top_p: float

    def __str__(self) -> str:
        return "\n".join(map(str, (self.acceptance, self.length, self.speed_up)))


def speculate(
    base: Given,
    draft: Given,
    *,
    ahead: int = 4,
    cost: float = 0.1,
    temperature: float = 1.0,
    top_p: float = 1.0,
    cluster: str | ArrayLike = "chunk",
) -> Speculation:
    """Say how many tokens of a draft model a large model takes, and how much faster that is.

    Parameters
    ----------
    base, draft : path, LogitsFile or array
        The large model and the draft model on the same text, row after row.
    ahead : int
        How many tokens the draft makes before the large model looks at them.
    cost : float
        The time of one token of the draft, over that of one pass of the large model.
    temperature, top_p : float
        How both choose tokens.
    cluster
        As for `compare`; a run of accepted tokens does not go beyond a chunk.

    Returns
    -------
    Speculation
        Means over the places of the text, with clustered errors.

    Raises
    ------
    InputError, ShapeError, FormatError
        As `compare` does; a temperature, top_p, cost or number of tokens that is none.

    Examples
    --------
    >>> import numpy as np
    >>> base = np.log(np.tile([[0.5, 0.3, 0.2]], (40, 1)))
    >>> found = speculate(base, np.log(np.tile([[0.4, 0.4, 0.2]], (40, 1))), ahead=2, cost=0.05)
    >>> round(found.acceptance.value, 4), round(found.length.value, 4)
    (0.9, 2.71)
    """
    whole("ahead", ahead, 1, MANY)
    given = {"cost": cost, "temperature": temperature, "top_p": top_p}
    dear, warm, kept = (number(name, value) for name, value in given.items())
    if not (0 <= dear < np.inf and 0 < warm < np.inf and 0 < kept <= 1):
        raise InputError(
            f"ahead={ahead}, cost={cost}, temperature={temperature}, top_p={top_p}: give at least "
            f"1, at least 0, above 0, and above 0 to 1"
        )
    both = pair(base, draft, cluster, None)
    size = max(1, BATCH // both.base.vocabulary)
    accepted = np.empty(len(both.base))
    for start in range(0, len(accepted), size):
        here = slice(start, min(len(accepted), start + size))
        p, q = (side.read(here.start, here.stop) for side in (both.base, both.model))
        accepted[here] = _accepted(p, q, temperature, top_p)
    clusters = Clusters.of(both.clusters, both.cluster)
    share = mean_of_tokens(accepted, clusters, "accepted share", unit="", bounds=(0.0, 1.0))
    runs, starts = _runs(accepted, both.clusters, ahead)
    length = mean_of_tokens(
        runs,
        Clusters.of(both.clusters[starts], both.cluster),
        "tokens a pass",
        unit="",
        bounds=(1.0, ahead + 1.0),
    )
    speed = _over(length, 1.0 + ahead * cost, "speed-up")
    return Speculation(share, length, speed, ahead, cost, temperature, top_p)


def _accepted(p: NDArray[Any], q: NDArray[Any], temperature: float, top_p: float) -> Array:
    p, q = (np.asarray(side, np.float64) / temperature for side in (p, q))
    if top_p < 1:
        p, q = (_nucleus(side, top_p) for side in (p, q))
    return np.asarray(1.0 - kernels.logits_summary(p, q, 1.0)[:, TV])


def _nucleus(logits: Array, top_p: float) -> Array:
    """Leave the fewest likeliest tokens that hold `top_p`."""
    order = np.argsort(-logits, axis=1, kind="stable")
    ordered = np.take_along_axis(logits, order, axis=1)
    mass = np.exp(ordered - ordered[:, :1])
    before = np.cumsum(mass, axis=1) - mass
    kept = np.where(before < top_p * mass.sum(axis=1, keepdims=True), ordered, -np.inf)
    out = np.empty_like(logits)
    np.put_along_axis(out, order, kept, axis=1)
    return out


def _runs(
    accepted: Array, clusters: NDArray[np.int64], ahead: int
) -> tuple[Array, NDArray[np.intp]]:
    """Return 1 + Σₖ Π a of the next k tokens, k to `ahead`, where so many are of one chunk.

    Where no chunk has so many tokens the chance of each is taken for that of the next ones.
    """
    count = len(accepted)
    starts = np.arange(max(0, count - ahead + 1))
    starts = starts[clusters[starts] == clusters[starts + ahead - 1]]
    if not len(starts):
        starts = np.arange(count)
        powers = accepted[:, None] ** np.arange(ahead + 1)
        return np.asarray(powers.sum(axis=1)), starts
    chance, total = np.ones(len(starts)), np.ones(len(starts))
    for step in range(ahead):
        chance = chance * accepted[starts + step]
        total += chance
    return total, starts


def _over(estimate: Estimate, by: float, quantity: str) -> Estimate:
    interval = estimate.interval
    if interval is not None:
        interval = replace(interval, low=interval.low / by, high=interval.high / by)
    alone = estimate.independent_error
    return replace(
        estimate,
        value=estimate.value / by,
        standard_error=estimate.standard_error / by,
        interval=interval,
        quantity=quantity,
        independent_error=None if alone is None else alone / by,
    )
