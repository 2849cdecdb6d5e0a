"""What every distribution can say of itself.

A family overrides what it knows; ``None`` means "not known in closed form", and the numeric
ladder takes over. All informations are in nats.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from kullback.distributions.model.support import DISCRETE, Support
from kullback.distributions.model.tails import DensityTail
from kullback.distributions.special.arrays import Array, Value, is_tensor, plain
from kullback.errors import InputError, ShapeError

if TYPE_CHECKING:
    from kullback.distributions.model.expectations import Term
    from kullback.distributions.model.parameters import Check
    from kullback.distributions.model.power_gamma import PowerGamma
    from kullback.distributions.special.log_partition import Natural

# Their parameters → ours, as a tuple; or the law itself.
Reader = Callable[..., Any]

# Where a density changes its face: the probabilities of the landmarks.
LEVELS = np.array([1e-300, 1e-150, 1e-75, 1e-36, 1e-18, 1e-9, 1e-5, 1e-3, 0.02, 0.1, 0.3, 0.5])


class Distribution(ABC):
    """A distribution as a record: its parameters, and what it knows."""

    # parameter → check; vector-valued ones are named in EVENT with their number of axes.
    _CHECKS: ClassVar[Mapping[str, "Check"]] = {}
    _EVENT: ClassVar[Mapping[str, int]] = {}
    # How _same_family() obtains its value.
    _EXACT: ClassVar[str] = "closed form"
    # What other libraries call the family → a function of their parameters that returns ours.
    # scipy's arguments are those that the function names: without `loc` or `scale`, a shifted
    # or scaled variable becomes an Affine. PyMC's are in the order of its operator; a placed
    # one starts with a location that ours lacks. Frozen scipy and torch give the object.
    _SCIPY: ClassVar[Mapping[str, Reader]] = {}
    _SCIPY_FROZEN: ClassVar[Mapping[str, Reader]] = {}
    _TORCH: ClassVar[Mapping[str, Reader]] = {}
    _PYMC: ClassVar[Mapping[str, Reader]] = {}
    _PYMC_PLACED: ClassVar[Mapping[str, Reader]] = {}
    # Of numpyro and TFP the attributes, alternatives apart by "|".
    _NAMED: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    # Of PreliZ the attributes.
    _PRELIZ: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    # Whether the bijection of `_canonical` gives parameters without rounding that counts.
    _EXACT_IMAGE: ClassVar[bool] = True
    # The native kernel of batches.
    _KERNEL: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for name, check in self._CHECKS.items():
            place = f"{name} of {type(self).__name__}"
            object.__setattr__(self, name, check(place, getattr(self, name)))
        self._validate()
        if not self.is_scalar:
            _ = self.batch_shape

    def _validate(self) -> None:
        """Check what concerns several parameters; a family overrides it."""
        return

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by name, in order."""
        return {name: getattr(self, name) for name in _names(type(self))}

    @cached_property
    def is_scalar(self) -> bool:
        """Whether this is one distribution, not a batch."""
        return all(
            type(value) is float or np.ndim(plain(value)) <= self._EVENT.get(name, 0)
            for name, value in self.parameters.items()
            if name in self._CHECKS
        )

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the batch; () for one distribution."""
        shapes = [
            np.shape(plain(value))[: max(0, np.ndim(plain(value)) - self._EVENT.get(name, 0))]
            for name, value in self.parameters.items()
            if name in self._CHECKS
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
            if name not in self._CHECKS:
                chosen[name] = value
                continue
            array = np.asarray(plain(value), dtype=np.float64)
            event = array.shape[array.ndim - self._EVENT.get(name, 0) :]
            chosen[name] = np.broadcast_to(array, (*batch, *event))[index]
        return type(self)(**chosen)

    def _chosen(self, index: tuple[Any, ...]) -> Self:
        """Return a part of the batch by integers and slices; tensors stay tensors.

        Examples
        --------
        >>> from kullback.distributions.families import Normal
        >>> Normal([[0.0, 1.0], [2.0, 3.0]], 1.0)._chosen((slice(None), 0)).loc.tolist()
        [0.0, 2.0]
        """
        batch = self.batch_shape
        if set(self.parameters) != set(self._CHECKS):
            if len(index) == len(batch) and all(isinstance(i, int) for i in index):
                return self.at(index)
            raise InputError(f"a batch of {type(self).__name__} is read whole or law by law only")
        return type(self)(**{n: self._cut(n, v, index) for n, v in self.parameters.items()})

    def _cut(self, name: str, value: Any, index: tuple[Any, ...]) -> Any:
        """Return a parameter of `_chosen` members, whose batch axes come first."""
        shape = np.shape(plain(value))
        event = shape[len(shape) - self._EVENT.get(name, 0) :]
        whole = (*self.batch_shape, *event)
        if is_tensor(value):
            return value.expand(whole)[index]
        return np.broadcast_to(np.asarray(value, dtype=np.float64), whole)[index]

    @cached_property
    def _holds_tensors(self) -> bool:
        """Whether a parameter is a torch tensor."""
        return any(is_tensor(value) for value in self.parameters.values())

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_short(v)}" for name, v in self.parameters.items())
        return f"{type(self).__name__}({shown})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            a is b or (a == b if type(a) is type(b) is float else _equal(a, b))
            for a, b in zip(self._values(), other._values(), strict=True)
        )

    def __hash__(self) -> int:
        return hash(
            (type(self).__name__, *(np.asarray(plain(v)).tobytes() for v in self._values()))
        )

    def _values(self) -> list[Any]:
        return [getattr(self, name) for name in _names(type(self))]

    def _log_parts(self, x: Array) -> Any:  # noqa: ARG002
        """How large the parts are of which ln f is summed, where they cancel."""
        return 0.0

    def _mass_off(self) -> Any:
        """How far its own masses are from adding up to 1: weights as they are given."""
        return 0.0

    def _blur(self, x: Array) -> Any:  # noqa: ARG002
        """How far rounding moves x before the density sees it, and the ends; in EPS."""
        return 0.0

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

    def _part(self, *, discrete: bool) -> "Distribution | None":
        """The discrete or the continuous part, of its own mass; None where there is none."""
        return self if (self.support.space in DISCRETE) == discrete else None

    def _simpler(self) -> "Distribution":
        """The family that this one is at these parameters: Beta(1, 1) is Uniform(0, 1)."""
        return self

    def _grid(self) -> Array | None:
        """The points of a grid, of a density that is known there and nowhere else."""
        return None

    def _coarser(self, first: int, step: int) -> "Distribution":  # noqa: ARG002
        """The same over some points of the grid; itself where there is none."""
        return self

    def _refined(self, others: Array) -> "Distribution":  # noqa: ARG002
        """The same over more points of the grid; itself where there is none."""
        return self

    def _log_ratio(self, q: Any, x: Array) -> tuple[Array, Array] | None:  # noqa: ARG002
        """ln p(x)/q(x) where its parts, whose size comes second, are less than ln p and ln q."""
        return None

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

    def _log_mean(self) -> Value | None:
        """E ln X."""
        return None

    def _log_deviation(self) -> Value | None:
        """The standard deviation of ln X."""
        return None

    def _log1m_mean(self) -> Value | None:
        """E ln(1 − X)."""
        return None

    def _logit_deviation(self) -> Value | None:
        """The standard deviation of ln(X/(1 − X))."""
        return None

    def _moment(self, scale: Value, power: Value) -> Value | None:  # noqa: ARG002
        """E (X/scale)^power; infinite where it is."""
        return None

    def _exponential_moment(self, center: Value, rate: Value) -> Value | None:  # noqa: ARG002
        """E exp(rate·(X − center)); infinite where it is."""
        return None

    def _distance(self, center: Value) -> Value | None:  # noqa: ARG002
        """E |X − center|."""
        return None

    def _softplus_mean(self, center: Value, scale: Value) -> Value | None:  # noqa: ARG002
        """E ln(1 + exp(−(X − center)/scale))."""
        return None

    def _log_quadratic_mean(self, center: Value, scale: Value) -> Value | None:  # noqa: ARG002
        """E ln(1 + ((X − center)/scale)²)."""
        return None

    def _log1p_mean(self, scale: Value) -> Value | None:  # noqa: ARG002
        """E ln(1 + X/scale)."""
        return None

    def _log1m_power_mean(self, power: Value) -> Value | None:  # noqa: ARG002
        """E ln(1 − X^power)."""
        return None

    def _surprisal(self) -> "tuple[Term, ...] | None":
        """−ln f as a sum of coefficients times statistics, for cross pairs."""
        return None

    def _same_family(self, q: Any) -> Value | None:  # noqa: ARG002
        """KL to another member of this family in closed form; None where it has none."""
        return None

    def _same_family_lost(self, q: Any) -> Value:  # noqa: ARG002
        """What rounding may take from `same_family` beyond the last digits of its value."""
        return 0.0

    def _natural(self) -> "Natural | None":
        """As a member of an exponential family, in decimals."""
        return None

    def _between(self, q: Any, order: float) -> "Distribution | None":  # noqa: ARG002
        """The member at a θ₁ + (1 − a) θ₂ of a family whose log-partition decimals do not know.

        It raises the InputError of a parameter where there is no such member.
        """
        return None

    def _power_gamma(self) -> "PowerGamma | None":
        """As a generalised gamma with signed power, for its 13 families and their logarithms."""
        return None

    def _canonical(self) -> "tuple[tuple[Any, ...], Distribution] | None":
        """(bijection, base): X is the bijection of a variable of the base."""
        return None

    def _tails(self) -> tuple[DensityTail, DensityTail] | None:
        """The two tails, lower and upper."""
        return None

    @cached_property
    def _known_tails(self) -> tuple[DensityTail, DensityTail] | None:
        return self._tails()

    def quantile(self, u: Array) -> Array | None:  # noqa: ARG002
        """The u-quantiles; used to place break points, so that a few digits are enough."""
        return None

    def upper_quantile(self, u: Array) -> Array | None:  # noqa: ARG002
        """The (1 − u)-quantiles, precise for tiny u."""
        return None

    def _log_density_below_one(self, y: Array) -> Array:
        """ln f(1 − y), for families on [0, 1] that know it for tiny y."""
        return self.log_density(1 - y)

    def _jumps(self) -> set[float]:
        """Where the density may jump: the ends of its intervals, and of what it is mixed of."""
        return {float(end) for interval in self.support.intervals() for end in interval}

    def _landmarks(self) -> Array:
        """Points where the density changes its face: quantiles from 1e-300 to 1 − 1e-300."""
        lower, upper = self.quantile(LEVELS), self.upper_quantile(LEVELS)
        if lower is None or upper is None:
            return np.array([])
        return np.concatenate([lower, upper[::-1]])


def _equal(a: Any, b: Any) -> bool:
    return type(a) is type(b) and np.array_equal(plain(a), plain(b))


@cache
def _names(family: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(family))


def member(law: Distribution, index: tuple[int, ...], shape: tuple[int, ...]) -> Distribution:
    """The distribution at one place of the broadcast batch."""
    batch = law.batch_shape
    own = index[len(shape) - len(batch) :]
    return law.at(tuple(0 if n == 1 else i for i, n in zip(own, batch, strict=True)))


def _short(value: Any) -> str:
    value = plain(value)
    if not isinstance(value, float | int | np.ndarray | np.generic):
        return repr(value)
    shape = np.shape(value)
    if np.prod(shape, dtype=int) > 12:
        return f"<{'×'.join(map(str, shape))} values>"
    return str(np.asarray(value).tolist()) if shape else f"{float(value):.15g}"
