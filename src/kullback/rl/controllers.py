"""Controllers of the KL coefficient: small frozen states that `update` replaces by the next.

Each has `value`, the coefficient β of the penalty β·KL, and goes through `to_dict` and
`from_dict`, so that a checkpoint holds it.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Self

from kullback.arguments import number
from kullback.errors import FormatError, InputError

VERSION = 1


@dataclass(frozen=True, slots=True)
class FixedController:
    """A coefficient that never changes.

    Parameters
    ----------
    value : float
        β ≥ 0.

    Examples
    --------
    >>> FixedController(0.1).update(kl=3.0).value
    0.1
    """

    KIND: ClassVar[str] = "fixed"
    value: float

    def __post_init__(self) -> None:
        _least_zero(self, "value")

    def update(self, kl: float, n: int = 1) -> Self:
        """Return the same state."""
        _observed(kl, n)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for a checkpoint."""
        return _to_dict(self)

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Self:
        """Restore what `to_dict` gave."""
        return cls(**_fields(cls, state))


@dataclass(frozen=True, slots=True)
class AdaptiveController:
    """β ← β·(1 + clip(KL/target − 1, ±clip)·n/horizon): proportional, in the logarithm.

    Parameters
    ----------
    value : float
        β ≥ 0.
    target : float
        The KL to hold, in the unit of what `update` is given.
    horizon : float
        Observations over which an error of `clip` changes β by the share `clip`.
    clip : float
        The largest relative error that counts.

    Notes
    -----
    Ziegler et al. (2019), Fine-tuning language models from human preferences, section 2.2, with
    their ±0.2. `n` counts the observations since the last update, in the unit of `horizon`:
    sequences for both, or environment steps for both.

    Examples
    --------
    >>> state = AdaptiveController(value=0.2, target=6.0, horizon=10_000)
    >>> state = state.update(kl=12.0, n=256)
    >>> round(state.value, 6), AdaptiveController.from_dict(state.to_dict()) == state
    (0.201024, True)
    """

    KIND: ClassVar[str] = "adaptive"
    value: float
    target: float
    horizon: float
    clip: float = 0.2

    def __post_init__(self) -> None:
        _least_zero(self, "value")
        _positive(self, "target", "horizon", "clip")

    def update(self, kl: float, n: int) -> Self:
        """Return the state after `n` observations whose mean KL was `kl` (negative if noisy)."""
        error = max(-self.clip, min(self.clip, _observed(kl, n) / self.target - 1))
        factor = 1 + error * n / self.horizon
        if factor <= 0:
            raise InputError(
                f"n={n} is {n / self.horizon:.3g} horizons: the coefficient would be multiplied by "
                f"{factor:.3g} and the KL rewarded; update more often, or raise horizon"
            )
        return replace(self, value=self.value * factor)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for a checkpoint."""
        return _to_dict(self)

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Self:
        """Restore what `to_dict` gave."""
        return cls(**_fields(cls, state))


@dataclass(frozen=True, slots=True)
class TargetController:
    """β grows by `factor` above slack·target and shrinks by it below target/slack.

    Parameters
    ----------
    value : float
        β ≥ 0.
    target : float
        The KL to hold.
    factor : float
        Above 1; RLlib has 1.5, Schulman et al. (2017, section 4) 2.
    slack : float
        At least 1; RLlib has 2, Schulman et al. 1.5. β shrinks by 1/factor in the paper and by
        0.5 in RLlib: `shrink` says which.
    shrink : float
        In (0, 1); RLlib's 0.5 by default.

    Notes
    -----
    Schulman et al. (2017), Proximal policy optimization algorithms, section 4, is
    ``factor=2, slack=1.5, shrink=0.5``.

    Examples
    --------
    >>> state = TargetController(value=0.2, target=0.01)
    >>> [round(state.update(kl).value, 6) for kl in (0.03, 0.01, 0.004)]
    [0.3, 0.2, 0.1]
    """

    KIND: ClassVar[str] = "target"
    value: float
    target: float
    factor: float = 1.5
    slack: float = 2.0
    shrink: float = 0.5

    def __post_init__(self) -> None:
        _least_zero(self, "value")
        _positive(self, "target", "shrink")
        factor, slack = (number(name, getattr(self, name)) for name in ("factor", "slack"))
        if not (factor > 1 and slack >= 1 and self.shrink < 1):
            raise InputError(
                f"factor={self.factor} must be above 1, slack={self.slack} at least 1 and "
                f"shrink={self.shrink} below 1"
            )

    def update(self, kl: float, n: int = 1) -> Self:
        """Return the state after a mean KL of `kl`."""
        seen = _observed(kl, n)
        if seen > self.slack * self.target:
            return replace(self, value=self.value * self.factor)
        if seen < self.target / self.slack:
            return replace(self, value=self.value * self.shrink)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for a checkpoint."""
        return _to_dict(self)

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Self:
        """Restore what `to_dict` gave."""
        return cls(**_fields(cls, state))


