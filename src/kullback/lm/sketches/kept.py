"""The tokens that records hold, as arrays: which, how likely, and what chance they had."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kullback.lm.files.sketch import Records, SketchLayout

Array = NDArray[np.float64]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """The tokens of some records, as many columns as the layout has room for.

    Parameters
    ----------
    ids : ndarray of int64, shape (rows, tokens)
        −1 where there is none.
    log_p : ndarray, shape (rows, tokens)
        As the source says; −∞ where there is no token.
    log_chance : ndarray, shape (rows, tokens)
        ln of the chance with which each was kept: 0 for all of the head.
    head : int
        The first so many columns are the head.
    """

    ids: Ids
    log_p: Array
    log_chance: Array
    head: int

    @property
    def heads(self) -> Ids:
        """The ids of the head."""
        return self.ids[:, : self.head]

    @classmethod
    def of(cls, records: Records, layout: SketchLayout) -> "Kept":
        """Decode records."""
        raw = records["ids"]
        whole = np.zeros((*raw.shape[:2], 8), np.uint8)
        whole[..., : raw.shape[2]] = raw
        ids = whole.view("<u8")[..., 0].astype(np.int64)
        ids = np.where(ids == (1 << 8 * raw.shape[2]) - 1, -1, ids)
        values = np.ascontiguousarray(records["values"])
        if layout.values == "bfloat16":
            values = (values.astype(np.uint32) << 16).view(np.float32)
        log_p = values.astype(np.float64) - records["log_z"][:, None]
        log_p = np.where(ids < 0, -np.inf, log_p)
        with np.errstate(invalid="ignore"):
            chance = np.minimum(0.0, log_p + records["log_rate"][:, None])
        chance[:, : layout.head] = 0.0
        return cls(ids, log_p, np.where(ids < 0, 0.0, chance), layout.head)
