"""The tokens that records hold, as arrays: which, how likely, and what chance they had."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.lm.files.sketch import Records, Sketch, SketchLayout

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


class SketchTokens(NamedTuple):
    """What a sketch knows of some rows, as `kullback.torch.kl_from_top_k` takes it.

    Parameters
    ----------
    ids : ndarray of int64, shape (rows, tokens)
        −1 where there is none.
    log_p, log_chance : ndarray, shape (rows, tokens)
        ln of the probability of each, and of the chance with which it was kept.
    head : int
        The first so many columns are the likeliest tokens, the others were drawn.
    log_rest : ndarray, shape (rows,)
        ln of the probability of all tokens that are not of the head.
    """

    ids: Ids
    log_p: Array
    log_chance: Array
    head: int
    log_rest: Array


def sketch_tokens(sketch: Sketch, start: int = 0, stop: int | None = None) -> SketchTokens:
    """Return the tokens of rows start:stop of a sketch, to train a student with.

    Parameters
    ----------
    sketch : Sketch
        What `kullback.lm.open` or `kullback.lm.sketch` gave.
    start, stop : int
        Which rows; all, by default.

    Returns
    -------
    SketchTokens
        ids, log_p, log_chance, head and log_rest.

    Raises
    ------
    FormatError
        If a record is damaged.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from kullback import lm
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = lm.sketch(np.zeros((2, 9)), f"{folder}/base.kbs", head=3, tail=2)
    ...     tokens = sketch_tokens(made)
    >>> tokens.ids.shape, np.exp(tokens.log_rest).round(3).tolist()
    ((2, 5), [0.667, 0.667])
    """
    records = sketch.records(start, len(sketch) if stop is None else stop)
    kept = Kept.of(records, sketch.layout)
    log_rest = records["log_rest"].astype(np.float64)
    return SketchTokens(kept.ids, kept.log_p, kept.log_chance, kept.head, log_rest)
