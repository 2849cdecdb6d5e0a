"""Distributions made of others: shifted and scaled, independent parts, mixtures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from scipy import special

from kullback.distributions.model import parameters
from kullback.distributions.model.as_given import off_one
from kullback.distributions.model.distribution import Distribution, member
from kullback.distributions.model.mixture_blocks import by_points, shared_landmarks
from kullback.distributions.model.support import (
    CONTINUOUS,
    DISCRETE,
    EPS,
    Support,
    comparable,
    union,
)
from kullback.distributions.special.arrays import Array, Value, log, plain
from kullback.errors import InputError, ShapeError


@dataclass(frozen=True, eq=False, repr=False)
class Affine(Distribution):
    """Affine(base, loc, scale): loc + scale·Y with Y of `base` and scale > 0.

    Examples
    --------
    >>> from kullback.distributions.families import Exponential
    >>> Affine(Exponential(1), 2, 1)
    Affine(base=Exponential(rate=1), loc=2, scale=1)
    """

    base: Distribution
    loc: Value = 0.0
    scale: Value = 1.0

    _CHECKS: ClassVar = {"loc": parameters.real, "scale": parameters.positive}

    @cached_property
    def is_scalar(self) -> bool:
        return (
            not np.ndim(plain(self.loc)) and not np.ndim(plain(self.scale)) and self.base.is_scalar
        )

    @property
    def batch_shape(self) -> tuple[int, ...]:
        sizes = (np.shape(plain(self.loc)), np.shape(plain(self.scale)), self.base.batch_shape)
        return np.broadcast_shapes(*sizes)

    def at(self, index: tuple[int, ...]) -> "Affine":
        shape = self.batch_shape
        loc, scale = (np.broadcast_to(plain(v), shape)[index] for v in (self.loc, self.scale))
        return Affine(member(self.base, index, shape), loc, scale)

    @property
    def _holds_tensors(self) -> bool:
        return super()._holds_tensors or self.base._holds_tensors

    @property
    def support(self) -> Support:
        return self.base.support.moved(self.loc, self.scale)

    def _part(self, *, discrete: bool) -> "Distribution | None":
        inner = self.base._part(discrete=discrete)
        return None if inner is None else Affine(inner, self.loc, self.scale)

    def _canonical(self) -> tuple[tuple[Any, ...], Distribution] | None:
        if not self.is_scalar:
            return None
        return ("affine", float(self.loc), float(self.scale)), self.base

    def log_density(self, x: Any) -> Array:
        z = (np.asarray(x, dtype=np.float64) - self.loc) / self.scale
        if self.base.support.space in DISCRETE:
            inner = self.base.support
            slack = 4 * EPS * (np.abs(x) + np.abs(self.loc)) / self.scale
            nearest = inner.snapped(z) if inner.points or inner.pieces else np.rint(z)
            return self.base.log_density(np.where(np.abs(nearest - z) <= slack, nearest, z))
        result: Array = self.base.log_density(z) - np.log(self.scale)
        return result

    def _log_parts(self, x: Array) -> Any:
        return self.base._log_parts((x - self.loc) / self.scale)

    def _mass_off(self) -> Any:
        return self.base._mass_off()

    def _blur(self, x: Array) -> Any:
        moved = x - self.loc
        return np.abs(x) + np.abs(moved) + self.scale * self.base._blur(moved / self.scale)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        result: Array = self.loc + self.scale * self.base.sample(size, seed)
        return result

    def entropy(self) -> Value | None:
        inner = self.base.entropy()
        if inner is None or self.support.space in DISCRETE:
            return inner
        return None if self.support.space == "mixed" else inner + log(self.scale)

    def expectation(self) -> Value | None:
        inner = self.base.expectation()
        return None if inner is None else self.loc + self.scale * inner

    def deviation(self) -> Value | None:
        inner = self.base.deviation()
        return None if inner is None else self.scale * inner

    def _exponential_moment(self, center: Value, rate: Value) -> Value | None:
        return self.base._exponential_moment((center - self.loc) / self.scale, rate * self.scale)

    def _distance(self, center: Value) -> Value | None:
        inner = self.base._distance((center - self.loc) / self.scale)
        return None if inner is None else self.scale * inner

    def _center(self) -> float:
        inner: Any = getattr(self.base, "_center", lambda: 0.0)
        return float(self.loc + self.scale * inner())

    def _jumps(self) -> set[float]:
        return {float(self.loc + self.scale * end) for end in self.base._jumps()}

    def _landmarks(self) -> Array:
        result: Array = self.loc + self.scale * self.base._landmarks()
        return result


@dataclass(frozen=True, eq=False, repr=False)
class Independent(Distribution):
    """Independent(parts): a vector of independent variables; KL is the sum over the parts.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> Independent((Normal(0, 1), Normal(0, 2))).support.dimension
    (2,)
    """

    parts: tuple[Distribution, ...]

    def _validate(self) -> None:
        if not self.parts:
            raise ShapeError("parts of Independent is empty; give at least one distribution")
        object.__setattr__(self, "parts", tuple(self.parts))
        _ = self.batch_shape

    @cached_property
    def is_scalar(self) -> bool:
        return all(part.is_scalar for part in self.parts)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return np.broadcast_shapes(*(part.batch_shape for part in self.parts))

    def at(self, index: tuple[int, ...]) -> "Independent":
        shape = self.batch_shape
        return Independent(tuple(member(part, index, shape) for part in self.parts))

    def _chosen(self, index: tuple[Any, ...]) -> "Independent":
        return Independent(tuple(part._chosen(index) for part in self.parts))

    @property
    def _holds_tensors(self) -> bool:
        return any(part._holds_tensors for part in self.parts)

    @property
    def support(self) -> Support:
        inner = self.parts[0].support.dimension
        spaces = {part.support.space for part in self.parts}
        name = "vector" if spaces == {"real"} else "product of " + ", ".join(sorted(spaces))
        return Support(name, dimension=(len(self.parts), *inner))

    def log_density(self, x: Any) -> Array:
        # The parts' own axes come last.
        axis = -1 - len(self.parts[0].support.dimension)
        along = np.moveaxis(np.asarray(x, dtype=np.float64), axis, 0)
        logs = [part.log_density(value) for part, value in zip(self.parts, along, strict=True)]
        result: Array = np.sum(logs, axis=0)
        return result

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        axis = -1 - len(self.parts[0].support.dimension)
        return np.stack([part.sample(size, seed) for part in self.parts], axis=axis)

    def entropy(self) -> Value | None:
        inner = [part.entropy() for part in self.parts]
        return None if any(h is None for h in inner) else sum(h for h in inner if h is not None)


def independent(law: Distribution, axes: int, index: tuple[int, ...] = ()) -> Distribution:
    """Read the last batch axes of a law as independent variables.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> independent(Normal([[0.0, 1.0], [2.0, 3.0]], 1.0), 2).support.dimension
    (2, 2)
    """
    batch = law.batch_shape
    if len(index) == axes:
        return law._chosen((*[slice(None)] * (len(batch) - axes), *index)) if axes else law
    if len(batch) < axes:
        raise InputError(
            f"{axes} axes are said to be independent; {law!r} is a batch of shape {batch}"
        )
    length = batch[len(batch) - axes + len(index)]
    return Independent(tuple(independent(law, axes, (*index, i)) for i in range(length)))


@dataclass(frozen=True, eq=False, repr=False)
class Mixture(Distribution):
    """Mixture(components, weights): a component drawn by weight, then a value from it.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> mixture = Mixture([Normal(-2, 1), Normal(2, 1)], [0.5, 0.5])
    >>> float(mixture.log_density(0.0).round(6))
    -2.918939
    """

    components: Sequence[Distribution]
    weights: Value

    _CHECKS: ClassVar = {"weights": parameters.simplex}
    _EVENT: ClassVar = {"weights": 1}

    def _validate(self) -> None:
        object.__setattr__(self, "components", tuple(self.components))
        if len(self.components) != np.shape(self.weights)[-1]:
            raise ShapeError(
                f"Mixture has {len(self.components)} components and "
                f"{np.shape(self.weights)[-1]} weights"
            )
        first = self.components[0].support
        for component in self.components:
            if not comparable(first, component.support):
                raise InputError(
                    f"the components of a Mixture must live in one space; "
                    f"one lives on {first}, another on {component.support}"
                )

    @cached_property
    def is_scalar(self) -> bool:
        return np.ndim(self.weights) == 1 and all(c.is_scalar for c in self.components)

    @property
    def _holds_tensors(self) -> bool:
        return super()._holds_tensors or any(c._holds_tensors for c in self.components)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        shapes = [c.batch_shape for c in self.components]
        return np.broadcast_shapes(np.shape(self.weights)[:-1], *shapes)

    def at(self, index: tuple[int, ...]) -> "Mixture":
        shape = self.batch_shape
        weights = np.broadcast_to(plain(self.weights), (*shape, len(self.components)))[index]
        return Mixture([member(c, index, shape) for c in self.components], weights)

    @property
    def support(self) -> Support:
        return union([c.support for c in self._live()])

    def _part(self, *, discrete: bool) -> "Distribution | None":
        if self.support.space != "mixed":
            return super()._part(discrete=discrete)
        kept = [(c._part(discrete=discrete), w) for c, w in self._weighted()]
        chosen = [(c, w) for c, w in kept if c is not None]
        # Its weights sum to the mass of the part, so that they are not checked again.
        part: Any = object.__new__(Mixture)
        object.__setattr__(part, "components", tuple(c for c, _ in chosen))
        object.__setattr__(part, "weights", np.array([w for _, w in chosen]))
        return part  # type: ignore[no-any-return]

    def _weighted(self) -> list[tuple[Distribution, float]]:
        pairs = zip(self.components, plain(self.weights), strict=True)
        return [(c, float(w)) for c, w in pairs if w > 0]

    def _live(self) -> list[Distribution]:
        if np.ndim(self.weights) > 1:
            return list(self.components)
        return [c for c, _ in self._weighted()]

    def log_density(self, x: Any) -> Array:
        event = len(self.components[0].support.dimension)
        return by_points(self._log_density, np.asarray(x), len(self.components), event)

    def _log_density(self, x: Array) -> Array:
        with np.errstate(all="ignore"):
            parts = [
                c.log_density(x) + np.log(w)
                for c, w in zip(self.components, self.weights, strict=True)
            ]
            result: Array = special.logsumexp(np.stack(parts), axis=0)
        return np.where(np.isnan(result), -np.inf, result)

    def _log_parts(self, x: Array) -> Any:
        return self._largest(lambda c: c._log_parts(x), x)

    def _mass_off(self) -> Any:
        return off_one(self.weights) + max(c._mass_off() for c in self._live())

    def _blur(self, x: Array) -> Any:
        return self._largest(lambda c: c._blur(x), x)

    def _largest(self, of: Callable[[Distribution], Any], x: Array) -> Any:
        return np.max([np.broadcast_to(of(c), np.shape(x)) for c in self._live()], axis=0)

    def sample(self, size: int, seed: np.random.Generator) -> Array:
        counts = seed.multinomial(size, np.asarray(self.weights) / np.sum(self.weights))
        drawn = [c.sample(int(n), seed) for c, n in zip(self.components, counts, strict=True) if n]
        return seed.permutation(np.concatenate(drawn))

    def expectation(self) -> Value | None:
        return self._averaged([c.expectation() for c in self.components])

    def _averaged(self, each: list[Any]) -> Value | None:
        known = all(m is not None for m in each)
        return np.asarray(each, dtype=float) @ self.weights if known else None

    def deviation(self) -> Value | None:
        means = [c.expectation() for c in self.components]
        spreads = [c.deviation() for c in self.components]
        if any(v is None for v in (*means, *spreads)):
            return None
        m, s = np.array(means, dtype=float), np.array(spreads, dtype=float)
        return float(np.sqrt(np.dot(self.weights, s**2 + (m - np.dot(self.weights, m)) ** 2)))

    def _distance(self, center: Value) -> Value | None:
        return self._averaged([c._distance(center) for c in self.components])

    def _center(self) -> float:
        """The middle of a lattice."""
        mean = self.expectation()
        return 0.0 if mean is None or not np.isfinite(mean) else float(np.floor(mean))

    def _jumps(self) -> set[float]:
        return set().union(*(c._jumps() for c in self._live()))

    def _landmarks(self) -> Array:
        inner = self.components[0].support.space in CONTINUOUS
        ends = [end for interval in self.support.intervals() for end in interval]
        marks = [c._landmarks() for c in self.components] if inner else []
        finite = np.array([e for e in ends if np.isfinite(e)])
        return np.concatenate([shared_landmarks(marks) if marks else finite[:0], finite])


def mixture(parts: Distribution, weights: Value) -> Mixture:
    """Read the last batch axis of a law as the components of a mixture.

    Examples
    --------
    >>> from kullback.distributions.families import Normal
    >>> len(mixture(Normal([0.0, 1.0], 1.0), [0.5, 0.5]).components)
    2
    """
    before = [slice(None)] * (len(parts.batch_shape) - 1)
    count = parts.batch_shape[-1]
    return Mixture([parts._chosen((*before, i)) for i in range(count)], weights)
