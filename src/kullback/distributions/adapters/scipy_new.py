"""scipy's new-style distributions: Normal, Mixture, make_distribution, shifted, transformed.

Their composition is read where its attributes are there; else the public logpdf, icdf and
iccdf are enough.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions import families as ours
from kullback.distributions.adapters.wrapped import Wrapped, quantiles
from kullback.distributions.model.composite import Affine, Mixture
from kullback.distributions.model.distribution import Distribution


def _normal(obj: Any) -> Distribution:
    values = obj._original_parameters
    return ours.Normal(float(values.get("mu", 0.0)), float(values.get("sigma", 1.0)))


def _parameters(family: type[Distribution], *names: str) -> Callable[[Any], Distribution]:
    def read(obj: Any) -> Distribution:
        values = obj._original_parameters
        return family(*(float(values[name]) for name in names))

    return read


def _mixture(obj: Any) -> Distribution:
    return Mixture([read_new(c) for c in obj.components], np.asarray(obj.weights, dtype=float))


def _shifted(obj: Any) -> Distribution:
    loc, scale = float(obj.loc), float(obj.scale)
    if scale < 0:
        return wrapped(obj)
    return Affine(read_new(obj._dist), loc, scale)


CLASSES: dict[str, Callable[[Any], Distribution]] = {
    "Normal": _normal,
    "StandardNormal": _normal,
    "Logistic": lambda obj: ours.Logistic(0.0, 1.0),  # noqa: ARG005
    "Uniform": _parameters(ours.Uniform, "a", "b"),
    "Binomial": _parameters(ours.Binomial, "n", "p"),
    "Mixture": _mixture,
    "ShiftedScaledDistribution": _shifted,
}


def read_new(obj: Any) -> Distribution:
    """Read a new-style distribution."""
    reader = CLASSES.get(type(obj).__name__)
    try:
        return reader(obj) if reader is not None else wrapped(obj)
    except (AttributeError, KeyError, TypeError):
        # Private attributes may change from one scipy to the next; the public ones stay.
        return wrapped(obj)


def wrapped(obj: Any) -> Wrapped:
    """Around the public methods."""
    low, high = (float(end) for end in obj.support())
    lattice = "Discrete" in "".join(c.__name__ for c in type(obj).__mro__)

    def draw(size: int, seed: np.random.Generator) -> Any:
        return obj.sample(size, rng=seed)

    marks = quantiles(obj.icdf, obj.iccdf)
    density = obj.logpmf if lattice else obj.logpdf
    return Wrapped(f"scipy {type(obj).__name__}", density, (low, high), marks, draw, lattice)
