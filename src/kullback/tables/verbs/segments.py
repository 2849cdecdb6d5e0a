"""Two datasets, segment by segment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting import table_counts
from kullback.tables.counting.intake import Intake
from kullback.tables.counting.side import OpenedSide
from kullback.tables.engines import SourceColumn
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.opening import open_engines
from kullback.tables.judge import design, judge
from kullback.tables.judge.design import Design
from kullback.tables.judge.judge import Judged
from kullback.tables.judge.verdict import Criteria, ShareTolerances
from kullback.tables.profiles.profile import ColumnProfile, Listed, Profile
from kullback.tables.profiles.types import kind_of
from kullback.tables.results.comparison import Side
from kullback.tables.results.segmented import OneSidedSegment, Segment, SegmentedComparison, Values
from kullback.tables.verbs import compare, opened_sides, segment_keys, segment_rows
from kullback.tables.verbs.chosen_columns import compared_columns
from kullback.tables.verbs.segment_keys import SegmentKey, Segments
from kullback.tables.verbs.segment_rows import Asked
from kullback.units import Unit, unit_name

LEAST = 2  # rows on each side

Sizes = dict[Values, int]


def segments(  # noqa: PLR0913  the contract with users
    reference: Any,
    current: Any,
    by: str | Sequence[str],
    *,
    most: int = 100,
    columns: Sequence[str] | None = None,
    unit: Unit = "bits",
    level: float = 0.95,
    alpha: float = 0.05,
    tolerance: float = 0.01,
    limits: Mapping[str, float] | None = None,
    allow: Sequence[str] = (),
    engine: Any = "auto",
    missing: float = 0.005,
    out_of_range: float = 0.005,
    new: float = 0.005,
    rare: float = 0.002,
    unique: float = 0.005,
    exclude: Sequence[str] = (),
    where: str | None = None,
    roles: Mapping[str, str] | None = None,
    nulls: Sequence[str] = (),
    sample: int | None = None,
    seed: int = 0,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
    sheet: str | int | None = None,
) -> SegmentedComparison:
    """Compare two tables segment by segment, to see where what has drifted.

    A segment is one combination of values of the columns `by`. Its columns are counted in bins
    of its own reference rows, so that a segment that lies in one bin of the whole is not blind;
    the q-values are Benjamini and Hochberg's over all segments and columns together, and the
    shares of the segments themselves, which are compared as one column more.

    Parameters
    ----------
    reference, current : path, glob, URL, frame or Relation
        The rows of both sides.
    by : str or sequence of str
        The columns whose values make the segments; missing values are a segment too.
    most : int
        How many segments are compared, the largest first; a note says how many are left out.
    columns, unit, level, alpha, tolerance, limits, allow, engine
        As in `compare`.
    missing, out_of_range, new, rare, unique
        As in `compare`.

    exclude, where, roles, nulls, sample, seed, encoding, delimiter, header, sheet
        As in `compare`.

    Returns
    -------
    SegmentedComparison
        One `TableComparison` a segment; ``.ranked`` has the worst first, ``.composition`` the
        shares of the segments, ``.appeared`` and ``.vanished`` those of one side only.

    Raises
    ------
    InputError
        If there is no such file or column.
    FormatError
        If a file is not what its name says.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"country": ["AT", "CH"] * 2000, "paid": ["card"] * 4000})
    >>> before.loc[::8, "paid"] = "cash"
    >>> now = before.copy()
    >>> now.loc[(now.country == "CH") & (now.index % 3 == 0), "paid"] = "app"
    >>> for segment in segments(before, now, "country").ranked:
    ...     print(segment.label, segment.comparison.verdict)
    CH drifted
    AT same
    """
    shares = ShareTolerances(missing, out_of_range, new, rare, unique)
    criteria = Criteria(
        unit_name(unit), level, alpha, tolerance, {} if limits is None else limits, allow, shares
    )
    table_counts.check_names(columns)
    intake = Intake(columns, exclude, where, {} if roles is None else roles, nulls, sample, seed)
    form = FileForm(encoding, delimiter, header, sheet)
    table_counts.check_size("most", most, 1)
    keys = _keys(by)
    with open_engines(engine, reference, current, form=form) as engines:
        q, p = opened_sides.both_rows(engines, reference, current, intake)
        made_of = segment_keys.keys_of(q, keys, q), segment_keys.keys_of(p, keys, q)
        held = segment_keys.found(q, made_of[0]), segment_keys.found(p, made_of[1])
        sizes = _sizes(held[0]), _sizes(held[1])
        chosen, notes = _chosen(*sizes, most)
        wanted = compared_columns(intake, q, p, keys)
        compare.check_named(criteria, compare.all_names(q, p))
        parts = _parts((q, p), made_of, chosen, held, wanted)
        pairs = [compare.counted(a, b, wanted)[:2] for a, b in parts]
        made = _compositions(keys, sizes)
        judged = [judge.judge(a, b, wanted, criteria) for a, b in pairs]
        judged.append(judge.judge(*made, None, criteria))
        sides = [*parts, _whole((q, p), keys, made_of)]
        *found, (composition,) = _decided(judged, [*pairs, made], sides, criteria)
    tables = (
        compare.table(Side(a.source, a.rows), Side(b.source, b.rows), columns, criteria)
        for (a, b), columns in zip(pairs, found, strict=True)
    )
    return SegmentedComparison(
        Side(q.source.name, q.rows),
        Side(p.source.name, p.rows),
        tuple(keys),
        tuple(Segment(label(k), k, table) for k, table in zip(chosen, tables, strict=True)),
        composition,
        _only(sizes[1], sizes[0]),
        _only(sizes[0], sizes[1]),
        *(criteria.unit, level, alpha, tolerance),
        notes=notes,
    )


def label(values: Values) -> str:
    """Return what a segment is called.

    Examples
    --------
    >>> label(("AT", None))
    'AT × (missing)'
    """
    return " × ".join("(missing)" if value is None else value for value in values)


def _keys(by: str | Sequence[str]) -> list[str]:
    if not isinstance(by, str | Sequence):
        raise InputError(f"by={by!r} cannot be used; expected the name of a column, or several")
    keys = [by] if isinstance(by, str) else list(by)
    if not keys or len(keys) != len(set(keys)):
        raise InputError(f"by={by!r} cannot be used; name at least one column, and none twice")
    return keys


def _sizes(segments: Segments) -> Sizes:
    return {values: segment.rows for values, segment in segments.items()}


def _chosen(q: Sizes, p: Sizes, most: int) -> tuple[list[Values], tuple[Note, ...]]:
    """Return the segments to compare, the largest first, and what is left out."""
    both = [key for key in q if min(q[key], p.get(key, 0)) >= LEAST]
    small = [key for key in q if 0 < min(q[key], p.get(key, 0)) < LEAST]
    both.sort(key=lambda key: (-(q[key] + p[key]), label(key)))
    return both[:most], tuple(_left_out(len(small), len(both), most))


def _left_out(small: int, both: int, most: int) -> Iterator[Note]:
    if small:
        text = f"{small} segments with a single row on one side are not compared."
        yield Note("small-segments", text)
    if both > most:
        text = (
            f"The {most} largest of {both} segments are compared; most={both} compares all of them."
        )
        yield Note("left-out", text)


def _only(here: Mapping[Values, int], there: Mapping[Values, int]) -> tuple[OneSidedSegment, ...]:
    found = (OneSidedSegment(label(key), key, n) for key, n in here.items() if key not in there)
    return tuple(sorted(found, key=lambda segment: (-segment.rows, segment.label)))


def _parts(
    sides: tuple[OpenedSide, OpenedSide],
    keys: tuple[list[SegmentKey], list[SegmentKey]],
    chosen: Sequence[Values],
    held: tuple[Segments, Segments],
    wanted: Sequence[str] | None,
) -> list[tuple[OpenedSide, OpenedSide]]:
    """Return the rows of each segment on both sides."""
    plans = {c.name: c.type for c in sides[0].source.columns}
    q, p = (
        segment_rows.parts(side, own, {key: there[key] for key in chosen}, list(asked), label)
        for side, own, there, asked in zip(
            sides, keys, held, (_asked(side, plans, wanted) for side in sides), strict=True
        )
    )
    return list(zip(q, p, strict=True))


def _asked(
    side: OpenedSide, plans: Mapping[str, str], wanted: Sequence[str] | None
) -> Iterator[Asked]:
    """Return the columns that are counted, and the kind and type of the reference."""
    for column in side.source.columns:
        plan = plans.get(column.name)
        if plan is not None and (wanted is None or column.name in wanted):
            yield replace(column, part=""), kind_of(plan), plan


def _whole(
    sides: tuple[OpenedSide, OpenedSide],
    names: Sequence[str],
    keys: tuple[list[SegmentKey], list[SegmentKey]],
) -> tuple[OpenedSide, OpenedSide]:
    """Return both sides with one column more, whose values are the segments."""
    whole = " × ".join(names)

    def with_segments(side: OpenedSide, own: list[SegmentKey]) -> OpenedSide:
        texts = [key.sql_text(side.engine) for key in own]
        named = [f"coalesce({text}, '(missing)')" for text in texts] if len(texts) > 1 else texts
        joined = side.engine.dialect.joined
        first, *more = named
        for text in more:
            first = joined.format(joined.format(first, "' × '"), text)
        column = SourceColumn(whole, first, "VARCHAR")
        others = (column for column in side.source.columns if column.name != whole)
        return side._replace(source=replace(side.source, columns=(*others, column)))

    q, p = map(with_segments, sides, keys)
    return q, p


def _decided(
    judged: Sequence[list[Judged]],
    pairs: Sequence[tuple[Profile, Profile]],
    sides: Sequence[tuple[OpenedSide, OpenedSide]],
    criteria: Criteria,
) -> list[tuple[Judged, ...]]:
    """Judge all segments together; again, where neighbouring rows of what was seen are alike."""
    found = judge.decided(judged, criteria)
    worth = [
        design.likeness(Design(), both, plan, columns, criteria.alpha)
        for both, (plan, _), columns in zip(sides, pairs, found, strict=True)
    ]
    if not any(alike for alike, _ in worth):
        return found
    again = [
        judge.allowed(columns, pair, criteria, *alike)
        for columns, pair, alike in zip(judged, pairs, worth, strict=True)
    ]
    return judge.decided(again, criteria)


def _compositions(names: Sequence[str], sizes: tuple[Sizes, Sizes]) -> tuple[Profile, Profile]:
    """Return both sides with one column, whose values are the segments."""
    name = " × ".join(names)
    q, p = (_composition(name, side) for side in sizes)
    return q, p


def _composition(name: str, sizes: Sizes) -> Profile:
    empty = ColumnProfile(name, "VARCHAR", "text", "categorical", Listed({}))
    missing = sizes.get((None,), 0)
    counts = {label(key): n for key, n in sizes.items() if key != (None,)}
    ordered = dict(sorted(counts.items(), key=lambda item: -item[1]))
    column = replace(empty, body=Listed(ordered), null=missing)  # type: ignore[arg-type]  # str is a Value
    return Profile(name, sum(sizes.values()), (column,))
