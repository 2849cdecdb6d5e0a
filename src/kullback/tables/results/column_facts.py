"""What is known of a column beside its divergence: shares of rows, and what is cheap to know."""

from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["same", "drifted", "undecided"]
ShareName = Literal["missing", "out of range", "new", "rare"]


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """What is cheap to know of a column that is not counted by value.

    Parameters
    ----------
    type : str
        In the source.
    rows, missing : int
        Rows, and those without a value.
    distinct : int
        Different values.
    lengths : (int, int) or None
        Characters of the shortest and of the longest value, as text.
    classes : mapping of str to int
        Rows that hold a character of each class: digits, capitals, and so on.
    """

    type: str
    rows: int
    missing: int
    distinct: int
    lengths: tuple[int, int] | None = None
    classes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShareChange:
    """A share of both sides' rows, tested apart from the divergence of the column.

    Parameters
    ----------
    name : {"missing", "out of range", "new", "rare"}
        Rows without a value, outside the reference's extent, in values that it never shows, or in
        other values than the one that nine of ten of its rows hold.
    reference, current : float
        The shares; the reference's of what is out of range or new is what chance puts there.
    low, high : float
        The interval of the difference, current less reference.
    p_value, q_value : float
        Of the hypothesis of no change; `q_value` over all tests of the comparison.
    tolerance : float
        The difference up to which it does not matter.
    verdict : {"same", "drifted", "undecided"}
        As that of a column.
    sentence : str
        What happened, in plain words.
    """

    name: ShareName
    reference: float
    current: float
    low: float
    high: float
    p_value: float
    q_value: float
    tolerance: float
    verdict: Verdict
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: getattr(self, name) for name in self.__slots__}
