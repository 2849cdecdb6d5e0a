"""Two columns at once: what of their joint drift is each alone, and what their dependence."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.arguments import texts
from kullback.errors import InputError
from kullback.results import Note
from kullback.tables.counting import codes, table_counts
from kullback.tables.counting.codes import CodedColumn
from kullback.tables.counting.intake import Intake, require_known
from kullback.tables.counting.side import OpenedSide, column_of
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.opening import open_engines
from kullback.tables.judge import dependence, judge, measured, reasons
from kullback.tables.judge.verdict import Criteria
from kullback.tables.profiles.align import Aligned
from kullback.tables.profiles.profile import ColumnProfile, Listed, Profile
from kullback.tables.results.comparison import ColumnComparison, Side
from kullback.tables.results.joined import JointComparison
from kullback.tables.verbs import compare, opened_sides
from kullback.units import Unit, unit_name

Array = NDArray[np.float64]
Cells = dict[tuple[Hashable, Hashable], float]


@dataclass(frozen=True, slots=True)
class OutcomePair:
    """An outcome of two columns together."""

    first: Hashable
    second: Hashable

    def __str__(self) -> str:
        return f"{reasons.spoken(self.first)} with {reasons.spoken(self.second)}"


def joint(  # noqa: PLR0913  the contract with users
    reference: Any,
    current: Any,
    columns: Sequence[str],
    *,
    most: int = 50,
    unit: Unit = "bits",
    level: float = 0.95,
    alpha: float = 0.05,
    tolerance: float = 0.01,
    seed: int = 0,
    engine: Any = "auto",
    where: str | None = None,
    roles: Mapping[str, str] | None = None,
    nulls: Sequence[str] = (),
    sample: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
    sheet: str | int | None = None,
) -> JointComparison:
    """Compare two columns together: their margins, and how they hang together.

    By the chain rule KL(joint) = KL(a) + KL(b|a), and KL(joint) = KL(a) + KL(b) + what the
    dependence of the two adds. Columns that each stay the same may drift together: then the
    dependence says so, and no column by itself.

    Parameters
    ----------
    reference, current : path, glob, URL, frame or Relation
        The rows of both sides.
    columns : two of str
        The columns (a, b).
    most : int
        How many categories of a column are kept by name, the most frequent of both sides
        together; the others are one outcome, and a note says so.
    unit, level, alpha, tolerance, engine
        As in `compare`.
    seed : int
        Of the samples behind the p-value of the dependence, and of `sample`.
    where, roles, nulls, sample, encoding, delimiter, header, sheet
        As in `compare`.

    Returns
    -------
    JointComparison
        ``.joint``, ``.first`` and ``.second`` are judged as in `compare`; ``.conditional`` and
        ``.dependence`` are estimates with an interval and a p-value.

    Raises
    ------
    InputError
        If there is no such file or column, or one of the columns cannot be compared.
    FormatError
        If a file is not what its name says.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"plan": ["a", "b"] * 2000, "paid": ["card", "cash"] * 2000})
    >>> now = before.assign(paid=["card", "cash", "cash", "card"] * 1000)
    >>> found = joint(before, now, ("plan", "paid"))
    >>> found.first.verdict, found.second.verdict, found.joint.verdict
    ('same', 'same', 'drifted')
    """
    criteria = Criteria(unit_name(unit), level, alpha, tolerance)
    names = _two(columns)
    table_counts.check_size("most", most, 1)
    table_counts.check_size("seed", seed, 0)
    intake = Intake(None, (), where, {} if roles is None else roles, nulls, sample, seed)
    form = FileForm(encoding, delimiter, header, sheet)
    with open_engines(engine, reference, current, form=form) as engines:
        q, p = opened_sides.both_rows(engines, reference, current, intake)
        require_known("roles", intake.roles, compare.all_names(q, p))
        plan, follow, notes = compare.counted(q, p, names)
        plans = [_pooled(plan, follow, name, most) for name in names]
        y, x = (_cells(side, plans) for side in (q, p))
    found, labels = _tables(x, y)
    listed = tuple(note for profile, named in plans for note in _notes(profile, named))
    both, first, second = _judged(names, [plan for plan, _ in plans], labels, found, criteria)
    return JointComparison(
        Side(q.source.name, q.rows),
        Side(p.source.name, p.rows),
        names,
        both,
        first,
        second,
        dependence.conditional(found, *names, level).to(unit),
        dependence.dependence(found, *names, level, seed).to(unit),
        unit=criteria.unit,
        level=level,
        alpha=alpha,
        tolerance=tolerance,
        notes=(*notes, *listed),
    )


def _two(columns: Sequence[str]) -> tuple[str, str]:
    names = texts("columns", columns)
    if len(names) != 2 or names[0] == names[1]:
        raise InputError(f"columns={list(names)} cannot be used; expected two different names")
    return names[0], names[1]


Planned = tuple[ColumnProfile, tuple[Any, ...] | None]


def _pooled(plan: Profile, follow: Profile, name: str, most: int) -> Planned:
    """Return how a column is counted, and which of its values by name."""
    for profile in (plan, follow):
        if not isinstance(profile[name], ColumnProfile):
            raise InputError(f"columns: {name!r} is not compared: {profile[name].reason}")  # type: ignore[union-attr]  # Skipped
    own, other = plan[name], follow[name]
    assert isinstance(own, ColumnProfile)
    assert isinstance(other, ColumnProfile)
    if not (isinstance(own.body, Listed) and isinstance(other.body, Listed)):
        return own, None
    # Chosen by the rows of both sides together: what is frequent on one side by chance would
    # look like a drift.
    totals = Counter(own.body.counts)
    totals.update(other.body.counts)
    pools = own.body.other or other.body.other or len(totals) > most
    return own, tuple(v for v, n in totals.most_common(most) if n) if pools else None


def _notes(plan: ColumnProfile, named: tuple[Any, ...] | None) -> list[Note]:
    if named is None:
        return []
    text = (
        f"{len(named)} values of {plan.name!r} are kept by name, the most frequent of both sides "
        "together; the others are one outcome, so that the divergence is a lower bound."
    )
    return [Note("pooled", text)]


def _cells(side: OpenedSide, plans: Sequence[Planned]) -> Cells:
    """Count the rows of each pair of outcomes."""
    columns = [
        CodedColumn(column_of(side.source, plan.name, "columns"), plan, named)
        for plan, named in plans
    ]
    rows = codes.counts(side.engine, side.source, columns)
    slots = [{found[i] for _, found, _ in rows} for i in (0, 1)]
    names = [codes.labels_of(plan, s) for (plan, _), s in zip(plans, slots, strict=True)]
    cells: Cells = defaultdict(float)
    for _, (first, second), n in rows:
        cells[names[0][first], names[1][second]] += n
    return cells


def _tables(x: Cells, y: Cells) -> tuple[dependence.JointCounts, list[list[Hashable]]]:
    """Lay both sides out as tables of the same rows and columns."""
    # Engines give groups in any order; a sum of floats should not depend on it.
    pairs = sorted({*y, *x}, key=lambda pair: tuple(map(str, pair)))
    labels = [list(dict.fromkeys(pair[i] for pair in pairs)) for i in (0, 1)]
    places = [{label: i for i, label in enumerate(side)} for side in labels]
    tables = []
    for cells in (x, y):
        table = np.zeros([len(side) for side in labels])
        for (first, second), n in cells.items():
            table[places[0][first], places[1][second]] = n
        tables.append(table)
    return dependence.parts(*tables), labels


def _judged(
    names: tuple[str, str],
    plans: Sequence[ColumnProfile],
    labels: Sequence[Sequence[Hashable]],
    found: dependence.JointCounts,
    criteria: Criteria,
) -> list[ColumnComparison]:
    """Judge the pair, and each column alone, together."""
    pairs = [OutcomePair(a, b) for a in labels[0] for b in labels[1]]
    occurring = found.joint.x + found.joint.y > 0
    kept = tuple(label for label, there in zip(pairs, occurring, strict=True) if there)
    both = Aligned(kept, found.joint.x[occurring], found.joint.y[occurring])
    columns = [measured.compared(" × ".join(names), "categorical", both, criteria)]
    for plan, side, counts in zip(plans, labels, (found.first, found.second), strict=True):
        if len(side) < 2:
            raise InputError(f"columns: {plan.name!r} is constant: compare the other one alone")
        aligned = Aligned(tuple(side), counts.x, counts.y)
        columns.append(measured.compared(plan.name, plan.role, aligned, criteria))
    (decided,) = judge.decided([columns], criteria)
    return [column for column in decided if isinstance(column, ColumnComparison)]
