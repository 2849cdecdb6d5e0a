"""KL(P‖Q) from counts."""

import math

import numpy as np

from kullback.arguments import text
from kullback.counts.estimators.coverage import singletons
from kullback.counts.estimators.kl_dirichlet import DIRICHLET, POSTERIOR
from kullback.counts.estimators.kl_method import KLDraft, Method, named
from kullback.counts.estimators.kl_plug_in import AUGMENTED, FIRST_ORDER, PLUG_IN
from kullback.counts.estimators.kl_zhang import ZHANG
from kullback.counts.intervals.legal import open_where_nothing_known, settled
from kullback.counts.intervals.non_central import sharpened, stretched
from kullback.counts.intervals.normal import normal_interval, plug_in_null_bias
from kullback.counts.intervals.resampling import (
    PointEstimate,
    Resampling,
    middle,
    reaching,
    resampled_interval,
)
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.row import Counts, chosen
from kullback.counts.smoothing.prior import Smoothing
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.counts.tests.statistics import g_statistic
from kullback.errors import MethodError
from kullback.results import Estimate, Interval, Note
from kullback.statistics.level import quantile
from kullback.units import Unit, nats_per

UNSEEN_SHARE = 0.001  # a share of P that Q never shows and that is worth a note


def kl(
    x: Counts,
    y: Counts,
    *,
    method: str = "zhang",
    level: float = 0.95,
    unit: Unit = "nats",
    smoothing: Smoothing = None,
    interval: str | Resampling = "delta",
) -> Estimate:
    """Estimate KL(P‖Q) from counts x of P and y of Q.

    - ``zhang``: Σ (x/n) [ψ(m+1) − ψ(y+1) − ψ(n) + ψ(x)] over x > 0, whose bias falls
      exponentially with n and m, which is finite where y is 0, and which has no parameter
      (Zhang and Grabchak 2014, Neural Computation 26, 2570, in digamma form).
      Where Q's sample is the smaller one and misses outcomes, it lies too low: by 0.10 nats
      on average for 3000 against 600 rows of one Zipf law over 300 outcomes. The interval
      reaches up for that.
    - ``plug-in``: Σ (x/n) ln[(x/n)/(y/m)]: on average too large by `null_bias` when P = Q,
      and infinite where P's sample shows an outcome that Q's never does; `smoothing` may
      be ``"infinite"``, ``"one-count"`` (y = 0 is taken as 1, as R's EntropyEstimation
      does) or ``"refuse"`` (an error).
    - ``first-order``: the plug-in less (K−1)/2n + (Σ p/q − 1)/2m; the same `smoothing`.
      For expected counts above 5; below, it takes out far too much.
    - ``dirichlet``: the plug-in after pseudo-counts have been added.
    - ``posterior``: the mean of KL over the Dirichlet posteriors of P and Q, in closed form
      (Wolpert and Wolf 1995), with a credible interval.
    - ``augmented``: Σ (x/n) ln[(x/n)/((y+1)/m)] (Bu, Zou, Liang and Veeravalli 2018).

    No estimator is good for every pair: where counts are few, compare them with
    `kullback.counts.estimates`. For a batch, call it once a row.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
        Fractions (weights) are taken, and noted.
    method : {"zhang", "plug-in", "first-order", "dirichlet", "posterior", "augmented"}
        The estimator.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.
    smoothing : str, float, Toward or a pair of them, optional
        For ``dirichlet`` and ``posterior``: ``"jeffreys"`` (½ an outcome, the default),
        ``"laplace"`` (1), ``"perks"`` (1/K), any α > 0, or `Toward` a reference; one prior
        for both sides or (prior of P, prior of Q). The alphabet is the union of the
        outcomes seen. ``plug-in`` and ``first-order`` take a way with zeros, see above.
    interval : {"delta", "bootstrap", "subsampling", "posterior"} or Resampling
        ``bootstrap`` is the basic one, of the plug-in with half a count added to Q:
        multinomial samples from the shares; it is refused where outcomes seen once hold
        more than a tenth of a sample. ``subsampling`` is value ± z errors from samples of
        n^⅔ (Politis and Romano 1994). ``posterior`` is the middle of the
        Dirichlet posterior: a credible interval, which is only as right as its prior. On
        long tails the three alone held the truth in 0 to 80 % of samples, so that where one
        lies off that of ``zhang`` it reaches to it, and its method says so. They draw
        999 times with seed 0; `Resampling` says otherwise.

    Returns
    -------
    Estimate
        In [0, ∞], as its interval, which holds it: where its bias when P = Q is taken out and
        the value is outside, the interval reaches to it and its method says so. What came out
        below 0 stays in ``raw``. The standard error is
        √(Var_p(ln p/q)/n + χ²(p‖q)/m), and not less than the one that holds when P = Q
        (that of ``posterior`` is the deviation of its draws). The interval ``delta`` is
        value ± z errors, about the value less its bias when P = Q for methods that have
        one; with ten outcomes or fewer it is joined to the one from the non-central
        chi-square law of G, which gives its lower end near P = Q (with expected counts of 5
        or more); and, for ``zhang``, it reaches as far further as outcomes that
        the samples show never or once may move the truth, and has no upper end where
        outcomes of x alone are more than chance puts there. The bias that smoothing adds
        when P and Q are far apart is in no interval.

    Raises
    ------
    InputError, ShapeError, MassError, SupportError, MethodError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> print(kl([1, 3, 7, 4, 8], [2, 5, 1, 3, 6]))
    KL(P‖Q) = 0.072 ± 0.323 nats (95 %: [0, 0.71]), zhang, n=23, m=17
    """
    nats_per(unit)
    counts = pair(x, y)
    return kl_of(counts, method, level, smoothing=smoothing, interval=interval).to(unit)


