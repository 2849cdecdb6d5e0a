"""Two datasets in, one verdict a column out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kullback.arguments import flag
from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting import column_counts, spelling, table_counts, together
from kullback.tables.counting.intake import Intake, require_known
from kullback.tables.counting.side import OpenedSide
from kullback.tables.engines import Engine, Source
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.opening import open_engines
from kullback.tables.judge import aspects, design, judge, stability, uncompared
from kullback.tables.judge.design import Design
from kullback.tables.judge.verdict import Criteria, ShareTolerances
from kullback.tables.profiles import common_bins
from kullback.tables.profiles.aspects import with_aspects
from kullback.tables.profiles.profile import ColumnProfile, Profile
from kullback.tables.results.comparison import (
    UNCOMPARED,
    ColumnComparison,
    Mark,
    Side,
    Skipped,
    TableComparison,
)
from kullback.tables.verbs import carriers, one_table, opened_sides
from kullback.tables.verbs import prediction_and_label as marks
from kullback.tables.verbs.pairs import pairs
from kullback.units import Unit, unit_name

SIZES = (20, 10_000)  # bins, and categories kept by name
_OF_Q, _OF_P = "counting the reference", "counting the current data"


def compare(  # noqa: PLR0913  the contract with users
    reference: Any,
    current: Any,
    *,
    columns: Sequence[str] | None = None,
    unit: Unit = "bits",
    level: float = 0.95,
    alpha: float = 0.05,
    tolerance: float = 0.01,
    limits: Mapping[str, float] | None = None,
    allow: Sequence[str] = (),
    engine: Any = "auto",
    exclude: Sequence[str] = (),
    where: str | None = None,
    roles: Mapping[str, str] | None = None,
    nulls: Sequence[str] = (),
    sample: int | None = None,
    prediction: str | None = None,
    label: str | None = None,
    weights: str | None = None,
    order: str | None = None,
    block: int | None = None,
    seed: int = 0,
    missing: float = 0.005,
    out_of_range: float = 0.005,
    new: float = 0.005,
    rare: float = 0.002,
    unique: float = 0.005,
    joint: bool = True,
    psi: bool = False,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
    sheet: str | int | None = None,
    max_outcomes: int = SIZES[1],
) -> TableComparison:
    """Compare two tables column by column: what has drifted, by how much, and where.

    Q is the reference (what was believed) and P the current data (what happens). Numeric
    columns are counted in bins at quantiles of the reference, its spikes alone; missing
    values, and values that are new, are outcomes like any other.

    Parameters
    ----------
    reference, current : path, glob, URL, frame, Relation or Profile
        Whatever `profile` reads, each side by its own engine; a `Profile`, or the path of a
        saved one, whose rows are taken to be as alike as those of the other side.
    columns : sequence of str, optional
        Only these, or those that fit patterns with ``*`` and ``?``; default: all.
    unit : {"nats", "bits", "bans"}
        Of the results.
    level : float
        Of the intervals, in (0, 1).
    alpha : float
        The share of columns flagged by chance that is accepted (Benjamini–Hochberg).
    tolerance : float
        The JS divergence in bits up to which a difference does not matter, in [0, 1).
        0.01 is a normal variable shifted by a quarter of its standard deviation.
    limits : mapping of str to float, optional
        The tolerances of single columns that have their own.
    allow : sequence of str
        What a gate lets pass although it is not compared: "lost", "retyped" or "skipped", or
        names or patterns of columns that may be. A column that drifted has a limit, or a `Waiver`.
    engine : {"auto", "duckdb", "spark"} or SparkSession
        What reads and counts; ``auto``: the engine where the data lie, DuckDB for files and
        frames.
    exclude : sequence of str
        Leave out these, or those that fit patterns.
    where : str, optional
        A condition in the SQL of the engine: only rows that meet it are compared.
    roles : mapping of str to str, optional
        What columns are read as: "numeric", "categorical", "boolean" or "date/time".
    nulls : sequence of str
        Texts that stand for no value in every column of files and frames; in columns of numbers
        and times those of pandas' readers do anyway.
    sample : int, optional
        Compare so many rows of each file or frame, drawn with `seed`.
    prediction, label : str, optional
        The columns that a model predicts, and should have: named in the headline, and in a note
        that says what both together mean.
    weights : str, optional
        A column of both sides, none negative: a row counts by its weight, and the laws of counts
        rest on the effective number of rows (Kish 1965); it is not compared itself.
    order : str, optional
        A column of times or numbers that rows lie in order of, on both sides. Where neighbours
        in it are alike, the verdict of each detected column allows for it and a note says how
        much. Left out, it is the first column of times, else the rows as they lie in a file or a
        frame. If named, it is not compared.
    block : int, optional
        Take so many rows in that order as drawn together: p-value and interval of JS are those
        of whole blocks, and KL rests on as many rows as independent ones they are worth.
    seed : int
        Of the draws of blocks.
    missing, out_of_range, new, rare, unique : float
        The changes up to which shares of rows do not matter, in [0, 1): of missing values, of
        values outside the reference's range, of values that the reference never shows, beyond
        what chance puts there, of values other than the one that nine of ten rows of the
        reference hold, and of rows that repeat a value where values name rows. A JS divergence of
        0.01 bits has room for 0 → 1 % missing, so each has a test and a verdict of its own, and the
        column takes the worst; of a large share a tenth is the tolerance, of rare values a half.
    joint : bool
        Look at pairs of columns as well, of up to 40, in samples of about 20 000 rows of files and
        frames: those whose dependence has drifted are a line of their own (``.pairs``), with an
        error level of their own, and fail a gate.
    psi : bool
        Give each column its population stability index, in nats and without what chance adds.
    encoding : str, optional
        Of text files, such as "latin-1"; default: UTF-8, and what a file shows itself to be that
        is not (UTF-16, Western European), which a note says.
    delimiter : str, optional
        What parts the fields of CSV files, such as ";" or "tab"; default: judged by the file.
    header : bool
        Whether their first row names the columns; else these are called column0, column1, ….
    sheet : str or int, optional
        Of Excel workbooks, by name or by number from 1; default: the first visible one.
    max_outcomes : int
        How many values of a column are kept by name. Of more, one in 2, 4, 8 … is drawn by its
        hash and all rows are counted by hash: the divergence is that of all values, with the
        error of the draw.

    Returns
    -------
    TableComparison
        One `ColumnComparison` a column, or `Skipped` with the reason. A column has
        *drifted* if it is detectable (q ≤ `alpha`) and material (the whole interval of the
        JS divergence above `tolerance`); it is *same* if the whole interval is below;
        else *undecided*. A column of times that run on, or called as parts of data are (month,
        run_id) with no value on both sides, only cuts the data and is skipped unless named.
        What is not compared has a verdict as well: *lost* (only in the
        reference), *new* (only in the current data), *retyped* (of another kind of type), or
        *skipped*; a gate fails on what is lost or retyped, and on what was skipped for one
        reason on one side only, or differs in what is cheap to know.

    Raises
    ------
    InputError
        If there is no such file or column (also one named in `limits`, `roles` or `allow`), no
        common column, or fewer than two rows.
    FormatError
        If a file is not what its name says.

    Notes
    -----
    Rows are counted by the engine and never loaded into Python. DuckDB works in 400 MB of memory
    and spills beyond that into a temporary folder; ``KULLBACK_MEMORY`` (such as ``4GB``) and
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
    shares = ShareTolerances(missing, out_of_range, new, rare, unique)
    criteria = Criteria(
        unit_name(unit), level, alpha, tolerance, {} if limits is None else limits, allow, shares
    )
    table_counts.check_names(columns)
    table_counts.check_size("max_outcomes", max_outcomes, 1)
    intake = Intake(columns, exclude, where, {} if roles is None else roles, nulls, sample, seed)
    how = Design(weights, order, block, seed)
    form = FileForm(encoding, delimiter, header, sheet)
    special: dict[Mark, str | None] = {"prediction": prediction, "label": label}
    with open_engines(engine, reference, current, form=form) as engines:
        q, p = opened_sides.both(engines, reference, current, intake)
        names = all_names(q, p)
        columns = intake.chosen(names)
        marks.check(special, names)
        check_named(criteria, names)
        rows_of, wanted = design.sides_of(how, q, p), design.wanted(how, names, columns)
        named = {*intake.named(names), *intake.roles}
        sizes = (SIZES[0], max_outcomes)
        plan, follow, notes = counted(q, p, wanted, sizes, named)
        plan, follow, of_weights = design.counted(how, rows_of, plan, follow)
        judged = judge.judge(plan, follow, wanted, criteria, named)
        judged, of_blocks = design.judged(how, rows_of, plan, judged, criteria)
        (decided,) = judge.decided([judged], criteria)
        worth, seen_in = design.likeness(how, (q, p), plan, decided, alpha)
        if worth:
            judged = judge.allowed(judged, (plan, follow), criteria, worth, seen_in)
            (decided,) = judge.decided([judged], criteria)
        together = pairs(rows_of, plan, decided, criteria, how) if flag("joint", joint) else None
        of_order = design.unseen((q, p), decided, alpha)
    one = one_table.same_source(reference, current)
    decided, of_one = one_table.settled(decided, plan, follow, alpha, one=one)
    decided = stability.with_index(decided, plan, follow, level) if flag("psi", psi) else decided
    decided, of_marks = marks.marked(decided, special)
    of_sample = () if sample is None else (Note("sample", f"of samples of {sample:,} rows"),)
    found = (*of_sample, *of_one, *of_marks, *notes, *of_weights, *of_blocks, *of_order)
    notes = (*found, *_read(q, p), *carriers.notes(q, p), *carriers.spelt_nulls(plan, follow))
    ends = Side(plan.source, plan.rows), Side(follow.source, follow.rows)
    return replace(table(*ends, decided, criteria, notes), pairs=together)


