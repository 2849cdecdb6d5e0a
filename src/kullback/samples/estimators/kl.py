"""KL(P‖Q) from samples."""

from dataclasses import replace
from typing import Any

from kullback.errors import InputError, MethodError, MissingDependencyError
from kullback.results import Estimate
from kullback.samples.estimators.cautions import in_range
from kullback.samples.estimators.columns import kinds
from kullback.samples.estimators.estimation import chosen, kl_of, seconded, settings_of
from kullback.samples.estimators.methods import METHODS, SampleSettings
from kullback.samples.estimators.mixed import chain_rule
from kullback.samples.estimators.strata import in_order
from kullback.samples.points.pair import SamplePair, ordered
from kullback.samples.points.points import Points, matched, read
from kullback.units import Unit, nats_per


def kl(
    x: Any,
    y: Any,
    *,
    method: str = "auto",
    level: float = 0.95,
    unit: Unit = "nats",
    seed: int | None = None,
    k: int | None = None,
) -> Estimate:
    """Estimate KL(P‖Q) from a sample x of P and a sample y of Q.

    Parameters
    ----------
    x, y : array_like of shape (n,) or (n, d), frame, or mapping of columns
        Observations of P and of Q, one a row: numbers, texts, or columns of both. Frames
        (pandas, polars, pyarrow) are matched by column name; where some columns are categorical,
        the chain rule adds the KL between the categories to the KL of the numbers within each.
    method : str
        ``auto`` takes one of the others by ties and columns, asks for second opinions, and
        says so in the notes. ``nearest-neighbours``: (d/n) Σ ln(ν_k/ρ_k) + ln(m/(n−1)), after
        whitening. ``adaptive``: the same with a k for each point. ``tie-safe``: counts in
        place of distances, for values that coincide. ``partition``: cells of equal mass under
        Q, one column only. ``classifier``: cross-fitted log-odds (needs scikit-learn).
        ``gaussian``: both taken as normal, without bias. ``atoms``: values of a column that
        come up again and again are counted, columns of 0 and 1 or of few values with them, and
        the rest is left to neighbours (the chain rule); a column of many steps (rounded numbers,
        counts) beside others is spread, each value evenly over its step.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result (notes speak in nats).
    seed : int or None
        Of the classifier's folds and of subsamples; None is 0, so that the same data always
        gives the same answer.
    k : int or None
        Nearest neighbours; None is 5 for one column and 1 for more.

    Returns
    -------
    Estimate
        Never below 0: what comes out there is `raw`. The interval lies in [0, ∞] and is called a
        "sampling interval" where its coverage is not established, as it never is beyond one
        column: it holds the noise and not the bias. `unseen` is the share of x
        outside the range of y; `notes` say what was chosen, why, and what is doubtful.

    Raises
    ------
    InputError, ShapeError, SupportError
        NaN or infinite values, too few points, columns that are constant or do not match.
    MethodError
        A method that is unknown, or does not apply to such data.
    MissingDependencyError
        The classifier without scikit-learn.

    References
    ----------
    Wang, Kulkarni and Verdú (2009), Divergence estimation for multidimensional densities via
    k-nearest-neighbor distances, IEEE Transactions on Information Theory 55.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> print(kl(rng.normal(0, 1, 2000), rng.normal(1, 2, 2000)))  # the truth is 0.4431
    KL(P‖Q) = 0.4236 ± 0.0406 nats (95 %: [0.344, 0.503]), nearest-neighbours, n=2000, m=2000
    """
    nats_per(unit)
    method = str(method)  # what is no text is no method
    settings = settings_of(level, k, seed)
    if method not in ("auto", "atoms"):
        chosen(METHODS, method)
    first = read("x", x)
    made = _of_points(first, matched(first, read("y", y)), method, settings)
    return in_range(made).to(unit)


def estimates(
    x: Any,
    y: Any,
    *,
    level: float = 0.95,
    unit: Unit = "nats",
    seed: int | None = None,
    k: int | None = None,
) -> list[Estimate]:
    """Estimate KL(P‖Q) by every method that applies, side by side.

    Their spread is a diagnosis: methods that fail for different reasons rarely agree by
    chance.

    Parameters
    ----------
    x, y : array_like of shape (n,) or (n, d), frame, or mapping of columns
        Observations of P and of Q, one a row.
    level : float
        Of the intervals, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the results.
    seed : int or None
        Of folds and subsamples; None is 0.
    k : int or None
        Nearest neighbours; None is 5 for one column and 1 for more.

    Returns
    -------
    list of Estimate
        In the order of the methods of `kl`; those that do not apply are left out.

    Raises
    ------
    InputError, ShapeError, SupportError
        If the samples cannot be used by any method.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> for one in estimates(rng.normal(0, 1, 500), rng.normal(0, 2, 500))[:2]:  # truth 0.3181
    ...     print(one)
    KL(P‖Q) = 0.2065 ± 0.0777 nats (95 %: [0.054, 0.359]), nearest-neighbours, n=500, m=500
    KL(P‖Q) = 0.212 ± 0.103 nats (95 %: [0.01, 0.41]), adaptive, n=500, m=500
    """
    nats_per(unit)
    settings = settings_of(level, k, seed)
    first = read("x", x)
    second = matched(first, read("y", y))
    found, refusals = [], []
    for method in METHODS:
        try:
            found.append(in_range(_of_points(first, second, method, settings)).to(unit))
        except (InputError, MethodError, MissingDependencyError) as error:
            refusals.append(f"{method}: {error}")
    if not found:
        raise InputError("no method applies to these samples:\n  " + "\n  ".join(refusals))
    return found


def _of_points(x: Points, y: Points, method: str, settings: SampleSettings) -> Estimate:
    x, y = in_order(x), in_order(y)
    pair = SamplePair(x.numbers, y.numbers, x.columns)
    found = kinds(pair) if method in ("auto", "atoms") else None
    if method == "atoms" and (found is None or not found.atoms):
        raise MethodError('no value of x or y comes up again and again; method="auto" fits')
    way = "auto" if method == "atoms" else method
    if x.labels is not None and y.labels is not None:
        return chain_rule(x, y, way, settings, found)
    if found is None:
        return kl_of(pair, method, settings)
    if found.atoms:
        return seconded(pair, chain_rule(x, y, way, settings, found), settings)
    spread = found.spread(x.numbers, y.numbers, settings.seed)
    steps = SamplePair(ordered(spread[0]), ordered(spread[1]), x.columns)
    one = kl_of(steps, method, settings)
    return replace(one, notes=(*found.notes(), *one.notes))
