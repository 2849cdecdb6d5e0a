"""Mutual information, conditional entropy, total correlation and transfer entropy of samples."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback import counts
from kullback.counts.information.margins import Margins, mutual, total
from kullback.errors import InputError, MethodError, ShapeError
from kullback.results import Estimate, Note
from kullback.samples.estimators.cautions import errorless, negative
from kullback.samples.estimators.cloud import refuse_discrete
from kullback.samples.estimators.estimation import settings_of, whole
from kullback.samples.estimators.gaussian import gaussian_entropy
from kullback.samples.estimators.methods import SampleSettings
from kullback.samples.estimators.uncertainty import sampling_interval
from kullback.samples.information.blocks import Blocks, blocks_of
from kullback.samples.information.neighbours import (
    conditional_terms,
    information_terms,
    split_error,
)
from kullback.samples.points.points import Points, read
from kullback.units import nats_per

Array = NDArray[np.float64]

NEIGHBOURS = 5
METHODS = ("auto", "nearest-neighbours", "gaussian")
HOW = "independent parts"
LIMIT = 0.5  # of ln n: neighbours cannot tell information above


def mutual_information(  # noqa: PLR0913  the contract with users
    x: Any,
    y: Any,
    *,
    given: Any = None,
    method: str = "auto",
    level: float = 0.95,
    unit: str = "nats",
    seed: int | None = None,
    k: int | None = None,
) -> Estimate:
    """Estimate the mutual information I(X; Y) of columns that are observed together.

    How far the rows (x, y) are, in KL, from rows whose two parts were drawn independently. With
    `given`, I(X; Y|Z): what is left of it where Z is known.

    Parameters
    ----------
    x, y : array_like of shape (n,) or (n, d), frame, or mapping of columns
        Observations, one a row, the rows of both belonging together: numbers, texts, or columns
        of both.
    given : array_like, frame or mapping, optional
        Columns Z on which to condition.
    method : {"auto", "nearest-neighbours", "gaussian"}
        ``nearest-neighbours`` is the estimate of Kraskov, Stögbauer and Grassberger, with counts
        where values coincide, so that it fits numbers, 0 and 1, counts and categories together
        (Ross 2014; Gao et al. 2017). ``gaussian`` takes all columns as normal. auto takes the
        first, and counts where there are only categories.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.
    seed : int or None
        Of the tables behind the p-value of categories; None is 0.
    k : int or None
        Nearest neighbours; None is 5.

    Returns
    -------
    Estimate
        The value may be negative; the interval lies in [0, ∞] and holds the noise and not the
        bias: neighbours see too little of information that is large or in many columns. Where it
        is above half of ln n, the interval has no upper end.

    Raises
    ------
    InputError, ShapeError
        NaN or infinite values, too few rows, or rows that do not belong together.
    MethodError
        An unknown method, or one that does not apply.

    References
    ----------
    Kraskov, Stögbauer and Grassberger (2004), Estimating mutual information, Phys. Rev. E 69.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=2000)
    >>> print(mutual_information(x, x + rng.normal(size=2000)))  # the truth is ½ ln 2 = 0.3466
    I(X; Y) = 0.3326 ± 0.0199 nats (95 %: [0.294, 0.372]), nearest-neighbours, n=2000
    """
    named = {"x": read("x", x), "y": read("y", y)}
    if given is not None:
        named["given"] = read("given", given)
    margins = mutual((0,), (1,), (2,) if given is not None else ())
    name = "I(X; Y)" if given is None else "I(X; Y|Z)"
    return _information(named, margins, name, method, settings_of(level, k, seed), unit)


def total_correlation(
    x: Any,
    *,
    method: str = "auto",
    level: float = 0.95,
    unit: str = "nats",
    seed: int | None = None,
    k: int | None = None,
) -> Estimate:
    """Estimate the total correlation Σ h(Xᵢ) − h(X₁, …, X_d) of the columns of a sample.

    Also called multi-information: KL of the rows from rows whose columns were drawn independently.

    Parameters
    ----------
    x : array_like of shape (n, d), frame, or mapping of columns
        Observations, one a row.
    method, level, unit, seed, k
        As in `mutual_information`.

    Returns
    -------
    Estimate
        As in `mutual_information`.

    Raises
    ------
    InputError, ShapeError, MethodError
        As in `mutual_information`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(2000, 3)) + rng.normal(size=(2000, 1))
    >>> print(total_correlation(x))  # normal: −½ ln det of the correlations, 0.3466
    TC(X) = 0.4104 ± 0.0252 nats (95 %: [0.361, 0.460]), nearest-neighbours, n=2000
    """
    points = read("x", x)
    columns = _columns(points)
    if len(columns) < 2:
        raise ShapeError("x has one column; the total correlation is of two or more")
    settings = settings_of(level, k, seed)
    return _information(columns, total(len(columns)), "TC(X)", method, settings, unit)


def transfer_entropy(  # noqa: PLR0913  the contract with users
    source: Any,
    target: Any,
    *,
    history: int = 1,
    source_history: int = 1,
    method: str = "auto",
    level: float = 0.95,
    unit: str = "nats",
    seed: int | None = None,
    k: int | None = None,
) -> Estimate:
    """Estimate the transfer entropy from one series to another.

    TE = I(target now; source's past | target's past) (Schreiber 2000): what the source's past
    tells of the target's next step beyond what its own past tells.

    Parameters
    ----------
    source, target : array_like of shape (t,)
        Two series, step by step: numbers or texts.
    history : int
        Steps of the target's past.
    source_history : int
        Steps of the source's past.
    method, level, unit, seed, k
        As in `mutual_information`.

    Returns
    -------
    Estimate
        As in `mutual_information`; `n` is the number of steps that have a past. The error takes
        them as independent given the pasts.

    Raises
    ------
    InputError, ShapeError, MethodError
        As in `mutual_information`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> source = rng.normal(size=2000)
    >>> target = np.r_[0, source[:-1]] + rng.normal(size=2000)
    >>> print(transfer_entropy(source, target))  # the truth is ½ ln 2 = 0.3466
    TE(source → target) = 0.3523 ± 0.0172 nats (95 %: [0.319, 0.386]), nearest-neighbours, n=1999
    """
    past = whole("history", history, 1), whole("source_history", source_history, 1)
    series = read("source", source), read("target", target)
    first = max(past)
    steps = {len(points.numbers) for points in series}
    if len(steps) > 1:
        raise ShapeError(f"source and target have {sorted(steps)} steps; give both of one length")
    if min(steps) <= first + NEIGHBOURS:
        raise ShapeError(f"{min(steps)} steps are too few with a past of {first}; give more")
    named = {
        "target": _lagged(series[1], range(1), first),
        "source": _lagged(series[0], range(1, past[1] + 1), first),
        "past": _lagged(series[1], range(1, past[0] + 1), first),
    }
    settings = settings_of(level, k, seed)
    margins = mutual((0,), (1,), (2,))
    one = _information(named, margins, "TE(source → target)", method, settings, unit)
    text = "The error takes steps as independent given the pasts: short memory is assumed."
    return replace(one, notes=(*one.notes, Note("series", text)))


def conditional_entropy(
    x: Any,
    y: Any,
    *,
    level: float = 0.95,
    unit: str = "nats",
    k: int | None = None,
) -> Estimate:
    """Estimate the conditional entropy of X given Y from columns that are observed together.

    Of categories X it is H(X|Y) = H(X) − I(X; Y); of numbers the density's h(X|Y).

    Parameters
    ----------
    x, y : array_like of shape (n,) or (n, d), frame, or mapping of columns
        Observations, one a row, the rows of both belonging together; x numbers without ties, or
        categories.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.
    k : int or None
        Nearest neighbours; None is 5.

    Returns
    -------
    Estimate
        Of a density any real number, which depends on the scale of x.

    Raises
    ------
    InputError, ShapeError
        NaN or infinite values, too few rows, or rows that do not belong together.
    MethodError
        Numbers x of few values, which have no density.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = rng.normal(size=2000)
    >>> print(conditional_entropy(y + rng.normal(size=2000), y))  # ½ ln(2πe) = 1.4189
    h(X|Y) = 1.4207 ± 0.0194 nats (95 %: [1.383, 1.459]), nearest-neighbours, n=2000
    """
    nats_per(unit)
    settings = settings_of(level, k, None)
    named = {"x": read("x", x), "y": read("y", y)}
    blocks = blocks_of(named)
    if blocks.counted:
        return counts.conditional_entropy(_table(blocks), level=level, unit=unit)
    if blocks.labels[0] is None:
        if named["x"].labels is not None:
            raise MethodError("x mixes numbers and categories: take entropy of x and y less y's")
        refuse_discrete(named["x"])
    _require(blocks, settings)
    k = settings.k or NEIGHBOURS
    terms, alone = conditional_terms(blocks, k)
    density = blocks.labels[0] is None
    legal = (-math.inf if density else 0.0, math.inf)
    name = "h(X|Y)" if density else "H(X|Y)"
    error = _error(terms, blocks, lambda part: conditional_terms(part, k)[0], k)
    draft = InformationDraft(float(terms.mean()), error, HOW, _unmatched(alone))
    return _estimate(blocks, draft, name, settings, legal).to(unit)


def _information(
    named: dict[str, Points],
    margins: Margins,
    name: str,
    method: str,
    settings: SampleSettings,
    unit: str,
) -> Estimate:
    nats_per(unit)
    if method not in METHODS:
        known = ", ".join(map(repr, METHODS))
        raise MethodError(f"method={method!r} is unknown here; choose one of {known}")
    blocks = blocks_of(named, settings.seed)
    if method == "gaussian":
        return _gaussian(named, margins, name, settings).to(unit)
    if blocks.counted:
        return _of_counts(blocks, margins, name, settings).to(unit)
    _require(blocks, settings)
    k = settings.k or NEIGHBOURS
    terms, alone = information_terms(blocks, margins, k)
    notes = (Note("neighbours", f"k = {k} nearest neighbours."), *_unmatched(alone))
    error = _error(terms, blocks, lambda part: information_terms(part, margins, k)[0], k)
    draft = InformationDraft(float(terms.mean()), error, HOW, notes)
    one = _estimate(blocks, draft, name, settings)
    limit = LIMIT * math.log(blocks.n)
    if one.value > limit and one.interval is not None:
        text = (
            f"No estimate from {blocks.n} rows sees information much above ½ ln n = {limit:.3g} "
            f"nats: the truth may be far larger, and the interval has no upper end."
        )
        one = replace(
            one,
            interval=replace(one.interval, high=math.inf),
            notes=(*one.notes, Note("near-limit", text)),
        )
    return replace(one, notes=(*one.notes, *negative(one.value))).to(unit)


class InformationDraft(NamedTuple):
    """What one method answers, in nats."""

    value: float
    standard_error: float
    how: str
    notes: tuple[Note, ...]
    method: str = "nearest-neighbours"


def _estimate(
    blocks: Blocks,
    draft: InformationDraft,
    name: str,
    settings: SampleSettings,
    legal: tuple[float, float] = (0.0, math.inf),
) -> Estimate:
    how = f"sampling interval, {draft.how}"
    error = draft.standard_error
    return Estimate(
        value=draft.value,
        unit="nats",
        standard_error=error,
        interval=sampling_interval(draft.value, error, settings.level, how, legal=legal),
        method=draft.method,
        n=blocks.n,
        m=None,
        outcomes=blocks.n,
        quantity=name,
        notes=(*draft.notes, *errorless(error)),
    )


def _error(terms: Array, blocks: Blocks, again: Callable[[Blocks], Array], k: int) -> float:
    """Return the larger of two errors: of independent rows, and from parts that share none."""
    alone = float(terms.std(ddof=1)) / math.sqrt(len(terms))
    return float(np.fmax(alone, split_error(blocks, lambda part: float(again(part).mean()), k)))


def _gaussian(
    named: dict[str, Points], margins: Margins, name: str, settings: SampleSettings
) -> Estimate:
    if any(points.labels is not None for points in named.values()):
        raise MethodError('method="gaussian" takes numbers alone; leave categories to "auto"')
    blocks = blocks_of(named)
    wide = blocks.together(margins[0].columns).shape[1]
    if blocks.n < wide + 3:
        raise InputError(f"{blocks.n} rows are too few for the covariance of {wide} columns")
    value, terms = 0.0, np.zeros(blocks.n)
    for margin in margins:
        entropy, influence = gaussian_entropy(blocks.together(margin.columns))
        value, terms = value + margin.sign * entropy, terms + margin.sign * influence
    if not math.isfinite(value):
        raise InputError(
            "some columns depend on the others exactly: normal information is infinite"
        )
    text = "Right only if all columns are normal together: other dependence is not seen."
    error = math.hypot(float(terms.std()) / math.sqrt(blocks.n), math.sqrt(wide) / blocks.n)
    notes = (Note("model", text), *negative(value))
    draft = InformationDraft(value, error, "influence function", notes, "gaussian")
    return _estimate(blocks, draft, name, settings)


def _of_counts(blocks: Blocks, margins: Margins, name: str, settings: SampleSettings) -> Estimate:
    """Leave categories to the estimates from counts."""
    table = _table(blocks)
    if all(len(margin.columns) == 1 for margin in margins[1:]) and len(margins) != 3:
        one = counts.total_correlation(table, level=settings.level, seed=settings.seed)
    else:
        given = 2 if len(margins) > 3 else None
        one = counts.mutual_information(
            table, given=given, level=settings.level, seed=settings.seed
        )
    return replace(one, quantity=name)


def _table(blocks: Blocks) -> dict[tuple[Any, ...], int]:
    """Count the combinations of the categories of all blocks."""
    found: dict[tuple[Any, ...], int] = {}
    for row in zip(*(labels or [] for labels in blocks.labels), strict=True):
        found[row] = found.get(row, 0) + 1
    return found


def _columns(points: Points) -> dict[str, Points]:
    """Return each column of a sample as a block of its own."""
    found = {f"column {j}": Points(points.numbers[:, [j]]) for j in range(points.numbers.shape[1])}
    none = np.empty((len(points.numbers), 0))
    for i, name in enumerate(points.categorical):
        labels = [(row[i],) for row in points.labels or []]
        found[f"categories {name}"] = Points(none, None, labels, (name,))
    return found


def _lagged(points: Points, lags: range, first: int) -> Points:
    """Return the values of a series some steps back, a column each."""
    size = len(points.numbers)
    numbers = np.column_stack([points.numbers[first - lag : size - lag] for lag in lags])
    if points.labels is None:
        return Points(numbers)
    shifted = [points.labels[first - lag : size - lag] for lag in lags]
    labels = [tuple(part for row in rows for part in row) for rows in zip(*shifted, strict=True)]
    return Points(numbers, None, labels, points.categorical * len(lags))


def _require(blocks: Blocks, settings: SampleSettings) -> None:
    k = settings.k or NEIGHBOURS
    if blocks.n < k + 2:
        raise InputError(
            f"{blocks.n} rows are too few for {k} nearest neighbours (at least {k + 2}): collect "
            f"more, or choose a smaller k"
        )


def _unmatched(alone: int) -> tuple[Note, ...]:
    if not alone:
        return ()
    text = f"{alone} rows are alone in their combination of categories, and count as 0."
    return (Note("alone", text),)