def table(
    reference: Side,
    current: Side,
    columns: tuple[ColumnComparison | Skipped, ...],
    criteria: Criteria,
    notes: tuple[Note, ...] = (),
) -> TableComparison:
    """Put the columns of one comparison together."""
    measures = criteria.unit, criteria.level, criteria.alpha, criteria.tolerance
    whole = aspects.together(columns)
    return TableComparison(reference, current, whole, *measures, notes, tuple(criteria.allow))


def _read(*sides: Profile | OpenedSide) -> tuple[Note, ...]:
    """Say how the columns of both sides are read, and of how many rows; profiles know."""
    words = zip(sides, ("reference", "current"), strict=True)
    said = (s.notes if isinstance(s, Profile) else spelling.notes(s, w) for s, w in words)
    return tuple(note for notes in said for note in notes)


def all_names(q: Profile | OpenedSide, p: Profile | OpenedSide) -> list[str]:
    """Return the names of the columns of either side, each once."""
    return list(dict.fromkeys([*spelling.names_of(q), *spelling.names_of(p)]))


def others(q: Profile | OpenedSide, p: Profile | OpenedSide, cut: Sequence[str]) -> list[str]:
    """Return the names of the columns but those that rows are cut by."""
    names = [name for name in all_names(q, p) if name not in cut]
    if not names:
        raise InputError(
            f"there are no columns besides {list(cut)}, so there is nothing to compare"
        )
    return names


