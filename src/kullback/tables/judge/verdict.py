"""From p-values and intervals to verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kullback.errors import InputError
from kullback.results import Estimate
from kullback.tables.results.comparison import Verdict
from kullback.units import nats_per


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a verdict is measured by.

    Parameters
    ----------
    unit : {"nats", "bits", "bans"}
        Of the numbers reported.
    level, alpha : float
        Of the intervals and of the test, in (0, 1).
    tolerance : float
        The JS divergence, in bits whatever the unit, up to which a difference does not matter.
    limits : mapping of str to float
        The tolerances of single columns that have their own.
    allow : sequence of str
        What a gate lets pass although it is not compared.
    """

    unit: str
    level: float
    alpha: float
    tolerance: float
    limits: Mapping[str, float] = field(default_factory=dict)
    allow: Sequence[str] = ()

    def __post_init__(self) -> None:
        nats_per(self.unit)
        for name in ("level", "alpha"):
            _require(name, getattr(self, name), 0.0, 1.0, "strictly between 0 and 1, such as 0.05")
        if not isinstance(self.limits, Mapping):
            raise InputError(
                f"limits is a {type(self.limits).__name__}; expected a mapping, such as "
                "{'price': 0.05}"
            )
        if isinstance(self.allow, str) or not all(isinstance(name, str) for name in self.allow):
            raise InputError(f"allow={self.allow!r} cannot be used; expected a sequence of names")
        own = {f"limits[{name!r}]": limit for name, limit in self.limits.items()}
        for name, tolerance in ({"tolerance": self.tolerance} | own).items():
            if tolerance != 0:
                _require(name, tolerance, 0.0, 1.0, "of bits of JS divergence in [0, 1)")

    def tolerance_of(self, column: str) -> float:
        """Return a column's own tolerance, or that of all."""
        return self.limits.get(column, self.tolerance)


def _require(name: str, value: object, low: float, high: float, expected: str) -> None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and low < value < high
    if not usable:
        raise InputError(f"{name}={value!r} cannot be used; expected a number {expected}")


def verdict(q_value: float, jensen_shannon: Estimate, alpha: float, tolerance: float) -> Verdict:
    """Return "drifted" (detectable and material), "same" (immaterial) or "undecided"."""
    interval = jensen_shannon.to("bits").interval
    if interval is None:
        return "undecided"
    if q_value <= alpha and interval.low > tolerance:
        return "drifted"
    return "same" if interval.high < tolerance else "undecided"
