"""All that is worth knowing about one pair of distributions."""

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from kullback import checks, kernels
from kullback.arrays import gradient_left, numpy_copy, outside_graphs
from kullback.checks import Rows
from kullback.errors import ShapeError
from kullback.outcomes import impossible, names, outcomes
from kullback.results import Information
from kullback.scorecard import Scorecard
from kullback.units import Unit, nats_per


@outside_graphs
def compare(
    p: ArrayLike,
    q: ArrayLike,
    *,
    labels: Sequence[Hashable] | None = None,
    unit: Unit = "nats",
) -> Scorecard:
    """Compare two distributions by every measure, outcome by outcome.

    Parameters
    ----------
    p, q : array_like of shape (k,), or mappings from label to probability
        The truth and the model.
    labels : sequence or None
        Names of the outcomes, where p and q are arrays; 0, 1, 2, … by default.
    unit : {"nats", "bits", "bans"}
        The unit of everything in the scorecard.

    Returns
    -------
    Scorecard
        Frozen; ``print`` gives a table, ``.explain()`` plain words.

    Raises
    ------
    InputError, MassError
        As `kl`.
    ShapeError
        For batches, and labels that do not match the outcomes.

    Examples
    --------
    >>> card = compare([0.4, 0.3, 0.2, 0.1], [0.3, 0.4, 0.2, 0.1], labels=["a", "b", "c", "d"])
    >>> card.kl, card.reverse_kl, card.outcomes[2].contribution
    (0.02877 nats, 0.02877 nats, 0.0)
    """
    rows = checks.rows({"p": numpy_copy(p), "q": numpy_copy(q)})
    if rows.batch:
        raise ShapeError(
            f"compare takes one pair of distributions, not a batch of shape {rows.batch}; "
            f"loop over the rows, or use kl(), jensen_shannon(), … for arrays of results"
        )
    outcome_names = names(rows.arrays[0].shape[-1], labels, rows.labels)
    rows = replace(rows, notes=(*rows.notes, *gradient_left(p, q)))
    return _scorecard(rows, outcome_names).to(unit)


def _scorecard(rows: Rows, labels: Sequence[Hashable]) -> Scorecard:
    p, q = rows.arrays
    kl = kernels.kl(p, q)
    infinite_at = impossible(labels, p[0], q[0])
    jensen_shannon = np.minimum(kernels.jensen_shannon(p, q), nats_per("bits"))

    def nats(values: checks.Array, power: float = 1.0) -> Information:
        return Information(float(values[0]) + 0.0, "nats", power=power)

    return Scorecard(
        unit="nats",
        kl=Information(float(kl[0]), "nats", infinite_at=infinite_at),
        reverse_kl=nats(kernels.kl(q, p)),
        entropy_p=nats(kernels.entropy(p)),
        entropy_q=nats(kernels.entropy(q)),
        cross_entropy=nats(kernels.cross_entropy(p, q)),
        jensen_shannon=nats(jensen_shannon),
        jensen_shannon_distance=nats(np.sqrt(jensen_shannon), power=0.5),
        total_variation=min(1.0, float(kernels.total_variation(p, q)[0])),
        hellinger=min(1.0, float(kernels.hellinger(p, q)[0])),
        outcomes=outcomes(labels, p[0], q[0]),
        infinite_at=infinite_at,
        notes=rows.notes,
    )
