"""Assertions for pytest and the like: that data is what it was believed to be."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kullback import tables
from kullback.tables.results.gate import FailOn, Waiver

__all__ = ["assert_same"]


def assert_same(  # noqa: PLR0913 - the arguments of compare, and of its gate
    reference: Any,
    current: Any,
    *,
    columns: Sequence[str] | None = None,
    fail_on: FailOn = "drift",
    alpha: float = 0.05,
    tolerance: float = 0.01,
    limits: Mapping[str, float] | None = None,
    allow: Sequence[str] = (),
    waivers: Sequence[Waiver] = (),
    today: date | None = None,
) -> None:
    """Fail unless two tables are the same, as far as can be told.

    Parameters
    ----------
    reference, current : path, glob, URL, frame, Relation or Profile
        As in `kullback.tables.compare`: what was believed, and what is.
    columns, alpha, tolerance, limits, allow
        As in `kullback.tables.compare`.
    fail_on : {"drift", "undecided"}
        By default only drift fails: detectable, and larger than the tolerance. With
        ``"undecided"`` so do columns of which too little is known; then few rows fail. Columns
        that are lost or retyped fail, and skipped ones that are unlike on the two sides.
    waivers : sequence of Waiver
        Columns that may differ, and until when.
    today : date, optional
        Of the clock by default.

    Raises
    ------
    AssertionError
        If a column fails; the message names the failing columns, their divergence with its
        interval, and why.
    InputError, FormatError
        As `kullback.tables.compare`.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"paid": ["card"] * 800 + ["cash"] * 200})
    >>> assert_same(before, before.sample(frac=1.0, random_state=0))
    >>> assert_same(before, before.assign(paid="cash"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: 1 of 1 columns fail (fail_on='drift'; ...
      paid: JS 0.610 bits [0.553, 0.670], ...: always 'cash' now...
        - cash                      20.00 %
        + cash                     100.00 %
        ...
    """
    __tracebackhide__ = True  # pytest shows the caller's line
    comparison = tables.compare(
        reference,
        current,
        columns=columns,
        alpha=alpha,
        tolerance=tolerance,
        limits=limits,
        allow=allow,
    )
    found = tables.gate(comparison, fail_on=fail_on, waivers=waivers, today=today)
    if not found.passed:
        from kullback.tables.results.formats.failures import explain

        raise AssertionError(explain(comparison, found))
