"""One column that is watched: what can happen, what is usual, and the evidence so far."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kullback.statistics.e_detector import Winnings, log_e_values, log_mean
from kullback.tables.profiles.profile import ColumnProfile
from kullback.tables.watch.baseline import Baseline
from kullback.tables.watch.events import Events
from kullback.tables.watch.look import Change

NEAR = 2.0  # nats: bets that have earned almost as much as the best one


@dataclass(slots=True, eq=False)
class Watched:
    """One column that is watched.

    Parameters
    ----------
    name : str
        The column.
    events : Events
        What can happen in it.
    usual : dict of str to Baseline
        What is usual in each season.
    evidence : Winnings
        Of all windows so far.
    """

    name: str
    events: Events
    usual: dict[str, Baseline]
    evidence: Winnings

    def nothing(self) -> Winnings:
        """Return the winnings of a window in which the column could not be seen."""
        return Winnings.none(len(self.events.names), windows=1)

    def step(self, column: ColumnProfile | None, rows: int, usual: Baseline) -> Winnings:
        """Return the winnings of one window; a column that it lacks is missing in all its rows."""
        if column is None:
            counts, among = self.events.absent(rows)
        else:
            counts, among = self.events.counted(column), self.events.among(column)
        bets = log_e_values(counts, among, usual.low, usual.high, usual.design(among))
        return Winnings.of(bets, counts, among)

    def bits(self, *, ever: bool) -> float:
        """Return the evidence that it has changed: since ever, or starting anew all the time.

        0 where no bet was possible so far.
        """
        logs = self.evidence.product if ever else self.evidence.detector
        found = log_mean(logs) / math.log(2)
        return found if math.isfinite(found) else 0.0

    def change(self, usual: Baseline, name_of: Callable[[int], str]) -> Change:
        """Return when and how it changed, by the best bet; `name_of` gives a window's name."""
        growth, start = self.evidence.growth, self.evidence.start
        best = np.unravel_index(int(np.argmax(growth)), growth.shape)
        event, side = int(best[0]), int(best[1])
        near = start[growth >= growth[best] - NEAR]
        happened, rows = (float(part[best]) for part in self.evidence.since)
        limits = float(usual.low[event]), float(usual.high[event])
        times = [name_of(int(i)) for i in (start[best], near.min(), near.max())]
        more = "more" if side == 0 else "less"
        share = happened / rows
        return Change(self.name, self.events.names[event], more, limits, share, *times)