def check_named(criteria: Criteria, names: Sequence[str]) -> None:
    """Refuse limits of columns that neither side has, and such names among what is allowed."""
    require_known("limits", criteria.limits, names)
    allowed = (a for a in criteria.allow if a not in UNCOMPARED and not set(a) & {*"*?["})
    require_known("allow", allowed, names)


def counted(
    q: Profile | OpenedSide,
    p: Profile | OpenedSide,
    columns: Sequence[str] | None,
    sizes: tuple[int, int] | None = None,
    named: Collection[str] = (),
) -> tuple[Profile, Profile, tuple[Note, ...]]:
    """Count both sides in the same outcomes; the reference decides them where it can.

    Columns that name rows on both sides are set aside, but for those that are `named`.
    """
    plan, follow, notes = _counted(q, p, columns, sizes or SIZES)
    return *uncompared.set_aside(plan, follow, named), notes


def _counted(
    q: Profile | OpenedSide,
    p: Profile | OpenedSide,
    columns: Sequence[str] | None,
    sizes: tuple[int, int],
) -> tuple[Profile, Profile, tuple[Note, ...]]:
    common = _common(spelling.names_of(q), spelling.names_of(p), columns)
    if isinstance(p, Profile) and isinstance(q, OpenedSide):
        note = Note("bins-of-current", "The bins are those of the current profile.")
        return _all_named(table_counts.following(*q, common, p, _OF_Q), q), p, (note,)
    plan = q if isinstance(q, Profile) else table_counts.own(*q, common, sizes, _OF_Q)
    if isinstance(p, Profile):
        return plan, p, common_bins.notes(plan, p)
    follow = table_counts.following(*p, common, plan, _OF_P)
    if isinstance(q, OpenedSide):
        plan = _complete(q.engine, q.source, plan, follow)
        plan = _all_named(plan, q)
    return plan, _all_named(follow, p), ()


def _all_named(profile: Profile, side: OpenedSide) -> Profile:
    """Name also the columns that were not counted, in the order of the table."""
    counted = {column.name: column for column in profile}
    columns = (counted.get(c.name, Skipped(c.name, "not counted")) for c in side.source.columns)
    return replace(profile, columns=tuple(columns))


def _common(q: list[str], p: list[str], columns: Sequence[str] | None) -> list[str]:
    both, every = set(p), {*q, *p}
    for name in columns or ():
        if name not in every:
            raise InputError(f"columns: neither side has a column {name!r}; the reference has {q}")
    asked = None if columns is None else {*with_aspects(columns, every)}
    common = [name for name in q if name in both]
    if not common:
        raise InputError(
            f"reference and current have no column in common: {_few(q)} and {_few(p)}; "
            "rename the columns of one side"
        )
    return [name for name in common if asked is None or name in asked]


def _few(names: list[str]) -> str:
    return repr(names[:5])[:-1] + (", …]" if len(names) > 5 else "]")


def _complete(engine: Engine, source: Source, plan: Profile, follow: Profile) -> Profile:
    """Count in the reference those values that only the current side lists."""
    addresses = {column.name: column for column in source.columns}
    answering = together.in_cells(engine, source, source.columns, plan.rows)
    others = {column.name: column for column in follow}

    def completed(own: column_counts.Measured) -> column_counts.Measured:
        other = others.get(own.name)
        if not (isinstance(own, ColumnProfile) and isinstance(other, ColumnProfile)):
            return own
        column = addresses[own.name]
        return table_counts.guarded(
            own.name, lambda: column_counts.complete(answering, source, column, own, other, own)
        )

    return replace(plan, columns=tuple(completed(column) for column in plan))
