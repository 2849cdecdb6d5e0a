"""Whether a comparison passes: which columns fail, and which are excused and until when."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

from kullback.arguments import names
from kullback.errors import InputError, did_you_mean
from kullback.renderable import Renderable
from kullback.report.blocks.label import quote
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
        For whoever asks; it may be left out, and is said where it is given.

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

    @property
    def excuse(self) -> str:
        """Until when, and why where that was told."""
        return f"waived until {self.until}" + (f": {self.reason}" if self.reason else "")

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
    remarks : tuple of str
        What is to be said beside the failures: which waivers ended, which name a column that is
        not there, and what `allow` does not let pass.
    empty : bool
        Whether nothing was compared, which ``fail_on="undecided"`` does not let pass.
    """

    fail_on: FailOn
    failures: tuple[Failure, ...]
    waived: tuple[Waived, ...] = ()
    expired: tuple[Waiver, ...] = ()
    remarks: tuple[str, ...] = ()
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
            "remarks": list(self.remarks),
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
    late = [w for w in waivers if day > w.until and any(w.names(f.name) for f in failures)]
    remarks = tuple(_remarks(comparison, waivers, late, failures))
    empty = not any(table.compared for _, table in comparison.parts)
    return Gate(fail_on, failures, waived, tuple(late), remarks, empty=empty)


def _remarks(
    comparison: Gated,
    waivers: Sequence[Waiver],
    late: Sequence[Waiver],
    failures: Sequence[Failure],
) -> Iterator[str]:
    """Yield what the settings of a gate do not do although they seem to."""
    for waiver in late:
        yield f"the waiver of {quote(waiver.column)} ended on {waiver.until}"
    columns = [column for _, table in comparison.parts for column in table.columns]
    known = {*(c.name for c in columns), *(f.name for f in comparison.failures("undecided"))}
    for waiver in waivers:
        if not any(map(waiver.names, known)):
            hint = did_you_mean(waiver.column, sorted(known))
            yield f"the waiver of {quote(waiver.column)} is of no column compared here.{hint}"
    named = {name for _, table in comparison.parts for name in table.allow}
    for pattern in sorted(name for name in named if set(name) & {*"*?["}):
        if not any(fnmatchcase(name, pattern) for name in known):
            yield f"allow: {quote(pattern)} fits no column compared here"
    for name in dict.fromkeys(f.name for f in failures if f.name in named):
        yield f"allow lets {quote(name)} be lost, retyped or skipped; drift needs a limit or waiver"


def _check(comparison: object, waivers: Sequence[object]) -> None:
    if not isinstance(comparison, Gated):
        raise InputError(
            f"comparison is a {type(comparison).__name__}; expected what compare, windows, "
            "segments or joint returned"
        )
    for i, waiver in enumerate(names("waivers", waivers)):
        if not isinstance(waiver, Waiver):
            raise InputError(
                f"waivers[{i}] is a {type(waiver).__name__}; expected a Waiver(column, until, "
                "reason)"
            )
