"""The methods of `samples.kl` by name: from a pair of samples to a number with its error."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from kullback.errors import InputError, MethodError
from kullback.results import Note
from kullback.samples.estimators import classifier, gaussian, neighbours
from kullback.samples.estimators.neighbours import NeighbourTerms
from kullback.samples.estimators.partition import partition
from kullback.samples.estimators.uncertainty import DRAWS, subsampled_error
from kullback.samples.points.pair import SamplePair

LEAST_FOR_CELLS = 4  # √m cells: below, there is one
LEAST_FOR_SUBSAMPLES = 20  # below, a half leaves too few points for five neighbours


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """What a caller may choose.

    Parameters
    ----------
    level : float
        Of the interval.
    k : int or None
        Nearest neighbours; None: 5 on a line, 1 in space.
    seed : int
        Of folds and subsamples.
    """

    level: float = 0.95
    k: int | None = None
    seed: int = 0

    def neighbours(self, dimensions: int) -> int:
        """Return k for this many columns.

        On a line more neighbours cost little bias and save noise; in space they cost more
        than they save.
        """
        if self.k is not None:
            return self.k
        return 5 if dimensions == 1 else 1


@dataclass(frozen=True, slots=True)
class SampleDraft:
    """What one method answers, in nats.

    Parameters
    ----------
    value, standard_error : float
        The estimate.
    how : str
        How the error was found.
    outcomes : int or None
        PartitionCells, where there are some.
    null_bias : float or None
        What a plug-in would show by chance.
    notes : tuple of Note
        What the method says of itself.
    others : tuple of float
        Values that the interval must hold too.
    """

    value: float
    standard_error: float
    how: str
    outcomes: int | None = None
    null_bias: float | None = None
    notes: tuple[Note, ...] = ()
    others: tuple[float, ...] = ()


def require(pair: SamplePair, k: int) -> None:
    """Refuse samples that are too small for k neighbours."""
    for name, size, least in (("x", pair.n, k + 1), ("y", pair.m, k)):
        if size < least:
            raise InputError(
                f"{name} has {size} points, too few for {k} nearest neighbours (at least {least}): "
                f"collect more, or choose a smaller k"
            )


def _nearest(pair: SamplePair, settings: SampleSettings) -> SampleDraft:
    k = settings.neighbours(pair.dimensions)
    require(pair, k)
    _refuse_ties(pair, k)
    thin = pair.thickness[0]
    found = neighbours.wang_kulkarni_verdu(
        *pair.white, k, dimensions=thin.dimensions, trees=pair.trees
    )
    space = "" if pair.dimensions == 1 else ", Euclidean after whitening by the pooled covariance"
    others: tuple[float, ...] = ()
    if thin.next != thin.dimensions:
        others = (found.value + (thin.next / thin.dimensions - 1) * float(found.terms.mean()),)
    return SampleDraft(
        found.value,
        found.standard_error,
        "delete-one jackknife",
        notes=(Note("neighbours", f"k = {k} nearest neighbours{space}."),),
        others=others,
    )


def _refuse_ties(pair: SamplePair, k: int) -> None:
    """Refuse where a k-th neighbour may be at distance 0: its logarithm is not defined."""
    if zero_distances(pair, k):
        raise MethodError(
            f"points coincide (one occurs {int(pair.copies.max())} times in x and y), so that some "
            f"distances to the neighbour number {k} are 0 and have no logarithm; "
            f'use method="tie-safe", or a larger k'
        )


def zero_distances(pair: SamplePair, k: int) -> bool:
    """Return whether any k-th neighbour is at distance 0."""
    if pair.copies.max() <= k:
        return False
    x, (of_x, of_y) = pair.white[0], pair.trees
    own, other = neighbours.reach(x, of_x, k + 1), neighbours.reach(x, of_y, k)
    return bool(min(own.min(), other.min()) == 0)


def _adaptive(pair: SamplePair, settings: SampleSettings) -> SampleDraft:
    require(pair, 1)
    _refuse_ties(pair, 1)
    d = pair.thickness[0].dimensions
    return _subsampled(pair, settings, lambda x, y: neighbours.adaptive(x, y, dimensions=d))


def _tie_safe(pair: SamplePair, settings: SampleSettings) -> SampleDraft:
    k = settings.neighbours(pair.dimensions)
    require(pair, k)
    note = Note("neighbours", f"k = {k} nearest neighbours; counts of them where points coincide.")
    d = pair.thickness[0].dimensions
    return _subsampled(pair, settings, lambda x, y: neighbours.tie_safe(x, y, k, d), note)


def _subsampled(
    pair: SamplePair,
    settings: SampleSettings,
    estimate: Callable[..., NeighbourTerms],
    *notes: Note,
) -> SampleDraft:
    found = estimate(*pair.white)
    error = math.nan
    if min(pair.n, pair.m) >= LEAST_FOR_SUBSAMPLES:
        text = f"The error comes from {DRAWS} subsamples without replacement, seed {settings.seed}."
        notes = (*notes, Note("subsampling", text))
        error = subsampled_error(lambda x, y: estimate(x, y).value, *pair.white, seed=settings.seed)
    return SampleDraft(found.value, error, "subsampling", notes=notes)


def _partition(pair: SamplePair, settings: SampleSettings) -> SampleDraft:
    del settings
    if pair.dimensions > 1:
        raise MethodError(
            f'method="partition" cuts a line and x has {pair.dimensions} columns; '
            f'use "nearest-neighbours", "gaussian" or "classifier"'
        )
    if pair.n < 2 or pair.m < LEAST_FOR_CELLS:
        raise InputError(
            f"{pair.n} points of x and {pair.m} of y are too few for a partition (at least 2 and "
            f"{LEAST_FOR_CELLS}): collect more"
        )
    value, error, cells = partition(pair.x, pair.y)
    text = (
        f"{cells} cells that hold equal shares of y. KL between cells is never more than KL: "
        f"the estimate aims a little low."
    )
    bias = (cells - 1) / 2 * (1 / pair.n + 1 / pair.m)
    return SampleDraft(value, error, "delta", cells, bias, (Note("lower-bound", text),))


def _gaussian(pair: SamplePair, settings: SampleSettings) -> SampleDraft:
    del settings
    d = pair.dimensions
    least = d + 3
    for name, size in (("x", pair.n), ("y", pair.m)):
        if size < least:
            raise InputError(
                f"{name} has {size} points, too few for the covariance of {d} columns "
                f"(at least {least}): collect more"
            )
    value, error = gaussian.gaussian_kl(*pair.white)
    if not math.isfinite(value):
        raise InputError(
            "one of the samples lies on a line or a plane, where no normal distribution has a "
            'density; leave the dependent column out, or use method="nearest-neighbours"'
        )
    text = "Right only if both distributions are normal: the rest of their shape is not seen."
    bias = d * (d + 3) / 4 * (1 / pair.n + 1 / pair.m)
    return SampleDraft(
        value, error, "influence function", null_bias=bias, notes=(Note("model", text),)
    )


def _classifier(pair: SamplePair, settings: SampleSettings) -> SampleDraft:
    for name, size in (("x", pair.n), ("y", pair.m)):
        if size < 2 * classifier.FOLDS:
            raise InputError(
                f"{name} has {size} points, too few to hold one in {classifier.FOLDS} out "
                f"(at least {2 * classifier.FOLDS}): collect more"
            )
    judged = classifier.judge(pair.x, pair.y, pair.white, settings.seed)
    bound = judged.donsker_varadhan
    text = (
        f"A model-based estimate ({judged.model}, the least held-out loss of "
        f"{judged.tried}; {classifier.FOLDS} folds, seed {settings.seed}). "
        f"Held-out Donsker–Varadhan lower bound: {bound:.4g} nats."
    )
    notes = [Note("model", text)]
    if not judged.converged:
        notes.append(Note("not-converged", "Some fits stopped before they converged."))
    error = judged.standard_error
    others = (bound,) if abs(bound - judged.value) > 2 * error else ()
    if others:
        text = (
            f"Estimate and bound differ by {judged.value - bound:.3g} nats: the model is not "
            f"calibrated; the interval is stretched to hold both."
        )
        notes.append(Note("disagreement", text))
    return SampleDraft(judged.value, error, "influence function", notes=tuple(notes), others=others)


METHODS: dict[str, Callable[[SamplePair, SampleSettings], SampleDraft]] = {
    "nearest-neighbours": _nearest,
    "adaptive": _adaptive,
    "tie-safe": _tie_safe,
    "partition": _partition,
    "classifier": _classifier,
    "gaussian": _gaussian,
}
