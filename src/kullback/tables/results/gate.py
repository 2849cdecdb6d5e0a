"""Whether a comparison passes: which columns fail, and which are excused and until when."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

from kullback.errors import InputError
from kullback.renderable import Renderable
from kullback.results.facts import facts

if TYPE_CHECKING:
    from kullback.tables.results.comparison import (
        ColumnComparison,
        ColumnVerdict,
        Skipped,
        TableComparison,
    )

FailOn = Literal["drift", "undecided"]
FAILING: dict[FailOn, tuple[str, ...]] = {
    "drift": ("drifted", "retyped"),
    "undecided": ("drifted", "undecided", "retyped"),
}


@dataclass(frozen=True, slots=True)
class Waiver:
    """A column that may differ until a day, and why.

    Parameters
    ----------
    column : str
        Its name, or a pattern with ``*`` and ``?``.
    until : date
        The last day on which it is excused.
    reason : str
        For whoever asks.

    Raises
    ------
    InputError
        If `until` is no date: a waiver without an end is a hole.

    Examples
    --------
    >>> Waiver("origin", date(2026, 12, 31), "new terminal").covers("origin", date(2026, 11, 22))
    True
    """

    column: str
    until: date
    reason: str = ""

    def __post_init__(self) -> None:
        if type(self.until) is not date:
            raise InputError(
                f"the waiver of {self.column!r} ends {self.until!r}; give a date, "
                "such as 2026-12-31"
            )

    def covers(self, column: str, day: date) -> bool:
        """Return whether it excuses a column on a day."""
        return day <= self.until and self.names(column)

    def names(self, column: str) -> bool:
        """Return whether it is about a column."""
        return column == self.column or fnmatchcase(column, self.column)


@dataclass(frozen=True, slots=True)
class Failure:
    """A column that fails, and the window or segment where it does; empty for a whole table."""

    column: "ColumnComparison | Skipped"
    where: str = ""

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.column.name


@dataclass(frozen=True, slots=True)
class Waived:
    """A failure that is excused."""

    failure: Failure
    waiver: Waiver


class Gated(Renderable):
    """What a gate takes: tables compared whole, in windows, in segments or two columns jointly."""

    __slots__ = ()

    @property
    @abstractmethod
    def parts(self) -> "tuple[tuple[str, TableComparison], ...]":
        """The tables compared, with the names of the parts."""

    @property
    def counts(self) -> "dict[ColumnVerdict, int]":
        """How many columns of all parts have each verdict."""
        found: Counter[ColumnVerdict] = Counter()
        for _, table in self.parts:
            found.update(table.counts)
        return dict(found)

    @abstractmethod
    def failures(self, fail_on: FailOn) -> tuple[Failure, ...]:
        """Return what fails."""

    def check(
        self,
        *,
        fail_on: FailOn = "drift",
        waivers: Sequence[Waiver] = (),
        today: date | None = None,
    ) -> bool:
        """Return whether the gate passes; `kullback.tables.gate` says what fails.

        Parameters
        ----------
        fail_on : {"drift", "undecided"}
            Fail on a drifted column only, or on an undecided one as well. Columns that are lost or
        retyped fail, and skipped ones that are unlike.
        waivers : sequence of Waiver
            Columns that are excused, and until when.
        today : date, optional
            Of the clock by default.
        """
        return gate(self, fail_on=fail_on, waivers=waivers, today=today).passed


@dataclass(frozen=True, eq=False)
class Gate:
    """The outcome of a gate.

    Parameters
    ----------
    fail_on : {"drift", "undecided"}
        What fails.
    failures : tuple of Failure
        The columns that fail, the worst first.
    waived : tuple of Waived
        Those that would fail and are excused.
    expired : tuple of Waiver
        Waivers that ended before today and would have excused a failure.
    empty : bool
        Whether nothing was compared, which ``fail_on="undecided"`` does not let pass.
    """

    fail_on: FailOn
    failures: tuple[Failure, ...]
    waived: tuple[Waived, ...] = ()
    expired: tuple[Waiver, ...] = ()
    empty: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing fails."""
        return not self.failures and not (self.empty and self.fail_on == "undecided")

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; columns by name."""
        return {
            "fail_on": self.fail_on,
            "passed": self.passed,
            "failures": [_place(failure) for failure in self.failures],
            "waived": [_place(w.failure) | _plain(w.waiver) for w in self.waived],
            "expired": [_plain(waiver) for waiver in self.expired],
        }


def _place(failure: Failure) -> dict[str, str]:
    return {"column": failure.name, "where": failure.where}


def _plain(waiver: Waiver) -> dict[str, Any]:
    return {f"waiver_{f.name}": facts(getattr(waiver, f.name)) for f in fields(waiver)}


def gate(
    comparison: Gated,
    *,
    fail_on: FailOn = "drift",
    waivers: Sequence[Waiver] = (),
    today: date | None = None,
) -> Gate:
    """Say whether a comparison passes.

    Parameters
    ----------
    comparison : TableComparison, WindowedComparison, SegmentedComparison or JointComparison
        What `compare`, `windows`, `segments` or `joint` returned.
    fail_on : {"drift", "undecided"}
        Fail on a drifted column only, or on an undecided one as well. Columns that are lost or
        retyped fail, and skipped ones that are unlike.
    waivers : sequence of Waiver
        Columns that are excused.
    today : date, optional
        Of the clock by default.

    Returns
    -------
    Gate
        ``.passed`` and the columns that fail.

    Raises
    ------
    InputError
        If `fail_on` is neither of the two, or something else is given as a comparison or a
        waiver.

    Examples
    --------
    >>> import pandas as pd
    >>> from kullback import tables
    >>> before = pd.DataFrame({"paid": ["card"] * 800 + ["cash"] * 200})
    >>> after = pd.DataFrame({"paid": ["card"] * 500 + ["cash"] * 500})
    >>> found = tables.gate(tables.compare(before, after))
    >>> found.passed, [failure.name for failure in found.failures]
    (False, ['paid'])
    """
    day = date.today() if today is None else today
    _check(comparison, waivers)
    failing = comparison.failures(fail_on)
    excuses = [next((w for w in waivers if w.covers(f.name, day)), None) for f in failing]
    pairs = list(zip(failing, excuses, strict=True))
    failures = tuple(failure for failure, waiver in pairs if waiver is None)
    waived = tuple(Waived(failure, waiver) for failure, waiver in pairs if waiver is not None)
    late = (w for w in waivers if day > w.until and any(w.names(f.name) for f in failures))
    empty = not any(table.compared for _, table in comparison.parts)
    return Gate(fail_on, failures, waived, tuple(late), empty=empty)


def _check(comparison: object, waivers: Sequence[object]) -> None:
    if not isinstance(comparison, Gated):
        raise InputError(
            f"comparison is a {type(comparison).__name__}; expected what compare, windows, "
            "segments or joint returned"
        )
    for i, waiver in enumerate(waivers):
        if not isinstance(waiver, Waiver):
            raise InputError(
                f"waivers[{i}] is a {type(waiver).__name__}; expected a Waiver(column, until, "
                "reason)"
            )
