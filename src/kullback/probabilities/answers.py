"""From the kernels' nats to what the caller gets: an Information, or an array of the batch."""

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from kullback.checks import Array, Rows
from kullback.outcomes import impossible, names
from kullback.results import Information
from kullback.units import nats_per

Answer = Information | NDArray[np.float64]


def information(
    nats: Array,
    rows: Rows,
    unit: str,
    *,
    power: float = 1.0,
    infinite_at: tuple[Hashable, ...] = (),
) -> Answer:
    """Convert nats (to the `power`) into `unit`, in the shape of the batch."""
    divisor = nats_per(unit) ** power
    if rows.batch:
        batch: NDArray[np.float64] = nats.reshape(rows.batch) / divisor
        return batch
    return Information(
        float(nats[0]) / divisor, unit, power=power, notes=rows.notes, infinite_at=infinite_at
    )


def plain(values: Array, rows: Rows) -> float | NDArray[np.float64]:
    """Return what has no unit: a float, or an array of the batch."""
    return values.reshape(rows.batch) if rows.batch else float(values[0])


def infinite_outcomes(rows: Rows, nats: Array) -> tuple[Hashable, ...]:
    """Return the outcomes that make a single pair infinite, by label or position."""
    if rows.batch or not np.isposinf(nats[0]):
        return ()
    p, q = rows.arrays
    return impossible(names(p.shape[-1], None, rows.labels), p[0], q[0])
