"""How soon a monitor would find a shift: what it can see, and what it cannot."""

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtr, ndtri

from kullback.report.blocks.label import quote
from kullback.results.facts import facts
from kullback.statistics.e_detector import log_e_values
from kullback.tables.profiles.profile import Binned, ColumnProfile
from kullback.tables.watch.baseline import Baseline
from kullback.tables.watch.events import SPECIAL
from kullback.tables.watch.reference import columns_of
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.tables.watch.monitor import Monitor

DOUBLINGS, BISECTIONS = 12, 12  # of the rows that a promise takes


def delays(monitor: "Monitor", rows: float, shift: float) -> dict[str, float]:
    """Return after how many windows each ordered column would be alarmed, as `Monitor.delay`."""
    whole = columns_of(monitor.whole)
    return {
        name: max(_delay(monitor.threshold, usual, rows, shift) for usual in watched.usual.values())
        for name, watched in monitor.watched()
        if _is_ordered(whole[name])
    }


@dataclass(frozen=True, slots=True)
class Promise:
    """Whether a shift of a column is found in time, and what it would take.

    Parameters
    ----------
    column : str
        Which.
    shift : float
        In standard deviations.
    within : float
        The windows that were asked for.
    rows : float
        Of one window.
    delay : float
        Windows until the alarm; infinite where the shift cannot be told from what is usual.
    expected_run : float or None
        Where the delay is too long: the windows between false alarms, of all columns together, with
        which it would not be; None where it is short enough, or no such number would do.
    needed : float or None
        Where it is too long: rows of a window that would do; None as above.
    """

    column: str
    shift: float
    within: float
    rows: float
    delay: float
    expected_run: float | None = None
    needed: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the shift is found in time."""
        return self.delay <= self.within

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {f.name: facts(getattr(self, f.name)) for f in fields(self)} | {"kept": self.kept}

    def __str__(self) -> str:
        said = f"{quote(self.column)}: {format_number(self.shift, 3)} sd"
        size = f"of {self.rows:,.0f} rows"
        if math.isinf(self.delay):
            said += f" cannot be told from what is usual in windows {size}"
        else:
            windows = "window" if self.delay == 1 else "windows"
            said += f" is found after {self.delay:.0f} {windows} {size}"
        if self.kept:
            return said
        ways = []
        if self.expected_run is not None:
            ways.append(f"a false alarm in {format_number(self.expected_run, 2)} windows")
        if self.needed is not None:
            ways.append(f"windows of {self.needed:,.0f} rows")
        cost = f"; it takes {' or '.join(ways)}" if ways else "; a longer reference is needed"
        return f"{said}, not within {format_number(self.within, 3)}{cost}"


def promises(monitor: "Monitor", rows: float) -> tuple[Promise, ...]:
    """Return what can be promised of each ordered column, as `Monitor.promise`."""
    if monitor.within is None:
        return ()
    within, shift = monitor.within, monitor.shift
    found = []
    for name, delay in delays(monitor, rows, shift).items():
        held = Promise(name, shift, within, rows, delay)
        usual = dict(monitor.watched())[name].usual.values()
        if not held.kept:
            runs = [_run(monitor, one, rows, shift) for one in usual]
            sizes = [_rows(monitor.threshold, one, rows, shift, within) for one in usual]
            run, size = min(runs), max(sizes)
            held = replace(
                held,
                expected_run=run if run >= 1 and monitor.alpha is None else None,
                needed=size if math.isfinite(size) else None,
            )
        found.append(held)
    return tuple(found)


def _run(monitor: "Monitor", usual: Baseline, rows: float, shift: float) -> float:
    """Return the run with which the shift is found in time: what its windows win, shared out."""
    assert monitor.within is not None
    growth, bets = _growth(usual, rows, shift)
    spent = monitor.threshold - math.log2(monitor.expected_run)
    bits = math.floor(monitor.within) * growth / math.log(2) - math.log2(bets) - spent
    return float(2.0 ** min(bits, 1000.0))


def _rows(threshold: float, usual: Baseline, rows: float, shift: float, within: float) -> float:
    """Return the rows of a window with which the shift is found in time, by doubling."""
    for _ in range(DOUBLINGS):
        rows *= 2
        if _delay(threshold, usual, rows, shift) <= within:
            low = rows / 2
            for _ in range(BISECTIONS):
                middle = (low + rows) / 2
                late = _delay(threshold, usual, middle, shift) > within
                low, rows = (middle, rows) if late else (low, middle)
            return float(math.ceil(rows))
    return math.inf


def _is_ordered(column: ColumnProfile) -> bool:
    return isinstance(column.body, Binned)


def _delay(threshold: float, usual: Baseline, rows: float, shift: float) -> float:
    """Return the windows that the best bet needs, on a shift to the worse side.

    What a bet on a share earns a window is its mean there; with B bets that share the money, the
    best one has to win B times what is needed.
    """
    growth, bets = _growth(usual, rows, shift)
    needed = threshold * math.log(2) + math.log(bets)
    return math.ceil(needed / growth) if growth > 0 else math.inf


def _growth(usual: Baseline, rows: float, shift: float) -> tuple[float, int]:
    """Return what the best bet wins a window on the worse side, in nats, and how many there are."""
    ordered = slice(0, len(usual.share) - len(SPECIAL))
    counted = np.full(usual.share.shape, float(rows))
    least, size = math.inf, 1
    for step in (shift, -shift):
        share = usual.share.copy()
        share[ordered] = ndtr(ndtri(share[ordered]) + step)
        bets = log_e_values(rows * share, counted, usual.low, usual.high, usual.design(counted))
        least, size = min(least, float(bets[ordered].max(initial=0.0))), bets.size
    return least, size
