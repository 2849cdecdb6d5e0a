"""Two datasets in, one verdict a column out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.counts.detection import detectable_of
from kullback.counts.divergence import kl_of
from kullback.counts.g_test import homogeneity_of
from kullback.counts.null_centred import jensen_shannon_of
from kullback.counts.pair import pair
from kullback.errors import InputError
from kullback.outcomes import outcomes
from kullback.results import Note
from kullback.tables import aligning, measuring, profiling, reasons, verdicts
from kullback.tables.aligning import Aligned
from kullback.tables.comparison import ColumnComparison, Missing, Side, Skipped, TableComparison
from kullback.tables.engines import Engine, Source
from kullback.tables.profiles import ColumnProfile, Profile
from kullback.tables.verdicts import Criteria
from kullback.units import nats_per

SIZES = (20, 10_000)  # bins, and categories kept by name


def compare(  # noqa: PLR0913  the contract with users
    reference: Any,
    current: Any,
    *,
    columns: Sequence[str] | None = None,
    unit: str = "bits",
    level: float = 0.95,
    alpha: float = 0.05,
    tolerance: float = 0.01,
    engine: str = "auto",
) -> TableComparison:
    """Compare two tables column by column: what has drifted, by how much, and where.

    Q is the reference (what was believed) and P the current data (what happens). Numeric
    columns are counted in bins at quantiles of the reference, its spikes alone; missing
    values, and values that are new, are outcomes like any other.

    Parameters
    ----------
    reference, current : path, glob, frame or Profile
        CSV, TSV, Parquet or JSON-lines files; a pandas, polars (also lazy) or pyarrow frame;
        a DuckDB relation; any object with ``__arrow_c_stream__``; a saved `Profile`.
    columns : sequence of str, optional
        Only these; default: all.
    unit : {"nats", "bits", "bans"}
        Of the results.
    level : float
        Of the intervals, in (0, 1).
    alpha : float
        The share of columns flagged by chance that is accepted (Benjamini–Hochberg).
    tolerance : float
        The JS divergence in bits up to which a difference does not matter, in [0, 1).
        0.01 is a normal variable shifted by a quarter of its standard deviation.
    engine : {"auto", "duckdb"}
        What reads and counts.

    Returns
    -------
    TableComparison
        One `ColumnComparison` a column, or `Skipped` with the reason. A column has
        *drifted* if it is detectable (q ≤ `alpha`) and material (the whole interval of the
        JS divergence above `tolerance`); it is *same* if the whole interval is below;
        else *undecided*.

    Raises
    ------
    InputError
        If there is no such file or column, no common column, or fewer than two rows.
    FormatError
        If a file is not what its name says.

    Notes
    -----
    Rows are counted by DuckDB and never loaded into Python. It works in 400 MB of memory and
    spills beyond that into a temporary folder; ``KULLBACK_MEMORY`` (such as ``4GB``) and
    ``KULLBACK_THREADS`` in the environment change that.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"paid": ["card"] * 800 + ["cash"] * 200})
    >>> after = pd.DataFrame({"paid": ["card"] * 500 + ["cash"] * 200 + ["app"] * 300})
    >>> column = compare(before, after)["paid"]
    >>> column.verdict, column.reason
    ('drifted', "'app' is new and holds 30 % of current rows")
    """
    criteria = Criteria(unit, level, alpha, tolerance)
    profiling.check_names(columns)
    with profiling.open_engine(engine) as opened:
        q, p, notes = _profiles(opened, reference, current, columns)
    measured = [_column(name, q, p, criteria) for name in _names(q, p, columns)]
    return TableComparison(
        reference=Side(q.source, q.rows),
        current=Side(p.source, p.rows),
        columns=tuple(_decided(measured, criteria)),
        unit=unit,
        level=level,
        alpha=alpha,
        tolerance=tolerance,
        notes=notes,
    )


class _Opened(NamedTuple):
    source: Source
    rows: int


def _open(engine: Engine, data: Any, argument: str) -> Profile | _Opened:
    if isinstance(data, Profile):
        if data.rows < 2:
            raise InputError(f"{argument}: the profile has {data.rows} rows; at least 2 are needed")
        return data
    source = engine.open(data, argument)
    return _Opened(source, profiling.count(engine, source, argument, 2))


def _column_names(side: Profile | _Opened) -> list[str]:
    columns = side.columns if isinstance(side, Profile) else side.source.columns
    return [column.name for column in columns]


def _profiles(
    engine: Engine, reference: Any, current: Any, columns: Sequence[str] | None
) -> tuple[Profile, Profile, tuple[Note, ...]]:
    """Count both sides in the same outcomes; the reference decides them where it can."""
    q, p = _open(engine, reference, "reference"), _open(engine, current, "current")
    common = _common(_column_names(q), _column_names(p), columns)
    if isinstance(p, Profile) and isinstance(q, _Opened):
        note = Note("bins-of-current", "The bins are those of the current profile.")
        return _all_named(profiling.following(engine, *q, common, p), q), p, (note,)
    plan = q if isinstance(q, Profile) else profiling.own(engine, *q, common, SIZES)
    if isinstance(p, Profile):
        return plan, p, ()
    follow = profiling.following(engine, *p, common, plan)
    if isinstance(q, _Opened):
        plan = _complete(engine, q.source, plan, follow)
        plan = _all_named(plan, q)
    return plan, _all_named(follow, p), ()


def _all_named(profile: Profile, side: _Opened) -> Profile:
    """Name also the columns that were not counted, in the order of the table."""
    counted = {column.name: column for column in profile}
    columns = (counted.get(c.name, Skipped(c.name, "not counted")) for c in side.source.columns)
    return replace(profile, columns=tuple(columns))


def _common(q: list[str], p: list[str], columns: Sequence[str] | None) -> list[str]:
    for name in columns or ():
        if name not in q and name not in p:
            raise InputError(f"columns: neither side has a column {name!r}; the reference has {q}")
    common = [name for name in q if name in set(p)]
    if not common:
        raise InputError(
            f"reference and current have no column in common: {_few(q)} and {_few(p)}; "
            "rename the columns of one side"
        )
    return [name for name in common if columns is None or name in columns]


def _few(names: list[str]) -> str:
    return repr(names[:5])[:-1] + (", …]" if len(names) > 5 else "]")


def _complete(engine: Engine, source: Source, plan: Profile, follow: Profile) -> Profile:
    """Count in the reference those values that only the current side lists."""
    addresses = {column.name: column for column in source.columns}
    others = {column.name: column for column in follow}

    def completed(own: measuring.Measured) -> measuring.Measured:
        other = others.get(own.name)
        if not (isinstance(own, ColumnProfile) and isinstance(other, ColumnProfile)):
            return own
        column = addresses[own.name]
        return profiling.guarded(
            own.name, lambda: measuring.complete(engine, source, column, own, other, own)
        )

    return replace(plan, columns=tuple(completed(column) for column in plan))


def _names(q: Profile, p: Profile, columns: Sequence[str] | None) -> list[str]:
    names = dict.fromkeys([*(column.name for column in q), *(column.name for column in p)])
    return [name for name in names if columns is None or name in columns]


def _column(name: str, q: Profile, p: Profile, criteria: Criteria) -> ColumnComparison | Skipped:
    """Compare one column; the q-value and the verdict wait for the others."""
    sides = [{column.name: column for column in profile}.get(name) for profile in (q, p)]
    reference, current = sides
    if current is None:
        return Skipped(name, "only in the reference")
    if reference is None:
        return Skipped(name, "only in the current data")
    for side in (reference, current):
        if isinstance(side, Skipped):
            return side
    assert isinstance(reference, ColumnProfile)
    assert isinstance(current, ColumnProfile)
    try:
        return _compared(reference, current, criteria)
    except aligning.DifferentBinsError as error:
        return Skipped(name, str(error))
    except Exception as error:  # noqa: BLE001  one column never takes the others down
        return Skipped(name, f"failed: {type(error).__name__}: {error}")


def _compared(
    reference: ColumnProfile, current: ColumnProfile, criteria: Criteria
) -> ColumnComparison | Skipped:
    aligned = aligning.align(reference, current)
    if len(aligned.labels) < 2:
        return Skipped(reference.name, _constant(reference, aligned))
    x, y = aligned.x, aligned.y
    # Read once: the law of the counts under no change serves every estimate.
    both = pair(x, y)
    p_value = homogeneity_of(both).p_value
    level, unit = criteria.level, criteria.unit
    return ColumnComparison(
        name=reference.name,
        role=reference.role,
        kl=kl_of(both, level=level, p_value=p_value).to(unit),
        reverse_kl=kl_of(both.reverse(), level=level, p_value=p_value, quantity="KL(Q‖P)").to(unit),
        jensen_shannon=jensen_shannon_of(both, level, p_value).to(unit),
        p_value=p_value,
        q_value=1.0,
        verdict="undecided",
        reason=reasons.explain(aligned),
        outcomes=outcomes(aligned.labels, x / both.n, y / both.m).to(1 / nats_per(unit)),
        new=_seen_only(aligned, x, y),
        gone=_seen_only(aligned, y, x),
        missing=Missing(reference.missing / reference.rows, current.missing / current.rows),
        type_changed=type_change(reference, current),
        detectable=detectable_of(both) / nats_per(unit),
        extent=aligning.extent(reference, current),
    )


def _constant(reference: ColumnProfile, aligned: Aligned) -> str:
    if reference.missing == reference.rows:
        return "all values are missing on both sides"
    label = reasons.spoken(aligned.labels[0])
    return f"constant: always {label} on both sides"


def _seen_only(
    aligned: Aligned, here: NDArray[np.float64], there: NDArray[np.float64]
) -> tuple[Any, ...]:
    only = (here > 0) & (there == 0)
    return tuple(
        aligned.labels[i] for i in np.flatnonzero(only) if reasons.is_named(aligned.labels[i])
    )


def type_change(reference: ColumnProfile, current: ColumnProfile) -> tuple[str, str] | None:
    """Return both types where they are of different kinds, and both sides hold values."""
    empty = any(side.missing == side.rows for side in (reference, current))
    if empty or reference.kind == current.kind:
        return None
    return (reference.type, current.type)


def _decided(
    columns: Sequence[ColumnComparison | Skipped], criteria: Criteria
) -> list[ColumnComparison | Skipped]:
    """Give each column its q-value, and with it the verdict and the reason."""
    p_values = [column.p_value for column in columns if isinstance(column, ColumnComparison)]
    remaining = iter(verdicts.q_values(p_values))
    decide: Callable[[ColumnComparison], ColumnComparison] = lambda column: _decide(  # noqa: E731
        column, next(remaining), criteria
    )
    return [decide(c) if isinstance(c, ColumnComparison) else c for c in columns]


def _decide(column: ColumnComparison, q_value: float, criteria: Criteria) -> ColumnComparison:
    verdict = verdicts.verdict(q_value, column.jensen_shannon, criteria)
    smallest = column.detectable if verdict == "undecided" else None
    said = None if smallest is None else reasons.amount(smallest, criteria.unit)
    reason = reasons.sentence(verdict, q_value, criteria.alpha, column.reason, said)
    if column.type_changed:
        reason = "type changed from {} to {}; ".format(*column.type_changed) + reason
    return replace(column, q_value=q_value, verdict=verdict, reason=reason, detectable=smallest)