def kl_of(
    counts: CountPair,
    method: str = "zhang",
    level: float = 0.95,
    p_value: float | None = None,
    quantity: str = "KL(P‖Q)",
    smoothing: Smoothing = None,
    interval: str | Resampling = "delta",
) -> Estimate:
    """Estimate KL for a pair that has been read already, in nats."""
    way = _method(method, smoothing)
    quantile(level)  # refuse a wrong level also where no interval is given
    terms = way.terms(counts, smoothing)
    draft = way.draft(counts, smoothing, terms)
    value = float(terms.sum())
    made = Estimate(
        value=value,
        unit="nats",
        standard_error=draft.standard_error,
        interval=_interval(
            counts, draft, PointEstimate(way.terms, smoothing, value, level), interval
        ),
        method=method,
        n=counts.n,
        m=counts.m if counts.q is None else None,
        outcomes=counts.outcomes,
        quantity=quantity,
        p_value=homogeneity_of(counts).p_value if p_value is None else p_value,
        null_bias=plug_in_null_bias(counts),
        unseen=counts.unseen,
        contributions=terms,
        notes=(*counts.notes, *draft.notes, *_remarks(counts)),
    )
    return settled(open_where_nothing_known(made, counts, level))


def _method(name: str, smoothing: Smoothing) -> Method:
    method = chosen(METHODS, name, "kl")
    if smoothing is not None and name in WITHOUT_SMOOTHING:
        raise MethodError(
            f'method={name!r} has no smoothing; leave smoothing= out, or choose method="dirichlet"'
        )
    return method


def _interval(
    counts: CountPair, draft: KLDraft, point: PointEstimate, way: str | Resampling
) -> Interval | None:
    if isinstance(way, Resampling) or text("interval", way) != "delta":
        resampling = way if isinstance(way, Resampling) else Resampling(way)
        found = resampled_interval(counts, point, resampling)
    elif draft.draws is not None:
        found = middle(draft.draws, point.level, draft.interval)
    else:
        return _usual(counts, draft, point.level)
    zhang = ZHANG.draft(counts, None, ZHANG.terms(counts, None))
    return reaching(found, _usual(counts, zhang, point.level))


def _usual(counts: CountPair, draft: KLDraft, level: float) -> Interval | None:
    if not math.isfinite(draft.centre):
        return None
    interval = normal_interval(draft.centre, draft.standard_error, level, draft.interval)
    plug_in = max(draft.centre, 0.0) + plug_in_null_bias(counts)
    # Where G is less than chance makes it, the ratio to it says nothing, and that to its mean
    # under P = Q does.
    plug_in *= min(1.0, g_statistic(counts) / max(1, counts.outcomes - 1))
    interval = sharpened(interval, counts, plug_in, level)
    return stretched(interval, draft.tail)


def _remarks(counts: CountPair) -> list[Note]:
    remarks, (p, q) = list[Note](), counts.sides
    if counts.unseen > UNSEEN_SHARE and counts.q is None:
        missing = np.flatnonzero((counts.x > 0) & (counts.y == 0))
        text = (
            f"{100 * counts.unseen:.3g} % of {p}'s sample is in outcomes that {q}'s sample never "
            f"shows ({named(counts, missing)}): the estimate depends on how rare they are under "
            f"{q}, which {counts.m:.10g} observations cannot tell, and the truth may be infinite."
        )
        remarks.append(Note("unseen", text))
    remarks += singletons(p, counts.x)
    return remarks if counts.q is not None else [*remarks, *singletons(q, counts.y)]


WITHOUT_SMOOTHING = {"zhang", "augmented"}

METHODS: dict[str, Method] = {
    "zhang": ZHANG,
    "plug-in": PLUG_IN,
    "first-order": FIRST_ORDER,
    "dirichlet": DIRICHLET,
    "posterior": POSTERIOR,
    "augmented": AUGMENTED,
}
