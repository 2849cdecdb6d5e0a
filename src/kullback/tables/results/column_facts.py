"""What is known of columns beside their divergence: shares of rows, pairs, what is cheap."""

from dataclasses import dataclass, field
from typing import Any, Literal

from kullback.outcomes import Outcomes
from kullback.probabilities import jensen_shannon, kl

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
class BeforeAndNow:
    """A number that tells of a column what people ask first, on both sides.

    Parameters
    ----------
    name : {"mean", "median", "5 to 95 %", "distinct", "missing"}
        What it is.
    reference, current : float
        In the unit of the column (microseconds for times); of the middle 90 % its width; of
        missing values their share; of a mean that is known to lie between two values the middle of
        them, since a side that was counted in the other's bins has no sum.
    said : str
        Both as people write them.
    """

    name: str
    reference: float
    current: float
    said: str


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


@dataclass(frozen=True, slots=True)
class PairChange:
    """Two columns that hang together otherwise than in the reference.

    Parameters
    ----------
    first, second : str
        The columns.
    p_value, q_value : float
        Of the hypothesis that their association is the same; `q_value` over all pairs.
    divergence : float
        The JS divergence in bits that the change of their dependence adds to that of the columns.
    correlations : (float, float) or None
        Of the ranks, in the reference and now, where both columns have an order.
    """

    first: str
    second: str
    p_value: float
    q_value: float
    divergence: float
    correlations: tuple[float, float] | None = None

    @property
    def sentence(self) -> str:
        """What happened, in plain words."""
        if self.correlations is None:
            return f"what each says of the other has changed (JS {self.divergence:.2g} bits)"
        before, now = self.correlations
        return f"rank correlation {before:.2f} → {now:.2f} (JS {self.divergence:.2g} bits)"

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: getattr(self, name) for name in self.__slots__} | {"reason": self.sentence}


@dataclass(frozen=True, slots=True)
class PairScreen:
    """What a look at the pairs of columns found; its error level is its own.

    Parameters
    ----------
    pairs, columns : int
        How many pairs were looked at, of how many columns.
    rows : (int, int)
        Of the samples of the reference and of the current data.
    alpha : float
        The share of pairs flagged by chance that is accepted.
    changed : tuple of PairChange
        Pairs whose dependence has drifted, the largest change first.
    """

    pairs: int
    columns: int
    rows: tuple[int, int]
    alpha: float
    changed: tuple[PairChange, ...] = ()


def plug_in(outcomes: Outcomes, unit: str) -> dict[str, float]:
    """Return the divergences of the shares as they are, with all that chance adds to them.

    Parameters
    ----------
    outcomes : Outcomes
        The shares of both sides.
    unit : str
        Of the numbers.
    """
    p, q = outcomes.p, outcomes.q
    found = {
        "kl": kl(p, q, unit=unit, mass="normalize"),
        "reverse_kl": kl(q, p, unit=unit, mass="normalize"),
        "jensen_shannon": jensen_shannon(p, q, unit=unit, mass="normalize"),
    }
    return {name: float(value) for name, value in found.items()}
