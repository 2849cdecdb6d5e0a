"""KL of frames that hold numbers and categories, by the chain rule.

KL(P‖Q) = KL between the categories + Σ p(stratum) KL of the numbers within the stratum, a
stratum being one combination of categories. Strata are matched by label, never by position.
"""

import math
from collections.abc import Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback import counts
from kullback.errors import InputError, MethodError
from kullback.results import Estimate, Note
from kullback.samples.estimators.cautions import negative
from kullback.samples.estimators.estimation import kl_of
from kullback.samples.estimators.methods import SampleSettings
from kullback.samples.estimators.uncertainty import sampling_interval
from kullback.samples.points.pair import SamplePair, ordered
from kullback.samples.points.points import Points

Array = NDArray[np.float64]

NAMED = 3  # strata that a note names before it counts the rest


class Strata(NamedTuple):
    """Rows of each sample by stratum, in one order of strata."""

    labels: list[tuple[Hashable, ...]]
    x: list[Array]
    y: list[Array]

    @property
    def sizes(self) -> tuple[Array, Array]:
        """Rows of x and of y in each stratum."""
        return (
            np.array([len(rows) for rows in self.x], dtype=np.float64),
            np.array([len(rows) for rows in self.y], dtype=np.float64),
        )


class Within(NamedTuple):
    """KL of the numbers in each stratum with its error; 0 where there are too few rows."""

    values: Array
    errors: Array
    methods: list[str]
    refused: dict[int, str]


def chain_rule(x: Points, y: Points, method: str, settings: SampleSettings) -> Estimate:
    """Estimate KL of mixed columns, in nats."""
    strata = _strata(x, y)
    sizes, others = strata.sizes
    between = counts.kl(sizes, others, level=settings.level)
    within = _within(strata, x.columns, method, settings)
    share = sizes / sizes.sum()
    inside = float(share @ within.values)
    value = between.value + inside
    error = _error(between, within, share)
    how = "sampling interval, chain rule"
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=sampling_interval(value, error, settings.level, how),
        method="chain rule",
        n=len(x.numbers),
        m=len(y.numbers),
        outcomes=len(strata.labels),
        quantity="KL(P‖Q)",
        unseen=between.unseen,
        contributions=_contributions(between) + share * within.values,
        notes=(
            _summary(x, between, inside, within),
            *_left_out(strata, within, share),
            *(note for note in between.notes if note.code != "negative"),
            *negative(value),
        ),
    )


def _strata(x: Points, y: Points) -> Strata:
    assert x.labels is not None
    assert y.labels is not None
    labels = list(dict.fromkeys([*x.labels, *y.labels]))
    number = {label: i for i, label in enumerate(labels)}
    groups = []
    for points, own in ((x.numbers, x.labels), (y.numbers, y.labels)):
        which = np.fromiter((number[label] for label in own), dtype=np.intp, count=len(own))
        order = np.argsort(which, kind="stable")
        edges = np.searchsorted(which[order], np.arange(1, len(labels)))
        groups.append(np.split(points[order], edges))
    return Strata(labels, *groups)


def _within(
    strata: Strata, columns: tuple[str, ...] | None, method: str, settings: SampleSettings
) -> Within:
    size = len(strata.labels)
    found = Within(np.zeros(size), np.zeros(size), [], {})
    for i, (rows, others) in enumerate(zip(strata.x, strata.y, strict=True)):
        if not len(rows):
            continue  # p is 0 there, and so is the term
        try:
            one = _in_one(rows, others, columns, method, settings)
        except (InputError, MethodError) as error:
            found.refused[i] = str(error)
            continue
        found.values[i], found.errors[i] = one.value, one.standard_error
        found.methods.append(one.method)
    if not found.methods:
        raise InputError(
            f"in none of the {size} combinations of categories could the numbers be compared "
            f"({next(iter(found.refused.values()))}); leave a categorical column out, or merge "
            f"rare categories"
        )
    return found


def _in_one(
    rows: Array,
    others: Array,
    columns: tuple[str, ...] | None,
    method: str,
    settings: SampleSettings,
) -> Estimate:
    least = settings.neighbours(rows.shape[1]) + 2
    if min(len(rows), len(others)) < least:
        raise InputError(
            f"{len(rows)} rows of x and {len(others)} of y, where {least} are the least"
        )
    pair = SamplePair(ordered(rows), ordered(others), columns)
    return kl_of(pair, method, settings, alone=True)


def _contributions(between: Estimate) -> Array:
    assert between.contributions is not None
    return between.contributions


def _error(between: Estimate, within: Within, share: Array) -> float:
    """Combine the errors: between strata, within them, and their common dependence on shares."""
    seen = share > 0
    p = share[seen]
    logs = _contributions(between)[seen] / p
    both = logs + within.values[seen]
    common = (_variance(p, both) - _variance(p, logs)) / between.n
    inner = float(np.sum((share * np.nan_to_num(within.errors)) ** 2))
    return math.sqrt(between.standard_error**2 + max(0.0, common) + inner)


def _variance(p: Array, values: Array) -> float:
    mean = float(p @ values)
    return float(p @ (values - mean) ** 2)


def _summary(x: Points, between: Estimate, inside: float, within: Within) -> Note:
    used = ", ".join(sorted(set(within.methods)))
    text = (
        f"Chain rule: {between.value:.4g} nats between the categories of "
        f"{', '.join(x.categorical)} ({between.method}), and {inside:.4g} nats within "
        f"{len(within.methods)} of them ({used})."
    )
    return Note("chain-rule", text)


def _left_out(strata: Strata, within: Within, share: Array) -> tuple[Note, ...]:
    if not within.refused:
        return ()
    where = sorted(within.refused, key=lambda i: -share[i])
    named = ", ".join(" × ".join(map(str, strata.labels[i])) for i in where[:NAMED])
    more = f" and {len(where) - NAMED} more" if len(where) > NAMED else ""
    text = (
        f"In {named}{more}, {100 * share[where].sum():.3g} % of x, the numbers could not be "
        f"compared ({within.refused[where[0]]}); that part counts as 0, so the estimate is low."
    )
    return (Note("strata-left-out", text),)
