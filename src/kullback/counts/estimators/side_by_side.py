"""KL by every method that applies, and what zeros in Q's sample do to each."""

import math
from dataclasses import replace

import numpy as np

from kullback.counts.estimators.kl import METHODS, kl_of
from kullback.counts.estimators.kl_method import named
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.row import Counts
from kullback.counts.smoothing.prior import Smoothing
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.results import Estimate, Note
from kullback.units import Unit, format_number

REMEDIES: tuple[tuple[str, str, Smoothing], ...] = (
    ("zhang", "zhang", None),
    ("half a count added to every outcome", "dirichlet", "jeffreys"),
    ("one count added to every outcome", "dirichlet", "laplace"),
    ("one count where Q has none", "plug-in", "one-count"),
)


def estimates(x: Counts, y: Counts, *, level: float = 0.95, unit: Unit = "nats") -> list[Estimate]:
    """Estimate KL(P‖Q) by every method that applies, side by side.

    No estimator is good for every pair of distributions, and they err in different
    directions: where they spread by more than the standard error, the choice of the method
    matters more than chance, and more data or fewer outcomes are needed.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
    level : float
        Of the intervals, in (0, 1).
    unit : {"nats", "bits", "bans"}
        Of every number in the results.

    Returns
    -------
    list of Estimate
        One for each method of `kullback.counts.kl` whose estimate is finite, ``zhang``
        first. Each carries a note ``spread`` with the lowest and the highest of them, and
        the methods left out.

    Raises
    ------
    InputError, ShapeError, MassError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> for estimate in estimates([30, 50, 15, 5], [40, 30, 20, 10]):
    ...     print(f"{estimate.method:11} {estimate.value:.3f}")
    zhang       0.063
    plug-in     0.091
    first-order 0.063
    dirichlet   0.088
    posterior   0.115
    augmented   0.055
    """
    counts = pair(x, y)
    p_value = homogeneity_of(counts).p_value
    found = [kl_of(counts, name, level, p_value).to(unit) for name in METHODS]
    finite = [estimate for estimate in found if math.isfinite(estimate.value)]
    note = _spread(finite, [e.method for e in found if not math.isfinite(e.value)])
    return [replace(estimate, notes=(*estimate.notes, note)) for estimate in finite]


def _spread(found: list[Estimate], infinite: list[str]) -> Note:
    values = [estimate.value for estimate in found]
    width, error = max(values) - min(values), found[0].standard_error
    text = (
        f"{len(found)} methods lie between {format_number(min(values), 3)} and "
        f"{format_number(max(values), 3)} {found[0].unit}"
    )
    if infinite:
        text += f" ({' and '.join(infinite)} left out: infinite)"
    verdict = "less than the standard error, so that the choice matters little"
    if width > error:
        verdict = "more than the standard error: the choice of method matters more than chance"
    return Note("spread", f"{text}; that is {verdict}.")


def zeros(counts: CountPair) -> list[Note]:
    """Say which outcomes make the plug-in infinite, what they hold, and what each remedy gives."""
    if counts.unseen == 0:
        return []
    missing = np.flatnonzero((counts.x > 0) & (counts.y == 0))
    given = ", ".join(
        f"{what} {format_number(float(METHODS[name].terms(counts, smoothing).sum()), 3)}"
        for what, name, smoothing in REMEDIES
    )
    holds = "outcome holds" if len(missing) == 1 else "outcomes hold"
    text = (
        f"Put into the formula as they are, these counts give an infinite KL(P‖Q): {len(missing)} "
        f"{holds} {100 * counts.unseen:.3g} % of P's sample and nothing of Q's "
        f"({named(counts, missing)}). What each remedy gives, in nats: {given}. JS is finite "
        f"in any case."
    )
    return [Note("zeros", text)]
