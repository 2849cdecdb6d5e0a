"""From the kernels' nats to what the caller gets: an Information, or an array of the batch."""

from collections.abc import Callable, Hashable
from typing import Any, Unpack

import numpy as np
from numpy.typing import NDArray

from kullback import checks
from kullback.arrays import Reduction
from kullback.checks import Array, Mass, Rows
from kullback.kernels import namespace
from kullback.outcomes import impossible, names
from kullback.results import Information
from kullback.units import Unit, nats_per

Answer = Information | NDArray[np.float64]


def measured(
    kernel: Callable[..., Array],
    named: dict[str, Any],
    *,
    axis: int | None,
    mass: Mass,
    **layout: Unpack[Reduction],
) -> tuple[Rows, Array]:
    """Check the arguments and apply the kernel: in one pass where nothing is wrong with them."""
    usual = _usual(axis, mass) and not layout
    rows = checks.plain_rows(named, axis) if usual else None
    if rows is not None:
        facts = np.empty(5)
        nats = kernel(*rows.arrays, facts)
        if checks.plausible(facts, rows):
            return rows, nats
    rows = checks.rows(named, axis=axis, mass=mass, **layout)
    return rows, kernel(*rows.arrays)


def _usual(axis: Any, mass: Any) -> bool:
    """Whether both are what a call without them has, whatever it was given."""
    return type(axis) is int and type(mass) is str and mass == "check"


def at_most(values: Array, bound: float) -> Array:
    """Hold values to a bound that they pass by a rounding only."""
    bounded: Array = namespace(values).where(values < bound, values, bound)
    return bounded


def information(
    nats: Array,
    rows: Rows,
    unit: Unit,
    *,
    power: float = 1.0,
    infinite_at: tuple[Hashable, ...] = (),
) -> Answer:
    """Convert nats (to the `power`) into `unit`, in the shape of the batch."""
    divisor = nats_per(unit) ** power
    if rows.back is not None:
        lent: Answer = rows.back(nats / divisor, rows.batch)
        return lent
    if rows.batch:
        batch: NDArray[np.float64] = nats.reshape(rows.batch)
        return batch if divisor == 1 else batch / divisor
    return Information(
        float(nats[0]) / divisor, unit, power=power, notes=rows.notes, infinite_at=infinite_at
    )


def plain(values: Array, rows: Rows) -> float | NDArray[np.float64]:
    """Return what has no unit: a float, or an array of the batch."""
    if rows.back is not None:
        lent: NDArray[np.float64] = rows.back(values, rows.batch)
        return lent
    return values.reshape(rows.batch) if rows.batch else float(values[0])


def infinite_outcomes(rows: Rows, nats: Array) -> tuple[Hashable, ...]:
    """Return the outcomes that make a single pair infinite, by label or position."""
    if rows.batch or rows.back is not None or nats[0] != np.inf:
        return ()
    p, q = rows.arrays
    return impossible(names(p.shape[-1], None, rows.labels), p[0], q[0])
