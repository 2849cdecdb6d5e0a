"""Some rows of one file as the kernels take them: numbers with ln p = scale·number + minimum."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.errors import InputError
from kullback.lm.files.logits_file import LogitsFile

Array = NDArray[np.float64]

# A row of codes that spans so many nats may have been clamped at its lower end.
CLAMPED_SPAN = 15.99
# Bits of the fraction: a number in [1, 2) is rounded to 2^-bits.
FRACTION = {"float16": 10, "bfloat16": 7, "float32": 23, "float64": 52}


@dataclass(frozen=True, slots=True, eq=False)
class SideRows:
    """Rows of one side.

    Parameters
    ----------
    values : ndarray, shape (rows, vocabulary)
        16-bit codes, or floating-point logits or log-probabilities.
    affine : ndarray, shape (rows, 3)
        Scale, minimum, and 1 where code 0 is a clamped number.
    noise : ndarray, shape (rows,)
        What rounding them makes of KL(P‖P), in nats.
    logits : bool
        Whether the rows are to be normalised, and `affine` does it.
    """

    values: NDArray[Any]
    affine: Array
    noise: Array
    logits: bool

    def log_probability(self, tokens: NDArray[Any]) -> Array:
        """Return ln p of one token a row."""
        rows = np.arange(len(self.values))
        chosen = self.values[rows, tokens].astype(np.float64)
        return np.asarray(self.affine[:, 0] * chosen + self.affine[:, 1])

    def clamped(self, tokens: NDArray[Any]) -> NDArray[np.bool_]:
        """Return whether ln p of one token a row is only an upper bound."""
        codes = self.values[np.arange(len(self.values)), tokens]
        return np.asarray((codes == 0) & (self.affine[:, 2] == 1))


def side(file: LogitsFile, start: int, stop: int) -> SideRows:
    """Read rows start:stop of a file.

    Raises
    ------
    InputError
        If a row holds NaN, +∞ or nothing but −∞: says the file and the row.
    """
    if file.quantised is not None:
        return _quantised(*file.quantised(start, stop))
    values = file.read(start, stop)
    normal = kernels.normalizers(values)
    bad = np.isnan(normal[:, 0])
    if bad.any():
        raise InputError(
            f"{file.path}: row {start + int(np.argmax(bad))} holds NaN, +∞ or only −∞ "
            f"({int(bad.sum())} such rows of {start}:{stop}); write the file again, or drop them"
        )
    flat = np.zeros((len(values), 3))
    flat[:, 0] = 1.0
    if not file.normalized:
        flat[:, 1] = -normal[:, 0]
    width = 2.0 ** -FRACTION.get(file.storage.split()[0], 52)
    return SideRows(values, flat, normal[:, 1] * width**2 / 24, logits=not file.normalized)


def _quantised(
    codes: NDArray[np.uint16], scale: NDArray[np.float32], minimum: NDArray[np.float32]
) -> SideRows:
    step = scale.astype(np.float64)
    clamped = (step * 65535 >= CLAMPED_SPAN).astype(np.float64)
    affine = np.stack([step, minimum.astype(np.float64), clamped], axis=-1)
    # A code is off by a uniform error of variance step²/12, and KL is half a variance.
    return SideRows(codes, affine, step**2 / 24, logits=False)
