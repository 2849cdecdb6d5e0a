"""Rows of two files become tokens: every measure of each."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback import kernels
from kullback.errors import FormatError
from kullback.lm.files.logits_file import LogitsFile
from kullback.lm.files.rows import SideRows, side
from kullback.lm.tokens.clamped_tail import tail_ends
from kullback.lm.tokens.record import DISTANCES, TOP, Tokens, empty, more_of, rounded_up
from kullback.lm.tokens.rounding import half_step

Array = NDArray[np.float64]
Targets = NDArray[np.int64] | None
Measure = Callable[[LogitsFile, LogitsFile, Targets, int, int], Tokens]

SUMMARY = {name: i for i, name in enumerate(kernels.SUMMARY)}
STORED = {name: i for i, name in enumerate(kernels.STORED)}
# What the writer's own arithmetic may do to the sum of a row.
ROUNDING = 1e-4
# The most that each of DISTANCES can be.
LARGEST = np.array([np.inf, np.inf, np.log(2.0), 1.0])


def clean(base: LogitsFile, model: LogitsFile, targets: Targets, start: int, stop: int) -> Tokens:
    """Measure rows start:stop, as exactly as what is stored allows.

    Parameters
    ----------
    base, model : LogitsFile
        P and Q.
    targets : ndarray of int64, shape (rows,), or None
        The id of the token that came next, for all rows.
    start, stop : int
        Which rows.

    Returns
    -------
    ndarray of records, shape (stop − start,)
        As `kullback.lm.tokens.record.TOKEN` says.

    Raises
    ------
    InputError
        If a row holds NaN, +∞ or nothing but −∞.
    """
    p, q = side(base, start, stop), side(model, start, stop)
    tokens = empty(stop - start)
    _distances(tokens, (base, model), start, p, q)
    _tops(tokens, p, q)
    if targets is not None:
        _target(tokens, p, q, targets[start:stop])
    return tokens


def _distances(
    tokens: Tokens, files: tuple[LogitsFile, LogitsFile], start: int, p: SideRows, q: SideRows
) -> None:
    if p.logits and q.logits:
        found = kernels.logits_summary(p.values, q.values, 1.0)[:, [SUMMARY[n] for n in DISTANCES]]
    else:
        rows = kernels.stored_measures(p.values, q.values, np.hstack([p.affine, q.affine]))
        for name, letter, each in (("dropped_base", "p", p), ("dropped_model", "q", q)):
            kept, clamped = (rows[:, STORED[f"{word}_{letter}"]] for word in ("kept", "clamped"))
            most = clamped * np.exp(each.affine[:, 1])
            _refuse_mass(files[letter == "q"], start, kept, most, each)
            tokens[name] = np.clip(1.0 - kept, 0.0, most)
        tokens["rounding_base"], tokens["rounding_model"] = half_step(p), half_step(q)
        found = _with_tail(rows, tokens, p, q)
    for name, values in zip(DISTANCES, found.T, strict=True):
        tokens[name] = values


def _with_tail(rows: Array, tokens: Tokens, p: SideRows, q: SideRows) -> Array:
    """Return the distances at their least, and note how much more the clamped tokens allow.

    The kernel has given each clamped token the least that is possible for it; together, by what
    the others leave over of 1, they may have to be further apart than that.
    """
    least = rows[:, [STORED[name] for name in DISTANCES]]
    some = np.flatnonzero(rows[:, STORED["clamped_p"]] + rows[:, STORED["clamped_q"]] > 0)
    kept = rows[:, [STORED["kept_p"], STORED["kept_q"]]]
    for row, ends in zip(some, tail_ends(p, q, kept, some), strict=True):
        least[row] += ends.least - ends.counted
        with np.errstate(invalid="ignore"):
            further = np.where(np.isinf(least[row]), 0.0, ends.most - ends.least)
            room = np.where(np.isinf(LARGEST), np.inf, np.maximum(0.0, LARGEST - least[row]))
        further = np.minimum(further, room)
        for name, more in zip(DISTANCES, further, strict=True):
            tokens[more_of(name)][row] = rounded_up(more)
    within: Array = np.minimum(least, LARGEST)
    return within


def _refuse_mass(file: LogitsFile, start: int, kept: Array, clamped: Array, side: SideRows) -> None:
    """Refuse rows of log-probabilities that cannot sum to 1, whatever the clamped ones are."""
    tolerance = side.affine[:, 0] * (not side.logits) + ROUNDING
    wrong = (kept > 1 + tolerance) | (kept + clamped < 1 - tolerance)
    if file.quantised is None or not wrong.any():
        return
    row = int(np.argmax(wrong))
    raise FormatError(
        f"{file.path}: the probabilities of row {start + row} sum to {kept[row]:.6g}, and at most "
        f"{clamped[row]:.2g} was clamped: never to 1; the file is damaged, write it again"
    )


def _tops(tokens: Tokens, p: SideRows, q: SideRows) -> None:
    k = min(TOP, p.values.shape[1])
    first, second = kernels.top_k(p.values, k), kernels.top_k(q.values, k)
    shared = (first[:, :, None] == second[:, None, :]).sum(axis=(1, 2))
    tokens["top_base"], tokens["top_model"] = first[:, 0], second[:, 0]
    tokens["same_top"] = first[:, 0] == second[:, 0]
    tokens["top_k_overlap"] = shared / k
    tokens["confidence"] = np.exp(p.log_probability(first[:, 0]))
    tokens["noise"] = _noise(p, first[:, 0]) + _noise(q, second[:, 0])


def _noise(side: SideRows, top: NDArray[Any]) -> Array:
    """Return the noise of each row; of codes, the largest is stored without an error."""
    if side.values.dtype != np.uint16:
        return side.noise
    return np.asarray(side.noise * -np.expm1(np.minimum(0.0, side.log_probability(top))))


def _target(tokens: Tokens, p: SideRows, q: SideRows, target: NDArray[Any]) -> None:
    log_p, log_q = p.log_probability(target), q.log_probability(target)
    tokens["target"] = target
    tokens["clamped"] = p.clamped(target) + 2 * q.clamped(target)
    tokens["nll_base"], tokens["nll_model"] = -log_p, -log_q
    tokens["delta_p"] = np.exp(log_q) - np.exp(log_p)
