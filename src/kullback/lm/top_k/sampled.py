"""KL(P‖Q) from tokens that P drew: unbiased, whatever of the tails is unknown."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import arrays
from kullback.errors import InputError, ShapeError
from kullback.results import Estimate, Interval, Note
from kullback.statistics.level import check_level, quantile


def kl_from_sampled(p_logp: ArrayLike, q_logp: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Estimate the mean KL(P‖Q) a token from the tokens that were sampled from P.

    Parameters
    ----------
    p_logp, q_logp : array-like of shape (tokens,)
        log p and log q of each token that came, in nats. They must have been drawn from P itself
        (temperature 1, no top-k or top-p): text that was only given is not a sample of P.
    level : float
        Of the interval, by the normal distribution.

    Returns
    -------
    Estimate
        The mean of log p(x) − log q(x), whose expectation is KL(P‖Q) (Kullback and Leibler, 1951,
        equation 2.4). It may be negative. The standard error takes the tokens as independent.

    Raises
    ------
    InputError, ShapeError
        If a log-probability is unknown (NaN): leaving out tokens that were outside of a list
        would bias the mean; or if there are fewer than two.

    Examples
    --------
    >>> print(kl_from_sampled([-0.1, -2.0, -0.7, -1.1], [-0.2, -1.9, -0.9, -1.4]))
    KL(P‖Q) = 0.1250 ± 0.0854 nats (95 %: [0, 0.292]), sampled tokens, n=4
    """
    p, q = _checked("p_logp", p_logp), _checked("q_logp", q_logp)
    if p.shape != q.shape or p.size < 2:
        raise ShapeError(
            f"p_logp has shape {p.shape} and q_logp {q.shape}; give one number each for at least 2 "
            f"tokens"
        )
    if np.isneginf(p).any():
        raise InputError(
            f"p_logp[{int(np.isneginf(p).argmax())}] is −inf, and P cannot draw what is impossible"
        )
    check_level(level)
    differences = p - q
    value = float(differences.mean())
    finite = math.isfinite(value)
    error = float(differences.std(ddof=1) / math.sqrt(len(p))) if finite else math.inf
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=_interval(value, error, level) if finite else None,
        method="sampled tokens",
        n=len(p),
        m=None,
        outcomes=len(p),
        quantity="KL(P‖Q)",
        notes=tuple(_notes(value, differences)),
    )


def _checked(name: str, value: ArrayLike) -> NDArray[np.float64]:
    raw: Any = arrays.numpy_of(name, value)
    if raw.dtype.kind not in "fiu" or raw.ndim != 1:
        raise ShapeError(f"{name} holds {raw.dtype.name} of shape {raw.shape}; give (tokens,)")
    array: NDArray[np.float64] = raw.astype(np.float64)
    unknown = np.isnan(array)
    if unknown.any():
        raise InputError(
            f"{name}[{int(unknown.argmax())}] is unknown ({int(unknown.sum())} such of "
            f"{len(array)}); the token came from outside the list, and to leave such tokens out "
            f"would bias the mean: ask for the log-probability of the sampled token"
        )
    if (array > 0).any():
        raise InputError(
            f"{name}[{int(array.argmax())}] is {array.max()}; a log-probability is at most 0"
        )
    return array


def _interval(value: float, error: float, level: float) -> Interval:
    half = quantile(level) * error
    return Interval(max(0.0, value - half), max(0.0, value + half), level, "normal, independent")


def _notes(value: float, differences: NDArray[np.float64]) -> list[Note]:
    notes = [
        Note(
            "independent-tokens",
            "the standard error takes tokens as independent; those of one text are not, and the "
            "true error is larger",
        )
    ]
    if value < 0:
        notes.append(Note("negative", "the estimate is negative by chance: the truth is near 0"))
    if np.isposinf(differences).any():
        zero = int(np.isposinf(differences).sum())
        notes.append(Note("infinite", f"Q gives 0 to {zero} tokens that P drew"))
    return notes
