"""The Jensen–Shannon divergence from counts, right at P = Q and away from it.

The plug-in JS of two samples is above 0 also when P = Q. An outcome that only one side shows is
no such noise: it *is* a difference. So what chance adds is taken out outcome by outcome where
counts are large, and by the law of sides (`side_law`) where many outcomes have small ones;
all of it (the exact mean over relabellings) only where no difference is detected.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.estimators.coverage import singletons
from kullback.counts.intervals.legal import missable
from kullback.counts.intervals.non_central import FEW_OUTCOMES, joined, non_central_interval
from kullback.counts.intervals.normal import normal_interval
from kullback.counts.intervals.profile_likelihood import profile_ends
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.relabelling import Term
from kullback.counts.rows.row import Counts
from kullback.counts.rows.side_law import GRID, SideLaw, redrawn, side_laws
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.results import Estimate, Interval, Note
from kullback.statistics.level import check_level, quantile
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]

HIGHEST = math.log(2.0)
DRAWS = 8  # refits that say how much the fit of the laws adds


class _JensenShannonTerms(NamedTuple):
    """An estimate, its error, its interval, its outcomes' parts, and how it was obtained."""

    value: float
    error: float
    interval: Interval
    parts: Array
    method: str


def jensen_shannon(x: Counts, y: Counts, *, level: float = 0.95, unit: Unit = "nats") -> Estimate:
    """Estimate the Jensen–Shannon divergence of P and Q from counts x and y.

    JS(P, Q) = ½ KL(P‖M) + ½ KL(Q‖M), M = (P+Q)/2. Where a difference is detected
    (p ≤ 1 − level), the estimate is the plug-in less its second-order bias, outcome by outcome;
    twelve or more outcomes of about one small pooled count are estimated together instead, by the
    law of the share of it that lies on P's side, less the bias of that fit (8 seeded draws).
    Where none is detected it is the plug-in less its exact mean over all relabellings of the
    observations, and not below 0.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.

    Returns
    -------
    Estimate
        In [0, ln 2], within its interval. The standard error is √max(v₁, v₀):
        v₁ = ¼ Var_p(ln p/M)/n + ¼ Var_q(ln q/M)/m by the delta method, v₀ the variance when
        P = Q. With ten outcomes or fewer the interval is joined to the one from the non-central
        chi-square law of G. Where outcomes are rare, it is joined in quadrature with the profile
        likelihood of their laws; where no difference is detected its lower end is 0.
        `null_bias` is the mean of the plug-in when P = Q.

    Raises
    ------
    InputError, ShapeError, MassError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> print(jensen_shannon([400, 350, 250], [330, 370, 300]))
    JS(P, Q) = 0.00246 ± 0.00172 nats (95 %: [0, 0.0070]), delta, n=1000, m=1000
    """
    nats_per(unit)
    return jensen_shannon_of(pair(x, y), level).to(unit)


def jensen_shannon_of(
    counts: CountPair, level: float = 0.95, p_value: float | None = None, *, chosen: bool = False
) -> Estimate:
    """Estimate JS for a pair that has been read already, in nats.

    `chosen`: the outcomes are bins of equal counts of Q. Then a large pooled count is one of P,
    and says nothing of the side that other such outcomes lie on: each stands for itself.
    """
    check_level(level)
    p = homogeneity_of(counts).p_value if p_value is None else p_value
    null = counts.null(js_terms(counts.n, counts.m))
    laws, apart = ([], counts.x > 0) if chosen else side_laws(counts.x, counts.y)
    detected = p <= 1 - level
    if laws:
        found = _with_laws(counts, laws, apart, level, detected=detected)
    else:
        found = _one_by_one(counts, level, math.sqrt(null.variance))
    notes: list[Note] = []
    if not detected:
        found, notes = _undetected(counts, found, null.mean)
    error = max(found.error, math.sqrt(null.variance)) or _chi_square_error(counts)
    if counts.outcomes == 1:
        found = _one_outcome(counts, found, level)
    return Estimate(
        value=found.value,
        unit="nats",
        standard_error=error,
        interval=found.interval,
        method=found.method,
        n=counts.n,
        m=counts.m,
        outcomes=counts.outcomes,
        quantity="JS(P, Q)",
        p_value=p,
        null_bias=null.mean,
        unseen=counts.unseen,
        contributions=found.parts,
        notes=(*counts.notes, *notes, *singletons("P", counts.x), *singletons("Q", counts.y)),
    )


def js_terms(n: float, m: float) -> Term:
    """Return the terms ½ [p ln(p/M) + q ln(q/M)], each ≥ 0, for samples of these sizes."""
    return _JensenShannonTerm(n, m)


@dataclass(frozen=True, slots=True)
class _JensenShannonTerm:
    """The term of one outcome; those of equal sizes are equal."""

    n: float
    m: float

    def __call__(self, x: Array, y: Array) -> Array:
        p, q = x / self.n, y / self.m
        tilt = (p - q) / np.maximum(p + q, 1e-300)
        with np.errstate(divide="ignore", invalid="ignore"):
            first = np.where(p > 0, p * np.log1p(tilt), 0.0)
            second = np.where(q > 0, q * np.log1p(-tilt), 0.0)
        return np.asarray(0.5 * (first + second))


def js_bias(counts: CountPair) -> Array:
    """Return the second-order bias of each outcome's term; none where one side alone shows it.

    Given its pooled count, an outcome's term is t φ(r) with a binomial r: ½ φ''(r) r (1 − r).
    """
    n, m = counts.n, counts.m
    shared = (counts.x > 0) & (counts.y > 0)
    t = np.where(shared, counts.x + counts.y, 1.0)
    r = np.where(shared, counts.x / t, 0.5)
    bend = 1 / (n * r) + 1 / (m * (1 - r)) - (1 / n - 1 / m) ** 2 / (r / n + (1 - r) / m)
    free = 1 - t / (n + m)  # the counts of all outcomes have one sum
    return np.where(shared, bend * r * (1 - r) * free / 4, 0.0)


