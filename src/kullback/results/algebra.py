"""One algebra for all that has a unit: equal units add up, and different ones are refused."""

from html import escape
from numbers import Real
from typing import Any

import numpy as np

from kullback.errors import UnitError


class Algebra:
    """Sums, differences and comparisons of results, whatever they know beside their number.

    A sum is an `Information` (an array for a batch): what its error would be depends on what its
    terms share, which they do not say. Comparisons convert, since both sides say their unit.
    """

    __slots__ = ()

    unit: str

    @property
    def unit_name(self) -> str:
        """The unit as it is printed; "" where there is none."""
        return self.unit

    def _amount(self) -> Any:
        """The number, or the numbers of a batch."""
        raise NotImplementedError

    def _like(self, value: Any, unit: str) -> Any:
        """The same kind of number with another value: a sum, a difference or a multiple."""
        from kullback.results.information import Information

        return Information(float(value), unit) if unit and np.ndim(value) == 0 else value

    def _other(self, other: Any, verb: str) -> Any:
        """The amount of what is added to this or divides it, if both have one unit."""
        if isinstance(other, Algebra):
            if other.unit_name != self.unit_name:
                raise UnitError(
                    f"cannot {verb} {self} and {other}: convert one first, as in "
                    f"x.to({self.unit!r})"
                    if self.unit and other.unit
                    else f"cannot {verb} {self} and {other}: one of them has no unit"
                )
            return other._amount()
        return other if isinstance(other, Real) else NotImplemented

    def _comparable(self, other: Any) -> Any:
        """The amount of `other` in the unit of this."""
        if not isinstance(other, Algebra) or other.unit_name == self.unit_name:
            return self._other(other, "compare")
        if getattr(self, "power", 1) != getattr(other, "power", 1):
            raise UnitError(f"cannot compare {self} with {other}: one is a square root")
        if not (self.unit and other.unit):
            raise UnitError(f"cannot compare {self} with {other}: one of them has no unit")
        return other.to(self.unit)._amount()  # type: ignore[attr-defined]

    def __add__(self, other: Any) -> Any:
        amount = self._other(other, "add")
        if amount is NotImplemented:
            return NotImplemented
        return self._like(self._amount() + amount, self.unit)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        amount = self._other(other, "subtract")
        if amount is NotImplemented:
            return NotImplemented
        return self._like(self._amount() - amount, self.unit)

    def __rsub__(self, other: Any) -> Any:
        amount = self._other(other, "subtract")
        if amount is NotImplemented:
            return NotImplemented
        return self._like(amount - self._amount(), self.unit)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Algebra):
            raise UnitError(f"cannot multiply {self} by {other}: take float() of one of them")
        if not isinstance(other, Real):
            return NotImplemented
        return self._like(self._amount() * float(other), self.unit)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Algebra):
            return self._amount() / self._other(other, "divide")
        if not isinstance(other, Real):
            return NotImplemented
        return self._like(self._amount() / float(other), self.unit)

    def __neg__(self) -> Any:
        return self._like(-self._amount(), self.unit)

    def __abs__(self) -> Any:
        return self._like(abs(self._amount()), self.unit)

    def __lt__(self, other: Any) -> Any:
        amount = self._comparable(other)
        return amount if amount is NotImplemented else self._amount() < amount

    def __le__(self, other: Any) -> Any:
        amount = self._comparable(other)
        return amount if amount is NotImplemented else self._amount() <= amount

    def __gt__(self, other: Any) -> Any:
        amount = self._comparable(other)
        return amount if amount is NotImplemented else self._amount() > amount

    def __ge__(self, other: Any) -> Any:
        amount = self._comparable(other)
        return amount if amount is NotImplemented else self._amount() >= amount

    def _repr_html_(self) -> str:
        """One line in a notebook."""
        return f"<code>{escape(str(self))}</code>"
