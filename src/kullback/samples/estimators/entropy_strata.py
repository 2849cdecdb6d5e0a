"""The entropy of categories, and of numbers beside them: H(C) + Σ p(c) h(X|c)."""

import math
from collections.abc import Callable

import numpy as np

from kullback import counts
from kullback.errors import InputError, MethodError
from kullback.results import Estimate, Interval, Note
from kullback.samples.estimators.cloud import Cloud, CloudDraft, cloud
from kullback.samples.estimators.methods import SampleSettings
from kullback.samples.estimators.strata import in_order, strata
from kullback.samples.points.pair import ordered
from kullback.samples.points.points import Points
from kullback.statistics.level import quantile

Answer = Callable[[Cloud, None, SampleSettings], CloudDraft]


def entropy_of_strata(x: Points, answer: Answer, settings: SampleSettings) -> Estimate:
    """Estimate the entropy of categories and of the numbers beside them, in nats."""
    rows = in_order(x)
    parts = strata(rows, rows, None, settings.seed)
    sizes = parts.sizes[0]
    between = counts.entropy(sizes, level=settings.level)
    share = sizes / sizes.sum()
    values, errors, notes = np.zeros(len(share)), np.zeros(len(share)), list(between.notes)
    if x.numbers.shape[1]:
        for i, own in enumerate(parts.x):
            values[i], errors[i] = _within(own, answer, settings, parts.labels[i])
        text = (
            f"{between.value:.4g} nats are the entropy of the categories, and the rest that of the "
            f"density of the numbers within each: their sum depends on the scale of the numbers."
        )
        notes.append(Note("chain-rule", text))
    value = between.value + float(share @ values)
    local = values - np.log(share)
    spread = float(share @ (local - share @ local) ** 2) / between.n
    error = math.sqrt(
        max(spread, between.standard_error**2) + float((share * errors) @ (share * errors))
    )
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=_interval(between, value, error, settings.level, plain=not x.numbers.shape[1]),
        method="chain rule" if x.numbers.shape[1] else between.method,
        n=between.n,
        m=None,
        outcomes=len(share),
        quantity="h(P)" if x.numbers.shape[1] else "H(P)",
        notes=tuple(notes),
    )


def _within(
    rows: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    answer: Answer,
    settings: SampleSettings,
    label: tuple[object, ...],
) -> tuple[float, float]:
    try:
        draft = answer(cloud(Points(ordered(rows))), None, settings)
    except (InputError, MethodError) as error:
        named = " × ".join(map(str, label))
        raise InputError(
            f"in {named} the numbers have no entropy ({error}); merge rare categories, or leave "
            f"one of the two out"
        ) from None
    return draft.value, draft.standard_error


def _interval(
    between: Estimate, value: float, error: float, level: float, *, plain: bool
) -> Interval | None:
    """Value ± z errors, as far further as that of the counts reaches beyond theirs."""
    if plain or between.interval is None:
        return between.interval
    reach = quantile(level) * between.standard_error
    down = max(0.0, between.value - reach - between.interval.low)
    up = max(0.0, between.interval.high - between.value - reach)
    wide = quantile(level) * error
    how = "sampling interval, chain rule"
    return Interval(value - wide - down, value + wide + up, level, how)
