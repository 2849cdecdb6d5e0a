"""Which tokens of a row are kept: the likeliest ones, and others drawn by their probability.

Every other token gets a rank u/p, u in (0, 1) from `kullback.lm.sketches.uniforms`; the `tail`
tokens of the least ranks are kept, and the next rank is the rate: given all other tokens, one is
kept when u/p is below it, so with the chance min(1, p·rate). This is sampling proportional to
size of a fixed number of tokens, with known chances (Ohlsson, 1998, Sequential Poisson sampling;
Duffield, Lund and Thorup, 2007, Priority sampling for estimation of arbitrary subset sums), and
sums over the tokens kept, each over its chance, have no bias, nor has their variance.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.lm.files.sketch import VALUES, Records, SketchLayout, checksum
from kullback.lm.sketches.rows import SourceRows
from kullback.lm.sketches.uniforms import uniforms

Array = NDArray[np.float64]
Ids = NDArray[np.int64]
# Tokens that are looked at for each one kept: enough nearly always, else all are.
LOOKED_AT = 3.0


def drawn(rows: SourceRows, layout: SketchLayout, first: int) -> Records:
    """Return the records of some rows; their places in the text are not filled in.

    Parameters
    ----------
    rows : SourceRows
        What to keep of.
    layout : SketchLayout
        How much to keep.
    first : int
        The number of the first row: the key by which its tokens are drawn.
    """
    records = np.zeros(len(rows), layout.record)
    heads = kernels.top_k(rows.counted, min(layout.head, layout.vocabulary))
    chosen = np.take_along_axis(rows.counted, heads, axis=1)
    heads = np.where(np.isneginf(chosen), -1, heads)
    records["log_rest"], records["rest_entropy"] = rows.rest(heads)
    records["log_z"], records["noise"] = rows.log_z, rows.noise
    records["impossible"], records["support"] = rows.impossible()
    records["key"] = np.arange(first, first + len(rows))
    records["log_rate"] = np.inf
    log_p = chosen.astype(np.float64) - rows.log_z[:, None]
    records["entropy"] = _entropy(records, np.where(heads < 0, -np.inf, log_p))
    for row, record in enumerate(records):
        tail, rate = _tail(rows, row, heads[row], layout, record)
        head = heads[row][heads[row] >= 0]
        record["drawn"], record["log_rate"] = len(tail), rate
        _put(record, rows.values[row], head, tail, layout)
    return records


def _entropy(records: Records, log_p: Array) -> Array:
    """Return the entropy of each row: of the head, and of the rest as a whole and inside."""
    with np.errstate(invalid="ignore"):
        head = np.where(np.isneginf(log_p), 0.0, -np.exp(log_p) * log_p).sum(axis=1)
        log_rest = records["log_rest"]
        rest = np.exp(log_rest) * (records["rest_entropy"] - log_rest)
    return np.asarray(head + np.where(np.isneginf(log_rest), 0.0, rest))


def _tail(
    rows: SourceRows, row: int, head: Ids, layout: SketchLayout, record: Any
) -> tuple[Ids, float]:
    """Return the tokens drawn, least rank first, and ln of the rate (∞ where all are kept)."""
    left = layout.vocabulary - int(record["impossible"]) - int((head >= 0).sum())
    if left <= 0:
        return np.empty(0, np.int64), np.inf
    logits = rows.counted[row].astype(np.float64)
    logits[head[head >= 0]] = -np.inf
    if left <= layout.tail:
        return np.flatnonzero(logits > -np.inf), np.inf
    log_u = np.log(uniforms(layout.seed, int(record["key"]), layout.vocabulary))
    with np.errstate(invalid="ignore"):
        ranks = log_u - (logits - rows.log_z[row])
    likely = np.log(LOOKED_AT * (layout.tail + 8)) - float(record["log_rest"])
    near = np.flatnonzero(ranks < likely)
    if len(near) <= layout.tail:
        near = np.flatnonzero(logits > -np.inf)
    order = near[np.argsort(ranks[near], kind="stable")[: layout.tail + 1]]
    return order[:-1], float(ranks[order[-1]])


def _put(record: Any, values: NDArray[Any], head: Ids, tail: Ids, layout: SketchLayout) -> None:
    tokens = np.concatenate([head, tail])
    kept = values[tokens]
    if layout.values == "bfloat16":
        kept = (kept.astype(np.float32).view(np.uint32) >> np.uint32(16)).astype(np.uint16)
    # The head may be shorter than there is room for: the drawn ones stand after the room.
    places = np.concatenate([np.arange(len(head)), layout.head + np.arange(len(tail))])
    record["values"][places] = kept.astype(VALUES[layout.values])
    width = record["ids"].shape[1]
    record["ids"][:] = 255  # none
    record["ids"][places] = tokens.astype("<u4").view("u1").reshape(-1, 4)[:, :width]


def sealed(records: Records) -> Records:
    """Return the records with their check-sums."""
    for record in records:
        record["check"] = checksum(record)
    return records
