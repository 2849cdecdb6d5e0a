"""What `compare` returns: one verdict a column, with everything it rests on."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from kullback.errors import InputError
from kullback.outcomes import Outcomes
from kullback.results import Estimate, Note
from kullback.results.facts import facts
from kullback.tables.results.gate import FAILING, FailOn, Failure, Gated
from kullback.tables.results.scalars import flattened

if TYPE_CHECKING:
    import pandas as pd

    from kullback.report.blocks.document import Document
    from kullback.tables.results.tidy_rows import Row

Verdict = Literal["same", "drifted", "undecided"]
Mark = Literal["prediction", "label"]
ShareName = Literal["missing", "out of range", "new"]
Role = Literal["categorical", "numeric", "integer-coded", "date/time", "boolean"]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two datasets: how it is called, and how many rows it holds."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Missing:
    """The share of missing values (NULL or NaN) on each side, from 0 to 1."""

    reference: float
    current: float


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
    verdict: Verdict
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, eq=False)
class ColumnComparison:
    """One column: P is its current distribution, Q its reference distribution.

    Parameters
    ----------
    name, role : str
        The column, and how it was read.
    kl, reverse_kl : Estimate
        KL(current‖reference) and KL(reference‖current).
    jensen_shannon : Estimate
        The JS divergence, its chance level taken out; the verdict rests on its interval.
    p_value, q_value : float
        Of the hypothesis of no change; `q_value` after Benjamini–Hochberg over the columns.
    verdict : {"same", "drifted", "undecided"}
        Drifted is detectable (q ≤ alpha) and material (interval above the tolerance).
    reason : str
        The verdict in plain words, with the outcome that explains most of it.
    outcomes : Outcomes
        Categories, bins and "missing", with their shares and contributions.
    new, gone : tuple
        Outcomes that only the current data has, and only the reference has.
    missing : Missing
        Share of missing values on both sides.
    type_changed : (str, str) or None
        The reference's type and the current one, where they are of different kinds.
    tolerance : float
        The JS divergence, in bits, up to which a difference of this column does not matter.
    detectable : float or None
        Where undecided: the smallest JS divergence that this much data could have shown.
    extent : (low, high) or None
        The smallest and the largest finite value on either side, of numbers and times; it ends
        the first and the last bin, which are open.
    notes : tuple of Note
        What was decided on the way.
    mark : {"prediction", "label"} or None
        What the column is to a model, where `compare` was told.
    shares : tuple of ShareChange
        The shares of missing, out-of-range and new values that have a verdict of their own; that
        of the column is the worst of all.
    quantiles : mapping of float to (reference, current) or None
        The 5, 25, 50, 75 and 95 % quantiles of numbers and times (microseconds since 1970), as
        the bins tell them.
    """

    name: str
    role: Role
    kl: Estimate
    reverse_kl: Estimate
    jensen_shannon: Estimate
    p_value: float
    q_value: float
    verdict: Verdict
    reason: str
    outcomes: Outcomes
    new: tuple[Hashable, ...] = ()
    gone: tuple[Hashable, ...] = ()
    missing: Missing = Missing(0.0, 0.0)
    type_changed: tuple[str, str] | None = None
    tolerance: float = 0.01
    detectable: float | None = None
    extent: tuple[int | float | str, int | float | str] | None = None
    notes: tuple[Note, ...] = ()
    mark: Mark | None = None
    shares: tuple[ShareChange, ...] = ()
    quantiles: Mapping[float, tuple[float, float]] | None = None

    @property
    def median(self) -> tuple[float, float] | None:
        """The medians of the reference and of the current data, of numbers and times."""
        return None if self.quantiles is None else self.quantiles[0.5]

    @property
    def share_out_of_range(self) -> tuple[float, float]:
        """The shares of rows outside the reference's range: 0, and that of the current data."""
        found = (s for s in self.shares if s.name == "out of range")
        return 0.0, next((s.current for s in found), 0.0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; the outcomes are a list of dicts, `mark` is there if set."""
        found = {f.name: facts(getattr(self, f.name)) for f in fields(self)}
        return found if self.mark else {k: v for k, v in found.items() if k != "mark"}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A column that was not compared, and why; `cuts` if it only cuts the data in two."""

    name: str
    reason: str
    cuts: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        return {"name": self.name, "verdict": "skipped", "reason": self.reason}


@dataclass(frozen=True, eq=False)
class TableComparison(Gated):
    """Two datasets compared column by column.

    Parameters
    ----------
    reference, current : Side
        What was compared; Q is the reference and P the current data.
    columns : tuple of ColumnComparison or Skipped
        In the order of the reference's columns, then those that only the current data has.
    unit : {"nats", "bits", "bans"}
        Of every information in it.
    level, alpha : float
        Of the intervals, and of the test.
    tolerance : float
        The JS divergence, in bits, up to which a difference does not matter.
    notes : tuple of Note
        What was decided on the way.
    """

    reference: Side
    current: Side
    columns: tuple[ColumnComparison | Skipped, ...]
    unit: str
    level: float
    alpha: float
    tolerance: float
    notes: tuple[Note, ...] = ()

    def __getitem__(self, name: str) -> ColumnComparison | Skipped:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"no column {name!r}; there are {[c.name for c in self.columns]}")

    def __iter__(self) -> Iterator[ColumnComparison | Skipped]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def compared(self) -> tuple[ColumnComparison, ...]:
        """The columns that were compared, the largest JS divergence first."""
        columns = (c for c in self.columns if isinstance(c, ColumnComparison))
        return tuple(sorted(columns, key=lambda c: -c.jensen_shannon.value))

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The columns that were not compared."""
        return tuple(c for c in self.columns if isinstance(c, Skipped))

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any column; undecided if none was compared."""
        verdicts = {c.verdict for c in self.compared} or {"undecided"}
        if "drifted" in verdicts:
            return "drifted"
        return "undecided" if "undecided" in verdicts else "same"

    @property
    def rows(self) -> "tuple[Row, ...]":
        """Every number, one a row: column, measure, value, low, high, q, n."""
        from kullback.tables.results import tidy_rows

        return tuple(tidy_rows.rows(self))

    def failing(self, fail_on: FailOn) -> tuple[ColumnComparison, ...]:
        """Return the columns that fail a gate, the largest JS divergence first."""
        if fail_on not in FAILING:
            raise InputError(f"fail_on={fail_on!r} is unknown; choose 'drift' or 'undecided'")
        return tuple(column for column in self.compared if column.verdict in FAILING[fail_on])

    @property
    def parts(self) -> "tuple[tuple[str, TableComparison], ...]":
        """The whole table, as the one part that it is."""
        return (("", self),)

    def failures(self, fail_on: FailOn) -> tuple[Failure, ...]:
        """Return the columns that fail, as a gate takes them."""
        return tuple(map(Failure, self.failing(fail_on)))

    def to_dict(self, *, flat: bool = False) -> dict[str, Any]:
        """Return plain Python values; infinities stay ``float("inf")``.

        Parameters
        ----------
        flat : bool
            One finite number a key, such as ``dep_delay/jensen_shannon``: what MLflow's
            ``log_metrics`` and W&B's ``log`` take. What is infinite is left out, and
            ``…_infinite`` is 1; other characters than letters, digits and ``_-./ `` become _.
        """
        if flat:
            return flattened(self)
        head = {"direction": "KL(current‖reference)", "verdict": self.verdict}
        return head | {f.name: facts(getattr(self, f.name)) for f in fields(self)}

    def to_frame(self) -> "pd.DataFrame":
        """Return a pandas frame with one row a column."""
        from kullback.tables.results.frame import table_comparison

        return table_comparison(self)

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.results.comparison_document import document

        return document(self)
