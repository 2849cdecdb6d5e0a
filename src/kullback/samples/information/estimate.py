"""From blocks of columns to an estimate of information, in nats."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback import counts
from kullback.arguments import word
from kullback.counts.information.margins import Margins
from kullback.errors import InputError, MethodError
from kullback.results import Estimate, Note
from kullback.samples.estimators.cautions import errorless, in_range
from kullback.samples.estimators.gaussian import gaussian_entropy
from kullback.samples.estimators.methods import SampleSettings
from kullback.samples.estimators.uncertainty import sampling_interval
from kullback.samples.information.blocks import Blocks, blocks_of
from kullback.samples.information.neighbours import information_terms, split_error
from kullback.samples.points.points import Points
from kullback.units import Unit, nats_per

Array = NDArray[np.float64]

NEIGHBOURS = 5
METHODS = ("auto", "nearest-neighbours", "gaussian")
HOW = "independent parts"
LIMIT = 0.5  # of ln n: neighbours cannot tell information above


def information(
    named: dict[str, Points],
    margins: Margins,
    name: str,
    method: str,
    settings: SampleSettings,
    unit: Unit,
) -> Estimate:
    """Estimate a signed sum of entropies of blocks, in the unit asked for."""
    nats_per(unit)
    word("method", method, METHODS, MethodError)
    blocks = blocks_of(named, settings.seed)
    if method == "gaussian":
        return _gaussian(named, margins, name, settings).to(unit)
    if blocks.counted:
        return _of_counts(blocks, margins, name, settings).to(unit)
    require_rows(blocks, settings)
    k = settings.k or NEIGHBOURS
    terms, alone = information_terms(blocks, margins, k)
    notes = (Note("neighbours", f"k = {k} nearest neighbours."), *unmatched(alone))
    error = error_of(terms, blocks, lambda part: information_terms(part, margins, k)[0], k)
    draft = InformationDraft(float(terms.mean()), error, HOW, notes)
    one = finished(blocks, draft, name, settings)
    limit = LIMIT * math.log(blocks.n)
    if one.value > limit and one.interval is not None:
        text = (
            f"No estimate from {blocks.n} rows sees information much above ½ ln n = {limit:.3g} "
            f"nats: the truth may be far larger, and the interval has no upper end."
        )
        one = replace(
            one,
            interval=replace(one.interval, high=math.inf),
            notes=(*one.notes, Note("near-limit", text)),
        )
    return one.to(unit)


class InformationDraft(NamedTuple):
    """What one method answers, in nats."""

    value: float
    standard_error: float
    how: str
    notes: tuple[Note, ...]
    method: str = "nearest-neighbours"


def finished(
    blocks: Blocks,
    draft: InformationDraft,
    name: str,
    settings: SampleSettings,
    legal: tuple[float, float] = (0.0, math.inf),
) -> Estimate:
    """Add the interval to what a method answered."""
    how = f"sampling interval, {draft.how}"
    error = draft.standard_error
    made = Estimate(
        value=draft.value,
        unit="nats",
        standard_error=error,
        interval=sampling_interval(draft.value, error, settings.level, how, legal=legal),
        method=draft.method,
        n=blocks.n,
        m=None,
        outcomes=blocks.n,
        quantity=name,
        notes=(*draft.notes, *errorless(error)),
    )
    return in_range(made, *legal)


def error_of(terms: Array, blocks: Blocks, again: Callable[[Blocks], Array], k: int) -> float:
    """Return the larger of two errors: of independent rows, and from parts that share none."""
    alone = float(terms.std(ddof=1)) / math.sqrt(len(terms))
    return float(np.fmax(alone, split_error(blocks, lambda part: float(again(part).mean()), k)))


def _gaussian(
    named: dict[str, Points], margins: Margins, name: str, settings: SampleSettings
) -> Estimate:
    if any(points.labels is not None for points in named.values()):
        raise MethodError('method="gaussian" takes numbers alone; leave categories to "auto"')
    blocks = blocks_of(named)
    wide = blocks.together(margins[0].columns).shape[1]
    if blocks.n < wide + 3:
        raise InputError(f"{blocks.n} rows are too few for the covariance of {wide} columns")
    value, terms = 0.0, np.zeros(blocks.n)
    for margin in margins:
        entropy, influence = gaussian_entropy(blocks.together(margin.columns))
        value, terms = value + margin.sign * entropy, terms + margin.sign * influence
    if not math.isfinite(value):
        raise InputError(
            "some columns depend on the others exactly: normal information is infinite"
        )
    text = "Right only if all columns are normal together: other dependence is not seen."
    error = math.hypot(float(terms.std()) / math.sqrt(blocks.n), math.sqrt(wide) / blocks.n)
    notes = (Note("model", text),)
    draft = InformationDraft(value, error, "influence function", notes, "gaussian")
    return finished(blocks, draft, name, settings)


def _of_counts(blocks: Blocks, margins: Margins, name: str, settings: SampleSettings) -> Estimate:
    """Leave categories to the estimates from counts."""
    table = count_table(blocks)
    if all(len(margin.columns) == 1 for margin in margins[1:]) and len(margins) != 3:
        one = counts.total_correlation(table, level=settings.level, seed=settings.seed)
    else:
        given = 2 if len(margins) > 3 else None
        one = counts.mutual_information(
            table, given=given, level=settings.level, seed=settings.seed
        )
    return replace(one, quantity=name)


def count_table(blocks: Blocks) -> dict[tuple[Any, ...], int]:
    """Count the combinations of the categories of all blocks."""
    found: dict[tuple[Any, ...], int] = {}
    for row in zip(*(labels or [] for labels in blocks.labels), strict=True):
        found[row] = found.get(row, 0) + 1
    return found


def require_rows(blocks: Blocks, settings: SampleSettings) -> None:
    """Refuse fewer rows than neighbours need."""
    k = settings.k or NEIGHBOURS
    if blocks.n < k + 2:
        raise InputError(
            f"{blocks.n} rows are too few for {k} nearest neighbours (at least {k + 2}): collect "
            f"more, or choose a smaller k"
        )


def unmatched(alone: int) -> tuple[Note, ...]:
    """Say how many rows had no neighbour of their categories."""
    if not alone:
        return ()
    text = f"{alone} rows are alone in their combination of categories, and count as 0."
    return (Note("alone", text),)
