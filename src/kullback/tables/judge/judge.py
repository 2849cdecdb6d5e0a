"""Two profiles in, one verdict a column out; the q-value waits for all that is tested beside it."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kullback.counts.intervals.legal import beside
from kullback.counts.rows.pair import pair
from kullback.counts.tests.p_values import sidak
from kullback.results import Estimate, Interval, Note
from kullback.statistics.false_discovery import q_values
from kullback.tables.counting.column_counts import Measured
from kullback.tables.judge import constancy, cuts, effect, extent, reasons, single_precision
from kullback.tables.judge import verdict as verdicts
from kullback.tables.judge.measured import by_number, compared, of_many, tested, worth_less
from kullback.tables.judge.uncompared import both_skipped, one_sided, suggested, type_change
from kullback.tables.judge.verdict import Criteria
from kullback.tables.judge.worth import INDEPENDENT, Likeness, Worth, widened, wider_share
from kullback.tables.profiles import align as aligning
from kullback.tables.profiles import labels
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.aspects import with_aspects
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.profiles.thinned import ThinnedTable, thinned, thinned_numbers
from kullback.tables.results.comparison import ColumnComparison, Skipped
from kullback.units import nats_per

Array = NDArray[np.float64]
Judged = ColumnComparison | Skipped

FEWEST = 20  # independent rows that are always left: two bins need ten


def judge(
    q: Profile,
    p: Profile,
    columns: Sequence[str] | None,
    criteria: Criteria,
    named: Collection[str] = (),
) -> list[Judged]:
    """Compare two profiles column by column; `decided` gives q-values and verdicts.

    Parameters
    ----------
    q, p : Profile
        The reference, and the current data counted in its bins.
    columns : sequence of str or None
        Only these.
    criteria : Criteria
        What the verdicts are measured by.
    named : collection of str
        Columns to compare also if they only cut the data.
    """
    reference, current = ({column.name: column for column in side} for side in (q, p))
    every = {**reference, **current}
    wanted = {*(every if columns is None else with_aspects(columns, every))}
    limit = max(q.max_outcomes, p.max_outcomes)
    sides = {n: (reference.get(n), current.get(n)) for n in {**reference, **current} if n in wanted}
    left = {n: cuts.cut(*ends, criteria) for n, ends in sides.items() if n not in named}
    if all(left.get(name) for name in sides):  # with nothing else to compare they are the question
        left = {n: found for n, found in left.items() if cuts.goes_on(*sides[n])}
    columns_found = (left.get(n) or _column(n, ends, criteria, limit) for n, ends in sides.items())
    return suggested(list(columns_found))


def decided(families: Sequence[Sequence[Judged]], criteria: Criteria) -> list[tuple[Judged, ...]]:
    """Give each column of each table its q-value, its verdict and its reason.

    The q-values are Benjamini and Hochberg's (1995) over all columns of all tables: windows and
    segments are looked at together, so they are tested together.

    Parameters
    ----------
    families : sequence of sequences of ColumnComparison or Skipped
        The columns of each table.
    criteria : Criteria
        What the verdicts are measured by.
    """
    p_values = [p for table in families for column in table for p in _tests(column)]
    remaining = iter(q_values(p_values))
    return [tuple(_each_decided(table, remaining, criteria)) for table in families]


def _tests(column: Judged) -> list[float]:
    """Return the p-values of a column: that of its divergence, then those of its shares."""
    if isinstance(column, Skipped):
        return []
    return [column.p_value, *(change.p_value for change in column.shares)]


def _each_decided(
    columns: Sequence[Judged], remaining: Iterator[float], criteria: Criteria
) -> Iterator[Judged]:
    for column in columns:
        if isinstance(column, Skipped):
            yield column
            continue
        q_value = next(remaining)
        shares = tuple(
            verdicts.share_verdict(change, next(remaining), criteria.alpha)
            for change in column.shares
        )
        yield _decide(replace(column, shares=shares), q_value, criteria)


def _column(
    name: str, sides: tuple[Measured | None, Measured | None], criteria: Criteria, limit: int
) -> Judged:
    """Compare one column; the q-value and the verdict wait for the others."""
    reference, current = sides
    if reference is None or current is None:
        return one_sided(name, lost=current is None)
    if isinstance(reference, Skipped) or isinstance(current, Skipped):
        return both_skipped(reference, current, criteria)
    try:
        return column_compared(reference, current, criteria, limit)
    except aligning.DifferentBinsError as error:
        return Skipped(name, str(error), unlike=("the bins differ",))
    except Exception as error:  # noqa: BLE001  one column never takes the others down
        reason = f"failed: {type(error).__name__}: {error}"
        return Skipped(name, reason, unlike=("it could not be compared",))


def column_compared(
    reference: ColumnProfile,
    current: ColumnProfile,
    criteria: Criteria,
    limit: int,
    worth: tuple[Worth, Worth] = INDEPENDENT,
    p_value: float | None = None,
) -> Judged:
    """Compare one column; the q-values and the verdict wait for the others.

    Parameters
    ----------
    reference, current : ColumnProfile
        Of Q and of P.
    criteria : Criteria
        What the verdicts are measured by.
    limit : int
        How many values each profile was asked to list.
    worth : (Worth, Worth)
        How many rows of the current data, and of the reference, say as much as an independent one.
    p_value : float, optional
        Of the outcomes, where their rows are not independent.
    """
    reference, current = aligning.in_same_bins(reference, current)
    rounded = single_precision.rounded(reference, current)
    if rounded:
        reference, current = single_precision.at_one_precision(reference, current)
    found = _measured(reference, current, criteria, limit, worth, p_value)
    if isinstance(found, Skipped):
        by = "once both sides are rounded to single precision, "
        return replace(found, reason=by + found.reason) if rounded else found
    return replace(
        found,
        kl=beside(found.kl, found.jensen_shannon),
        reverse_kl=beside(found.reverse_kl, found.jensen_shannon),
        notes=(*found.notes, *rounded),
        type_changed=type_change(reference, current),
        summary=effect.summary(reference, current, found.quantiles),
    )


def _measured(
    reference: ColumnProfile,
    current: ColumnProfile,
    criteria: Criteria,
    limit: int,
    worth: tuple[Worth, Worth],
    p_value: float | None,
) -> Judged:
    beyond = extent.outside(reference, current, worth)
    inner = reference, current
    if beyond is None or beyond.p_value > 1 - criteria.level:  # no more than chance puts there
        inner = extent.within(reference, reference), extent.within(current, reference)
    many = thinned(reference, current, (worth[0].rows, worth[1].rows))
    if many is not None:
        return _thinned(reference, aligning.align(*inner, limit), many, criteria, worth)
    aligned = aligning.align(*extent.fewer_bins(*inner, worth[1].rows), limit)
    if len(aligned.labels) < 2:
        return Skipped(reference.name, _constant(reference, aligned))
    aligned = aligned._replace(
        x=worth_less(aligned.x, worth[0].rows), y=worth_less(aligned.y, worth[1].rows)
    )
    order = extent.in_order(reference.role, reference.type, aligned)
    if p_value is not None and beyond is not None:
        p_value = sidak(p_value, beyond.p_value)
    if p_value is None and beyond is not None and inner[0] is reference:
        p_value = _inside(reference, current, worth, beyond)
    found = compared(reference.name, reference.role, aligned, criteria, order, beyond, p_value)
    numbers = thinned_numbers(reference, current, (worth[0].rows, worth[1].rows))
    in_bins = found.reason
    found = found if numbers is None else by_number(found, numbers, aligned, criteria)
    cells = effect.number_cells(reference, current)
    quantiles = cells and effect.quantiles(cells)
    beyond_rounding, rounding = single_precision.beyond_rounding(reference, current, aligned, order)
    if beyond_rounding > 1 - criteria.level and found.p_value <= 1 - criteria.level:
        found = replace(widened(found, 1.0, beyond_rounding, 0.0), reason=rounding)
        cells = None
    moved = constancy.said(reference, current, found.reason) or (
        effect.effect(cells, quantiles, reference.kind) if cells and quantiles else None
    )
    return replace(
        found,
        reason=_said(found.reason, in_bins, moved),
        extent=aligning.extent(reference, current),
        jensen_shannon=_up_to_pooled(found.jensen_shannon, aligned),
        notes=(*found.notes, *_pooled(aligned)),
        quantiles=quantiles,
    )


def _inside(
    reference: ColumnProfile,
    current: ColumnProfile,
    worth: tuple[Worth, Worth],
    beyond: extent.BeyondRange,
) -> float:
    """Return the p-value of a column with rows beyond the reference's extent.

    The reference has none there by its own choice of the ends, which of few rows tells nothing: so
    they are tested by themselves, and the outcomes with the outer bins open.
    """
    inner = extent.within(reference, reference), extent.within(current, reference)
    aligned = aligning.align(*extent.fewer_bins(*inner, worth[1].rows))
    x, y = worth_less(aligned.x, worth[0].rows), worth_less(aligned.y, worth[1].rows)
    aligned = aligned._replace(x=x, y=y)
    order = extent.in_order(reference.role, reference.type, aligned)
    return tested(pair(x, y), aligned, order, beyond)


def _said(reason: str, in_bins: str, moved: str | None) -> str:
    """Say what single numbers say first, and then what moved."""
    said = [reason] if reason != in_bins or not moved else []
    return "; ".join([*said, *([moved] if moved else [])])


def _thinned(
    reference: ColumnProfile,
    named: Aligned,
    many: ThinnedTable,
    criteria: Criteria,
    worth: tuple[Worth, Worth],
) -> Judged:
    if len(many.aligned.labels) < 2:
        return Skipped(reference.name, _constant(reference, many.aligned))
    return of_many(reference, named, many, criteria, (worth[0].rows, worth[1].rows))


def _pooled(aligned: Aligned) -> tuple[Note, ...]:
    place = aligned.place_of(labels.OTHER)
    if place is None:
        return ()
    p, q = (c[place] / c.sum() for c in (aligned.x, aligned.y))
    text = (
        f"The values that are frequent on both sides together are compared by name; the others, "
        f"{reasons.percent(float(p))} of current rows and {reasons.percent(float(q))} of reference "
        "rows, are one outcome: the divergence is a lower bound."
    )
    return (Note("pooled", text),)


def _up_to_pooled(estimate: Estimate, aligned: Aligned) -> Estimate:
    """Open the upper end by what pooled values may hide: at most a bit for each row in them.

    By the chain rule the divergence is that of the pooled table and, weighted by the share of the
    pooled outcome on both sides, what goes on inside it: nothing, where one side has none of it.
    """
    interval = estimate.interval
    place = aligned.place_of(labels.OTHER)
    if place is None or interval is None:
        return estimate
    p, q = (float(c[place] / c.sum()) for c in (aligned.x, aligned.y))
    most = math.log(2) / nats_per(estimate.unit)
    shown = sum(side * math.log(2 * side / (p + q)) for side in (p, q) if side)
    hidden = ((p + q) * math.log(2) - shown) / 2 / nats_per(estimate.unit)
    high = min(most, interval.high + hidden)
    method = f"{interval.method}, up to what pooled values may hide"
    return replace(estimate, interval=Interval(interval.low, high, interval.level, method))


def _constant(reference: ColumnProfile, aligned: Aligned) -> str:
    if reference.missing == reference.rows:
        return "all values are missing on both sides"
    if aligned.labels[0] == labels.ANY_VALUE:
        return "the profiles have one bin, which tells no values apart: profile the data anew"
    if aligned.labels[0] == labels.OTHER:
        return "too many values, and none of them is frequent enough to be compared by name"
    label = constancy.only_value(reference) or reasons.spoken(aligned.labels[0])
    return f"constant: always {label} on both sides"


def _decide(column: ColumnComparison, q_value: float, criteria: Criteria) -> ColumnComparison:
    tolerance = criteria.tolerance_of(column.name)
    own = verdicts.verdict(q_value, column.jensen_shannon, criteria.alpha, tolerance)
    verdict = verdicts.worst([own, *(change.verdict for change in column.shares)])
    smallest = column.detectable if own == "undecided" else None
    said = None if smallest is None else reasons.amount(smallest, criteria.unit)
    codes = {note.code for note in column.notes}
    whole = reasons.sentence(own, q_value, criteria.alpha, column.reason, said, codes)
    reason = reasons.with_shares(own, whole, verdict, column.shares, criteria.alpha)
    if column.type_changed:
        reason = "type changed from {} to {}; ".format(*column.type_changed) + reason
    return replace(
        column,
        q_value=q_value,
        verdict="retyped" if column.type_changed else verdict,
        reason=reason,
        tolerance=tolerance,
        detectable=smallest,
    )


def allowed(
    columns: Sequence[Judged],
    sides: tuple[Profile, Profile],
    criteria: Criteria,
    worth: Mapping[str, Likeness],
    order: str,
) -> list[Judged]:
    """Judge those columns again whose rows are not independent, for what they are worth.

    Parameters
    ----------
    columns : sequence of ColumnComparison or Skipped
        As `judge` gave them.
    sides : (Profile, Profile)
        Q's and P's.
    criteria : Criteria
        What the verdicts are measured by.
    worth : mapping of str to Likeness
        What P's rows, and Q's, are worth beside independent ones, and say.
    order : str
        The column of the order that this was seen in, or "" for the rows as they lie.
    """
    limit = max(side.max_outcomes for side in sides)

    def each(column: Judged) -> Judged:
        alike = worth.get(column.name)
        q, p = ((side[column.name] if alike else None) for side in sides)
        if alike is None or not (isinstance(q, ColumnProfile) and isinstance(p, ColumnProfile)):
            return column
        return _allowing(column, (q, p), criteria, limit, alike, order)

    return [each(column) for column in columns]


def _allowing(
    column: Judged,
    sides: tuple[ColumnProfile, ColumnProfile],
    criteria: Criteria,
    limit: int,
    alike: Likeness,
    order: str,
) -> Judged:
    """Judge one column for what its rows are worth; it is never surer than independent ones."""
    if isinstance(column, Skipped):
        return column
    reference, current = sides
    known = alike.at_most(current.rows / FEWEST, reference.rows / FEWEST)
    p_value = max(alike.p_value, column.p_value)
    found = column_compared(*sides, criteria, limit, known.worth, p_value)
    if isinstance(found, Skipped):
        return column
    note = Note(
        "autocorrelated",
        reasons.alike(order, alike.current.said, alike.reference.said, alike.unseen),
    )
    shares = tuple(
        wider_share(
            share,
            max(side.of(share.name) / side.rows for side in known.worth),
            alike,
            criteria.level,
        )
        for share in found.shares
    )
    factor = alike.variance((current.rows, reference.rows), criteria.level)
    excess = sum(side.excess for side in alike.worth)
    return replace(
        widened(column, factor, max(found.p_value, alike.least), excess),
        shares=shares,
        notes=(*column.notes, note),
    )
