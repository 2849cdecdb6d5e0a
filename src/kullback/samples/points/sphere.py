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
    lines = [np.ascontiguousarray(cloud.T) for cloud in clouds]  # a column's numbers side by side
    middle = np.mean([line.mean(axis=1) for line in lines], axis=0)
    covariance = sum(_scatter(line) for line in lines) / np.float64(weight)
    spread = np.sqrt(np.diag(covariance))
    _refuse_constant(lines, spread, columns)
    values, vectors = np.linalg.eigh(covariance / np.outer(spread, spread))
    if values[0] < FLAT * len(values):
        raise InputError(
            f"the {len(values)} columns are linearly dependent (one is a sum of others), so they "
            f"have no joint density; leave one of them out"
        )
    turn = vectors / np.sqrt(values)
    log_volume = float(np.log(spread).sum() + 0.5 * np.log(values).sum())
    return [
        _mapped((line - middle[:, None]) / spread[:, None], turn).T for line in lines
    ], log_volume


def _scatter(lines: Array) -> Array:
    centred = lines - lines.mean(axis=1, keepdims=True)
    return np.asarray(centred @ centred.T)


def _mapped(lines: Array, turn: Array) -> Array:
    """Multiply number by number: a matrix product may round equal rows differently."""
    result = np.zeros_like(lines)
    for line, factors in zip(lines, turn, strict=True):
        result += line * factors[:, None]
    return result


def _refuse_constant(lines: Sequence[Array], spread: Array, columns: Sequence[str] | None) -> None:
    # A mean is rounded, so that the spread of what is constant need not be 0.
    alike = np.all([line.min(axis=1) == line.max(axis=1) for line in lines], axis=0)
    if not (constant := alike | (spread <= 0)).any():
        return
    index = int(np.argmax(constant))
    name = f"column {index}" if columns is None else f"column {columns[index]!r}"
    value = lines[0][index, 0]
    raise InputError(
        f"{name} is constant within each sample ({value:g} in x), so it has no density; leave it "
        f"out (KL is 0 from it if the constants agree, infinite if not)"
    )
