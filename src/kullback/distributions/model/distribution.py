"""What every distribution can say of itself.

A family overrides what it knows; ``None`` means "not known in closed form", and the numeric
ladder takes over. All informations are in nats.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from kullback.distributions.model.support import Support
from kullback.distributions.model.tails import Tail
from kullback.distributions.special.arrays import Array, Value, is_tensor, plain
from kullback.errors import ShapeError

if TYPE_CHECKING:
    from kullback.distributions.model.expectations import Term
    from kullback.distributions.model.parameters import Check
    from kullback.distributions.model.power_gamma import PowerGamma

# Where a density changes its face: the probabilities of the landmarks.
LEVELS = np.array([1e-300, 1e-150, 1e-75, 1e-36, 1e-18, 1e-9, 1e-5, 1e-3, 0.02, 0.1, 0.3, 0.5])


class Distribution(ABC):
    """A distribution as a record: its parameters, and what it knows."""

    # parameter → check; vector-valued ones are named in EVENT with their number of axes.
    CHECKS: ClassVar[Mapping[str, "Check"]] = {}
    EVENT: ClassVar[Mapping[str, int]] = {}
    # How same_family() obtains its value.
    EXACT: ClassVar[str] = "closed form"

    def __post_init__(self) -> None:
        for name, check in self.CHECKS.items():
            place = f"{name} of {type(self).__name__}"
            object.__setattr__(self, name, check(place, getattr(self, name)))
        self.validate()
        if not self.is_scalar:
            _ = self.batch_shape

    def validate(self) -> None:
        """Check what concerns several parameters; a family overrides it."""
        return

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by name, in order."""
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]

    @property
    def is_scalar(self) -> bool:
        """Whether this is one distribution, not a batch."""
        return all(
            type(value) is float or np.ndim(plain(value)) <= self.EVENT.get(name, 0)
            for name, value in self.parameters.items()
            if name in self.CHECKS
        )

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the batch; () for one distribution."""
        shapes = [
            np.shape(plain(value))[: max(0, np.ndim(plain(value)) - self.EVENT.get(name, 0))]
            for name, value in self.parameters.items()
            if name in self.CHECKS
        ]
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            raise ShapeError(
                f"the parameters of {type(self).__name__} do not broadcast: {shapes}"
            ) from None

    def at(self, index: tuple[int, ...]) -> Self:
        """Return one member of the batch."""
        batch = self.batch_shape
        chosen = {}
        for name, value in self.parameters.items():
            array = np.asarray(plain(value), dtype=np.float64)
            event = array.shape[array.ndim - self.EVENT.get(name, 0) :]
            chosen[name] = np.broadcast_to(array, (*batch, *event))[index]
        return type(self)(**chosen)

    @property
    def holds_tensors(self) -> bool:
        """Whether a parameter is a torch tensor."""
        return any(is_tensor(value) for value in self.parameters.values())

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_short(v)}" for name, v in self.parameters.items())
        return f"{type(self).__name__}({shown})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            a is b or (type(a) is type(b) and np.array_equal(plain(a), plain(b)))
            for a, b in zip(self._values(), other._values(), strict=True)
        )

    def __hash__(self) -> int:
        return hash(
            (type(self).__name__, *(np.asarray(plain(v)).tobytes() for v in self._values()))
        )

    def _values(self) -> list[Any]:
        return [getattr(self, f.name) for f in fields(self)]  # type: ignore[arg-type]

    # What a family must know.

    @property
    @abstractmethod
    def support(self) -> Support:
        """Where the density is positive."""

    @abstractmethod
    def log_density(self, x: Any) -> Array:
        """ln f(x), −∞ outside the support; for discrete families ln P(X = x)."""

    @abstractmethod
    def sample(self, size: int, seed: np.random.Generator) -> Array:
        """Draw `size` observations, along the first axis."""

    # What it may know; None says that it does not.

    def entropy(self) -> Value | None:
        """H = −E ln f in nats."""
        return None

    def expectation(self) -> Value | None:
        """E X."""
        return None

    def deviation(self) -> Value | None:
        """The standard deviation of X; infinite where the variance is."""
        return None

    def log_mean(self) -> Value | None:
        """E ln X."""
        return None

    def log_deviation(self) -> Value | None:
        """The standard deviation of ln X."""
        return None

    def log1m_mean(self) -> Value | None:
        """E ln(1 − X)."""
        return None

    def logit_deviation(self) -> Value | None:
        """The standard deviation of ln(X/(1 − X))."""
        return None

    def moment(self, scale: Value, power: Value) -> Value | None:  # noqa: ARG002
        """E (X/scale)^power; infinite where it is."""
        return None

    def exponential_moment(self, center: Value, rate: Value) -> Value | None:  # noqa: ARG002
        """E exp(rate·(X − center)); infinite where it is."""
        return None

    def distance(self, center: Value) -> Value | None:  # noqa: ARG002
        """E |X − center|."""
        return None

    def softplus_mean(self, center: Value, scale: Value) -> Value | None:  # noqa: ARG002
        """E ln(1 + exp(−(X − center)/scale))."""
        return None

    def log_quadratic_mean(self, center: Value, scale: Value) -> Value | None:  # noqa: ARG002
        """E ln(1 + ((X − center)/scale)²)."""
        return None

    def log1p_mean(self, scale: Value) -> Value | None:  # noqa: ARG002
        """E ln(1 + X/scale)."""
        return None

    def log1m_power_mean(self, power: Value) -> Value | None:  # noqa: ARG002
        """E ln(1 − X^power)."""
        return None

    def surprisal(self) -> "tuple[Term, ...] | None":
        """−ln f as a sum of coefficients times statistics, for cross pairs."""
        return None

    def same_family(self, q: Any) -> Value | None:  # noqa: ARG002
        """KL to another member of this family in closed form; None where it has none."""
        return None

    def same_family_lost(self, q: Any) -> Value:  # noqa: ARG002
        """What rounding may take from `same_family` beyond the last digits of its value."""
        return 0.0

    def power_gamma(self) -> "PowerGamma | None":
        """As a generalised gamma with signed power, for its 13 families and their logarithms."""
        return None

    def canonical(self) -> "tuple[tuple[Any, ...], Distribution] | None":
        """(bijection, base): X is the bijection of a variable of the base."""
        return None

    def tails(self) -> tuple[Tail, Tail] | None:
        """The two tails, lower and upper."""
        return None

    def quantile(self, u: Array) -> Array | None:  # noqa: ARG002
        """The u-quantiles; used to place break points, so that a few digits are enough."""
        return None

    def upper_quantile(self, u: Array) -> Array | None:  # noqa: ARG002
        """The (1 − u)-quantiles, precise for tiny u."""
        return None

    def log_density_below_one(self, y: Array) -> Array:
        """ln f(1 − y), for families on [0, 1] that know it for tiny y."""
        return self.log_density(1 - y)

    def landmarks(self) -> Array:
        """Points where the density changes its face: quantiles from 1e-300 to 1 − 1e-300."""
        lower, upper = self.quantile(LEVELS), self.upper_quantile(LEVELS)
        if lower is None or upper is None:
            return np.array([])
        return np.concatenate([lower, upper[::-1]])


def _short(value: Any) -> str:
    value = plain(value)
    if not isinstance(value, float | int | np.ndarray | np.generic):
        return repr(value)
    shape = np.shape(value)
    if np.prod(shape, dtype=int) > 12:
        return f"<{'×'.join(map(str, shape))} values>"
    return str(np.asarray(value).tolist()) if shape else f"{float(value):.15g}"
