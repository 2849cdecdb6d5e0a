"""Information as a signed sum of entropies of margins.

I(A; B) = H(A) + H(B) − H(AB); I(A; B|C) = H(AC) + H(BC) − H(ABC) − H(C); the total correlation
is the sum of the entropies of all columns less that of all together.
"""

from typing import NamedTuple


class SignedMargin(NamedTuple):
    """The entropy of some of the columns, added or taken away."""

    columns: tuple[int, ...]
    sign: int


Margins = tuple[SignedMargin, ...]


def mutual(first: tuple[int, ...], second: tuple[int, ...], given: tuple[int, ...]) -> Margins:
    """Return the margins of I(first; second|given), the joint one first."""
    joint = SignedMargin((*first, *second, *given), -1)
    sides = SignedMargin((*first, *given), 1), SignedMargin((*second, *given), 1)
    return (joint, *sides, *((SignedMargin(given, -1),) if given else ()))


def total(columns: int) -> Margins:
    """Return the margins of the total correlation, the joint one first."""
    alone = (SignedMargin((i,), 1) for i in range(columns))
    return (SignedMargin(tuple(range(columns)), -1), *alone)


def conditional(columns: tuple[int, ...], given: tuple[int, ...]) -> Margins:
    """Return the margins of H(columns|given), the joint one first."""
    return SignedMargin((*columns, *given), 1), SignedMargin(given, -1)
