"""Entropy from counts."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.estimators.coverage import singletons
from kullback.counts.estimators.entropy_coverage import chao_shen, chao_wang_jost
from kullback.counts.estimators.entropy_nsb import nsb
from kullback.counts.estimators.entropy_plug_in import (
    grassberger,
    jackknife,
    miller_madow,
    plug_in,
    zhang,
)
from kullback.counts.estimators.entropy_shrinkage import james_stein
from kullback.counts.intervals.legal import (
    ONE_OBSERVATION,
    open_above,
    settled,
    single,
    unbounded,
)
from kullback.counts.intervals.non_central import near_uniform
from kullback.counts.intervals.normal import normal_interval
from kullback.counts.intervals.unseen_tail import entropy_tail
from kullback.counts.rows.row import CountRow, Counts, chosen, row
from kullback.results import Estimate, Interval, Note
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]

DELTA = "delta"


class EntropyAnswer(NamedTuple):
    """What one method gives: value, standard error, centre of its interval and how it is made."""

    value: float
    error: float
    centre: float
    interval: str


def entropy(
    x: Counts,
    *,
    method: str = "grassberger",
    alphabet: int | None = None,
    level: float = 0.95,
    unit: Unit = "nats",
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
        The value is in [0, ln `alphabet`] and in its interval; what came out elsewhere is
        ``raw``. The standard error is √(Var_p(ln p)/n) by the delta
        method, and not less than √((K−1)/2)/n, which holds for equal shares. The interval
        is value ± z errors, about ``miller-madow`` for the ``plug-in``. It also holds that of
        ``zhang``, and what the singletons tell of outcomes that no sample shows; with ten
        outcomes or fewer in nearly equal shares it is joined to the one from the non-central
        chi-square law of n (ln K − H); it lies in [0, ln `alphabet`]. That of ``nsb`` is its
        posterior's, and holds only as far as its prior does (65 % in the next case). The
        standard error holds no bias: over 1000 Zipf outcomes with 500 rows the methods lie 0.10
        (``chao-wang-jost``) to 0.64 nats (``plug-in``) too low. A note gives the share that was
        seen when singletons abound.

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
    counts: CountRow, quantity: str = "H(P)", method: str = "grassberger", level: float = 0.95
) -> Estimate:
    """Estimate the entropy of a row that has been read already, in nats."""
    answer = chosen(METHODS, method, "entropy")(counts)
    made = Estimate(
        value=answer.value,
        unit="nats",
        standard_error=answer.error,
        interval=_interval(counts, answer, level),
        method=method,
        n=counts.n,
        m=None,
        outcomes=len(counts.seen),
        quantity=quantity,
        notes=(*counts.notes, *singletons("P", counts.x), *_assumed(counts, method)),
    )
    return settled(_reaching(made, counts, level), _highest(counts))


def _reaching(made: Estimate, counts: CountRow, level: float) -> Estimate:
    """Let the interval reach as far as a sample without variety, or with nothing else, leaves."""
    highest = _highest(counts)
    if counts.n <= 1:
        return unbounded(made, level, ONE_OBSERVATION, highest)
    if len(counts.seen) == 1 and highest > 0:
        return single(made, level, highest)
    return made if made.method == "nsb" else open_above(made, counts.x, highest)


def _highest(counts: CountRow) -> float:
    return math.inf if counts.alphabet is None else math.log(counts.alphabet)


def _interval(counts: CountRow, answer: EntropyAnswer, level: float) -> Interval:
    highest = _highest(counts)
    own = normal_interval(answer.centre, answer.error, level, answer.interval, highest)
    if answer.interval != DELTA:
        return own
    # Methods differ by their bias; Zhang's and the rest of its series hold most of it.
    value, missed = zhang(counts), entropy_tail(counts.x)
    least = normal_interval(value, answer.error, level, DELTA, highest)
    most = min(least.high + missed, highest)
    wide = Interval(min(own.low, least.low), max(own.high, most), level, DELTA)
    return near_uniform(wide, plug_in(counts), len(counts.seen), counts.n)


def delta_error(counts: CountRow) -> float:
    """Return √(Var_p(ln p)/n), and not less than what remains of it for equal shares."""
    p = counts.seen / counts.n
    logs = np.log(p)
    spread = float(p @ (logs - p @ logs) ** 2) / counts.n
    return math.sqrt(max(spread, (len(p) - 1) / 2 / counts.n**2))


def _assumed(counts: CountRow, method: str) -> list[Note]:
    if counts.alphabet is not None or method not in NEEDS_ALPHABET:
        return []
    text = (
        f"The {counts.possible} outcomes that x lists are taken as all there are; "
        f"alphabet= says otherwise."
    )
    return [Note("alphabet", text)]


def _with_delta(estimator: Callable[[CountRow], float]) -> Callable[[CountRow], EntropyAnswer]:
    def answer(counts: CountRow) -> EntropyAnswer:
        value = estimator(counts)
        return EntropyAnswer(value, delta_error(counts), value, DELTA)

    return answer


def _plug_in(counts: CountRow) -> EntropyAnswer:
    centre = miller_madow(counts)
    return EntropyAnswer(plug_in(counts), delta_error(counts), centre, DELTA)


def _posterior(counts: CountRow) -> EntropyAnswer:
    mean, deviation = nsb(counts)
    return EntropyAnswer(mean, deviation, mean, "credible interval of the NSB posterior, normal")


NEEDS_ALPHABET = {"james-stein", "nsb"}

METHODS: dict[str, Callable[[CountRow], EntropyAnswer]] = {
    "plug-in": _plug_in,
    "miller-madow": _with_delta(miller_madow),
    "grassberger": _with_delta(grassberger),
    "zhang": _with_delta(zhang),
    "chao-shen": _with_delta(chao_shen),
    "chao-wang-jost": _with_delta(chao_wang_jost),
    "james-stein": _with_delta(james_stein),
    "nsb": _posterior,
    "jackknife": _with_delta(jackknife),
}