@dataclass(frozen=True, slots=True)
class TargetStop:
    """Stop the epochs of an update once the KL from its start is above factor·target.

    Parameters
    ----------
    target : float
        The KL that an update may make.
    factor : float
        Stable-Baselines3 has 1.5.
    stopped : bool
        Whether a KL above that was seen since `reset`.

    Examples
    --------
    >>> state = TargetStop(target=0.01)
    >>> state.update(0.014).stopped, state.update(0.016).stopped
    (False, True)
    """

    KIND: ClassVar[str] = "stop"
    target: float
    factor: float = 1.5
    stopped: bool = False

    def __post_init__(self) -> None:
        _positive(self, "target", "factor")

    def update(self, kl: float, n: int = 1) -> Self:
        """Return the state after a mean KL of `kl`; once stopped it stays so."""
        return replace(self, stopped=self.stopped or _observed(kl, n) > self.factor * self.target)

    def reset(self) -> Self:
        """Return the state at the start of the next update."""
        return replace(self, stopped=False)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for a checkpoint."""
        return _to_dict(self)

    @classmethod
    def from_dict(cls, state: dict[str, Any]) -> Self:
        """Restore what `to_dict` gave."""
        return cls(**_fields(cls, state))


def _to_dict(state: Any) -> dict[str, Any]:
    return {"kind": state.KIND, "version": VERSION, **asdict(state)}


def _fields(cls: Any, state: dict[str, Any]) -> dict[str, Any]:
    """Check that a dictionary is the state of this kind of controller, whole and no more."""
    said = {key: value for key, value in state.items() if key not in ("kind", "version")}
    if state.get("kind") != cls.KIND or state.get("version") != VERSION:
        raise FormatError(
            f"the state is of kind {state.get('kind')!r}, version {state.get('version')!r}; "
            f"{cls.__name__} reads kind {cls.KIND!r}, version {VERSION}"
        )
    names = set(cls.__dataclass_fields__) - {"KIND"}
    if set(said) != names:
        raise FormatError(f"the state has the fields {sorted(said)}; expected {sorted(names)}")
    return said


def _observed(kl: float, n: int) -> float:
    """Check what a controller is fed."""
    seen = number("kl", kl)
    if math.isnan(seen):
        raise InputError("kl is NaN: a controller would keep it for ever; mask what is missing")
    if not 0 <= number("n", n) < math.inf:
        raise InputError(f"n={n} is not a number of observations")
    return seen


def _least_zero(state: Any, name: str) -> None:
    value = getattr(state, name)
    if not 0 <= number(name, value) < math.inf:
        raise InputError(f"{name}={value} of {type(state).__name__} must be finite and at least 0")


def _positive(state: Any, *names: str) -> None:
    for name in names:
        value = getattr(state, name)
        if not 0 < number(name, value) < math.inf:
            raise InputError(f"{name}={value} of {type(state).__name__} must be finite and above 0")
