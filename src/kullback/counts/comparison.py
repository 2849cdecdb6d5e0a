"""Everything about two rows of counts at once."""

import math
from collections.abc import Hashable, Sequence

from kullback import kernels
from kullback.counts.estimators.cross_entropy import cross_entropy_of
from kullback.counts.estimators.entropy import entropy_of
from kullback.counts.estimators.jensen_shannon import jensen_shannon_of
from kullback.counts.estimators.kl import kl_of
from kullback.counts.estimators.side_by_side import zeros
from kullback.counts.rows.pair import CountPair, pair
from kullback.counts.rows.row import CountRow, Counts
from kullback.counts.tests.homogeneity import homogeneity_of
from kullback.outcomes import impossible, names, outcomes
from kullback.results import Information
from kullback.scorecard import Scorecard
from kullback.units import Unit


def compare(
    x: Counts,
    y: Counts,
    *,
    labels: Sequence[Hashable] | None = None,
    unit: Unit = "nats",
) -> Scorecard:
    """Compare counts x of P with counts y of Q: every quantity with its error.

    Parameters
    ----------
    x, y : array_like of shape (k,), mapping, pandas Series or sparse row
        Counts of P and of Q. Labelled ones are aligned on the union of their labels.
    labels : sequence of length k, optional
        Names of the outcomes; without it those of `x` and `y`, or 0, 1, 2, …
    unit : {"nats", "bits", "bans"}
        Of every information in it.

    Returns
    -------
    Scorecard
        `kl`, `reverse_kl`, the entropies (``zhang``) and `jensen_shannon` (``null-centred``)
        are Estimates; `total_variation`, `hellinger` and `outcomes` are of the shares x/n and
        y/m; `jensen_shannon_distance` is the root of the estimate, or of 0 where it is
        negative; `homogeneity` is the test that P = Q.

    Raises
    ------
    InputError, ShapeError, MassError, UnitError
        Naming the argument, the place, the value and the remedy.

    Examples
    --------
    >>> card = compare({"a": 40, "b": 60}, {"a": 60, "b": 40})
    >>> print(card.kl)
    KL(P‖Q) = 0.0703 ± 0.0570 nats (95 %: [0.008, 0.229]), zhang, n=100, m=100
    """
    counts = pair(x, y)
    return compare_of(counts, names(len(counts.x), labels, counts.labels)).to(unit)


def compare_of(counts: CountPair, labels: Sequence[Hashable]) -> Scorecard:
    """Compare a pair that has been read already, in nats."""
    test = homogeneity_of(counts)
    jensen_shannon = jensen_shannon_of(counts, p_value=test.p_value)
    p, q = counts.x / counts.n, counts.y / counts.m
    return Scorecard(
        unit="nats",
        kl=kl_of(counts, p_value=test.p_value),
        reverse_kl=kl_of(counts.reverse(), p_value=test.p_value, quantity="KL(Q‖P)"),
        entropy_p=entropy_of(CountRow(counts.x), "H(P)", "zhang"),
        entropy_q=entropy_of(CountRow(counts.y), "H(Q)", "zhang"),
        cross_entropy=cross_entropy_of(counts),
        jensen_shannon=jensen_shannon,
        jensen_shannon_distance=Information(
            math.sqrt(max(0.0, jensen_shannon.value)), "nats", power=0.5
        ),
        total_variation=float(kernels.total_variation(p[None], q[None])[0]),
        hellinger=float(kernels.hellinger(p[None], q[None])[0]),
        outcomes=outcomes(labels, p, q),
        infinite_at=impossible(labels, p, q),
        homogeneity=test,
        notes=(*counts.notes, *zeros(counts)),
    )
