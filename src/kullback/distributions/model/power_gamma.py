"""What makes a family a power of a gamma variable; the formula is in `families/shared`."""

from dataclasses import dataclass

from kullback.distributions.special.arrays import Value, everywhere, log
from kullback.distributions.special.primitives import log_ratio


@dataclass(frozen=True, slots=True)
class PowerGamma:
    """U = (X/a)^p ~ Gamma(k, 1), with a and p kept as their parameters.

    Parameters
    ----------
    k : float or ndarray
        The shape of U.
    power : tuple
        (c, b, e): p = c·b^e.
    factors : tuple of (base, exponent)
        Factors of a.
    shifts : tuple of (value, coefficient)
        Summands of ln a.
    log_constant : float
        A constant summand of ln a.
    space : {"x", "exp(−x)"}
        Which variable is the generalised gamma.
    quotient : tuple or None
        (d, p) where k is the quotient of two parameters, and so rounded.
    """

    k: Value
    power: tuple[float, Value, int]
    factors: tuple[tuple[Value, float], ...] = ()
    shifts: tuple[tuple[Value, float], ...] = ()
    log_constant: float = 0.0
    space: str = "x"
    quotient: tuple[Value, Value] | None = None

    @property
    def p(self) -> Value:
        """The power itself."""
        c, b, e = self.power
        return c * b if e == 1 else c / b

    @property
    def log_a(self) -> Value:
        """The logarithm of the scale."""
        total = sum((e * log(b) for b, e in self.factors), start=self.log_constant)
        return sum((c * v for v, c in self.shifts), start=total)

    def log_scale_over(self, other: "PowerGamma") -> Value:
        """ln(a₁/a₂), from differences of parameters where both have the same form."""
        if not self.same_form(other):
            return self.log_a - other.log_a
        pairs = zip(self.factors, other.factors, strict=True)
        moves = zip(self.shifts, other.shifts, strict=True)
        total = sum((e * log_ratio(b1, b2) for (b1, e), (b2, _) in pairs), start=0.0)
        return sum((c * (v1 - v2) for (v1, c), (v2, _) in moves), start=total)

    def shape_step(self, other: "PowerGamma") -> Value:
        """k₂ − k₁, from the difference of parameters where k is a quotient of one divisor."""
        if self.quotient is None or other.quotient is None:
            return other.k - self.k
        (d1, p1), (d2, p2) = self.quotient, other.quotient
        return (d2 - d1) / p1 if everywhere(p1 == p2) else other.k - self.k

    def same_form(self, other: "PowerGamma") -> bool:
        """Whether both are written with the same factors and summands."""
        return (
            [e for _, e in self.factors] == [e for _, e in other.factors]
            and [c for _, c in self.shifts] == [c for _, c in other.shifts]
            and self.log_constant == other.log_constant
        )

    def power_excess(self, other: "PowerGamma") -> Value:
        """ρ − 1 = (p₂ − p₁)/p₁, from differences of parameters where it can be."""
        (c1, b1, e1), (c2, b2, e2) = self.power, other.power
        if c1 == c2 and e1 == e2:
            return (b2 - b1) / b1 if e1 == 1 else (b1 - b2) / b2
        return (other.p - self.p) / self.p
