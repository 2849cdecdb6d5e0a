"""Two models on the same samples: which one costs less, and how surely."""

import math
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kullback.arguments import renamed
from kullback.arrays import gradient_left
from kullback.classifiers import per_row
from kullback.classifiers.groups import group_codes
from kullback.classifiers.labelled_rows import column_names, labelled
from kullback.errors import InputError
from kullback.results import Estimate, Note
from kullback.statistics.level import check_level
from kullback.statistics.mean import clustered_mean
from kullback.units import Unit, nats_per


@renamed("0.3", groups="cluster")
def compare(  # noqa: PLR0913 - the arguments of score, and a second model
    labels: Any,
    first: Any,
    second: Any,
    *,
    soft: bool = False,
    weights: ArrayLike | None = None,
    unit: Unit = "nats",
    cluster: ArrayLike | None = None,
    classes: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Estimate by how much the first model's cross-entropy exceeds the second's.

    Both are scored on the same samples, so what a sample costs anyone cancels: the standard
    error is that of the differences, by `cluster` where they are given. The entropy
    of the labels cancels too, so this is the difference of the KL divergences as well.

    Parameters
    ----------
    labels, soft, weights, unit, cluster, classes, level
        As in `score`.
    first, second : array_like of shape (n, k) or (n,)
        The predictions of the two models.

    Returns
    -------
    Estimate
        Negative where the first model is better; ``p_value`` is two-sided, of no difference.

    Raises
    ------
    InputError, ShapeError, MassError
        As in `score`.

    Examples
    --------
    >>> labels = [0, 0, 1, 1, 1, 0]
    >>> print(compare(labels, [0.1, 0.2, 0.8, 0.7, 0.9, 0.3], [0.5] * 6))
    CE(first) − CE(second) = -0.4648 ± 0.0459 nats (95 %: [-0.583, -0.347]), paired, n=6
    """
    nats_per(unit)
    check_level(level)
    named = [column_names(first), column_names(second)]
    # A plain array beside a frame has the frame's columns.
    columns = [classes if classes is not None else a or b for a, b in (named, named[::-1])]
    sides = [
        labelled(labels, predictions, soft=soft, weights=weights, classes=names)
        for predictions, names in zip((first, second), columns, strict=True)
    ]
    _check_order(labels, *named, soft=soft)
    codes = group_codes(cluster, len(sides[0].labels))
    costs = [per_row.costs(side)[0] for side in sides]
    with np.errstate(invalid="ignore"):
        found = clustered_mean(costs[0] - costs[1], codes, sides[0].weights)
    return Estimate(
        value=found.value,
        unit="nats",
        standard_error=found.error,
        interval=found.interval(level, (-math.inf, math.inf)),
        method="paired" if codes is None else f"paired, clustered in {found.groups} groups",
        n=len(costs[0]),
        m=None,
        outcomes=len(sides[0].classes),
        quantity="CE(first) − CE(second)",
        p_value=found.p_value(),
        notes=_infinite(found.value) + gradient_left(first, second),
    ).to(unit)


def _check_order(labels: Any, first: Any, second: Any, *, soft: bool) -> None:
    """Refuse columns in two orders where the columns of the labels have no names."""
    if soft and first and second and first != second and column_names(labels) is None:
        raise InputError(
            f"the columns of first are {first[:5]} and of second {second[:5]}, and soft labels "
            "without column names fit one order only; reorder them"
        )


def _infinite(value: float) -> tuple[Note, ...]:
    if math.isfinite(value):
        return ()
    which = {math.inf: "The first model", -math.inf: "The second model"}.get(value, "Each model")
    text = f"{which} calls a label impossible that happened; score() lists the rows."
    return (Note("impossible-labels", text),)
