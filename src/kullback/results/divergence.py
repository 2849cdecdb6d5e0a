"""What is computed from formulas: a divergence with the way it was obtained and its error."""

import math
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from kullback.errors import UnitError
from kullback.results.algebra import Algebra
from kullback.results.estimate import Interval
from kullback.results.facts import facts
from kullback.results.note import Note
from kullback.units import Unit, format_number, nats_per, unit_name

METHODS = (
    "closed form",
    "Bregman",
    "expectations",
    "quadrature",
    "summation",
    "Monte Carlo",
    "support",
)
# Of these the error is rounding; "analytic" is what `kullback.vi` calls all of them.
EXACT = ("closed form", "Bregman", "support", "analytic")


@dataclass(frozen=True, slots=True, eq=False)
class Divergence(Algebra):
    """A quantity of one or two distributions, with its method and its error.

    Parameters
    ----------
    value : float, ndarray or tensor
        The number, or one for each pair of a batch.
    unit : {"nats", "bits", "bans", ""}
        Its unit; "" for what has none (total variation, Hellinger, chi-square).
    error : float or ndarray
        A bound of the absolute error, in the same unit; for Monte Carlo three standard errors,
        and for densities known on a grid an estimate, as a note says.
        Of a batch one for each row, as the method and the reason are.
    method : {"closed form", "Bregman", "expectations", "quadrature", "summation", \
"Monte Carlo", "support"}
        How it was obtained.
    reason : str
        Why the value is infinite; "" where it is finite.
    notes : tuple of Note
        What was decided on the way.
    quantity : str
        What it is, with its direction.
    interval : Interval or None
        For Monte Carlo.

    Examples
    --------
    >>> print(Divergence(0.25, "nats", 0.0, "closed form"))
    KL(P‖Q) = 0.25 nats, closed form
    >>> Divergence(1.0, "bits", 0.0, "closed form").to("nats").value
    0.6931471805599453
    """

    value: Any
    unit: str
    error: Any
    method: Any
    reason: Any = ""
    notes: tuple[Note, ...] = ()
    quantity: str = "KL(P‖Q)"
    interval: Interval | None = None

    def __float__(self) -> float:
        return float(self.value)

    def _amount(self) -> Any:
        return self.value

    def to(self, unit: Unit) -> "Divergence":
        """Return the same quantity in another unit.

        Raises
        ------
        UnitError
            If the unit is unknown, or the quantity has none.
        """
        if not self.unit:
            raise UnitError(f"{self.quantity} has no unit; it cannot be converted to {unit}")
        ratio = nats_per(self.unit) / nats_per(unit)
        interval = self.interval
        if interval is not None:
            interval = replace(interval, low=interval.low * ratio, high=interval.high * ratio)
        return replace(
            self,
            value=self.value * ratio,
            unit=unit_name(unit),
            error=self.error * ratio,
            interval=interval,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; infinities stay ``float("inf")``."""
        return {f.name: facts(_plain(getattr(self, f.name))) for f in fields(self)}

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if np.ndim(_plain(self.value)):
            shape = "×".join(map(str, np.shape(_plain(self.value))))
            methods = ", ".join(sorted(set(np.ravel(self.method).tolist())))
            return f"{self.quantity}: {shape} values in{unit or ' plain numbers'}, {methods}"
        text = f"{self.quantity} = {self._number()}{unit}"
        if self.interval is not None:
            low, high = (format_number(end) for end in self.interval)
            text += f" ({100 * self.interval.level:g} %: [{low}, {high}])"
        return f"{text}, {self.method}" + (f": {self.reason}" if self.reason else "")

    __repr__ = __str__

    def _number(self) -> str:
        """Write the value with the digits that its error leaves, and the error if it has one."""
        value = float(self.value)
        if not math.isfinite(value) or self.method in EXACT:
            return format_number(value)
        return f"{format_number(value)} ± {format_number(self.error, 2)}"


def _plain(value: Any) -> Any:
    """A tensor as an array; anything else as it is."""
    return value.detach().cpu().numpy() if hasattr(value, "detach") else value
