"""One sample: its differential entropy, as terms that a known density can be set against."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kullback.errors import InputError, MethodError
from kullback.results import Note
from kullback.samples.estimators import gaussian, neighbours
from kullback.samples.estimators.cautions import distance_bias
from kullback.samples.estimators.columns import LEAST, LEAST_SHARE, REPEATED, values_of
from kullback.samples.estimators.methods import SampleSettings
from kullback.samples.points.pair import ordered, run_lengths
from kullback.samples.points.points import Points
from kullback.samples.points.sphere import whitened

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cloud:
    """One sample with its rows in lexical order.

    Parameters
    ----------
    x : ndarray of shape (n, d)
        Drawn from P.
    columns : tuple of str or None
        Names of the columns.
    """

    x: Array
    columns: tuple[str, ...] | None = None

    @property
    def n(self) -> int:
        """Observations."""
        return len(self.x)

    @property
    def dimensions(self) -> int:
        """Columns."""
        return int(self.x.shape[1])

    @cached_property
    def white(self) -> tuple[Array, float]:
        """The whitened sample, and ln of the volume that whitening took away."""
        if self.dimensions == 1:
            return self.x, 0.0
        (white,), log_volume = whitened((self.x,), self.columns)
        return white, log_volume

    @cached_property
    def copies(self) -> Array:
        """How often each distinct point occurs."""
        return run_lengths(self.x)


class CloudDraft(NamedTuple):
    """A one-sample answer in nats: the value, its error, how that was found, and notes."""

    value: float
    standard_error: float
    how: str
    notes: tuple[Note, ...]


def cloud(points: Points) -> Cloud:
    """Return one sample of numbers alone."""
    if points.labels is not None:
        raise InputError(
            f"x has categorical columns ({', '.join(points.categorical)}), which have no density; "
            f"leave them out, or count them and use kullback.counts"
        )
    if points.numbers.shape[1] > 1:  # on one line, k says what it takes
        refuse_discrete(points)
    return Cloud(ordered(points.numbers), points.columns)


def refuse_discrete(points: Points) -> None:
    """Refuse a column of steps or atoms: there is no density, whatever stands beside it."""
    wide = points.numbers.shape[1]
    names = points.columns or tuple(f"column {j}" for j in range(wide))
    rows = len(run_lengths(ordered(points.numbers)))
    for name, column in zip(names, points.numbers.T, strict=True):
        found = values_of(column, column[:0])
        often, size = float(found.x.max()), len(found.values)
        if size > 1 and (size <= REPEATED * rows or often >= max(LEAST, LEAST_SHARE * len(column))):
            raise MethodError(
                f"{name} of x has {size} distinct values in {len(column)} rows (one comes up "
                f"{often:.0f} times), so that the rows have no density: give that column as texts, "
                f"whose categories are counted, or leave it out"
            )


def _nearest(sample: Cloud, log_q: Array | None, settings: SampleSettings) -> CloudDraft:
    k = settings.neighbours(sample.dimensions)
    if sample.n <= k:
        raise InputError(
            f"x has {sample.n} points, and k = {k} nearest neighbours need at least {k + 1}: "
            f"collect more, or choose a smaller k"
        )
    if sample.copies.max() > k:
        raise MethodError(
            f"x holds one point {int(sample.copies.max())} times, so that a density has no bound "
            f"there: if the values are rounded choose k ≥ {int(sample.copies.max())}; if they "
            f"are discrete use kullback.counts"
        )
    white, log_volume = sample.white
    if log_q is None:
        found = neighbours.kozachenko_leonenko(white, k)
        value = found.value + log_volume
    else:
        found = neighbours.to_density(white, log_q, k)
        value = found.value - log_volume
    notes = (Note("neighbours", f"k = {k} nearest neighbours."), *distance_bias(sample.dimensions))
    return CloudDraft(value, found.standard_error, "delete-one jackknife", notes)


def _gaussian(sample: Cloud, log_q: Array | None, settings: SampleSettings) -> CloudDraft:
    del settings
    if sample.n < sample.dimensions + 2:
        raise InputError(
            f"x has {sample.n} points, too few for the covariance of {sample.dimensions} columns "
            f"(at least {sample.dimensions + 2}): collect more"
        )
    entropy, terms = gaussian.gaussian_entropy(sample.x)
    if not math.isfinite(entropy):
        raise InputError(
            "x lies on a line or a plane, or is constant: no normal distribution has a density "
            "there; leave the dependent column out"
        )
    if log_q is not None:
        entropy, terms = -entropy - float(log_q.mean()), -terms - log_q
    error = math.sqrt(float(np.var(terms)) / sample.n)
    note = Note("model", "Right only if P is normal: the rest of its shape is not seen.")
    return CloudDraft(entropy, error, "influence function", (note,))


def _spacings(name: str) -> Callable[[Cloud, Array | None, SampleSettings], CloudDraft]:
    """Return an estimate from the gaps between sorted numbers, by SciPy."""

    def answer(sample: Cloud, log_q: Array | None, settings: SampleSettings) -> CloudDraft:
        from scipy.stats import differential_entropy

        if sample.dimensions > 1:
            raise MethodError(
                f'method="{name}" takes gaps on a line and x has {sample.dimensions} columns; use '
                f'"nearest-neighbours"'
            )
        known = _nearest(sample, log_q, settings)
        method: Any = name.replace("-", " ")
        value = float(differential_entropy(sample.x[:, 0], method=method))
        if not math.isfinite(value):
            raise MethodError(
                f'x holds values that coincide, so that gaps of method="{name}" are 0; use '
                f'"nearest-neighbours" with a larger k'
            )
        if log_q is not None:
            value = -value - float(log_q.mean())
        note = Note("spacings", f"Gaps between sorted values ({name}), the window √n + ½.")
        return CloudDraft(value, known.standard_error, "of nearest neighbours", (note,))

    return answer


METHODS: dict[str, Callable[[Cloud, Array | None, SampleSettings], CloudDraft]] = {
    "nearest-neighbours": _nearest,
    "gaussian": _gaussian,
    **{name: _spacings(name) for name in ("vasicek", "van-es", "ebrahimi", "correa")},
}
AUTO = "nearest-neighbours"
WHY = Note("auto", f"auto took {AUTO}: it assumes no shape.")
