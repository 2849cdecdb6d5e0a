"""One column under several choices of bins and smoothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from kullback.renderable import Renderable
from kullback.results.facts import facts

if TYPE_CHECKING:
    import pandas as pd

    from kullback.report.blocks.document import Document


class Choice(NamedTuple):
    """What one choice gives.

    Parameters
    ----------
    bins : int or None
        How many were asked for; None where a column is counted by value.
    outcomes : int
        How many there are.
    smoothing : str
        Of KL: "none" is the Zhang estimate of `compare`, a number is the pseudo-count added to
        every outcome of both sides.
    kl, jensen_shannon, low, high : float
        In the unit asked for; JS with its interval does not depend on the smoothing.
    p_value : float
        Of no change.
    verdict : str
        Of the column alone, with these bins.
    """

    bins: int | None
    outcomes: int
    smoothing: str
    kl: float
    jensen_shannon: float
    low: float
    high: float
    p_value: float
    verdict: str


@dataclass(frozen=True, slots=True, repr=False)
class Sensitivity(Renderable):
    """One column under several choices.

    Parameters
    ----------
    column, unit : str
        What was compared, and the unit of the numbers.
    choices : tuple of Choice
        One row each combination.
    """

    column: str
    unit: str
    choices: tuple[Choice, ...]

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.choices)

    def __len__(self) -> int:
        return len(self.choices)

    @property
    def stable(self) -> bool:
        """Whether every choice of bins gives the same verdict."""
        return len({choice.verdict for choice in self.choices}) == 1

    def to_frame(self) -> "pd.DataFrame":
        """Return a pandas frame with one row a choice."""
        from kullback.tables.results.frame import tidy_frame

        return tidy_frame(self.choices, Choice._fields)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        rows = [facts(choice) for choice in self.choices]
        return {"column": self.column, "unit": self.unit, "stable": self.stable, "choices": rows}

    @property
    def headline(self) -> str:
        """Whether the choices of bins agree, in a sentence."""
        from kullback.report.blocks.label import quote

        said = "the same" if self.stable else "not the same"
        return f"{quote(self.column)}: the verdict is {said} under every choice of bins."

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.results.sensitivity_document import document

        return document(self)
