"""A whole table, column by column: after its own plan, or after another profile's."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from kullback.arguments import texts
from kullback.errors import FormatError, InputError, KullbackError
from kullback.statistics.progress import along
from kullback.tables.counting import (
    aspects,
    column_counts,
    few_texts,
    spelling,
    statements,
    together,
)
from kullback.tables.counting.column_counts import Measured
from kullback.tables.counting.facts import column_facts
from kullback.tables.counting.intake import Intake
from kullback.tables.counting.side import OpenedSide
from kullback.tables.engines import Engine, Source, SourceColumn
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.messages import ends_all, one_line
from kullback.tables.engines.opening import Engines, open_engines
from kullback.tables.profiles.aspects import of_both, of_nothing
from kullback.tables.profiles.privacy import private
from kullback.tables.profiles.profile import Profile
from kullback.tables.results.comparison import Skipped


def profile(  # noqa: PLR0913  the contract with users
    data: Any,
    *,
    columns: Sequence[str] | None = None,
    like: Profile | None = None,
    bins: int = 20,
    max_outcomes: int = 10_000,
    engine: Any = "auto",
    privacy: int | None = None,
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
) -> Profile:
    """Reduce a table to counts: bins, categories, missing values; never a row.

    Parameters
    ----------
    data : path, glob, URL, frame or Relation
        CSV, TSV, Parquet, JSON-lines or Arrow files, here or remote (``s3://…`` with fsspec); a
        pandas, polars (also lazy), pyarrow or Spark frame; a DuckDB relation; any object with
        ``__arrow_c_stream__``; a table or query in a database (`Relation`, or a URL such as
        ``postgresql://host/shop?table=sales``).
    columns : sequence of str, optional
        Only these, or those that fit patterns with ``*`` and ``?``; default: all.
    like : Profile, optional
        Count in the bins and categories of this profile, so that the two can be compared
        and merged. Its columns are read as its types; `bins` and `max_outcomes` are its own.
    bins : int
        About how many bins a numeric column gets, at quantiles of the data; at least 2.
    max_outcomes : int
        How many categories are kept by name; the rarer ones are pooled.
    engine : {"auto", "duckdb", "spark"} or SparkSession
        What reads and counts; ``auto``: the engine where the data lie, DuckDB for files and
        frames. With Spark, paths are those that its workers can reach.
    privacy : int, optional
        Leave out every value that fewer rows hold: rarer categories are pooled, bins hold at
        least so many rows and end at round numbers that do not depend on the data, and
        neither the cells nor the least and the greatest value are kept.
    exclude, where, roles, nulls, sample, seed
        Which columns and rows are counted, and as what, as in `compare`; a later comparison
        with this profile is to be given the same.
    encoding, delimiter, header, sheet
        How files are written, as in `compare`.

    Returns
    -------
    Profile
        A `ColumnProfile` each column, or `Skipped` with the reason.

    Raises
    ------
    InputError
        If there is no such file or column, or the table has no rows.
    FormatError
        If a file is not what its name says.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"colour": ["red", "blue", "red", None]})
    >>> profile(frame)["colour"].body.counts, profile(frame)["colour"].missing
    ({'red': 2, 'blue': 1}, 1)
    """
    check_size("bins", bins, 2)
    check_size("max_outcomes", max_outcomes, 1)
    if privacy is not None:
        check_size("privacy", privacy, 1)
    if like is not None and not isinstance(like, Profile):
        raise InputError(f"like is a {type(like).__name__}; expected a Profile")
    check_names(columns)
    intake = Intake(columns, exclude, where, {} if roles is None else roles, nulls, sample, seed)
    form = FileForm(encoding, delimiter, header, sheet)
    with open_engines(engine, data, form=form) as engines:
        side = opened(engines, data, "data", intake, like)
        wanted = intake.chosen([column.name for column in side.source.columns], side.source.name)
        if like is None:
            made = _in_case(side, own(*side, wanted, (bins, max_outcomes)))
        else:
            made = following(*side, wanted, like)
    made = replace(made, notes=(*made.notes, *spelling.notes(side, "data")))
    return made if privacy is None else private(made, privacy)


def _in_case(side: OpenedSide, made: Profile) -> Profile:
    """Count of few texts also what profiles that are merged with this one may need."""
    few = {column.name: column for column in of_both(made)}
    kept: list[Measured] = [
        aspect for column in few.values() if not column.counted for aspect in of_nothing(column)
    ]
    both = aspects.of_both(side, {name for name, column in few.items() if column.counted})
    if both:
        source = replace(side.source, columns=tuple(both))
        engine = few_texts.of_lists(side, both, few)
        kept += own(engine, source, side.rows, None, (made.bins, made.max_outcomes)).columns
    return replace(made, unsettled=tuple(kept))


def opened(
    engines: Engines,
    data: Any,
    argument: str,
    intake: Intake,
    like: Profile | OpenedSide | None = None,
    *,
    least: int = 1,
    texts: Collection[str] = (),
) -> OpenedSide:
    """Open a dataset, take in what is asked for, count its rows and read what its texts spell.

    Parameters
    ----------
    engines : Engines
        That can open it.
    data : path, frame, …
        The dataset.
    argument : str
        How errors name it.
    intake : Intake
        Which rows, and how columns are read.
    like : Profile or OpenedSide, optional
        What is text there stays text here.
    least : int
        How many rows are needed.
    texts : collection of str
        Columns that are text on a side that was opened later.
    """
    # A role that was asked for decides how a column is read, on both sides alike.
    held = [name for name in (*texts, *spelling.texts_of(like)) if name not in intake.roles]
    engine, source = engines.open(data, argument, held)
    source = intake.taken(engine, source, argument)
    side = OpenedSide(engine, source, count(engine, source, argument, least))
    kinds = dict.fromkeys(texts, "text") if like is None else spelling.kinds_of(like)
    return spelling.spelt(side, kinds or None, intake.nulls, decides=like is None)


def check_size(name: str, value: Any, least: int) -> None:
    """Refuse what is not an integer of at least `least`."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise InputError(
            f"{name}={value!r} cannot be used; expected an integer of at least {least}"
        )


