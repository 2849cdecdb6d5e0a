"""Rows of a source as a sketch sees them: numbers, their normaliser, and what is left out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.errors import InputError
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.rows import side
from kullback.lm.sketches.uniforms import mixed

Array = NDArray[np.float64]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SourceRows:
    """Some rows of logits or log-probabilities.

    Parameters
    ----------
    values : ndarray of float, shape (rows, vocabulary)
        As they are stored; what was clamped has the value that it was clamped to.
    counted : ndarray of float, shape (rows, vocabulary)
        The same with −∞ for what was clamped, and so is known to be small only.
    log_z : ndarray, shape (rows,)
        What to take off for log-probabilities; 0 where they are such already.
    noise : ndarray, shape (rows,)
        What rounding them makes of KL(P‖P), in nats.
    """

    values: NDArray[Any]
    counted: NDArray[Any]
    log_z: Array
    noise: Array

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, file: LogitsFile, start: int, stop: int) -> "SourceRows":
        """Read rows start:stop of a file.

        Raises
        ------
        InputError
            If a row holds NaN, +∞ or nothing but −∞.
        """
        found = side(file, start, stop)
        if found.values.dtype != np.uint16:
            log_z = -found.affine[:, 1] if found.logits else np.zeros(stop - start)
            return cls(found.values, found.values, log_z + 0.0, found.noise)
        scale, least = (found.affine[:, i : i + 1].astype(np.float32) for i in (0, 1))
        values = found.values.astype(np.float32) * scale + least
        clamped = (found.values == 0) & (found.affine[:, 2:] == 1)
        counted = np.where(clamped, np.float32(-np.inf), values)
        return cls(values, counted, np.zeros(len(values)), found.noise)

    def rest(self, heads: Ids) -> tuple[Array, Array]:
        """Return ln of the mass outside of the given tokens, and the entropy there.

        Parameters
        ----------
        heads : ndarray of int64, shape (rows, tokens)
            The tokens that are not counted; −1 is none.
        """
        left = self.counted.copy()
        rows = np.arange(len(left))[:, None]
        left[np.broadcast_to(rows, heads.shape)[heads >= 0], heads[heads >= 0]] = -np.inf
        some = np.isfinite(left.max(axis=1))
        log_mass = np.full(len(left), -np.inf)
        entropy = np.zeros(len(left))
        if some.any():
            log_mass[some] = kernels.normalizers(left[some])[:, 0] - self.log_z[some]
            entropy[some] = kernels.logits_entropy(left[some], 1.0)
        return log_mass, entropy

    def impossible(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Return how many tokens of each row are left out, and a number that says which."""
        out = np.isneginf(self.counted)
        count = out.sum(axis=1)
        which = np.zeros(len(self), np.uint64)
        if count.any():
            names = mixed(np.arange(1, out.shape[1] + 1, dtype=np.uint64))
            for row in np.flatnonzero(count):
                which[row] = names[out[row]].sum(dtype=np.uint64)
        return count, which


def refuse_empty(file: LogitsFile) -> None:
    """Raise where there is no row."""
    if not len(file):
        raise InputError(f"{file.path} has no rows; a sketch needs at least one")
