"""How much of a number is the choice of bins, and how much the choice of smoothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kullback.counts.estimators.kl import kl_of
from kullback.counts.rows.pair import pair
from kullback.errors import InputError
from kullback.tables.counting import table_counts
from kullback.tables.counting.intake import Intake, require_known
from kullback.tables.engines.file_form import FileForm
from kullback.tables.engines.opening import open_engines
from kullback.tables.judge import judge
from kullback.tables.judge.verdict import Criteria
from kullback.tables.profiles import align
from kullback.tables.profiles.profile import Binned, ColumnProfile, Profile
from kullback.tables.results.comparison import ColumnComparison, Skipped
from kullback.tables.results.sensitivity import Choice, Sensitivity
from kullback.tables.verbs import compare, opened_sides
from kullback.units import Unit, unit_name

CHOSEN = 20  # the bins that `compare` takes


def sensitivity(  # noqa: PLR0913  the contract with users
    reference: Any,
    current: Any,
    column: str,
    *,
    bins: Sequence[int] = (10, 20, 40, 80),
    smoothing: Sequence[float] = (0.001, 0.5, 1.0),
    unit: Unit = "bits",
    level: float = 0.95,
    alpha: float = 0.05,
    tolerance: float = 0.01,
    engine: Any = "auto",
    where: str | None = None,
    roles: Mapping[str, str] | None = None,
    nulls: Sequence[str] = (),
    sample: int | None = None,
    seed: int = 0,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
    sheet: str | int | None = None,
) -> Sensitivity:
    """Compare one column with several numbers of bins and several smoothings of KL.

    Bins at quantiles of the reference hide what happens within a bin, so JS grows with their
    number where the drift is that fine, and so does its noise. Smoothing moves KL where an
    outcome is rare or new in the reference: a KL that a smoothing moves far is a statement
    about what the reference never showed.

    Parameters
    ----------
    reference, current : path, glob, URL, frame, Relation or Profile
        As in `compare`; from a profile there is one choice of bins, its own.
    column : str
        The column.
    bins : sequence of int
        Numbers of bins; a column that is counted by value has only one choice.
    smoothing : sequence of float
        Pseudo-counts, each above 0, that are added to every outcome seen, on both sides; the
        estimate of `compare`, which adds none, comes first.
    unit, level, alpha, tolerance, engine
        As in `compare`.
    where, roles, nulls, sample, seed, encoding, delimiter, header, sheet
        As in `compare`.

    Returns
    -------
    Sensitivity
        One row a choice; ``.stable`` says whether the verdict is the same under all of them.

    Raises
    ------
    InputError
        If there is no such column, it cannot be compared, or a choice cannot be used.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> before = pd.DataFrame({"x": np.random.default_rng(0).normal(size=4000)})
    >>> found = sensitivity(before, before + 1, "x", bins=(10, 40), smoothing=(0.5,))
    >>> [(choice.bins, choice.smoothing, choice.verdict) for choice in found][::2]
    [(10, 'none', 'drifted'), (40, 'none', 'drifted')]
    >>> found.stable
    True
    """
    criteria = Criteria(unit_name(unit), level, alpha, tolerance)
    _check(bins, smoothing)
    intake = Intake(None, (), where, {} if roles is None else roles, nulls, sample, seed)
    form = FileForm(encoding, delimiter, header, sheet)
    with open_engines(engine, reference, current, form=form) as engines:
        q, p = opened_sides.both(engines, reference, current, intake)
        require_known("roles", intake.roles, compare.all_names(q, p))
        fixed = isinstance(q, Profile) or isinstance(p, Profile)
        sizes = (CHOSEN,) if fixed else tuple(dict.fromkeys(bins))
        found: list[Choice] = []
        for size in sizes:
            plan, follow, _ = compare.counted(q, p, [column], (size, compare.SIZES[1]), [column])
            found += _choices(plan, follow, column, size, smoothing, criteria)
            if not isinstance(getattr(plan[column], "body", None), Binned):
                break
    return Sensitivity(column, criteria.unit, tuple(found))


def _check(bins: Any, smoothing: Any) -> None:
    for name, given in (("bins", bins), ("smoothing", smoothing)):
        if isinstance(given, str) or not isinstance(given, Sequence):
            raise InputError(f"{name}={given!r} cannot be used; expected a list, such as [{given}]")
    if not bins:
        raise InputError("bins is empty: name at least one number of bins")
    for size in bins:
        table_counts.check_size("bins", size, 2)
    for amount in smoothing:
        if not (isinstance(amount, int | float) and 0 < amount < float("inf")):
            raise InputError(f"smoothing={amount!r} cannot be used; expected a number above 0")


def _choices(
    plan: Profile,
    follow: Profile,
    name: str,
    size: int,
    smoothing: Sequence[float],
    criteria: Criteria,
) -> Iterator[Choice]:
    ((column,),) = judge.decided([judge.judge(plan, follow, [name], criteria)], criteria)
    q, p = plan[name], follow[name]
    if isinstance(column, Skipped) or isinstance(q, Skipped) or isinstance(p, Skipped):
        reason = next(c.reason for c in (column, q, p) if isinstance(c, Skipped))
        raise InputError(f"column: {name!r} is not compared: {reason}")
    first = _first(column, size if isinstance(q.body, Binned) else None)
    yield first
    yield from (_smoothed(first, q, p, amount, criteria) for amount in smoothing)


def _first(column: ColumnComparison, bins: int | None) -> Choice:
    js = column.jensen_shannon
    low, high = (float("nan"),) * 2 if js.interval is None else js.interval
    numbers = (column.kl.value, js.value, low, high, column.p_value)
    return Choice(bins, len(column.outcomes), "none", *numbers, column.verdict)


def _smoothed(
    choice: Choice, q: ColumnProfile, p: ColumnProfile, amount: float, criteria: Criteria
) -> Choice:
    aligned = align.align(q, p)
    both = pair(aligned.x, aligned.y)
    found = kl_of(both, "dirichlet", criteria.level, smoothing=float(amount)).to(criteria.unit)
    return choice._replace(smoothing=f"{amount:g}", kl=found.value)
