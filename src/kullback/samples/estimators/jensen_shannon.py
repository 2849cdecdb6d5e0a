"""The Jensen–Shannon divergence from samples."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.results import Estimate, Note
from kullback.samples.estimators import classifier, neighbours
from kullback.samples.estimators.cautions import distance_bias, errorless, in_range
from kullback.samples.estimators.choice import LOW
from kullback.samples.estimators.estimation import chosen, settings_of
from kullback.samples.estimators.jensen_shannon_strata import HIGHEST, of_strata
from kullback.samples.estimators.methods import (
    LEAST_FOR_SUBSAMPLES,
    SampleDraft,
    SampleSettings,
    require,
)
from kullback.samples.estimators.uncertainty import sampling_interval, subsampled_error
from kullback.samples.points.pair import SamplePair, ordered
from kullback.samples.points.points import matched, read
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]

UNEQUAL = 10  # a ratio of sizes from which the error in space is not subsampled


def jensen_shannon(
    x: Any,
    y: Any,
    *,
    method: str = "auto",
    level: float = 0.95,
    unit: Unit = "nats",
    seed: int | None = None,
    k: int | None = None,
) -> Estimate:
    """Estimate the Jensen–Shannon divergence of P and Q from samples x and y.

    JS(P, Q) = ½ KL(P‖M) + ½ KL(Q‖M), M = (P + Q)/2. It is always finite, and ties do no harm.

    Parameters
    ----------
    x, y : array_like of shape (n,) or (n, d), frame, or mapping of columns
        Observations of P and of Q, one a row: numbers, texts, or columns of both. Frames are
        matched by column name. Beside categories the chain rule adds what the numbers say
        within each.
    method : {"auto", "nearest-neighbours", "classifier"}
        ``nearest-neighbours`` counts, within the reach ρ_k of each point's k-th neighbour in
        its own sample, l of its own and c of the other: mean of ψ(l) − ψ(l + c·(n−1)/m) + ln 2,
        averaged over both sides. ``classifier`` is the held-out bound ½ E_P ln 2D +
        ½ E_Q ln 2(1 − D) ≤ JS. auto takes the first up to five columns.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.
    seed : int or None
        Of subsamples and of the classifier's folds; None is 0.
    k : int or None
        Nearest neighbours; None is 5.

    Returns
    -------
    Estimate
        The value and the interval lie in [0, ln 2]: what comes out beyond is `raw`. Exchanging x
        and y changes nothing.

    Raises
    ------
    InputError, ShapeError, SupportError
        NaN or infinite values, too few points, columns that are constant or do not match.
    MethodError
        An unknown method.
    MissingDependencyError
        The classifier without scikit-learn.

    References
    ----------
    Ross (2014), Mutual information between discrete and continuous data sets, PLoS ONE 9.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> print(jensen_shannon(rng.normal(0, 1, 900), rng.normal(1, 1, 900)))  # truth 0.1114
    JS(P, Q) = 0.1105 ± 0.0158 nats (95 %: [0.080, 0.141]), nearest-neighbours, n=900, m=900
    """
    nats_per(unit)
    method = str(method)  # what is no text is no method
    settings = settings_of(level, k, seed)
    if method != "auto":
        chosen(METHODS, method)
    first = read("x", x)
    second = matched(first, read("y", y))
    if first.labels is not None:
        return in_range(of_strata(first, second, settings), highest=HIGHEST).to(unit)
    pair = SamplePair(ordered(first.numbers), ordered(second.numbers), first.columns)
    taken = _auto(pair) if method == "auto" else method
    draft = METHODS[taken](pair, settings)
    said = Note("auto", f"auto took {taken}: the data has {pair.dimensions} column(s).")
    why = (said,) if method == "auto" else ()
    made = Estimate(
        value=draft.value,
        unit="nats",
        standard_error=draft.standard_error,
        interval=sampling_interval(
            draft.value,
            draft.standard_error,
            settings.level,
            f"sampling interval, {draft.how}",
            legal=(0.0, HIGHEST),
        ),
        method=taken,
        n=pair.n,
        m=pair.m,
        outcomes=pair.distinct,
        quantity="JS(P, Q)",
        notes=(
            *(why if method == "auto" else ()),
            *draft.notes,
            *errorless(draft.standard_error),
        ),
    )
    return in_range(made, highest=HIGHEST).to(unit)


def _auto(pair: SamplePair) -> str:
    few = pair.dimensions <= LOW or not classifier.installed()
    return "nearest-neighbours" if few else "classifier"


def _nearest(pair: SamplePair, settings: SampleSettings) -> SampleDraft:
    k = settings.neighbours(1)
    for side in (pair, pair.reverse()):
        require(side, k)
    # One order for both, so that exchanging x and y draws the same subsamples.
    first, second = sorted(pair.white, key=lambda v: (len(v), v.tobytes()))
    terms = _by_counts(first, second, k)
    note = Note("neighbours", f"Points within the reach of k = {k} neighbours are counted.")
    notes = (note, *distance_bias(pair.dimensions))
    if pair.dimensions > 1 and max(pair.n, pair.m) > UNEQUAL * min(pair.n, pair.m):
        # The larger side looks at k times the ratio of sizes: too many to do it 100 times.
        return SampleDraft(_mean(terms), _error(terms), "influence function", notes=notes)
    error = math.nan
    if min(pair.n, pair.m) >= LEAST_FOR_SUBSAMPLES:
        error = subsampled_error(
            lambda x, y: _mean(_by_counts(x, y, k)), first, second, seed=settings.seed
        )
    return SampleDraft(_mean(terms), error, "subsampling", notes=notes)


def _by_counts(x: Array, y: Array, k: int) -> list[Array]:
    return [neighbours.share_of_mixture(x, y, k), neighbours.share_of_mixture(y, x, k)]


def _mean(terms: list[Array]) -> float:
    """Return half the sum of the means over X and over Y."""
    return sum(float(side.mean()) for side in terms) / 2


def _error(terms: list[Array]) -> float:
    """Return the error of `_mean` for terms that are independent of each other."""
    return math.sqrt(sum(float(np.var(side)) / len(side) for side in terms)) / 2


def _classifier(pair: SamplePair, settings: SampleSettings) -> SampleDraft:
    judged = classifier.judge(pair.x, pair.y, pair.white, settings.seed)
    # ln 2D at P and ln 2(1 − D) at Q, from the log-odds at equal weights.
    terms = [
        HIGHEST - np.logaddexp(0.0, -sign * t) for sign, t in ((1, judged.at_x), (-1, judged.at_y))
    ]
    text = f"A lower bound, held out, from {judged.model}: JS is not less."
    return SampleDraft(
        _mean(terms), _error(terms), "influence function", notes=(Note("lower-bound", text),)
    )


METHODS: dict[str, Callable[[SamplePair, SampleSettings], SampleDraft]] = {
    "nearest-neighbours": _nearest,
    "classifier": _classifier,
}
