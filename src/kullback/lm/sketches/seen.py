"""Which tokens both sides know: a sketch and whole rows, or two sketches."""

import numpy as np
from numpy.typing import NDArray

from kullback.errors import ShapeError
from kullback.lm.files.sketch import Records, Sketch, SketchLayout
from kullback.lm.sketches.estimate import Seen
from kullback.lm.sketches.kept import Kept
from kullback.lm.sketches.rows import SourceRows

Array = NDArray[np.float64]
# ln of a mass below which rounding in the entropy of all leaves nothing of its own.
SMALLEST = -18.0
Counts = tuple[NDArray[np.int64], NDArray[np.uint64]]


def with_rows(layout: SketchLayout, records: Records, rows: SourceRows) -> Seen:
    """Return what is seen of a sketch's rows and of whole rows of the other side.

    Parameters
    ----------
    layout : SketchLayout
        Of the sketch, which is P.
    records : ndarray of records
        Some of its rows.
    rows : SourceRows
        The same rows of Q.
    """
    kept = Kept.of(records, layout)
    found = np.take_along_axis(rows.values, np.maximum(kept.ids, 0), axis=1).astype(np.float64)
    log_q = np.where(kept.ids < 0, -np.inf, found - rows.log_z[:, None])
    log_rest, entropy = rows.rest(kept.heads)
    same, infinite, reverse = _supports(
        (records["impossible"].astype(np.int64), records["support"]),
        rows.impossible(),
        known=not layout.clamped and rows.values is rows.counted,
    )
    return Seen(
        kept.log_p,
        log_q,
        kept.log_chance,
        _columns(kept),
        records["log_rest"],
        log_rest,
        same,
        entropy - records["rest_entropy"],
        infinite,
        reverse,
    )


def with_sketch(base: Sketch, p: Records, model: Sketch, q: Records) -> Seen:
    """Return what is seen of two sketches: the tokens that both hold.

    With one seed they drew by the same numbers, so that a token is in both when it is in the one
    in which it is less likely to be; with two, the chances multiply.
    """
    if not np.array_equal(p["key"], q["key"]) and base.layout.seed == model.layout.seed:
        raise ShapeError(
            f"{base.path} and {model.path} were drawn with one seed and for other rows; draw one "
            f"of them with another seed"
        )
    first, second = Kept.of(p, base.layout), Kept.of(q, model.layout)
    place, there = _found(first.ids, second.ids)
    log_q, chance = (
        np.where(there, np.take_along_axis(each, place, axis=1), otherwise)
        for each, otherwise in ((second.log_p, -np.inf), (second.log_chance, 0.0))
    )
    together = np.minimum if base.layout.seed == model.layout.seed else np.add
    exact = _columns(first) & there & (place < second.head)
    same, infinite, reverse = _supports(
        *((side["impossible"].astype(np.int64), side["support"]) for side in (p, q)),
        known=not (base.layout.clamped or model.layout.clamped),
    )
    in_q = (second.ids[:, :, None] == np.where(exact, first.ids, -2)[:, None, :]).any(axis=2)
    rest_p, rest_q = _rest(p, first, exact), _rest(q, second, in_q)
    apart = _entropy(q, second, in_q, rest_q) - _entropy(p, first, exact, rest_p)
    return Seen(
        np.where(there, first.log_p, -np.inf),
        log_q,
        together(first.log_chance, chance),
        exact,
        rest_p,
        rest_q,
        same,
        apart,
        infinite,
        reverse,
    )


def _columns(kept: Kept) -> NDArray[np.bool_]:
    first = np.arange(kept.ids.shape[1]) < kept.head
    return np.asarray(first & (kept.ids >= 0))


def _found(
    first: NDArray[np.int64], second: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return where each id of the first stands in the second, row by row, and whether it does."""
    equal = (first[:, :, None] == second[:, None, :]) & (first >= 0)[:, :, None]
    return equal.argmax(axis=2), equal.any(axis=2)


def _rest(records: Records, kept: Kept, exact: NDArray[np.bool_]) -> Array:
    """Return ln of the mass outside of `exact`: of the rest, and the other tokens of the head."""
    head = np.arange(kept.ids.shape[1]) < kept.head
    others = np.where(head & ~exact, np.exp(kept.log_p), 0.0).sum(axis=1)
    with np.errstate(divide="ignore"):
        return np.asarray(np.logaddexp(records["log_rest"], np.log(others)))


def _entropy(records: Records, kept: Kept, exact: NDArray[np.bool_], log_rest: Array) -> Array:
    """Return the entropy outside of `exact`, from that of all; 0 where next to nothing is there."""
    log_p = np.where(exact, kept.log_p, 0.0)
    left = records["entropy"] + (np.where(exact, np.exp(log_p), 0.0) * log_p).sum(axis=1)
    some = log_rest > SMALLEST
    held = np.where(some, log_rest, 0.0)
    return np.where(some, np.maximum(0.0, left / np.exp(held) + held), 0.0)


def _supports(p: Counts, q: Counts, *, known: bool) -> tuple[NDArray[np.bool_], ...]:
    """Return whether the possible tokens are the same, and whether each side has one more.

    What was clamped is small and not impossible: then nothing is known to be infinite.
    """
    same = np.asarray((p[0] == q[0]) & (p[1] == q[1]))
    infinite, reverse = (
        np.asarray(~same & (a >= b)) & known for a, b in ((q[0], p[0]), (p[0], q[0]))
    )
    return same, infinite, reverse
