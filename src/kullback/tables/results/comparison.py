"""What `compare` returns: one verdict a column, with everything it rests on."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from kullback.errors import InputError
from kullback.outcomes import Outcomes
from kullback.renderable import Renderable
from kullback.results import Estimate, Note
from kullback.results.facts import facts
from kullback.tables.results.column_facts import (
    BeforeAndNow,
    PairScreen,
    ShareChange,
    Verdict,
    plug_in,
)
from kullback.tables.results.column_facts import ColumnFacts as ColumnFacts  # noqa: PLC0414 - others import it here
from kullback.tables.results.gate import FAILING, FailOn, Failure, Gated
from kullback.tables.results.scalars import flattened

if TYPE_CHECKING:
    import pandas as pd

    from kullback.report.blocks.charts import Block
    from kullback.report.blocks.document import Document
    from kullback.tables.results.tidy_rows import Row

Uncompared = Literal["lost", "new", "retyped", "skipped"]
ColumnVerdict = Verdict | Uncompared
VERDICTS: tuple[ColumnVerdict, ...] = (
    "drifted",
    "undecided",
    "same",
    "lost",
    "retyped",
    "new",
    "skipped",
)
UNCOMPARED: tuple[Uncompared, ...] = ("lost", "retyped", "new", "skipped")
Mark = Literal["prediction", "label"]
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


@dataclass(frozen=True, eq=False, repr=False)
class ColumnComparison(Renderable):
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
    verdict : {"same", "drifted", "undecided", "retyped"}
        Drifted is detectable (q ≤ alpha) and material (interval above the tolerance); retyped is
        of another kind of type than in the reference, whatever its numbers say.
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
        The shares of missing, out-of-range, new and rare values that have a verdict of their own;
        that of the column is the worst of all.
    psi : Estimate or None
        The population stability index in nats, where it was asked for.
    quantiles : mapping of float to (reference, current) or None
        The 5, 25, 50, 75 and 95 % quantiles of numbers and times (microseconds since 1970), as
        the bins tell them.
    summary : tuple of BeforeAndNow
        Mean, median, middle 90 %, different values and missing share of both sides, as far as
        their profiles tell.
    """

    name: str
    role: Role
    kl: Estimate
    reverse_kl: Estimate
    jensen_shannon: Estimate
    p_value: float
    q_value: float
    verdict: ColumnVerdict
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
    psi: Estimate | None = None
    summary: tuple[BeforeAndNow, ...] = ()

    @property
    def median(self) -> tuple[float, float] | None:
        """The medians of the reference and of the current data, of numbers and times."""
        return None if self.quantiles is None else self.quantiles[0.5]

    @property
    def least_q_value(self) -> float:
        """The q-value of the divergence, or that of a share if it is less."""
        return min([self.q_value, *(share.q_value for share in self.shares)])

    def deciding(self, alpha: float) -> tuple[ShareChange, ...]:
        """Return the shares that its verdict is of; none where it is that of the divergence."""
        interval = self.jensen_shannon.to("bits").interval
        if self.verdict == "drifted":
            own = self.q_value <= alpha and interval is not None and interval.low > self.tolerance
        else:
            own = interval is None or interval.high >= self.tolerance
        return () if own else tuple(s for s in self.shares if s.verdict == self.verdict)

    @property
    def share_out_of_range(self) -> tuple[float, float]:
        """The shares of rows outside the reference's range: 0, and that of the current data."""
        found = (s for s in self.shares if s.name == "out of range")
        return 0.0, next((s.current for s in found), 0.0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; the outcomes are a list of dicts.

        `mark` and `psi` are there if set; `plug_in` holds what the shares themselves give, with
        all that chance adds.
        """
        found = {f.name: facts(getattr(self, f.name)) for f in fields(self)}
        unset = {name for name in ("mark", "psi") if getattr(self, name) is None}
        kept = {name: value for name, value in found.items() if name not in unset}
        return kept | {"plug_in": plug_in(self.outcomes, self.jensen_shannon.unit)}

    def document(self) -> "Document":
        """Return its verdict, its numbers, its two distributions and what is to be said."""
        from kullback.tables.results.column_card import document

        return document(self)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A column that was not compared, and why.

    Parameters
    ----------
    name, reason : str
        The column, and why its values are not compared.
    verdict : {"skipped", "lost", "new", "retyped", "drifted"}
        Lost is only in the reference, new only in the current data; drifted is two columns of
        which only the dependence was looked at.
    role : str or None
        What it was taken for.
    unlike : tuple of str
        How the two sides differ all the same; then a gate fails.
    facts : ColumnFacts or None
        What is known of it on one side, in a profile.
    """

    name: str
    reason: str
    verdict: Uncompared | Literal["drifted"] = "skipped"
    role: Role | None = None
    unlike: tuple[str, ...] = ()
    facts: ColumnFacts | None = field(default=None, compare=False)

    @property
    def passes(self) -> bool:
        """Whether a gate lets it pass: not if it is lost or retyped, or unlike."""
        return self.verdict in {"new", "skipped"} and not self.unlike

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values."""
        plain = {"name": self.name, "verdict": self.verdict, "reason": self.reason}
        return plain | {"passes": self.passes}


@dataclass(frozen=True, eq=False, repr=False)
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
    allow : tuple of str
        What a gate lets pass: "lost", "retyped" or "skipped", or names of columns.
    pairs : PairScreen or None
        What a look at the pairs of columns found, where there was one.
    """

    reference: Side
    current: Side
    columns: tuple[ColumnComparison | Skipped, ...]
    unit: str
    level: float
    alpha: float
    tolerance: float
    notes: tuple[Note, ...] = ()
    allow: tuple[str, ...] = ()
    pairs: PairScreen | None = None

    def __getitem__(self, name: str) -> ColumnComparison | Skipped:
        if name not in self._by_name:
            raise KeyError(f"no column {name!r}; there are {[c.name for c in self.columns]}")
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, ColumnComparison | Skipped]:
        return {column.name: column for column in reversed(self.columns)}

    def __iter__(self) -> Iterator[ColumnComparison | Skipped]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def compared(self) -> tuple[ColumnComparison, ...]:
        """The columns that were compared, the largest JS divergence first."""
        columns = (c for c in self.columns if isinstance(c, ColumnComparison))
        return tuple(sorted(columns, key=lambda c: -c.jensen_shannon.value))

    @cached_property
    def uncompared(self) -> tuple[Skipped, ...]:
        """The columns that were not compared: what fails a gate first."""
        columns = (c for c in self.columns if isinstance(c, Skipped))
        return tuple(sorted(columns, key=lambda c: (c.passes, UNCOMPARED.index(c.verdict))))

    def of(self, verdict: ColumnVerdict) -> tuple[str, ...]:
        """Return the names of the columns with a verdict."""
        return tuple(c.name for c in self.columns if c.verdict == verdict)

    @property
    def counts(self) -> dict[ColumnVerdict, int]:
        """How many columns have each verdict."""
        return {verdict: len(self.of(verdict)) for verdict in VERDICTS}

    @property
    def drifted(self) -> tuple[str, ...]:
        """The names of the columns that drifted."""
        return self.of("drifted")

    @property
    def lost(self) -> tuple[str, ...]:
        """The names of the columns that only the reference has."""
        return self.of("lost")

    @property
    def new(self) -> tuple[str, ...]:
        """The names of the columns that only the current data has."""
        return self.of("new")

    @property
    def retyped(self) -> tuple[str, ...]:
        """The names of the columns whose type is of another kind than in the reference."""
        return self.of("retyped")

    @property
    def skipped(self) -> tuple[str, ...]:
        """The names of the columns that are on both sides and were not compared."""
        return self.of("skipped")

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any column; what is lost or retyped counts as drifted.

        Undecided if nothing was compared.
        """
        if self.failing("drift"):
            return "drifted"
        verdicts = {c.verdict for c in self.compared}
        return "undecided" if "undecided" in verdicts or not verdicts else "same"

    @property
    def rows(self) -> "tuple[Row, ...]":
        """Every number, one a row: column, measure, value, low, high, q, n."""
        from kullback.tables.results import tidy_rows

        return tuple(tidy_rows.rows(self))

    def failing(self, fail_on: FailOn) -> tuple[ColumnComparison | Skipped, ...]:
        """Return the columns that fail a gate.

        First those compared, the largest JS divergence first; then what is lost, retyped, or
        skipped and yet unlike. What `allow` names does not fail for that.
        """
        if str(fail_on) not in FAILING:
            raise InputError(f"fail_on={fail_on!r} is unknown; choose 'drift' or 'undecided'")
        found = (c for c in self.compared if c.verdict in FAILING[fail_on] and not self._allowed(c))
        unseen = (c for c in self.uncompared if not (c.passes or self._allowed(c)))
        return (*found, *unseen, *self._pairs_changed())

    def _pairs_changed(self) -> Iterator[Skipped]:
        """Yield the pairs of columns that drifted, as a gate takes them."""
        for pair in () if self.pairs is None else self.pairs.changed:
            yield Skipped(f"{pair.first} with {pair.second}", pair.sentence, "drifted")

    def _allowed(self, column: ColumnComparison | Skipped) -> bool:
        """Return whether what is not a matter of numbers is let pass."""
        if column.verdict not in UNCOMPARED:
            return False
        return column.verdict in self.allow or any(fnmatchcase(column.name, a) for a in self.allow)

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
            ``…_infinite`` is 1; characters other than letters, digits, spaces and ``_-./``
            become _.
        """
        if flat:
            return flattened(self)
        head: dict[str, Any] = {"direction": "KL(current‖reference)", "verdict": self.verdict}
        head["counts"] = dict(self.counts)
        return head | {f.name: facts(getattr(self, f.name)) for f in fields(self)}

    def to_frame(self) -> "pd.DataFrame":
        """Return a pandas frame with one row a column."""
        from kullback.tables.results.frame import table_comparison

        return table_comparison(self)

    @property
    def pictures(self) -> "tuple[Block, ...]":
        """All columns beside the tolerance, then each by itself."""
        from kullback.tables.results.comparison_document import overview

        return (overview(self), *super().pictures)

    def document(self) -> "Document":
        """Return what every format is drawn from."""
        from kullback.tables.results.comparison_document import document

        return document(self)
