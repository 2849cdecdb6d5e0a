"""Entropy from counts."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from kullback.counts.coverage import singletons
from kullback.counts.entropy_coverage import chao_shen, chao_wang_jost
from kullback.counts.entropy_plug_in import (
    grassberger,
    jackknife,
    miller_madow,
    plug_in,
    zhang,
)
from kullback.counts.entropy_shrinkage import james_stein
from kullback.counts.nsb import nsb
from kullback.counts.row import Counts, Row, chosen, row
from kullback.counts.uncertainty import normal_interval
from kullback.results import Estimate, Note
from kullback.units import nats_per

Array = NDArray[np.float64]


def entropy(
    x: Counts,
    *,
    method: str = "grassberger",
    alphabet: int | None = None,
    level: float = 0.95,
    unit: str = "nats",
) -> Estimate:
    """Estimate the entropy H(P) = −Σ p ln p from counts x.

    Of one row of counts with n observations, K outcomes seen, f₁ of them once:

    - ``plug-in``: −Σ (x/n) ln(x/n), too small by about (K−1)/2n;
    - ``miller-madow``: that plus (K−1)/2n (Miller 1955);
    - ``grassberger``: ln n − Σ (x/n) G(x) (Grassberger 2003, arXiv physics/0307138);
    - ``zhang``: ψ(n) − Σ (x/n) ψ(x) (Zhang 2012);
    - ``chao-shen``: reweighted by the share that was seen (Chao and Shen 2003);
    - ``chao-wang-jost``: ``zhang`` and the rest of its series (Chao, Wang and Jost 2013);
    - ``james-stein``: of shares drawn toward equal ones (Hausser and Strimmer 2009);
    - ``nsb``: the posterior mean with a flat prior on entropy (Nemenman, Shafee and Bialek
      2002); its posterior deviation is the standard error;
    - ``jackknife``: n·H less (n−1) times its mean with one observation left out.

    Where n is well above the number of outcomes they agree. Where it is not, no method is
    best for all distributions: ``chao-wang-jost`` has the least bias without knowing how many
    outcomes there are, ``nsb`` where `alphabet` is known.

    Parameters
    ----------
    x : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts.
    method : str
        One of the above. ``james-stein`` and ``nsb`` use the number of outcomes that there are.
    alphabet : int, optional
        How many outcomes there are, with those never seen; without it as many as `x` lists.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.

    Returns
    -------
    Estimate
        The value is ≥ 0 but for rounding. The standard error is √(Var_p(ln p)/n) by the delta
        method, and not less than √((K−1)/2)/n, which holds for equal shares. It does not hold
        what no sample shows: a note gives the share that was seen when singletons abound.
        The interval lies in [0, ln `alphabet`].

    Raises
    ------
    InputError, ShapeError, MassError, MethodError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> print(entropy([4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1], method="nsb"))
    H(P) = 2.188 ± 0.141 nats (95 %: [1.91, 2.46]), nsb, n=19
    """
    nats_per(unit)
    return entropy_of(row(x, alphabet), method=method, level=level).to(unit)


def entropy_of(
    counts: Row, quantity: str = "H(P)", method: str = "grassberger", level: float = 0.95
) -> Estimate:
    """Estimate the entropy of a row that has been read already, in nats."""
    value, error, way = chosen(METHODS, method, "entropy")(counts)
    highest = math.inf if counts.alphabet is None else math.log(counts.alphabet)
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=normal_interval(value, error, level, way, highest),
        method=method,
        n=counts.n,
        m=None,
        outcomes=len(counts.seen),
        quantity=quantity,
        notes=(*counts.notes, *singletons("x", counts.x), *_assumed(counts, method)),
    )


def delta_error(counts: Row) -> float:
    """Return √(Var_p(ln p)/n), and not less than what remains of it for equal shares."""
    p = counts.seen / counts.n
    logs = np.log(p)
    spread = float(p @ (logs - p @ logs) ** 2) / counts.n
    return math.sqrt(max(spread, (len(p) - 1) / 2 / counts.n**2))


def _assumed(counts: Row, method: str) -> list[Note]:
    if counts.alphabet is not None or method not in NEEDS_ALPHABET:
        return []
    text = (
        f"The {counts.possible} outcomes that x lists are taken as all there are; "
        f"alphabet= says otherwise."
    )
    return [Note("alphabet", text)]


Answer = tuple[float, float, str]
"""The value, its standard error, and how the interval was made."""


def _with_delta(estimator: Callable[[Row], float]) -> Callable[[Row], Answer]:
    return lambda counts: (estimator(counts), delta_error(counts), "delta")


def _posterior(counts: Row) -> Answer:
    return (*nsb(counts), "posterior, normal")


NEEDS_ALPHABET = {"james-stein", "nsb"}

METHODS: dict[str, Callable[[Row], Answer]] = {
    "plug-in": _with_delta(plug_in),
    "miller-madow": _with_delta(miller_madow),
    "grassberger": _with_delta(grassberger),
    "zhang": _with_delta(zhang),
    "chao-shen": _with_delta(chao_shen),
    "chao-wang-jost": _with_delta(chao_wang_jost),
    "james-stein": _with_delta(james_stein),
    "nsb": _posterior,
    "jackknife": _with_delta(jackknife),
}
