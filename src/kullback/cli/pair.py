"""Two arguments of ``kullback kl`` become a scorecard: probabilities, weights or counts."""

import math
from typing import TYPE_CHECKING, Any

from kullback.cli.distribution import Given, read
from kullback.cli.streams import say
from kullback.errors import InputError, KullbackError, MassError
from kullback.report.blocks.label import quote
from kullback.units import format_number

if TYPE_CHECKING:
    from kullback.scorecard import Scorecard


def compared(p: str, q: str, *, normalize: bool) -> "Scorecard":
    """Read P and Q from their arguments and compare them.

    Parameters
    ----------
    p, q : str
        As the user typed them.
    normalize : bool
        Divide each by its sum.

    Returns
    -------
    Scorecard
        Exact for probabilities and weights, with estimates for counts.
    """
    if p == q == "-":
        raise InputError("P and Q are both '-', but standard input can be read once; give a file")
    sides = read("P", p), read("Q", q)
    _check_names(*sides)
    if normalize:
        return _exact(*map(_shares, sides))
    if all(side.whole for side in sides) and any(side.total != 1 for side in sides):
        return _counted(*sides)
    try:
        return _exact(*sides)
    except MassError:
        raise MassError(_choices(*sides)) from None


def _exact(p: Given, q: Given) -> "Scorecard":
    from kullback.probabilities import compare

    return compare(_argument(p), _argument(q), labels=_places(p))


def _counted(p: Given, q: Given) -> "Scorecard":
    from kullback import counts

    say(
        f"P and Q are whole numbers that do not sum to 1: taken as counts (n={p.total:g}, "
        f"m={q.total:g}), so the results are estimates; --normalize takes their shares as exact"
    )
    return counts.compare(_argument(p), _argument(q), labels=_places(p))


def _places(side: Given) -> range | None:
    """Number outcomes without names from 1, as people do."""
    return range(1, len(side.values) + 1) if side.names is None else None


def _argument(side: Given) -> Any:
    if side.names is None:
        return list(side.values)
    return dict(zip(side.names, side.values, strict=True))


def _shares(side: Given) -> Given:
    if side.total <= 0:
        raise InputError(
            f"{side.side} sums to {format_number(side.total)} and cannot be divided by it; "
            "at least one value must be above 0"
        )
    # By the maximum first: the sum of very large weights overflows.
    largest = max(side.values)
    scaled = [value / largest for value in side.values]
    total = math.fsum(scaled)
    return Given(side.side, tuple(value / total for value in scaled), side.names)


def _check_names(p: Given, q: Given) -> None:
    if (p.names is None) != (q.names is None):
        named, bare = (p, q) if q.names is None else (q, p)
        raise InputError(
            f"{named.side} has names and {bare.side} has none, so their outcomes cannot be "
            f"matched; write {bare.side} as name=value pairs too, or both as bare numbers"
        )
    if p.names is not None and q.names is not None:
        _say_absent(p.names, q)
        _say_absent(q.names, p)


def _say_absent(names: tuple[str, ...], side: Given) -> None:
    absent = sorted(set(names) - set(side.names or ()))
    if absent:
        listed = ", ".join(map(quote, absent[:3]))
        more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
        say(f"{side.side} does not name {listed}{more}: taken as 0")


def _choices(p: Given, q: Given) -> str:
    wrong = max((p, q), key=lambda side: abs(side.total - 1))
    kind = "whole numbers, while the other side is not" if wrong.whole else "not integer counts"
    return (
        f"{wrong.side} sums to {format_number(wrong.total, 6)}, not 1, and is {kind}.\n"
        f"  If these are weights:       add --normalize{_would_give(p, q)}\n"
        "  If these are counts:        give whole numbers on both sides\n"
        "  If these are measurements:  kullback compare counts or bins the columns of two files"
    )


def _would_give(p: Given, q: Given) -> str:
    try:
        kl = float(_exact(_shares(p), _shares(q)).kl)
    except KullbackError:
        return ""
    return f"   (would give {format_number(kl)} nats)"
