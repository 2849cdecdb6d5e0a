"""How soon a monitor would find a shift: what it can see, and what it cannot."""

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from kullback.statistics.e_detector import log_e_values
from kullback.tables.profiles.profile import Binned, ColumnProfile
from kullback.tables.watch.baseline import Baseline
from kullback.tables.watch.events import SPECIAL
from kullback.tables.watch.reference import columns_of

if TYPE_CHECKING:
    from kullback.tables.watch.monitor import Monitor


def delays(monitor: "Monitor", rows: float, shift: float) -> dict[str, float]:
    """Return after how many windows each ordered column would be alarmed, as `Monitor.delay`."""
    whole = columns_of(monitor.whole)
    return {
        name: max(_delay(monitor.threshold, usual, rows, shift) for usual in watched.usual.values())
        for name, watched in monitor.watched()
        if _is_ordered(whole[name])
    }


def _is_ordered(column: ColumnProfile) -> bool:
    return isinstance(column.body, Binned)


def _delay(threshold: float, usual: Baseline, rows: float, shift: float) -> float:
    """Return the windows that the best bet needs, on a shift to the worse side.

    What a bet on a share earns a window is its mean there; with B bets that share the money, the
    best one has to win B times what is needed.
    """
    ordered = slice(0, len(usual.share) - len(SPECIAL))
    counted = np.full(usual.share.shape, float(rows))
    longest = 0.0
    for step in (shift, -shift):
        share = usual.share.copy()
        share[ordered] = ndtr(ndtri(share[ordered]) + step)
        bets = log_e_values(rows * share, counted, usual.low, usual.high, usual.design(counted))
        growth = float(bets[ordered].max(initial=0.0))
        needed = threshold * math.log(2) + math.log(bets.size)
        longest = max(longest, math.ceil(needed / growth) if growth > 0 else math.inf)
    return longest
