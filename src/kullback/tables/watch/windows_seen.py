"""Which windows a monitor has looked at, in memory that does not grow with their number."""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kullback.errors import InputError

KEPT = 1_000  # windows whose names are kept
_NOWHERE = (math.inf, -math.inf)
MOST = 2**16  # digests of names that are no times and no numbers


@dataclass(slots=True)
class WindowsSeen:
    """The names of the last windows, and what is enough to know of all before them.

    No window may count twice, and none can be remembered for ever. Of the last 1 000 the names are
    kept. Of those before, names that are times or numbers are known by the span that they lie in: a
    window within it may have been looked at, so it is not counted. Of any other name eight bytes
    are kept; after 65 536 of them, times or numbers are asked for.

    Parameters
    ----------
    count : int
        How many windows there were.
    recent : dict of str to int
        The last ones, with their numbers from 0.
    older : dict of int to str
        Names of older windows that some evidence begins with.
    spans : dict of str to (float, float)
        Where the names lie that are no longer kept: of times, in seconds, and of numbers.
    digests : set of str
        Of those that are neither.
    """

    count: int = 0
    recent: dict[str, int] = field(default_factory=dict)
    older: dict[int, str] = field(default_factory=dict)
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)
    digests: set[str] = field(default_factory=set)

    def next_name(self) -> str:
        """Return a name for a window that has none: the first number that was not used."""
        number = self.count
        while self.counted(str(number)) or self.too_old(str(number)):
            number += 1
        return str(number)

    def counted(self, name: str) -> bool:
        """Return whether a window is known to have been looked at."""
        return name in self.recent or _digest(name) in self.digests

    def too_old(self, name: str) -> bool:
        """Return whether a window lies where names are no longer kept, so may have counted."""
        kind, place = _place(name)
        least, greatest = self.spans.get(kind, _NOWHERE)
        return least <= place <= greatest

    def add(self, name: str) -> bool:
        """Take in a window; return whether names had to be given up, so that `keep` is due."""
        self.recent[name] = self.count
        self.count += 1
        full = len(self.recent) > KEPT
        while len(self.recent) > KEPT:
            self._give_up(next(iter(self.recent)))
        return full

    def keep(self, numbers: Iterable[int]) -> None:
        """Forget the names of older windows but those of these numbers."""
        wanted = set(numbers)
        self.older = {i: name for i, name in self.older.items() if i in wanted}

    def name_of(self, number: int) -> str:
        """Return the name of a window that is recent, or that some evidence begins with."""
        known = self.older.get(number)
        return known or next(name for name, i in self.recent.items() if i == number)

    def shared(self, other: "WindowsSeen") -> list[str]:
        """Return windows that both have looked at, or may have."""
        pairs = ((self, other), (other, self))
        found = [n for a, b in pairs for n in a.recent if b.counted(n) or b.too_old(n)]
        unknown = [
            f"windows called by {kind}s"
            for kind, (least, greatest) in self.spans.items()
            if least <= other.spans.get(kind, _NOWHERE)[1]
            and greatest >= other.spans.get(kind, _NOWHERE)[0]
        ]
        return list(dict.fromkeys([*found, *unknown, *sorted(self.digests & other.digests)]))

    def then(self, later: "WindowsSeen") -> "WindowsSeen":
        """Return the windows of this stretch and a later one."""
        joined = WindowsSeen(
            self.count,
            dict(self.recent),
            self.older | {i + self.count: name for i, name in later.older.items()},
            {k: _widest(self.spans, later.spans, k) for k in {*self.spans, *later.spans}},
            self.digests | later.digests,
        )
        joined.recent |= {name: i + self.count for name, i in later.recent.items()}
        joined.count += later.count
        while len(joined.recent) > KEPT:
            joined._give_up(next(iter(joined.recent)))
        return joined

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, from which `from_dict` makes the same."""
        return {
            "count": self.count,
            "recent": list(self.recent.items()),
            "older": list(self.older.items()),
            "spans": {kind: list(span) for kind, span in self.spans.items()},
            "digests": sorted(self.digests),
        }

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> "WindowsSeen":
        """Return what `to_dict` wrote."""
        return cls(
            int(facts["count"]),
            {str(name): int(i) for name, i in facts["recent"]},
            {int(i): str(name) for i, name in facts["older"]},
            {str(k): (float(least), float(most)) for k, (least, most) in facts["spans"].items()},
            {str(digest) for digest in facts["digests"]},
        )

    def _give_up(self, name: str) -> None:
        self.older[self.recent.pop(name)] = name
        kind, place = _place(name)
        if math.isfinite(place):
            self.spans[kind] = _widest(self.spans, {kind: (place, place)}, kind)
            return
        self.digests.add(_digest(name))
        if len(self.digests) > MOST:
            raise InputError(
                f"at={name!r}: {MOST:,} windows were called by names that are no times and no "
                "numbers, and no more can be told apart; call windows by dates"
            )


def _widest(
    first: dict[str, tuple[float, float]], second: dict[str, tuple[float, float]], kind: str
) -> tuple[float, float]:
    (a, b), (c, d) = first.get(kind, _NOWHERE), second.get(kind, _NOWHERE)
    return min(a, c), max(b, d)


def _digest(name: str) -> str:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _place(name: str) -> tuple[str, float]:
    """Return what kind of name it is, and where it lies among those; of others infinity.

    Examples
    --------
    >>> _place("17"), _place("1970-01-02"), _place("first")
    (('number', 17.0), ('time', 86400.0), ('name', inf))
    """
    try:
        number = float(name)
    except ValueError:
        return _time(name)
    return ("number", number) if math.isfinite(number) else ("name", math.inf)


def _time(name: str) -> tuple[str, float]:
    try:
        moment = datetime.fromisoformat(name)
    except ValueError:
        return "name", math.inf
    return "time", (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
