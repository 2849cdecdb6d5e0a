"""Of two or more distributions, where direction does not matter: bounded, and metrics."""

import math
from collections.abc import Sequence
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import checks, kernels
from kullback.arguments import is_sparse
from kullback.arrays import Reduction, one_axis
from kullback.checks import Array, Mass, Rows
from kullback.errors import InputError, ShapeError
from kullback.probabilities.answers import Answer, at_most, information, measured, plain
from kullback.probabilities.sparse_rows import jensen_shannon_of_rows, read_sparse
from kullback.units import Unit


def jensen_shannon(
    p: ArrayLike,
    q: ArrayLike,
    *more: ArrayLike,
    weights: Sequence[float] | None = None,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Answer:
    """Jensen–Shannon divergence Σ w KL(P_w‖M) of two or more distributions, M their mixture.

    Always finite. It is the information that one observation carries about which of the
    distributions it came from; the square root is another function,
    `jensen_shannon_distance`.

    Parameters
    ----------
    p, q, *more : array_like of shape (..., k), or mappings from label to probability
        Two or more distributions, aligned by label or position.
    weights : sequence of float or None
        One a distribution, ≥ 0 and summing to 1; equal by default.
    axis, unit, mass, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [0, H(weights)], which is at most ln 2 for two.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Lin (1991), Divergence measures based on the Shannon entropy, eq. 5.1.

    Examples
    --------
    >>> jensen_shannon([1.0, 0.0], [0.5, 0.5], unit="bits")
    0.3113 bits
    >>> jensen_shannon([1, 0], [0, 1], [0, 1], weights=[0.5, 0.25, 0.25], unit="bits")
    1 bits
    """
    rows, nats = _jensen_shannon_nats((p, q, *more), weights, axis, mass, layout)
    return information(nats, rows, unit)


def jensen_shannon_distance(
    p: ArrayLike,
    q: ArrayLike,
    *,
    weights: Sequence[float] | None = None,
    axis: int | None = -1,
    unit: Unit = "nats",
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> Answer:
    """Jensen–Shannon distance: the square root of the divergence, a metric.

    Parameters
    ----------
    p, q
        As for `kl`.
    weights : sequence of float or None
        Two numbers ≥ 0 that sum to 1; equal by default, and a metric only then.
    axis, unit, mass, **layout
        As for `kl`.

    Returns
    -------
    Information or ndarray
        In [0, √ln 2], in square roots of the unit.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Endres and Schindelin (2003), A new metric for probability distributions.

    Examples
    --------
    >>> jensen_shannon_distance([1.0, 0.0], [0.5, 0.5])
    0.4645 √nats
    """
    rows, nats = _jensen_shannon_nats((p, q), weights, axis, mass, layout)
    return information(kernels.root(nats), rows, unit, power=0.5)


def _jensen_shannon_nats(
    members: tuple[ArrayLike, ...],
    weights: Sequence[float] | None,
    axis: int | None,
    mass: Mass,
    layout: Reduction,
) -> tuple[Rows, Array]:
    names = ("p", "q", *(f"more[{i}]" for i in range(len(members) - 2)))
    named = dict(zip(names, members, strict=True))
    w = _weights(weights, len(members))
    if any(map(is_sparse, members)):
        if layout:
            raise InputError("keepdims= and where= are not for sparse rows; give .toarray()")
        return _of_sparse_rows(named, w, axis, mass)
    if weights is None and len(members) == 2:
        rows, nats = measured(kernels.jensen_shannon, named, axis=axis, mass=mass, **layout)
    else:
        rows = checks.rows(named, axis=axis, mass=mass, **layout)
        nats = kernels.jensen_shannon_mixture(rows.arrays, w)
    if mass == "as-is":
        return rows, nats
    # H(weights) bounds it; the last digit of the sum may not.
    bound = math.log(2) if weights is None and len(w) == 2 else float(kernels.entropy(w[None])[0])
    return rows, at_most(nats, bound)


def _of_sparse_rows(
    named: dict[str, ArrayLike], weights: Array, axis: int | None, mass: Mass
) -> tuple[Rows, Array]:
    one_axis(axis)
    if axis not in (-1, 1):
        raise ShapeError(f"axis={axis} of sparse rows; their outcomes lie last: transpose them")
    members = read_sparse(named, mass)
    nats = jensen_shannon_of_rows(members, weights)
    batch = () if all(member.single for member in members) else nats.shape
    return Rows((), batch, None, ()), at_most(nats, float(kernels.entropy(weights[None])[0]))


def _weights(weights: Sequence[float] | None, count: int) -> Array:
    if weights is None:
        return np.full(count, 1.0 / count)
    w = checks.numeric("weights", weights).astype(np.float64)
    if w.shape != (count,):
        raise ShapeError(f"weights has shape {w.shape}; give one for each of {count} distributions")
    if not (w >= 0).all() or not math.isclose(w.sum(), 1.0, abs_tol=1e-9):
        raise InputError(f"weights={w.tolist()} must be ≥ 0 and sum to 1; they sum to {w.sum():g}")
    return w


def hellinger(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> float | NDArray[np.float64]:
    """Hellinger distance √(½ Σ (√p − √q)²), a metric.

    Parameters
    ----------
    p, q, axis, mass, **layout
        As for `kl`.

    Returns
    -------
    float or ndarray
        In [0, 1]; 1 where nothing is shared.
        Without unit.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    References
    ----------
    Hellinger (1909), Neue Begründung der Theorie quadratischer Formen von unendlichvielen
    Veränderlichen.

    Examples
    --------
    >>> round(hellinger([0.5, 0.5], [1 / 3, 2 / 3]), 12)
    0.120006001294
    """
    rows, values = measured(kernels.hellinger, {"p": p, "q": q}, axis=axis, mass=mass, **layout)
    return plain(_at_most_one(values, mass), rows)


def total_variation(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: int | None = -1,
    mass: Mass = "check",
    **layout: Unpack[Reduction],
) -> float | NDArray[np.float64]:
    """Total variation distance ½ Σ |p − q|, a metric.

    The largest difference that P and Q can have about the probability of any event.

    Parameters
    ----------
    p, q, axis, mass, **layout
        As for `kl`.

    Returns
    -------
    float or ndarray
        In [0, 1]; 1 where nothing is shared.
        Without unit.

    Raises
    ------
    InputError, MassError, ShapeError
        As for `kl`.

    Notes
    -----
    2·TV² ≤ KL(P‖Q) in nats (Pinsker).

    References
    ----------
    Levin, Peres and Wilmer (2009), Markov chains and mixing times, proposition 4.2.

    Examples
    --------
    >>> round(total_variation([0.7, 0.2, 0.1], [0.4, 0.4, 0.2]), 12)
    0.3
    """
    rows, values = measured(
        kernels.total_variation, {"p": p, "q": q}, axis=axis, mass=mass, **layout
    )
    return plain(_at_most_one(values, mass), rows)


def _at_most_one(values: Array, mass: Mass) -> Array:
    """Both are at most 1 for distributions; the last digit of the sum may not be."""
    return values if mass == "as-is" else at_most(values, 1.0)
