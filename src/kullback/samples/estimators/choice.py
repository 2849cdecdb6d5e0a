"""What `auto` takes, why, and what else it asks before it trusts the answer."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from kullback import counts
from kullback.errors import MissingDependencyError
from kullback.results import Note
from kullback.samples.estimators import classifier, neighbours
from kullback.samples.estimators.methods import METHODS, SampleDraft, SampleSettings, zero_distances
from kullback.samples.estimators.partition import partition
from kullback.samples.points.pair import SamplePair
from kullback.statistics.level import quantile

LOW = 5  # columns up to which neighbours are near enough to be trusted
HIGH = 10  # columns from which they are not offered without being asked for
LATTICE = 0.1  # distinct values a point, below which the values are a grid
SENSITIVITY = (1, 5, 20)
ESTIMATES: dict[str, Callable[..., neighbours.NeighbourTerms]] = {
    "nearest-neighbours": neighbours.wang_kulkarni_verdu,
    "tie-safe": neighbours.tie_safe,
}
AFFORDABLE = 200_000  # points up to which a classifier is asked for a second opinion


def choose(pair: SamplePair, settings: SampleSettings) -> tuple[str, Note]:
    """Return the method for a pair, and the reason."""
    for rule in (_by_ties, _on_a_line, _in_space, _in_high_dimension):
        chosen = rule(pair, settings)
        if chosen is not None:
            method, why = chosen
            return method, Note("auto", f"auto took {method}: {why}.")
    raise AssertionError("the last rule always answers")


Chosen = tuple[str, str] | None


def _by_ties(pair: SamplePair, settings: SampleSettings) -> Chosen:
    del settings
    if pair.tied == 0:
        return None
    why = (
        f"{100 * pair.tied:.3g} % of the points coincide with another ({pair.distinct} distinct "
        f"of {pair.n + pair.m}), where distances fail and counts of neighbours do not"
    )
    return "tie-safe", why


def _on_a_line(pair: SamplePair, settings: SampleSettings) -> Chosen:
    del settings
    return None if pair.dimensions > 1 else ("nearest-neighbours", "one column, and no ties")


def _in_space(pair: SamplePair, settings: SampleSettings) -> Chosen:
    del settings
    if pair.dimensions > LOW:
        return None
    return "nearest-neighbours", f"{pair.dimensions} columns, few enough for neighbours to be near"


def _in_high_dimension(pair: SamplePair, settings: SampleSettings) -> Chosen:
    del settings
    d = pair.dimensions
    if classifier.installed():
        return (
            "classifier",
            f"with {d} columns the nearest neighbours are far, and biased both ways",
        )
    if d > HIGH:
        raise MissingDependencyError(
            f"x has {d} columns, too many for nearest neighbours, and the classifier needs "
            f'scikit-learn: pip install "kullback[ml]" (or ask for method="gaussian" or '
            f'method="nearest-neighbours" by name)'
        )
    why = (
        f'scikit-learn is not installed (pip install "kullback[ml]"), which with {d} columns '
        f"would be better"
    )
    return "nearest-neighbours", why


def with_second_opinions(
    pair: SamplePair, settings: SampleSettings, method: str, draft: SampleDraft
) -> SampleDraft:
    """Ask other methods too; where they disagree, stretch the interval to hold them."""
    if method not in ESTIMATES:
        return draft
    if pair.dimensions > 1:
        return classifier_says(pair, settings, draft)
    draft = _sensitivity(pair, settings, method, draft)
    if pair.distinct <= LATTICE * (pair.n + pair.m):
        return _categories_say(pair, draft)
    return _partition_says(pair, settings, draft)


def _categories_say(pair: SamplePair, draft: SampleDraft) -> SampleDraft:
    """Where few values come up again and again, read them as categories too."""
    both = np.concatenate([pair.x, pair.y])
    which = np.unique(both, axis=0, return_inverse=True)[1].ravel()
    x, y = (np.bincount(part, minlength=pair.distinct) for part in np.split(which, [pair.n]))
    one = counts.kl(x, y)
    text = (
        f"The {pair.distinct} values read as categories give {one.value:.4g} ± "
        f"{one.standard_error:.2g} nats (zhang): the KL of what was recorded, and a lower bound "
        f"of the KL of what was rounded."
    )
    return replace(draft, notes=(*draft.notes, Note("as-categories", text)))


def _sensitivity(
    pair: SamplePair, settings: SampleSettings, method: str, draft: SampleDraft
) -> SampleDraft:
    usable = [k for k in SENSITIVITY if pair.n > k and pair.m >= k]
    if method == "nearest-neighbours":
        usable = [k for k in usable if not zero_distances(pair, k)]
    values = {k: ESTIMATES[method](*pair.white, k).value for k in usable}
    said = ", ".join(f"{value:.4g} for k = {k}" for k, value in values.items())
    notes = (*draft.notes, Note("k-sensitivity", f"In nats: {said}."))
    if not pair.outside.notable or 1 not in values:
        return replace(draft, notes=notes)
    # Where X reaches beyond Y, distances to Y grow too slowly with k: fewer are nearer the truth.
    apart = values[1] - draft.value
    reach = math.copysign(quantile(settings.level) * draft.standard_error, apart)
    text = (
        "x reaches beyond y, where more neighbours mean more bias: the interval is stretched to "
        "that of k = 1."
    )
    notes = (*notes, Note("stretched", text))
    return replace(draft, notes=notes, others=(*draft.others, values[1] + reach))


def _partition_says(pair: SamplePair, settings: SampleSettings, draft: SampleDraft) -> SampleDraft:
    value, error, cells = partition(pair.x, pair.y)
    if cells == 1:  # it would say 0 of anything
        return draft
    said = f"A partition into {cells} cells of equal mass gives {value:.4g} ± {error:.2g} nats"
    return _agree(draft, value, error, said, settings)


def classifier_says(pair: SamplePair, settings: SampleSettings, draft: SampleDraft) -> SampleDraft:
    """Ask a classifier, where it is installed and can afford it."""
    if not classifier.installed():
        text = 'No second opinion from a classifier: pip install "kullback[ml]".'
        return replace(draft, notes=(*draft.notes, Note("no-second-opinion", text)))
    size = pair.n + pair.m
    if size > AFFORDABLE or min(pair.n, pair.m) < 2 * classifier.FOLDS:
        text = f'No second opinion from a classifier for {size} points; ask method="classifier".'
        return replace(draft, notes=(*draft.notes, Note("no-second-opinion", text)))
    other = METHODS["classifier"](pair, settings)
    said = f"A cross-fitted classifier gives {other.value:.4g} ± {other.standard_error:.2g} nats"
    return _agree(draft, other.value, other.standard_error, said, settings)


def _agree(
    draft: SampleDraft, value: float, error: float, said: str, settings: SampleSettings
) -> SampleDraft:
    """Note a second opinion; stretch the interval to it where the two disagree."""
    together = (draft.standard_error**2 + error**2) ** 0.5
    apart = abs(value - draft.value) > quantile(settings.level) * together
    code, tail = "second-opinion", ", in agreement." if math.isfinite(together) else "."
    if apart:
        code, tail = "disagreement", ": they disagree, and the interval is stretched to hold both."
    notes = (*draft.notes, Note(code, said + tail))
    return replace(draft, notes=notes, others=draft.others + ((value,) if apart else ()))