def js_delta_variance(counts: CountPair, r: Array | None = None) -> float:
    """Return ¼ Var_p(ln p/M)/n + ¼ Var_q(ln q/M)/m, the logs at other shares r if given."""
    n, m, t = counts.n, counts.m, counts.x + counts.y
    p, q = (counts.x / n, counts.y / m) if r is None else (r * t / n, (1 - r) * t / m)
    both = np.maximum(p + q, 1e-300)
    first = _variance(counts.x / n, p, (p - q) / both) / n
    return (first + _variance(counts.y / m, q, (q - p) / both) / m) / 4


def _variance(shares: Array, at: Array, tilt: Array) -> float:
    seen = (shares > 0) & (at > 0)
    logs = np.log1p(tilt[seen])
    return max(0.0, float(shares[seen] @ (logs - shares[seen] @ logs) ** 2))


def _one_by_one(counts: CountPair, level: float, null_error: float) -> _JensenShannonTerms:
    """Take every outcome for itself."""
    terms = js_terms(counts.n, counts.m)(counts.x, counts.y)
    parts = terms - js_bias(counts)
    # Samples that are more alike than chance makes them are no less than 0 apart.
    value, plug_in = max(float(parts.sum()), 0.0), float(terms.sum())
    error = math.sqrt(max(js_delta_variance(counts), null_error**2))
    interval = normal_interval(value, error, level, "delta", HIGHEST)
    if counts.outcomes <= FEW_OUTCOMES:
        interval = joined(interval, non_central_interval(counts, plug_in, level, HIGHEST))
    return _within(_JensenShannonTerms(value, error, interval, parts, "delta"))


def _with_laws(
    counts: CountPair,
    laws: list[SideLaw],
    apart: NDArray[np.bool_],
    level: float,
    *,
    detected: bool,
) -> _JensenShannonTerms:
    """Take rare outcomes together, class by class, and the others for themselves."""
    terms = js_terms(counts.n, counts.m)

    def gained(r: Array) -> Array:
        return terms(r, 1 - r)

    gain = gained(GRID)
    parts = terms(counts.x, counts.y) - js_bias(counts)
    t = counts.x + counts.y
    r = counts.x / np.maximum(t, 1e-300)
    for law in laws:
        known = law.posterior()
        parts[law.members] = t[law.members] * (known @ gain)[law.inverse]
        r[law.members] = (known @ GRID)[law.inverse]
    # What the large outcomes vary by when P = Q: (1/n + 1/m)/8 is each one's mean.
    chance = 2 * max(0, int(apart.sum()) - 1) * ((1 / counts.n + 1 / counts.m) / 8) ** 2
    error = math.sqrt(max(js_delta_variance(counts, r), chance))
    down, up = profile_ends(laws, gain, level)
    value = max(float(parts.sum()), 0.0)
    if detected:
        bias = redrawn(laws, gained, DRAWS, 0)
        value -= min(max(bias.mean, 0.0), value)
        error = math.hypot(error, bias.error)
    reach = quantile(level) * error
    low, high = value - math.hypot(down, reach), value + math.hypot(up, reach)
    ends = max(0.0, low), min(high, HIGHEST)
    method = "law of sides"
    interval = Interval(*ends, level, "profile likelihood and delta")
    spread = (high - low) / 2 / quantile(level)
    return _within(_JensenShannonTerms(value, spread, interval, parts, method))


def _undetected(
    counts: CountPair, found: _JensenShannonTerms, null_bias: float
) -> tuple[_JensenShannonTerms, list[Note]]:
    """Take all out that chance adds, where nothing speaks for a difference."""
    terms = js_terms(counts.n, counts.m)(counts.x, counts.y)
    centred = float(terms.sum()) - null_bias
    interval = Interval(0.0, found.interval.high, found.interval.level, found.interval.method)
    value = min(max(centred, 0.0), interval.high)
    left = _JensenShannonTerms(value, found.error, interval, terms, "null-centred")
    notes = [] if centred >= 0 else [_negative(centred, null_bias)]
    return _within(left), notes


def _one_outcome(
    counts: CountPair, found: _JensenShannonTerms, level: float
) -> _JensenShannonTerms:
    """Reach to what an outcome that the smaller sample has not shown yet would add."""
    missed = missable(min(counts.n, counts.m), level)
    alike = js_terms(1.0, 1.0)(np.array([missed, 1 - missed]), np.array([0.0, 1.0]))
    interval = Interval(0.0, float(alike.sum()), level, "an outcome not seen yet")
    return found._replace(interval=interval)


def _chi_square_error(counts: CountPair) -> float:
    """Return the error when P = Q of the limiting law, where no relabelling changes anything."""
    return math.sqrt(2 * max(1, counts.outcomes - 1)) * (1 / counts.n + 1 / counts.m) / 8


def _within(found: _JensenShannonTerms) -> _JensenShannonTerms:
    """Keep the value in [0, ln 2] and in its interval, and let the parts sum to it."""
    low, high = found.interval.low, found.interval.high
    value = min(max(found.value, low), high)
    parts = np.maximum(found.parts, 0.0)
    whole = float(parts.sum())
    return found._replace(value=value, parts=parts * (value / whole) if whole > 0 else parts)


def _negative(centred: float, null_bias: float) -> Note:
    text = (
        f"No difference beyond chance: equal distributions show {null_bias:.3g} nats by chance at "
        f"these sizes, and this sample shows less ({centred:.3g} nats once that is taken out)."
    )
    return Note("negative", text)
