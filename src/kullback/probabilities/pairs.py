"""A measure between every row of one set and every row of another."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kullback import checks
from kullback.errors import InputError, ShapeError

# Numbers in one block of pairs: 32 MB an array at most.
BLOCK = 4_000_000


def pairwise(
    measure: Callable[..., Any], P: ArrayLike, Q: ArrayLike | None = None, **options: Any
) -> NDArray[np.float64]:
    """Apply a measure of two distributions to all pairs of rows.

    Parameters
    ----------
    measure : callable
        Any measure of this package that takes ``(p, q)``, such as `kl` or `hellinger`.
    P : array_like of shape (m, k)
        One distribution a row.
    Q : array_like of shape (n, k) or None
        The others; P itself by default.
    **options
        Keywords of the measure, such as ``unit`` and ``mass``; but not ``axis``.

    Returns
    -------
    ndarray of shape (m, n)
        ``measure(P[i], Q[j])``, in the unit asked for.

    Raises
    ------
    ShapeError
        If P or Q is not a matrix, or their rows differ in length.
    InputError
        For ``axis``, and whatever the measure raises.

    Examples
    --------
    >>> from kullback import total_variation
    >>> pairwise(total_variation, [[1, 0], [0, 1]], [[1, 0], [0.5, 0.5], [0, 1]]).tolist()
    [[0.0, 0.5, 1.0], [1.0, 0.5, 0.0]]
    """
    if "axis" in options:
        raise InputError("pairwise compares rows: axis is always the last one; transpose instead")
    p = checks.numeric("P", P)
    q = p if Q is None else checks.numeric("Q", Q)
    for name, array in (("P", p), ("Q", q)):
        if array.ndim != 2:
            raise ShapeError(
                f"{name} has shape {array.shape}; pairwise takes one row a distribution"
            )
    result = np.empty((len(p), len(q)))
    step = max(1, BLOCK // max(1, q.size))
    for start in range(0, len(p), step):
        stop = min(start + step, len(p))
        result[start:stop] = measure(p[start:stop, None, :], q[None, :, :], **options)
    return result
