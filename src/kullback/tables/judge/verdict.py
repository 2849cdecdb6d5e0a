"""From p-values and intervals to verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kullback.arguments import number, texts
from kullback.errors import InputError
from kullback.results import Estimate
from kullback.tables.profiles.aspects import whole
from kullback.tables.results.column_facts import ShareChange, Verdict
from kullback.units import unit_name

SHARE_OF_ALPHA = 0.2  # so that at most one table in a hundred has a share drifted by chance
TENTH = 0.1  # of half the rows missing, five points more or less matter as little as one of none
HALF = 0.5  # by which a rare value may become more or less frequent


def _require(name: str, value: object, low: float, high: float, expected: str) -> None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and low < value < high
    if not usable:
        raise InputError(f"{name}={value!r} cannot be used; expected a number {expected}")


@dataclass(frozen=True, slots=True)
class ShareTolerances:
    """The differences of shares of rows up to which they do not matter.

    Parameters
    ----------
    missing, out_of_range, new, rare, unique : float
        Of rows without a value, of rows outside the reference's extent, of rows in values that the
        reference never shows, beyond what chance puts there, and of rows in other values than the
        one that nine of ten hold; of rows that repeat a value, where values name rows; in [0, 1).
    """

    missing: float = 0.005
    out_of_range: float = 0.005
    new: float = 0.005
    rare: float = 0.002
    unique: float = 0.005

    def __post_init__(self) -> None:
        for name in ("missing", "out_of_range", "new", "rare", "unique"):
            if number(name, getattr(self, name)) != 0:
                _require(name, getattr(self, name), 0.0, 1.0, "of rows in [0, 1), such as 0.01")

    def of(self, name: str, share: float) -> float:
        """Return the tolerance of a share: of one that is large anyway, a part of it."""
        own = float(getattr(self, name.replace(" ", "_")))
        return max(own, (HALF if name == "rare" else TENTH) * share) if own else 0.0


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
    shares : ShareTolerances
        Those of the shares of missing, out-of-range and new values.
    """

    unit: str
    level: float
    alpha: float
    tolerance: float
    limits: Mapping[str, float] = field(default_factory=dict)
    allow: Sequence[str] = ()
    shares: ShareTolerances = field(default_factory=ShareTolerances)

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", unit_name(self.unit))
        for name in ("level", "alpha"):
            _require(name, getattr(self, name), 0.0, 1.0, "strictly between 0 and 1, such as 0.05")
        if not isinstance(self.limits, Mapping):
            raise InputError(
                f"limits is a {type(self.limits).__name__}; expected a mapping, such as "
                "{'price': 0.05}"
            )
        texts("allow", self.allow)
        own = {f"limits[{name!r}]": limit for name, limit in self.limits.items()}
        for name, tolerance in ({"tolerance": self.tolerance} | own).items():
            if number(name, tolerance) != 0:
                _require(name, tolerance, 0.0, 1.0, "of bits of JS divergence in [0, 1)")

    def tolerance_of(self, column: str) -> float:
        """Return a column's own tolerance, or that of all."""
        return self.limits.get(whole(column, self.limits), self.tolerance)


def verdict(q_value: float, jensen_shannon: Estimate, alpha: float, tolerance: float) -> Verdict:
    """Return "drifted" (detectable and material), "same" (immaterial) or "undecided"."""
    interval = jensen_shannon.to("bits").interval
    if interval is None:
        return "undecided"
    if q_value <= alpha and interval.low > tolerance:
        return "drifted"
    return "same" if interval.high < tolerance else "undecided"


def share_verdict(change: ShareChange, q_value: float, alpha: float) -> ShareChange:
    """Return a share's change with its q-value and its verdict.

    A tolerance of shares is near what a few hundred rows can show, so that nearly each that is
    detected is material too: it has to be detected at a fifth of `alpha`.
    """
    verdict: Verdict = "undecided"
    if q_value <= SHARE_OF_ALPHA * alpha and (
        change.low > change.tolerance or change.high < -change.tolerance
    ):
        verdict = "drifted"
    elif max(-change.low, change.high) <= change.tolerance:
        verdict = "same"
    return replace(change, q_value=q_value, verdict=verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that weighs most."""
    found = set(verdicts)
    if "drifted" in found:
        return "drifted"
    return "undecided" if "undecided" in found else "same"
