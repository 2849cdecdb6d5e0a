"""From a pair of samples and a method to an `Estimate`, in nats."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from kullback.arguments import MANY, seed_of, whole
from kullback.errors import InputError, MethodError
from kullback.results import Estimate, Note
from kullback.samples.estimators.cautions import BY_DISTANCE, cautions, errorless, settled
from kullback.samples.estimators.choice import choose, classifier_says, with_second_opinions
from kullback.samples.estimators.methods import METHODS, SampleDraft, SampleSettings
from kullback.samples.estimators.uncertainty import sampling_interval
from kullback.samples.points.pair import SamplePair
from kullback.statistics.level import quantile

Answer = TypeVar("Answer")


def settings_of(level: float, k: int | None, seed: int | None) -> SampleSettings:
    """Check what a caller may choose; no seed is seed 0, so that nothing ever varies unasked."""
    quantile(level)
    k = None if k is None else whole("k", k, 1, MANY)
    return SampleSettings(float(level), k, seed_of(seed))


def chosen(methods: Mapping[str, Callable[..., Answer]], method: str) -> Callable[..., Answer]:
    """Return the function of a method, or say which ones there are."""
    try:
        return methods[method]
    except (KeyError, TypeError):
        names = ", ".join(repr(name) for name in ("auto", *methods))
        raise MethodError(f"method={method!r} is unknown here; choose one of {names}") from None


def kl_of(
    pair: SamplePair, method: str, settings: SampleSettings, *, alone: bool = False
) -> Estimate:
    """Estimate KL for a pair; `alone` asks no second opinions."""
    taken, why = choose(pair, settings) if method == "auto" else (method, None)
    draft = chosen(METHODS, taken)(pair, settings)
    if why is not None and not alone:
        draft = with_second_opinions(pair, settings, taken, draft)
    first = () if why is None else (why,)
    return finished(pair, taken, draft, settings, first)


def seconded(pair: SamplePair, one: Estimate, settings: SampleSettings) -> Estimate:
    """Ask a classifier of all columns too, and stretch the interval to it where they disagree."""
    if pair.dimensions == 1 or one.interval is None:
        return one
    draft = SampleDraft(one.value, one.standard_error, "")
    try:
        said = classifier_says(pair, settings, draft)
    except InputError:  # columns that depend on each other, or are constant
        return one
    ends = (one.interval.low, one.interval.high, *said.others)
    interval = replace(one.interval, low=min(ends), high=max(ends))
    return replace(one, interval=interval, notes=(*one.notes, *said.notes))


def finished(
    pair: SamplePair,
    method: str,
    draft: SampleDraft,
    settings: SampleSettings,
    first: tuple[Note, ...],
) -> Estimate:
    """Add the interval and the cautions to what a method answered."""
    doubts = cautions(pair, method, draft.value)
    notes = (*first, *draft.notes, *doubts, *errorless(draft.standard_error))
    how = draft.how if settled(pair, method, notes) else f"sampling interval, {draft.how}"
    interval = sampling_interval(
        draft.value, draft.standard_error, settings.level, how, others=draft.others
    )
    # Nothing is known of Q beyond its sample, and a classifier sees no more than its models can.
    opened = pair.outside.notable or method == "classifier"
    opened |= method in BY_DISTANCE and pair.apart
    if interval is not None and opened:
        interval = replace(interval, high=math.inf)
    return Estimate(
        value=draft.value,
        unit="nats",
        standard_error=draft.standard_error,
        interval=interval,
        method=method,
        n=pair.n,
        m=pair.m,
        outcomes=pair.distinct if draft.outcomes is None else draft.outcomes,
        quantity="KL(P‖Q)",
        null_bias=draft.null_bias,
        unseen=pair.outside.share,
        notes=notes,
    )
