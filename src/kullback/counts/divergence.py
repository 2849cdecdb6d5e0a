"""KL(P‖Q) from counts."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, xlogy

from kullback.counts.g_test import homogeneity_of
from kullback.counts.non_central import (
    FEW_OUTCOMES,
    joined,
    non_central_interval,
    stretched,
)
from kullback.counts.pair import Pair, pair
from kullback.counts.relabelling import Term
from kullback.counts.row import Counts, chosen
from kullback.counts.tail import unseen_tail
from kullback.counts.uncertainty import normal_interval, plug_in_null_bias, quantile
from kullback.results import Estimate, Interval, Note
from kullback.units import nats_per

Array = NDArray[np.float64]

NAMED = 5  # outcomes that a note names before it says "and more"
UNSEEN_SHARE = 0.001  # a share of P that Q never shows and that is worth a note


class Draft(NamedTuple):
    """What one method answers, in nats.

    A term an outcome, its error, where the interval is centred and how it was made, by how
    much rare outcomes may move the truth (> 0: up), and notes.
    """

    terms: Array
    standard_error: float
    centre: float
    interval: str
    tail: float = 0.0
    notes: tuple[Note, ...] = ()


def kl(
    x: Counts, y: Counts, *, method: str = "zhang", level: float = 0.95, unit: str = "nats"
) -> Estimate:
    """Estimate KL(P‖Q) from counts x of P and y of Q.

    ``zhang`` is Σ (x/n) [ψ(m+1) − ψ(y+1) − ψ(n) + ψ(x)] over x > 0, whose bias falls
    exponentially with n and m, which is finite where y is 0, and which has no parameter
    (Zhang and Grabchak 2014, Neural Computation 26, 2570, in digamma form). ``plug-in`` is
    Σ (x/n) ln[(x/n)/(y/m)]: on average too large by `null_bias` when P = Q, and infinite
    where P's sample shows an outcome that Q's never does.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping or pandas Series
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
    method : {"zhang", "plug-in"}
        The estimator.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.

    Returns
    -------
    Estimate
        The value may be negative; the interval lies in [0, ∞]. The standard error is
        √(Var_p(ln p/q)/n + χ²(p‖q)/m), and not less than the one that holds when P = Q. The
        interval is value ± z errors; with ten outcomes or fewer it is joined to the one from
        the non-central chi-square law of G; and it reaches as far further as outcomes that
        the samples show never or once may move the truth (`tail`).

    Raises
    ------
    InputError, ShapeError, MassError, MethodError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> print(kl([1, 3, 7, 4, 8], [2, 5, 1, 3, 6]))
    KL(P‖Q) = 0.072 ± 0.323 nats (95 %: [0, 0.71]), zhang, n=23, m=17
    """
    nats_per(unit)
    return kl_of(pair(x, y), method, level).to(unit)


def kl_of(
    counts: Pair,
    method: str = "zhang",
    level: float = 0.95,
    p_value: float | None = None,
    quantity: str = "KL(P‖Q)",
) -> Estimate:
    """Estimate KL for a pair that has been read already, in nats."""
    draft: Draft = chosen(METHODS, method, "kl")(counts)
    value = float(draft.terms.sum())
    quantile(level)  # refuse a wrong level also where no interval is given
    return Estimate(
        value=value,
        unit="nats",
        standard_error=draft.standard_error,
        interval=_interval(counts, draft, level),
        method=method,
        n=counts.n,
        m=counts.m,
        outcomes=counts.outcomes,
        quantity=quantity,
        p_value=homogeneity_of(counts).p_value if p_value is None else p_value,
        null_bias=plug_in_null_bias(counts),
        unseen=counts.unseen,
        contributions=draft.terms,
        notes=(*counts.notes, *draft.notes, *_remarks(counts, value)),
    )


def _interval(counts: Pair, draft: Draft, level: float) -> Interval | None:
    if not math.isfinite(draft.centre):
        return None
    interval = normal_interval(draft.centre, draft.standard_error, level, draft.interval)
    if counts.outcomes <= FEW_OUTCOMES:
        plug_in = max(draft.centre, 0.0) + plug_in_null_bias(counts)
        interval = joined(interval, non_central_interval(counts, plug_in, level))
    return stretched(interval, draft.tail)


def zhang_terms(n: float, m: float) -> Term:
    """Return the terms (x/n) [ψ(m+1) − ψ(y+1) − ψ(n) + ψ(x)] for samples of these sizes."""
    offset = digamma(m + 1) - digamma(n)

    def terms(x: Array, y: Array) -> Array:
        seen = x > 0
        logs = offset - digamma(y + 1) + digamma(np.where(seen, x, 1.0))
        return np.asarray(np.where(seen, x / n * logs, 0.0))

    return terms


def _zhang(counts: Pair) -> Draft:
    term = zhang_terms(counts.n, counts.m)
    terms = term(counts.x, counts.y)
    null = counts.null(term).variance
    error = math.sqrt(max(delta_variance(counts), null))
    return Draft(terms, error, float(terms.sum()), "delta", unseen_tail(counts))


def _plug_in(counts: Pair) -> Draft:
    p, q = counts.x / counts.n, counts.y / counts.m
    missing = np.flatnonzero((p > 0) & (q == 0))
    if len(missing):
        with np.errstate(divide="ignore"):
            terms = np.where(p > 0, xlogy(p, p) - xlogy(p, q), 0.0)
        return Draft(terms, math.inf, math.inf, "none", 0.0, (_infinite(counts, missing),))
    terms = np.asarray(xlogy(p, p / np.where(q > 0, q, 1.0)), dtype=np.float64)
    bias = plug_in_null_bias(counts)
    # At P = Q, 2nm/(n+m) of the plug-in is chi-square with K − 1 degrees of freedom.
    null = (counts.outcomes - 1) / 2 * (1 / counts.n + 1 / counts.m) ** 2
    text = f"The interval is centred on the value less its bias when P = Q ({bias:.3g} nats)."
    error = math.sqrt(max(delta_variance(counts), null))
    centre = float(terms.sum()) - bias
    return Draft(terms, error, centre, "delta, less null bias", 0.0, (Note("centred", text),))


def delta_variance(counts: Pair) -> float:
    """Return Var_p(ln p/q)/n + χ²(p‖q)/m, an outcome without y counted as seen once there."""
    p, q = counts.x / counts.n, np.maximum(counts.y, 1.0) / counts.m
    seen = p > 0
    logs = np.log(p[seen] / q[seen])
    mean = p[seen] @ logs
    spread = float(p[seen] @ (logs - mean) ** 2)
    chi_square = max(0.0, float(p[seen] @ (p[seen] / q[seen])) - 1)
    return spread / counts.n + chi_square / counts.m


def _infinite(counts: Pair, missing: NDArray[np.intp]) -> Note:
    text = (
        f"Infinite: x has counts and y has none in {_names(counts, missing)}. "
        f"Q may still give some probability there: "
        f'method="zhang" allows for that.'
    )
    return Note("infinite", text)


def _names(counts: Pair, where: NDArray[np.intp]) -> str:
    order = where[np.argsort(-counts.x[where], kind="stable")]
    shown = ", ".join(repr(counts.name(int(i))) for i in order[:NAMED])
    more = len(where) - NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def _remarks(counts: Pair, value: float) -> list[Note]:
    remarks = []
    if value < 0:
        text = (
            "A negative estimate is compatible with 0: the correction for chance takes out what "
            "equal distributions show on average, and this sample shows less."
        )
        remarks.append(Note("negative", text))
    if counts.unseen > UNSEEN_SHARE:
        missing = np.flatnonzero((counts.x > 0) & (counts.y == 0))
        text = (
            f"{100 * counts.unseen:.3g} % of P's sample is in outcomes that Q's sample never shows "
            f"({_names(counts, missing)}): the estimate depends on how rare they are under Q, "
            f"which {counts.m:.10g} observations cannot tell, and the truth may be infinite."
        )
        remarks.append(Note("unseen", text))
    return remarks


METHODS: dict[str, Callable[[Pair], Draft]] = {"zhang": _zhang, "plug-in": _plug_in}
