"""A number that knows its unit."""

from collections.abc import Hashable
from typing import Any, Self

from kullback.results.algebra import Algebra
from kullback.results.facts import facts
from kullback.results.note import Note
from kullback.units import Unit, format_number, nats_per, unit_name


class Information(Algebra, float):
    """A number of nats, bits or bans: a float that knows its unit.

    Parameters
    ----------
    value : float
        The number, in `unit`.
    unit : {"nats", "bits", "bans"} or number
        Its unit, or the base of its logarithm.
    power : float
        1 for information; 1/2 for a distance that is the square root of one.
    notes : tuple of Note
        What was decided on the way.
    infinite_at : tuple
        The outcomes (labels, or positions) that make the value infinite.

    Raises
    ------
    UnitError
        If the unit is unknown, or two units are added.

    Examples
    --------
    >>> Information(1.0, "bits") + Information(0.5, "bits")
    1.5 bits
    >>> Information(1.0, "bits").to("nats")
    0.6931 nats
    """

    __slots__ = ("infinite_at", "notes", "power", "unit")

    unit: str
    power: float
    notes: tuple[Note, ...]
    infinite_at: tuple[Hashable, ...]

    def __new__(
        cls,
        value: float,
        unit: Unit,
        *,
        power: float = 1.0,
        notes: tuple[Note, ...] = (),
        infinite_at: tuple[Hashable, ...] = (),
    ) -> Self:
        """Check the unit and keep it beside the number."""
        name = unit_name(unit)
        self = super().__new__(cls, value)
        self.unit, self.power, self.notes, self.infinite_at = name, power, notes, infinite_at
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[float, str], dict[str, Any]]:
        """Let copies and pickles keep everything."""
        extra = {"power": self.power, "notes": self.notes, "infinite_at": self.infinite_at}
        return (float(self), self.unit), extra

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        args, extra = self.__getnewargs_ex__()
        return (_restore, (args, extra))

    def to(self, unit: Unit) -> "Information":
        """Return the same information in another unit.

        Examples
        --------
        >>> Information(8.0, "bits").to("bans")
        2.408 bans
        """
        ratio = (nats_per(self.unit) / nats_per(unit)) ** self.power
        return self._like(float(self) * ratio, unit)

    @property
    def unit_name(self) -> str:
        """The unit as it is printed; a root says so."""
        return self.unit if self.power == 1 else f"√{self.unit}"

    def _like(self, value: float, unit: Unit) -> "Information":
        return Information(
            value, unit, power=self.power, notes=self.notes, infinite_at=self.infinite_at
        )

    def _amount(self) -> float:
        return float(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values; an infinity stays ``float("inf")``."""
        return {"value": float(self), "unit": self.unit_name, "notes": facts(self.notes)}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, float | int):
            return NotImplemented  # such as pytest.approx(0.25), which knows how to compare
        return bool(float(self) == self._comparable(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = float.__hash__

    def __repr__(self) -> str:
        return f"{format_number(float(self))} {self.unit_name}"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        number = format(float(self), spec) if spec else format_number(float(self))
        return f"{number} {self.unit_name}"


def _restore(args: tuple[float, str], extra: dict[str, Any]) -> Information:
    return Information(*args, **extra)
