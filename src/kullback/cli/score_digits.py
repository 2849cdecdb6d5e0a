"""Probabilities as files print them: rounded, so that a row's sum is off by the last digits."""

import numpy as np
from numpy.typing import NDArray

from kullback.results import Note

Array = NDArray[np.float64]

FEWEST, MOST = 2, 9  # digits; one says too little, more than nine are no rounding for people


def within_digits(predictions: Array) -> tuple[Array, Note | None]:
    """Divide rows by their sums, where these are off by no more than the printed digits explain.

    Parameters
    ----------
    predictions : ndarray of shape (n, k)
        As read.

    Returns
    -------
    (ndarray, Note or None)
        The same rows, or rows that sum to 1 with a note that says what was done.

    Examples
    --------
    >>> rows, note = within_digits(np.array([[0.333, 0.333, 0.333], [0.2, 0.3, 0.5]]))
    >>> rows.sum(axis=1).tolist(), note.code
    ([1.0, 1.0], 'rounded-probabilities')
    """
    if not len(predictions) or predictions.shape[1] == 1 or not np.isfinite(predictions).all():
        return predictions, None
    total = predictions.sum(axis=1, keepdims=True)
    off = np.abs(total - 1)[:, 0]
    if off.max() <= 1e-12 or (predictions < 0).any():
        return predictions, None
    digits = _digits(predictions)
    if digits is None:
        return predictions, None
    explained = off <= _explained(predictions, *digits) * (1 + 1e-9)
    if not explained.all():  # the rows that no rounding explains stay, to be refused by name
        return np.where(explained[:, None], predictions / total, predictions), None
    rounded = int((off > 1e-12).sum())
    note = Note(
        "rounded-probabilities",
        f"Probabilities are printed with {digits[0]} digits, so that the sums of {rounded:,} of "
        f"{len(off):,} rows are not 1, by up to {off.max():.2g}; each row was divided by its sum.",
    )
    return predictions / total, note


def _digits(values: Array) -> tuple[int, int] | None:
    """Return the significant digits and the decimals with which all values are printed."""
    above = values[values > 0]
    power = np.floor(np.log10(above))
    for digits in range(1, MOST + 1):
        unit = 10.0 ** (power - digits + 1)
        if (np.abs(np.round(above / unit) * unit - above) <= 1e-12 * above).all():
            break
    else:
        return None
    fits = (d for d in range(1, 30) if (np.abs(np.round(above, d) - above) <= 1e-14).all())
    return (digits, next(fits)) if digits >= FEWEST else None


def _explained(values: Array, digits: int, decimals: int) -> Array:
    """Return by how much rounding to these digits can move the sum of a row."""
    with np.errstate(divide="ignore"):
        power = np.floor(np.log10(values))
    units = np.where(values > 0, 10.0 ** (power - digits + 1), 0.0)
    fixed = 0.5 * values.shape[1] * 10.0**-decimals
    found: Array = np.maximum(0.5 * units.sum(axis=1), fixed)
    return found
