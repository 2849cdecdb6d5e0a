"""What is known from data: a number with its error, and a test."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kullback.results.algebra import Algebra
from kullback.results.facts import PlainFacts, facts
from kullback.results.note import Note
from kullback.units import Unit, decimals_for, format_fixed, nats_per, unit_name


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval for an estimate.

    Parameters
    ----------
    low, high : float
        Its ends, in the unit of the estimate.
    level : float
        The share of such intervals that hold the truth, for example 0.95.
    method : str
        How it was obtained.
    """

    low: float
    high: float
    level: float
    method: str

    def __iter__(self) -> Iterator[float]:
        """Let ``low, high = interval`` work."""
        return iter((self.low, self.high))

    def __contains__(self, value: float) -> bool:
        return self.low <= float(value) <= self.high


@dataclass(frozen=True, slots=True)
class TestResult(PlainFacts):
    """The result of a test that two samples come from one distribution.

    Parameters
    ----------
    statistic : float
        The statistic; G is in nats times two, without unit.
    df : int
        Degrees of freedom: outcomes seen on either side, less one.
    p_value : float
        The chance of a statistic at least this large when the distributions are the same.
    method : str
        How the p-value was obtained.
    notes : tuple of Note
        What was decided on the way.
    """

    __test__ = False  # not a test of the suite, whatever its name says

    statistic: float
    df: int
    p_value: float
    method: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Estimate(Algebra):
    """A quantity estimated from data, with its error.

    Parameters
    ----------
    value, unit : float, str
        The estimate, in its interval; where a method gives less or more than the quantity can
        be, the least that the interval holds, or the most that the quantity can be.
    standard_error : float
        In the same unit.
    interval : Interval or None
        Reported within the legal range of the quantity.
    p_value : float or None
        Of the hypothesis that P = Q.
    null_bias : float or None
        The value that the plug-in estimate takes by chance when P = Q.
    method : str
        The estimator.
    n, m : float
        Observations of P and of Q; weights add up to fractions. `m` is None where Q is known.
    outcomes : int
        How many outcomes were seen on either side.
    unseen : float or None
        Share of P's sample in outcomes that Q's sample never shows.
    contributions : ndarray or None
        The estimate outcome by outcome, in the same unit; of `raw` where there is one.
    quantity : str
        What is estimated, with its direction.
    notes : tuple of Note
        What was decided on the way.
    independent_error : float or None
        Where observations come in clusters, the standard error that they would have if they
        were independent: usually too small.
    raw : float or None
        The estimate as it came out, where that is less or more than the quantity can be: what
        to average over many samples. A note says so then.

    Examples
    --------
    >>> from kullback import counts
    >>> print(counts.kl([1, 3, 7, 4, 8], [2, 5, 1, 3, 6]))
    KL(P‖Q) = 0.072 ± 0.323 nats (95 %: [0, 0.71]), zhang, n=23, m=17
    """

    value: float
    unit: str
    standard_error: float
    interval: Interval | None
    method: str
    n: float
    m: float | None
    outcomes: int
    quantity: str
    p_value: float | None = None
    null_bias: float | None = None
    unseen: float | None = None
    contributions: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    notes: tuple[Note, ...] = ()
    independent_error: float | None = None
    raw: float | None = None

    def __float__(self) -> float:
        return self.value

    def _amount(self) -> float:
        return self.value

    def to(self, unit: Unit) -> "Estimate":
        """Return the same estimate in another unit."""
        ratio = nats_per(self.unit) / nats_per(unit)
        if unit_name(unit) == self.unit:
            return self
        interval = self.interval
        if interval is not None:
            low, high = interval.low * ratio, interval.high * ratio
            interval = Interval(low, high, interval.level, interval.method)
        return replace(
            self,
            unit=unit_name(unit),
            value=self.value * ratio,
            standard_error=self.standard_error * ratio,
            interval=interval,
            null_bias=None if self.null_bias is None else self.null_bias * ratio,
            contributions=None if self.contributions is None else self.contributions * ratio,
            independent_error=(
                None if self.independent_error is None else self.independent_error * ratio
            ),
            raw=None if self.raw is None else self.raw * ratio,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain Python values, without the contributions."""
        left_out = {"contributions"}
        # Said only where observations come in clusters, and where the value is not as it came.
        left_out |= {n for n in ("independent_error", "raw") if getattr(self, n) is None}
        shown = (f.name for f in fields(self) if f.name not in left_out)
        return {name: facts(getattr(self, name)) for name in shown}

    def __str__(self) -> str:
        decimals = decimals_for(self.standard_error)
        text = f"{self.quantity} = {format_fixed(self.value, decimals)}"
        if math.isfinite(self.standard_error):
            text += f" ± {format_fixed(self.standard_error, decimals)}"
        text += f" {self.unit}".rstrip()
        if self.interval is not None:
            low, high = (format_fixed(end, max(0, decimals - 1)) for end in self.interval)
            text += f" ({100 * self.interval.level:g} %: [{low}, {high}])"
        sizes = f"n={self.n:.15g}" + ("" if self.m is None else f", m={self.m:.15g}")
        return f"{text}, {self.method}, {sizes}"

    __repr__ = __str__
