"""What one look at a stream of windows shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from kullback.report.blocks.label import quote
from kullback.results import Note
from kullback.results.facts import facts
from kullback.units import format_number


@dataclass(frozen=True, slots=True)
class Change:
    """When a column changed, and how.

    Parameters
    ----------
    column : str
        Which.
    event : str
        What happens more or less often, such as "≤ 10" or "is missing".
    direction : {"more", "less"}
        Of the event.
    usual : (float, float)
        Between which limits its share lay in the reference, the tolerance counted in.
    share : float
        Its share since then.
    since, earliest, latest : str
        The window that began it, and between which windows that lies: bets that have earned
        almost as much as the best one would name any of these.
    """

    column: str
    event: str
    direction: str
    usual: tuple[float, float]
    share: float
    since: str
    earliest: str
    latest: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {f.name: facts(getattr(self, f.name)) for f in fields(self)}

    def __str__(self) -> str:
        low, high = (format_number(100 * end, 3) for end in self.usual)
        when = f"since {self.since}"
        if self.earliest != self.latest:
            when += f" (between {self.earliest} and {self.latest})"
        return (
            f"{quote(self.column)} {self.event}: {format_number(100 * self.share, 3)} % of rows, "
            f"{self.direction} than the usual {low} to {high} %, {when}"
        )


@dataclass(frozen=True, slots=True)
class Look:
    """One window, and all that was seen up to it.

    Parameters
    ----------
    at : str
        The window.
    rows : int
        Its rows.
    evidence : dict of str to float
        Bits of evidence that each column has changed: log₂ of what a gambler would have.
    threshold : float
        Bits from which on a column is alarmed: with k of them alarmed together, log₂ k fewer.
    alarmed : tuple of str
        The columns whose evidence is there, the most first.
    changes : tuple of Change
        When and how each of them changed.
    repeated : bool
        Whether this window had been looked at before; nothing is counted twice.
    notes : tuple of Note
        What was not watched, and why.
    """

    at: str
    rows: int
    evidence: dict[str, float]
    threshold: float
    alarmed: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    repeated: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def change(self) -> Change | None:
        """The change with the most evidence, if there is an alarm."""
        return self.changes[0] if self.changes else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {f.name: facts(getattr(self, f.name)) for f in fields(self)}

    def __str__(self) -> str:
        if self.alarmed:
            told = "\n".join(f"  {change}" for change in self.changes)
            return f"{self.at}: changed: {', '.join(map(quote, self.alarmed))}\n{told}"
        most = max(self.evidence, key=self.evidence.__getitem__, default=None)
        if most is None:
            return f"{self.at}: nothing is watched"
        bits = format_number(self.evidence[most], 3)
        of = format_number(self.threshold, 3)
        return f"{self.at}: no change; most evidence in {quote(most)}: {bits} of {of} bits"


def together(bits: Mapping[str, float], needed: Callable[[int], float]) -> list[str]:
    """Return the most columns that have, each, the evidence that so many need (e-BH).

    Examples
    --------
    >>> together({"x": 5.0, "y": 7.0, "z": 1.0}, lambda count: 7.0 - count)
    ['y', 'x']
    """
    ranked = sorted(bits, key=lambda column: -bits[column])
    enough = [i for i, column in enumerate(ranked, 1) if bits[column] >= needed(i)]
    return ranked[: max(enough, default=0)]
