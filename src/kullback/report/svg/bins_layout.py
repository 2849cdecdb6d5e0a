"""Where each outcome of a picture of two distributions lies, and how high it stands."""

import math
from collections.abc import Callable
from typing import NamedTuple

from kullback.report.blocks.charts import SharePart, Shares
from kullback.report.svg.writer import scaled

PIN = 5.0  # the width of a single value among bins
LEAST_TOP = 0.2  # the share that fills the height, where no share is larger: 1 % stays small
SLOT, GAP = 44.0, 8.0  # of an outcome beside the axis, and before the first of them


class Placed(NamedTuple):
    """One outcome with its ends in the picture, and its heights from 0 to 1."""

    part: SharePart
    x1: float
    x2: float
    p: float
    q: float
    kind: str  # "bin", "pin" or "slot"


def place(shares: Shares, width: float) -> list[Placed]:
    """Return every outcome in its place, from left to right within each kind.

    Bins stand at their place on the axis with a height of share ÷ width; single values among
    them are pins; what has no place on the axis is a slot at the right, and where there are no
    bins everything is a slot. Pins and slots have a height of their own scale, of shares.

    Parameters
    ----------
    shares : Shares
        What to draw.
    width : float
        Of the picture.

    Returns
    -------
    list of Placed
        One for each part.
    """
    kinds = [_kind(part) for part in shares.parts]
    edge = axis_end(shares, width)
    along = axis_scale(shares, edge)
    top = highest(shares)
    densest = _densest(shares, kinds, along)
    start, step = _slots(kinds, edge, width)
    done: list[Placed] = []
    for part, kind in zip(shares.parts, kinds, strict=True):
        if kind == "slot":
            done.append(_scaled(part, (start, start + step), top, kind))
            start += step
        elif kind == "pin":
            x = along(part.low or 0.0)
            done.append(_scaled(part, (x - PIN / 2, x + PIN / 2), top, kind))
        else:
            x1, x2 = along(part.low or 0.0), along(part.high or 0.0)
            done.append(_scaled(part, (x1, x2), densest * (x2 - x1), kind))
    return done


def highest(shares: Shares) -> float:
    """Return the share that fills the height of pins and slots."""
    parts = [part for part in shares.parts if _kind(part) != "bin" and not part.rest]
    least = LEAST_TOP if any(part.low is not None for part in shares.parts) else 0.0
    return max([least, *(max(part.p, part.q) for part in parts)])


def _slots(kinds: list[str], edge: float, width: float) -> tuple[float, float]:
    """Return where the first slot starts, and how wide each is."""
    count = kinds.count("slot")
    if count == len(kinds):
        return 0.0, width / max(1, count)
    return edge + GAP, (width - edge - GAP) / max(1, count)


def axis_end(shares: Shares, width: float) -> float:
    """Return where the axis ends: slots at the right need room."""
    kinds = [_kind(part) for part in shares.parts]
    slots = kinds.count("slot")
    return width if not slots else max(width / 3, width - slots * SLOT - GAP)


def axis_ends(shares: Shares) -> tuple[float, float]:
    """Return the lowest and the highest value on the axis."""
    lows = [part.low for part in shares.parts if part.low is not None]
    highs = [part.high for part in shares.parts if part.high is not None]
    return (min(lows), max(highs)) if lows else (0.0, 1.0)


def axis_scale(shares: Shares, end: float) -> Callable[[float], float]:
    """Return the function from values to places."""
    low, high = axis_ends(shares)
    if shares.axis == "log":
        straight = scaled(math.log(low), math.log(high), 0.0, end)
        return lambda value: straight(math.log(value))
    if low == high:  # only one single value has a place
        return lambda _: end / 2
    return scaled(low, high, 0.0, end)


def _kind(part: SharePart) -> str:
    if part.low is None or part.high is None:
        return "slot"
    return "pin" if part.low == part.high else "bin"


def _densest(shares: Shares, kinds: list[str], along: Callable[[float], float]) -> float:
    densities = [
        max(part.p, part.q) / (along(part.high) - along(part.low))
        for part, kind in zip(shares.parts, kinds, strict=True)
        if kind == "bin"
        and part.low is not None
        and part.high is not None
        and along(part.high) > along(part.low)
    ]
    return max(densities, default=0.0) or 1.0


def _scaled(part: SharePart, ends: tuple[float, float], top: float, kind: str) -> Placed:
    p, q = (0.0 if part.rest or top <= 0 else min(1.0, share / top) for share in (part.p, part.q))
    return Placed(part, *ends, p, q, kind)
