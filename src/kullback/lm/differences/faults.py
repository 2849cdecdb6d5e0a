"""What makes two engines differ, one function a fault: each undoes it, if it is there.

A fault takes the logits of both sides, float64, of equal shape, and returns both as they would be
without it, with a sentence; or None where it cannot be. Whether it was there is judged by the
caller: by how much nearer the two sides are after.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SHIFTS = (1, -1, 2, -2)
CAPS = 64  # soft caps that are tried, from a twentieth to eight times the largest logit
SHOWN = 10
ONE = 0.005  # a factor so near to 1 is 1
TIE = 1e-6  # logits that are no further apart may be kept or cut off alike
PRECISIONS = ("bfloat16", "float16")
# So much float32 moves a logarithm. Of the numbers that rounding moves, so many must be met: others
# lie next to the middle between two of 16 bits, or their sum was not added up as ours is.
SINGLE, MET, MOVED = 4e-6, 0.9, 0.05


class Undone(NamedTuple):
    """Both sides without a fault, and what it was; `sure` where the numbers leave no doubt."""

    a: Array
    b: Array
    code: str
    text: str
    sure: bool = False


Fault = Callable[[Array, Array], Iterator[Undone]]


def shifted(a: Array, b: Array) -> Iterator[Undone]:
    """Rows of one side belong to other places of the text."""
    for by in SHIFTS:
        if len(a) > abs(by) + 1:
            first, second = (a[by:], b[:-by]) if by > 0 else (a[:by], b[-by:])
            late, early = ("B", "A") if by < 0 else ("A", "B")
            text = (
                f"Rows are shifted: row i + {abs(by)} of {late} is about what row i of {early} is "
                f"about; one side scores the token that was read, the other the next one."
            )
            yield Undone(first, second, "shift", text)


def masked(a: Array, b: Array) -> Iterator[Undone]:
    """Some tokens are impossible in every row of one side, and possible on the other.

    Those that are never likelier than what is kept may be cut off for being unlikely instead.
    """
    for name, cut, whole in (("A", a, b), ("B", b, a)):
        kept = np.isfinite(cut)
        least = np.where(kept, whole, np.inf).min(axis=1, keepdims=True)
        out = ~kept.any(axis=0) & (whole > least).any(axis=0)
        ids = np.flatnonzero(out)
        if len(ids):
            listed = ", ".join(map(str, ids[:SHOWN])) + (", …" if len(ids) > SHOWN else "")
            text = f"{name} never says {len(ids)} tokens that the other side may say: ids {listed}."
            first, second = (np.where(out, -np.inf, side) for side in (a, b))
            yield Undone(first, second, "mask", text, sure=True)


def truncated(a: Array, b: Array) -> Iterator[Undone]:
    """Unlikely tokens are cut off on one side, and the others renormalised."""
    for name, whole, cut in (("B", a, b), ("A", b, a)):
        kept = np.isfinite(cut)
        lost = np.isfinite(whole) & ~kept
        if not lost.any():
            continue
        least = np.where(kept, whole, np.inf).min(axis=1)
        most = np.where(lost, whole, -np.inf).max(axis=1)
        counts, mass = kept.sum(axis=1), np.where(kept, _probabilities(whole), 0.0).sum(axis=1)
        likeliest = bool((least >= most - TIE).all())
        how = f"keeps {counts.min()} to {counts.max()} tokens a row, which hold {mass.min():.4g}"
        if likeliest and counts.min() == counts.max():
            how = f"keeps {counts[0]} tokens of each row (top-k = {counts[0]}), which hold"
            how += f" {mass.min():.4g}"
        elif likeliest:
            how = f"keeps the likeliest tokens (top-p of about {mass.min():.4g}), which hold"
            how += f" {mass.min():.4g}"
        text = f"{name} {how} to {mass.max():.4g} of the other side's probability, renormalised."
        left = np.where(kept, whole, -np.inf)
        first, second = (left, b) if name == "B" else (a, left)
        yield Undone(first, second, "truncation", text, sure=likeliest)


def scaled(a: Array, b: Array) -> Iterator[Undone]:
    """One side's logits are the other's, divided by a temperature."""
    weight = (_probabilities(a) + _probabilities(b)) / 2
    both = np.isfinite(a) & np.isfinite(b)
    x, y = (np.where(both, side, 0.0) for side in (a, b))
    weight = np.where(both, weight, 0.0)
    total = weight.sum(axis=1, keepdims=True)
    x, y = (side - (weight * side).sum(axis=1, keepdims=True) / total for side in (x, y))
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = (weight * x * y).sum(axis=1) / (weight * x * x).sum(axis=1)
    slope = float(np.nanmedian(slopes)) if np.isfinite(slopes).any() else np.nan
    if slope > 0 and np.isfinite(slope):
        text = f"B's logits are A's divided by a temperature of {1 / slope:.4g}."
        yield Undone(a * slope, b, "temperature", text)


def capped(a: Array, b: Array) -> Iterator[Undone]:
    """One side's logits c·tanh(logit/c) of the other's."""
    for name, plain, soft in (("B", a, b), ("A", b, a)):
        size = np.abs(np.where(np.isfinite(plain), plain, 0.0)).max()
        if size == 0:
            continue
        caps = size * np.geomspace(0.05, 8.0, CAPS)
        best = min(caps, key=lambda cap: _fit(cap, plain, soft)[0])
        for width in (0.04, 0.002, 0.0001):
            near = best * (1 + width * np.linspace(-1, 1, 41))
            best = min(near, key=lambda cap: _fit(cap, plain, soft)[0])
        scale = _fit(best, plain, soft)[1]
        if scale == 0:  # nothing finite on the other side
            continue
        undone = scale * best * np.tanh(plain / best)
        text = f"{name}'s logits are soft-capped: c·tanh(logit/c) of the other's, c = {best:.4g}"
        if abs(scale - 1) > ONE:
            text += f", divided by a temperature of {1 / scale:.4g}"
        text += "."
        first, second = (undone, b) if name == "B" else (a, undone)
        yield Undone(first, second, "soft cap", text)


def rounded(a: Array, b: Array) -> Iterator[Undone]:
    """One side is the other one, held in 16 bits somewhere on the way from logits."""
    best = MET
    for name, fine, coarse in (("B", a, b), ("A", b, a)):
        for kind in PRECISIONS:
            for what, plain, as_stored in _ways(fine, kind):
                met = _share_met(plain, as_stored, coarse)
                if met > best:
                    best = met
                    text = f"{name} holds the other side's {what}, rounded to {kind}."
                    sides = (as_stored, b) if name == "B" else (a, as_stored)
                    found = Undone(*sides, "rounding", text, sure=True)
    if best > MET:
        yield found


FAULTS: tuple[Fault, ...] = (rounded, shifted, masked, truncated, scaled, capped)


def _fit(cap: float, plain: Array, soft: Array) -> tuple[float, float]:
    """Return how far capped logits are from the others, and the factor that is best for them.

    Up to a constant a row, which says nothing.
    """
    both = np.isfinite(plain) & np.isfinite(soft)
    count = both.sum(axis=1, keepdims=True)
    x, y = (np.where(both, side, 0.0) for side in (cap * np.tanh(plain / cap), soft))
    x, y = (np.where(both, side - side.sum(axis=1, keepdims=True) / count, 0.0) for side in (x, y))
    scale = float((x * y).sum() / (x * x).sum())
    return float(((scale * x - y) ** 2).sum()), scale


def _probabilities(logits: Array) -> Array:
    return np.asarray(np.exp(_log_probabilities(logits)))


def _log_probabilities(logits: Array) -> Array:
    moved = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(moved - np.log(np.exp(moved).sum(axis=1, keepdims=True)))


def _ways(fine: Array, kind: str) -> Iterator[tuple[str, Array, Array]]:
    """Yield what an engine may have kept in 16 bits, as it would be without, and so.

    Logits that are rounded may be rounded again as log-probabilities, or as probabilities, of
    which the logarithm may be rounded once more.
    """
    short, plain = _stored(fine, kind), _log_probabilities(fine)
    yield "logits", fine, short
    for of, logits in (("", fine), (" of rounded logits", short)):
        yield f"log-probabilities{of}", plain, _stored(_log_probabilities(logits), kind)
        with np.errstate(divide="ignore"):
            kept = np.log(_stored(_probabilities(logits), kind))
        yield f"probabilities{of}", plain, kept
        yield f"probabilities{of}", plain, _stored(kept, kind)


def _share_met(plain: Array, as_stored: Array, coarse: Array) -> float:
    """Return the share of the numbers that rounding moves which are met on the other side.

    0 where it moves next to none: what is rounded already is no evidence of who rounded it.
    """
    finite = np.isfinite(plain) & np.isfinite(coarse)
    with np.errstate(invalid="ignore"):
        moved = finite & ~(np.abs(as_stored - plain) <= SINGLE * (1 + np.abs(plain)))
        met = moved & (np.abs(as_stored - coarse) <= SINGLE * (1 + np.abs(plain)))
    return float(met.sum() / moved.sum()) if moved.sum() > MOVED * finite.sum() else 0.0


def _stored(values: Array, kind: str) -> Array:
    """Return numbers as 16 bits hold them, rounded to even."""
    if kind == "float16":
        with np.errstate(over="ignore"):
            return values.astype(np.float16).astype(np.float64)
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    even = (bits >> np.uint64(16)) & np.uint64(1)
    high = (bits + np.uint64(0x7FFF) + even) >> np.uint64(16) << np.uint64(16)
    return np.where(np.isfinite(values), high.astype(np.uint32).view(np.float32), values)
