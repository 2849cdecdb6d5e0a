"""Mutual information, conditional entropy, total correlation and transfer entropy of samples."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from kullback import counts
from kullback.arguments import whole
from kullback.counts.information.margins import mutual, total
from kullback.errors import MethodError, ShapeError
from kullback.results import Estimate, Note
from kullback.samples.estimators.cloud import refuse_discrete
from kullback.samples.estimators.estimation import settings_of
from kullback.samples.information.blocks import blocks_of
from kullback.samples.information.estimate import (
    HOW,
    NEIGHBOURS,
    InformationDraft,
    count_table,
    error_of,
    finished,
    information,
    require_rows,
    unmatched,
)
from kullback.samples.information.neighbours import conditional_terms
from kullback.samples.points.points import Points, read
from kullback.units import Unit, nats_per


def mutual_information(  # noqa: PLR0913  the contract with users
    x: Any,
    y: Any,
    *,
    given: Any = None,
    method: str = "auto",
    level: float = 0.95,
    unit: Unit = "nats",
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
        Never below 0: what comes out there is `raw`. The interval lies in [0, ∞] and holds the
        noise and not the bias: neighbours see too little of information that is large or in many
        columns. Where it is above half of ln n, the interval has no upper end.

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
    return information(named, margins, name, method, settings_of(level, k, seed), unit)


def total_correlation(
    x: Any,
    *,
    method: str = "auto",
    level: float = 0.95,
    unit: Unit = "nats",
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
    return information(columns, total(len(columns)), "TC(X)", method, settings, unit)


def transfer_entropy(  # noqa: PLR0913  the contract with users
    source: Any,
    target: Any,
    *,
    history: int = 1,
    source_history: int = 1,
    method: str = "auto",
    level: float = 0.95,
    unit: Unit = "nats",
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
    one = information(named, margins, "TE(source → target)", method, settings, unit)
    text = "The error takes steps as independent given the pasts: short memory is assumed."
    return replace(one, notes=(*one.notes, Note("series", text)))


def conditional_entropy(
    x: Any,
    y: Any,
    *,
    level: float = 0.95,
    unit: Unit = "nats",
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
        return counts.conditional_entropy(count_table(blocks), level=level, unit=unit)
    if blocks.labels[0] is None:
        if named["x"].labels is not None:
            raise MethodError("x mixes numbers and categories: take entropy of x and y less y's")
        refuse_discrete(named["x"])
    require_rows(blocks, settings)
    k = settings.k or NEIGHBOURS
    terms, alone = conditional_terms(blocks, k)
    density = blocks.labels[0] is None
    legal = (-math.inf if density else 0.0, math.inf)
    name = "h(X|Y)" if density else "H(X|Y)"
    error = error_of(terms, blocks, lambda part: conditional_terms(part, k)[0], k)
    draft = InformationDraft(float(terms.mean()), error, HOW, unmatched(alone))
    return finished(blocks, draft, name, settings, legal).to(unit)


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
