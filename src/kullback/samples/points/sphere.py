"""Whitening: coordinates in which every affine map of the data looks the same.

KL does not change under an invertible affine map, distances do. In coordinates where the
pooled covariance is the identity, such a map is a rotation, which leaves distances alone.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError

Array = NDArray[np.float64]

FLAT = 1e-12  # an eigenvalue of the correlation matrix below this is a linear dependence


def whitened(
    clouds: Sequence[Array], columns: Sequence[str] | None = None
) -> tuple[list[Array], float]:
    """Map samples so that their pooled within-sample covariance is the identity.

    Parameters
    ----------
    clouds : sequence of ndarray of shape (n, d)
        The samples.
    columns : sequence of str or None
        Names of the columns, for messages.

    Returns
    -------
    list of ndarray, float
        The mapped samples, and ln|det| of the map back (0 for no change of volume).

    Raises
    ------
    InputError
        If a column is constant, or the columns are linearly dependent.
    """
    weight = sum(len(cloud) - 1 for cloud in clouds)
    wide = clouds[0].shape[1]
    if weight < wide:
        raise InputError(
            f"{weight + len(clouds)} points are too few for the covariance of {wide} columns; "
            f"collect more, or leave columns out"
        )
    middle = np.concatenate([cloud.mean(axis=0, keepdims=True) for cloud in clouds]).mean(axis=0)
    scatter = sum(_scatter(cloud) for cloud in clouds)
    covariance = np.asarray(scatter) / weight
    spread = np.sqrt(np.diag(covariance))
    _refuse_constant(clouds, spread, columns)
    values, vectors = np.linalg.eigh(covariance / np.outer(spread, spread))
    if values[0] < FLAT * len(values):
        raise InputError(
            f"the {len(values)} columns are linearly dependent (one is a sum of others), so they "
            f"have no joint density; leave one of them out"
        )
    turn = vectors / np.sqrt(values)
    log_volume = float(np.log(spread).sum() + 0.5 * np.log(values).sum())
    return [_mapped((cloud - middle) / spread, turn) for cloud in clouds], log_volume


def _scatter(cloud: Array) -> Array:
    centred = cloud - cloud.mean(axis=0)
    return np.asarray(centred.T @ centred)


def _mapped(cloud: Array, turn: Array) -> Array:
    """Multiply row by row: a matrix product may round equal rows differently."""
    result = np.zeros_like(cloud)
    for column, row in zip(cloud.T, turn, strict=True):
        result += column[:, None] * row
    return result


def _refuse_constant(clouds: Sequence[Array], spread: Array, columns: Sequence[str] | None) -> None:
    if not (constant := spread <= 0).any():
        return
    index = int(np.argmax(constant))
    name = f"column {index}" if columns is None else f"column {columns[index]!r}"
    value = clouds[0][0, index]
    raise InputError(
        f"{name} is constant within each sample ({value:g} in x), so it has no density; leave it "
        f"out (KL is 0 from it if the constants agree, infinite if not)"
    )
