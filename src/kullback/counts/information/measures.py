"""Mutual information, conditional entropy, total correlation and transfer entropy of counts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kullback.arguments import MANY, names, seed_of, whole
from kullback.arrays import numpy_of
from kullback.counts.information.estimate import conditional_of, information_of
from kullback.counts.information.margins import conditional, mutual, total
from kullback.counts.information.table import CountTable, laid_out, read_table
from kullback.errors import ShapeError
from kullback.intake import canonical
from kullback.results import Estimate, Note
from kullback.statistics.level import quantile
from kullback.units import Unit, nats_per


def mutual_information(
    table: Any,
    *,
    given: int | Sequence[int] | None = None,
    method: str = "zhang",
    level: float = 0.95,
    unit: Unit = "nats",
    seed: int | None = None,
) -> Estimate:
    """Estimate the mutual information I(X; Y) of two columns from a table of their counts.

    I(X; Y) = H(X) + H(Y) − H(X, Y) is KL of the joint distribution from the product of the
    margins: what one column tells about the other, on average. Given a third,
    I(X; Y|Z) = H(X, Z) + H(Y, Z) − H(X, Y, Z) − H(Z).

    Parameters
    ----------
    table : array_like of shape (i, j) or more, frame, or mapping of tuples
        Counts of combinations: ``pandas.crosstab(a, b)``, ``Counter(zip(a, b))``.
    given : int or sequence of int, optional
        Axes on which to condition; two others are left.
    method : str
        Of the entropies, one of those of `entropy`.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.
    seed : int or None
        Of the shuffles behind the p-value where combinations are rare; None is 0.

    Returns
    -------
    Estimate
        In its interval; what came out below 0, as it may where the columns are independent, is
        ``raw``. The standard error is the
        delta method's, and not less than the one that holds when they are; the interval lies
        in [0, ∞], from the non-central chi-square law of G near independence, and reaches as
        far further as combinations too rare for this sample may move the truth. `p_value` is
        of independence; `null_bias` the plug-in's mean when it holds.

    Raises
    ------
    InputError, ShapeError, MassError, MethodError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> print(mutual_information([[40, 10], [15, 35]]))
    I(X; Y) = 0.1274 ± 0.0477 nats (95 %: [0.034, 0.221]), zhang, n=100
    """
    nats_per(unit)
    quantile(level)
    found = read_table(table)
    axes = _axes(found, given)
    rest = tuple(i for i in range(found.x.ndim) if i not in axes)
    if len(rest) != 2:
        raise ShapeError(
            f"the table has {found.x.ndim} axes and {len(axes)} are given: two must be left; name "
            f"the others in given=, or take total_correlation"
        )
    margins = mutual((rest[0],), (rest[1],), axes)
    quantity = "I(X; Y|Z)" if axes else "I(X; Y)"
    return information_of(found, margins, method, level, seed_of(seed), quantity).to(unit)


def conditional_entropy(
    table: Any,
    *,
    given: int | Sequence[int] = -1,
    method: str = "zhang",
    level: float = 0.95,
    unit: Unit = "nats",
) -> Estimate:
    """Estimate the conditional entropy H(X|Y) = H(X, Y) − H(Y) from a table of counts.

    Parameters
    ----------
    table : array_like of shape (i, j) or more, frame, or mapping of tuples
        Counts of combinations.
    given : int or sequence of int
        The axes that are known; the last one by default, so that rows are X and columns Y.
    method : str
        Of the entropies, one of those of `entropy`.
    level : float
        Of the interval, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the result.

    Returns
    -------
    Estimate
        What of X is left open when Y is known, on average.

    Raises
    ------
    InputError, ShapeError, MassError, MethodError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> print(conditional_entropy([[40, 10], [15, 35]]))
    H(X|Y) = 0.5708 ± 0.0477 nats (95 %: [0.446, 0.664]), zhang, n=100
    """
    nats_per(unit)
    quantile(level)
    found = read_table(table)
    axes = _axes(found, given)
    rest = tuple(i for i in range(found.x.ndim) if i not in axes)
    if not axes or not rest:
        raise ShapeError(
            f"given={given!r} leaves {len(rest)} of {found.x.ndim} axes; name some, not all"
        )
    return conditional_of(found, conditional(rest, axes), method, level, "H(X|Y)").to(unit)


def total_correlation(
    table: Any,
    *,
    method: str = "zhang",
    level: float = 0.95,
    unit: Unit = "nats",
    seed: int | None = None,
) -> Estimate:
    """Estimate the total correlation Σ H(Xᵢ) − H(X₁, …, X_d) from a table of counts.

    Also called multi-information: KL of all columns together from the product of each alone. Of
    two columns it is the mutual information.

    Parameters
    ----------
    table : array_like of shape (k1, k2, …), frame, or mapping of tuples
        Counts of combinations, one axis a column.
    method, level, unit, seed
        As in `mutual_information`.

    Returns
    -------
    Estimate
        As in `mutual_information`.

    Raises
    ------
    InputError, ShapeError, MassError, MethodError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> round(total_correlation([[[20, 5], [5, 20]], [[5, 20], [20, 5]]]).value, 3)
    0.172
    """
    nats_per(unit)
    quantile(level)
    found = read_table(table)
    margins = total(found.x.ndim)
    return information_of(found, margins, method, level, seed_of(seed), "TC(X)").to(unit)


def transfer_entropy(  # noqa: PLR0913  the contract with users
    source: Sequence[Any],
    target: Sequence[Any],
    *,
    history: int = 1,
    source_history: int = 1,
    method: str = "zhang",
    level: float = 0.95,
    unit: Unit = "nats",
    seed: int | None = None,
) -> Estimate:
    """Estimate the transfer entropy from one series of symbols to another.

    TE = I(target now; source's past | target's past): what the source's past tells of the next
    step of the target beyond what its own past tells (Schreiber 2000).

    Parameters
    ----------
    source, target : sequence of length t
        Two series of symbols, step by step.
    history : int
        Steps of the target's past.
    source_history : int
        Steps of the source's past.
    method, level, unit, seed
        As in `mutual_information`.

    Returns
    -------
    Estimate
        As in `mutual_information`; `n` is the number of steps that have a past. Errors and
        p-values take them as independent given the pasts.

    Raises
    ------
    InputError, ShapeError, MethodError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> source = rng.integers(0, 2, 1000)
    >>> target = np.r_[0, source[:-1]]
    >>> print(transfer_entropy(source, target, unit="bits"))
    TE(source → target) = 0.99752 ± 0.00336 bits (95 %: [0.9909, 1.0041]), zhang, n=999
    """
    nats_per(unit)
    quantile(level)
    past = whole("history", history, 1, MANY), whole("source_history", source_history, 1, MANY)
    now, own, other = embedded(_series("source", source), _series("target", target), *past)
    found = CountTable(laid_out([now, own, other], np.ones(len(now))))
    margins = mutual((0,), (2,), (1,))
    one = information_of(found, margins, method, level, seed_of(seed), "TE(source → target)")
    text = "The error takes steps as independent given the pasts: short memory is assumed."
    notes = (*one.notes, Note("series", text))
    return replace(one, notes=notes).to(unit)


def _series(name: str, given: Any) -> list[Any]:
    """A series of categories of any kind, as plain values."""
    if isinstance(given, list | tuple):
        return [canonical(label) for label in given]
    values = numpy_of(name, given)
    if values.ndim != 1:
        raise ShapeError(f"{name} has shape {values.shape}; give one category a step")
    return [canonical(label) for label in values.tolist()]


def embedded(
    source: list[Any], target: list[Any], history: int, source_history: int
) -> tuple[list[Any], list[Any], list[Any]]:
    """Return the target now, its past and the source's past, a tuple of steps each."""
    if len(source) != len(target):
        raise ShapeError(
            f"source has {len(source)} steps and target {len(target)}; give both of one length"
        )
    first = max(history, source_history)
    if len(target) <= first:
        raise ShapeError(f"{len(target)} steps have no past of {first}; give a longer series")
    steps = range(first, len(target))
    return (
        [target[t] for t in steps],
        [tuple(target[t - history : t]) for t in steps],
        [tuple(source[t - source_history : t]) for t in steps],
    )


def _axes(found: CountTable, given: int | Sequence[int] | None) -> tuple[int, ...]:
    axes = () if given is None else (given,) if isinstance(given, int) else names("given", given)
    wanted = tuple(whole("given", axis, -found.x.ndim) for axis in axes)
    size = found.x.ndim
    if any(not -size <= axis < size for axis in wanted):
        raise ShapeError(f"given={given!r} names an axis that a table of {size} axes lacks")
    return tuple(dict.fromkeys(axis % size for axis in wanted))
