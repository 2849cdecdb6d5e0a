"""A measure between every row of one set and every row of another."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import arrays as other_arrays
from kullback import checks, kernels
from kullback.arguments import is_sparse
from kullback.checks import Array, Mass
from kullback.errors import InputError, ShapeError
from kullback.intake import aligned
from kullback.kernels import namespace
from kullback.probabilities.answers import at_most
from kullback.probabilities.distances import (
    hellinger,
    jensen_shannon,
    jensen_shannon_distance,
    total_variation,
)
from kullback.probabilities.divergences import kl
from kullback.probabilities.entropies import cross_entropy
from kullback.probabilities.sparse_rows import OutcomeTerms, all_pairs, read_sparse
from kullback.units import Unit, nats_per

# Numbers in one block of pairs, where a measure is called: 32 MB an array at most.
BLOCK = 4_000_000


@dataclass(frozen=True, slots=True)
class _PairKernel:
    """How the pairs of a measure are found at once, and what its kernel's nats become.

    `single` is what one outcome adds, for sparse rows.
    """

    kernel: Callable[..., Array]
    single: OutcomeTerms
    symmetric: bool = True
    options: tuple[str, ...] = ("mass", "unit")
    rooted: bool = False
    bound: float = math.inf

    def finished(self, values: Array, unit: Unit, mass: Mass) -> Array:
        held = mass != "as-is" and self.bound < math.inf
        bounded = at_most(values, self.bound) if held else values
        divisor = nats_per(unit) if "unit" in self.options else 1
        in_unit: Array = bounded if divisor == 1 else bounded / divisor
        return np.sqrt(in_unit) if self.rooted else in_unit


def _squared_hellinger(p: Array, q: Array) -> Array:
    return np.asarray(kernels.hellinger(p, q) ** 2)


_JS = _PairKernel(
    kernels.pairwise_jensen_shannon,
    OutcomeTerms(kernels.jensen_shannon, math.log(2) / 2, math.log(2) / 2),
    bound=math.log(2),
)
_TV = _PairKernel(
    kernels.pairwise_total_variation,
    OutcomeTerms(kernels.total_variation),
    options=("mass",),
    bound=1.0,
)
_HELLINGER = replace(
    _TV, kernel=kernels.pairwise_hellinger, single=OutcomeTerms(_squared_hellinger)
)
_KL = _PairKernel(kernels.pairwise_kl, OutcomeTerms(kernels.kl, math.inf, 1.0), symmetric=False)
_CROSS = replace(
    _KL,
    kernel=kernels.pairwise_cross_entropy,
    single=OutcomeTerms(kernels.cross_entropy, math.inf, 0.0),
)
_KERNELS = (
    (kl, _KL),
    (cross_entropy, _CROSS),
    (jensen_shannon, _JS),
    (jensen_shannon_distance, replace(_JS, rooted=True)),
    (hellinger, _HELLINGER),
    (total_variation, _TV),
)


_NAMED = {known.__name__: known for known, _ in _KERNELS}


def pairwise(
    measure: Callable[..., Any] | str,
    P: ArrayLike,
    Q: ArrayLike | None = None,
    *,
    condensed: bool = False,
    **options: Any,
) -> NDArray[np.float64]:
    """Apply a measure of two distributions to all pairs of rows.

    KL, cross-entropy, Jensen–Shannon, Hellinger and total variation have kernels of their own,
    on all cores; a symmetric one of P with itself is found once a pair.

    Parameters
    ----------
    measure : callable or str
        Any measure of this package that takes ``(p, q)``, such as `kl` or `hellinger`; those that
        have a kernel by name too, as in ``"kl"``.
    P : array_like of shape (m, k)
        One distribution a row; frames are aligned by the names of their columns, and sparse
        matrices are worked on by what is not zero.
    Q : array_like of shape (n, k) or None
        The others; P itself by default.
    condensed : bool
        Give only the pairs i < j of P with itself, row by row, as
        ``scipy.spatial.distance.pdist`` does and SciPy's clustering takes.
    **options
        Keywords of the measure, such as ``unit`` and ``mass``; but not ``axis``.

    Returns
    -------
    ndarray of shape (m, n), or (m·(m − 1)/2,) where condensed
        ``measure(P[i], Q[j])``, in the unit asked for.

    Raises
    ------
    ShapeError
        If P or Q is not a matrix, or their rows differ in length.
    InputError
        For ``axis``, for ``condensed`` beside Q, for a name that is unknown, and whatever the
        measure raises.

    Notes
    -----
    Kernels agree with the measure to about 1e-14 of the value: what is found as a sum of
    products is summed anew, term by term, where the two rows nearly agree.

    Examples
    --------
    >>> from kullback import total_variation
    >>> pairwise(total_variation, [[1, 0], [0, 1]], [[1, 0], [0.5, 0.5], [0, 1]]).tolist()
    [[0.0, 0.5, 1.0], [1.0, 0.5, 0.0]]
    >>> pairwise(total_variation, [[1, 0], [0.5, 0.5], [0, 1]], condensed=True).tolist()
    [0.5, 1.0, 0.5]
    """
    measure = _by_name(measure) if isinstance(measure, str) else measure
    if not callable(measure):
        raise InputError(
            f"measure is a {type(measure).__name__}; the measure comes first, as in "
            f"pairwise(kullback.kl, P, Q)"
        )
    if options.keys() & {"axis", "keepdims", "where"}:
        raise InputError(
            "pairwise compares rows: axis= is always the last one (transpose instead), and where= "
            "and keepdims= do not apply"
        )
    if condensed and Q is not None:
        raise InputError("condensed=True is of P with itself; leave Q out")
    if (other_arrays.library(P) or other_arrays.library(Q)) and not (is_sparse(P) or is_sparse(Q)):
        return _elsewhere(measure, P, Q, options, condensed=condensed)  # type: ignore[no-any-return]  # in kind
    way = next((way for known, way in _KERNELS if known is measure), None)
    if is_sparse(P) or is_sparse(Q):
        return _of_sparse(way, P, Q, options, condensed=condensed)
    read = aligned({"P": P} if Q is None else {"P": P, "Q": Q}, paired=False).values
    p = _matrix("P", read[0])
    q = None if Q is None else _matrix("Q", read[1])
    if way is None or not options.keys() <= set(way.options):
        table = _by_calls(measure, p, p if q is None else q, options)
        return table[np.triu_indices(len(p), 1)] if condensed else table
    values = _by_kernel(way, p, q, options.get("mass", "check"), condensed=condensed)
    return way.finished(values, options.get("unit", "nats"), options.get("mass", "check"))


def _by_name(name: str) -> Callable[..., Any]:
    if name not in _NAMED:
        raise InputError(
            f"measure={name!r} is unknown; names are {', '.join(_NAMED)}, and any other measure is "
            f"given as a function, such as kullback.renyi"
        )
    return _NAMED[name]


def _elsewhere(
    measure: Callable[..., Any], P: Any, Q: Any, options: dict[str, Any], *, condensed: bool
) -> Any:
    """Call the measure on all pairs at once, in the library of the arrays and with gradients."""
    other = P if Q is None else Q
    for name, value in (("P", P), ("Q", other)):
        if not hasattr(value, "ndim") or value.ndim != 2:
            raise ShapeError(
                f"{name} has shape {tuple(getattr(value, 'shape', ()))}; pairwise takes one row a "
                f"distribution, in an array of the same library"
            )
    table = measure(P[:, None, :], other[None, :, :], **options)
    if not condensed:
        return table
    rows, columns = np.triu_indices(len(P), 1)
    xp = namespace(table)
    flat = xp.asarray(rows * len(P) + columns)
    return xp.take(xp.reshape(table, (-1,)), flat, axis=0)


def _of_sparse(
    way: _PairKernel | None, P: Any, Q: Any, options: dict[str, Any], *, condensed: bool
) -> Array:
    """All pairs of sparse rows, from what is not zero."""
    if way is None or not options.keys() <= set(way.options):
        known = ", ".join(measure.__name__ for measure, _ in _KERNELS)
        raise InputError(
            f"of sparse rows pairwise takes {known}, with unit= and mass=; give P.toarray() else"
        )
    mass: Mass = options.get("mass", "check")
    p, *other = read_sparse({"P": P} if Q is None else {"P": P, "Q": Q}, mass)
    q = other[0] if other else None if way.symmetric else p
    values = all_pairs(way.single, p, q)
    if way is _HELLINGER:
        values = np.sqrt(values)
    if condensed:
        values = values[np.triu_indices(len(p), 1)]
    return way.finished(values, options.get("unit", "nats"), mass)


def _matrix(name: str, value: ArrayLike) -> NDArray[Any]:
    array = checks.numeric(name, value)
    if array.ndim != 2:
        raise ShapeError(f"{name} has shape {array.shape}; pairwise takes one row a distribution")
    return array


def _by_calls(
    measure: Callable[..., Any], p: NDArray[Any], q: NDArray[Any], options: dict[str, Any]
) -> Array:
    table = np.empty((len(p), len(q)))
    step = max(1, BLOCK // max(1, q.size))
    for start in range(0, len(p), step):
        stop = min(start + step, len(p))
        table[start:stop] = measure(p[start:stop, None, :], q[None, :, :], **options)
    return table


def _by_kernel(
    way: _PairKernel, p: NDArray[Any], q: NDArray[Any] | None, mass: Mass, *, condensed: bool
) -> Array:
    if q is not None and p.shape[1] != q.shape[1]:
        raise ShapeError(
            f"P has {p.shape[1]} outcomes and Q has {q.shape[1]}; "
            f"they must list the same outcomes in the same order"
        )
    (rows,) = checks.rows({"P": p}, mass=mass).arrays
    if q is not None:
        (others,) = checks.rows({"Q": q}, mass=mass).arrays
        return way.kernel(rows, others)
    if way.symmetric:
        half = way.kernel(rows)
        return half if condensed else _square(half, len(rows))
    table = way.kernel(rows, rows)
    return table[np.triu_indices(len(rows), 1)] if condensed else table


def _square(half: Array, rows: int) -> Array:
    """Return the matrix of the pairs i < j of a measure that is 0 between equals."""
    table, start = np.zeros((rows, rows)), 0
    for i in range(rows):
        stop = start + rows - 1 - i
        table[i, i + 1 :] = table[i + 1 :, i] = half[start:stop]
        start = stop
    return table