def count(engine: Engine, source: Source, argument: str, least: int = 1) -> int:
    """Return how many rows a source has; refuse fewer than `least`."""
    fewest = next((column.part for column in source.columns if column.part), source.relation)
    try:
        rows = int(engine.execute(statements.count_rows(fewest, engine.dialect))[0][0])
    except Exception as error:
        raise FormatError(f"{argument}: {source.name} cannot be read: {one_line(error)}") from error
    if rows < least:
        held = "no rows" if rows == 0 else f"only {rows} row"
        raise InputError(f"{argument}: {source.name} has {held}; at least {least} are needed")
    return rows


def own(
    engine: Engine,
    source: Source,
    rows: int,
    columns: Sequence[str] | None,
    sizes: tuple[int, int],
    label: str = "counting",
) -> Profile:
    """Profile a source after plans made from its own values; the label is shown on a terminal."""
    bins, limit = sizes

    wanted = chosen(source.columns, columns, source.name)
    answering = together.in_cells(engine, source, wanted, rows)

    def measure(column: SourceColumn) -> Measured:
        return column_counts.own_plan(answering, source, column, bins, limit)

    measured = each(
        engine,
        lambda column: whole(guarded(column.name, partial(measure, column)), rows),
        wanted,
        label,
    )
    return Profile(source.name, rows, measured, bins, limit, lacks=source.lacks)


def whole(measured: Measured, rows: int) -> Measured:
    """Skip a column whose counts are not those of all rows."""
    if isinstance(measured, Skipped) or measured.rows == rows:
        return measured
    return Skipped(
        measured.name,
        f"failed: {measured.rows} of {rows} rows were counted: the data are damaged, or changed "
        "while they were read",
        unlike=("it could not be counted",),
    )


def each(
    engine: Engine,
    measure: Callable[[SourceColumn], Measured],
    columns: Sequence[SourceColumn],
    label: str,
) -> tuple[Measured, ...]:
    """Measure columns, in their order; side by side where the engine takes many statements."""
    if engine.at_once == 1:
        return tuple(along(map(measure, columns), len(columns), label))
    with ThreadPoolExecutor(engine.at_once) as pool:
        return tuple(along(pool.map(measure, columns), len(columns), label))


def following(
    engine: Engine,
    source: Source,
    rows: int,
    columns: Sequence[str] | None,
    plan: Profile,
    label: str = "counting",
) -> Profile:
    """Profile those columns of a source that another profile has, in its bins: one visit each."""
    plans = {column.name: column for column in plan}
    common = [c for c in chosen(source.columns, columns, source.name) if c.name in plans]
    answering = together.in_bins(engine, source, common, plans, rows)
    measured = each(
        engine,
        lambda column: whole(
            _follow(answering, source, column, plans[column.name], plan.max_outcomes), rows
        ),
        common,
        label,
    )
    if not measured:
        raise InputError(f"like: {source.name} and the profile have no column in common")
    privacy = plan.privacy and 1  # edges and names are the plan's; counts may be small
    return Profile(
        source.name,
        rows,
        measured,
        plan.bins,
        plan.max_outcomes,
        privacy=privacy,
        lacks=source.lacks,
    )


def _follow(
    engine: Engine, source: Source, column: SourceColumn, plan: Measured, limit: int
) -> Measured:
    if isinstance(plan, Skipped):
        if plan.facts is None:
            return plan
        return guarded(
            column.name, lambda: replace(plan, facts=column_facts(engine, source, column))
        )
    return guarded(column.name, lambda: column_counts.like(engine, source, column, plan, limit))


def guarded(name: str, measure: Callable[[], Measured]) -> Measured:
    """Measure one column; its failure is its own and takes no other column down."""
    try:
        return measure()
    except KullbackError:
        raise
    except Exception as error:
        if ends_all(error):
            raise
        reason = f"failed: {type(error).__name__}: {one_line(error)}"
        return Skipped(name, reason, unlike=("it could not be counted",))


def chosen(
    columns: Sequence[SourceColumn], wanted: Sequence[str] | None, source: str
) -> list[SourceColumn]:
    """Return the columns asked for, in the order of the table."""
    check_names(wanted)
    names = {column.name: None for column in columns}
    for name in wanted or ():
        if name not in names:
            raise InputError(f"columns: {source} has no column {name!r}; it has {list(names)}")
    asked = set(names if wanted is None else wanted)
    return [column for column in columns if column.name in asked]


def check_names(wanted: Any) -> None:
    """Refuse column names that are not a sequence of names."""
    if wanted is not None and not texts("columns", wanted):
        raise InputError("columns is empty: name at least one, or leave it out for all")
