"""Values that come up again and again: split off and counted, with neighbours for the rest.

KL(P‖Q) = KL between {each atom, all else} + p(all else) · KL of the rest, which is exact: an atom
has a probability, and distances know nothing of it.
"""

import math
from dataclasses import replace
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
from kullback.samples.points.pair import SamplePair

Array = NDArray[np.float64]

LEAST = 5  # observations of one value that make it an atom
LEAST_SHARE = 0.01  # of a sample, likewise
FEW = 10  # points of no atom for each atom: with fewer, the values are a grid
CERTAIN = 14.0  # expected on the other side: none of so many comes by chance once in a million


class SampleAtoms(NamedTuple):
    """Counts of each atom on both sides, and the points of no atom."""

    x: Array
    y: Array
    rest_x: Array
    rest_y: Array

    @property
    def lost(self) -> float:
        """Share of P in atoms that Q's sample would show if Q had them nearly as often."""
        n, m = self.x.sum() + len(self.rest_x), self.y.sum() + len(self.rest_y)
        expected = self.x * (m / n)
        return float(self.x[(self.y == 0) & (expected > CERTAIN)].sum() / n)


def atoms(pair: SamplePair) -> SampleAtoms | None:
    """Find the values that either sample repeats; None where there are none."""
    if pair.tied == 0:
        return None
    both = np.concatenate([pair.x, pair.y])
    _, which, copies = np.unique(both, axis=0, return_inverse=True, return_counts=True)
    size = len(copies)
    x, y = (
        np.bincount(part, minlength=size).astype(np.float64)
        for part in np.split(which.ravel(), [pair.n])
    )
    heavy = (x >= max(LEAST, LEAST_SHARE * pair.n)) | (y >= max(LEAST, LEAST_SHARE * pair.m))
    if not heavy.any():
        return None
    of_x, of_y = heavy[which.ravel()[: pair.n]], heavy[which.ravel()[pair.n :]]
    return SampleAtoms(x[heavy], y[heavy], pair.x[~of_x], pair.y[~of_y])


def apart(found: SampleAtoms) -> bool:
    """Whether atoms must be split off: Q lacks them, or they stand beside values without ties.

    Where every value is tied, as on a grid of rounding, counts of neighbours do as well.
    """
    rest = np.concatenate([found.rest_x, found.rest_y])
    untied = len(np.unique(rest, axis=0)) == len(rest) > FEW * len(found.x)
    return found.lost > 0 or untied


def split_off(pair: SamplePair, found: SampleAtoms, settings: SampleSettings) -> Estimate:
    """Estimate KL by the chain rule over atoms, in nats."""
    sizes = [np.r_[a, len(rest)] for a, rest in zip(found[:2], found[2:], strict=True)]
    keep = (sizes[0] + sizes[1]) > 0
    between = counts.kl(sizes[0][keep], sizes[1][keep], level=settings.level)
    rest, notes = _of_the_rest(pair, found, settings)
    share = len(found.rest_x) / pair.n
    value = between.value + share * (rest.value if rest else 0.0)
    error = math.hypot(between.standard_error, share * (rest.standard_error if rest else 0.0))
    how = "sampling interval, atoms and the rest"
    interval = sampling_interval(value, error, settings.level, how)
    if interval is not None and found.lost > 0:
        interval = replace(interval, high=math.inf)
        text = (
            f"{100 * found.lost:.3g} % of x lies in atoms (values that come up again and again) "
            f"that y never shows in {pair.m} points: the truth may be infinite, and the interval "
            f"has no upper end."
        )
        notes = (*notes, Note("lost-atoms", text))
    text = (
        f"{len(found.x)} values come up again and again and were counted as atoms: they hold "
        f"{100 * (1 - share):.3g} % of x."
    )
    return Estimate(
        value=value,
        unit="nats",
        standard_error=error,
        interval=interval,
        method="atoms",
        n=pair.n,
        m=pair.m,
        outcomes=pair.distinct,
        quantity="KL(P‖Q)",
        unseen=found.lost,
        notes=(Note("atoms", text), *notes, *negative(value)),
    )


def _of_the_rest(
    pair: SamplePair, found: SampleAtoms, settings: SampleSettings
) -> tuple[Estimate | None, tuple[Note, ...]]:
    """KL of what belongs to no atom, and why there is none."""
    if not len(found.rest_x):
        return None, ()
    least = settings.neighbours(pair.dimensions) + 2
    if min(len(found.rest_x), len(found.rest_y)) >= least:
        rest = SamplePair(found.rest_x, found.rest_y, pair.columns)
        try:
            one = kl_of(rest, "auto", settings, alone=True)
        except (InputError, MethodError) as error:
            why = str(error)
        else:
            return one, one.notes
    else:
        why = f"{len(found.rest_x)} points of x and {len(found.rest_y)} of y, {least} are the least"
    text = f"Beside the atoms nothing could be compared ({why}): that part counts as 0."
    return None, (Note("rest-left-out", text),)
