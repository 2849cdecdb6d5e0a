"""A share of the rows that has a verdict of its own: missing, out of range, new."""

from dataclasses import dataclass
from typing import Any, Literal

ShareName = Literal["missing", "out of range", "new"]


@dataclass(frozen=True, slots=True)
class ShareChange:
    """A share of both sides' rows, tested apart from the divergence of the column.

    Parameters
    ----------
    name : {"missing", "out of range", "new"}
        Rows without a value; current rows outside the reference's extent; current rows in values
        that the reference never shows, beyond what chance puts there.
    reference, current : float
        The shares, from 0 to 1; beyond the
        reference's range, and of new values, its share is what chance puts there.
    low, high : float
        The interval of the difference, current less reference.
    p_value, q_value : float
        Of the hypothesis of no change; `q_value` over all tests of the comparison.
    tolerance : float
        The difference up to which it does not matter.
    verdict : {"same", "drifted", "undecided"}
        As that of a column: detectable and material, immaterial, or neither.
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
    verdict: Literal["same", "drifted", "undecided"]
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: getattr(self, name) for name in self.__slots__}
