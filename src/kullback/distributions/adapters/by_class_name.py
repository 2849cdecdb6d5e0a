"""numpyro and TensorFlow Probability: distributions read by the name of their class.

Nothing is imported: a class name, and the attributes that hold its parameters. Values become
NumPy arrays.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions import families as ours
from kullback.distributions.model.composite import Independent, Mixture
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError


def number(value: Any) -> Any:
    """A float or a float64 array from an array of any library."""
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array


def attribute(obj: Any, *names: str) -> Any:
    """The first of the attributes that the object has."""
    for name in names:
        value = getattr(obj, name, None)
        if value is not None:
            return number(value)
    raise InputError(f"{type(obj).__name__} has none of the attributes {', '.join(names)}")


def reads(family: type[Distribution], *attributes: tuple[str, ...]) -> Callable[[Any], Any]:
    """A reader that takes each parameter of ours from the first attribute there is."""
    return lambda obj: family(*(attribute(obj, *names) for names in attributes))


LOC, SCALE = ("loc",), ("scale", "scale_diag")
RATE = ("rate", "_rate")
ALPHA, BETA = ("concentration1", "concentration_1"), ("concentration0", "concentration_0")


def _probs(obj: Any) -> Any:
    """Probabilities, from logits where those are the parameter."""
    probs = getattr(obj, "probs", None)
    if callable(probs) or probs is None:
        parameter = getattr(obj, "probs_parameter", None)
        if parameter is not None:
            return number(parameter())
        logits = attribute(obj, "logits")
        shifted = np.asarray(logits)
        if type(obj).__name__.startswith("Categorical"):
            e = np.exp(shifted - shifted.max(axis=-1, keepdims=True))
            return e / e.sum(axis=-1, keepdims=True)
        return number(1 / (1 + np.exp(-shifted)))
    return number(probs)


def _covariance(obj: Any) -> Distribution:
    cov = getattr(obj, "covariance_matrix", None)
    cov = obj.covariance() if cov is None else cov
    return ours.MultivariateNormal(attribute(obj, "loc"), number(cov))


def _independent(obj: Any) -> Distribution:
    base = read(getattr(obj, "base_dist", None) or obj.distribution)
    if len(base.batch_shape) != 1:
        raise InputError(f"{type(obj).__name__} with batches is not read; index it first")
    return Independent(tuple(base.at((i,)) for i in range(base.batch_shape[0])))


def _mixture(obj: Any) -> Distribution:
    weights = _probs(getattr(obj, "mixing_distribution", None) or obj.mixture_distribution)
    parts = read(getattr(obj, "component_distribution", None) or obj.components_distribution)
    return Mixture([parts.at((i,)) for i in range(parts.batch_shape[0])], weights)


CLASSES: dict[str, Callable[[Any], Distribution]] = {
    "Normal": reads(ours.Normal, LOC, SCALE),
    "LogNormal": reads(ours.LogNormal, LOC, SCALE),
    "HalfNormal": reads(ours.HalfNormal, SCALE),
    "HalfCauchy": reads(ours.HalfCauchy, SCALE),
    "Laplace": reads(ours.Laplace, LOC, SCALE),
    "Cauchy": reads(ours.Cauchy, LOC, SCALE),
    "Logistic": reads(ours.Logistic, LOC, SCALE),
    "Gumbel": reads(ours.Gumbel, LOC, SCALE),
    "StudentT": reads(ours.StudentT, ("df",), LOC, SCALE),
    "Exponential": reads(ours.Exponential, RATE),
    "Gamma": reads(ours.Gamma, ("concentration",), RATE),
    "InverseGamma": reads(ours.InverseGamma, ("concentration",), ("scale", "rate")),
    "Chi2": reads(ours.Chi2, ("df",)),
    "Weibull": reads(ours.Weibull, ("concentration",), SCALE),
    "Pareto": reads(ours.Pareto, ("alpha", "concentration"), SCALE),
    "Beta": reads(ours.Beta, ALPHA, BETA),
    "Kumaraswamy": reads(ours.Kumaraswamy, ALPHA, BETA),
    "Uniform": reads(ours.Uniform, ("low",), ("high",)),
    "VonMises": reads(ours.VonMises, LOC, ("concentration",)),
    "Dirichlet": reads(ours.Dirichlet, ("concentration",)),
    "Poisson": reads(ours.Poisson, RATE),
    "MultivariateNormal": _covariance,
    "MultivariateNormalFullCovariance": _covariance,
    "MultivariateNormalTriL": _covariance,
    "MultivariateNormalDiag": _covariance,
    "Independent": _independent,
    "MixtureSameFamily": _mixture,
    "MixtureSameFamilyDistribution": _mixture,
}
BY_PROBS: dict[str, Callable[[Any, Any], Distribution]] = {
    "Bernoulli": lambda obj, probs: ours.Bernoulli(probs),  # noqa: ARG005
    "Categorical": lambda obj, probs: ours.Categorical(probs),  # noqa: ARG005
    "Geometric": lambda obj, probs: ours.Geometric(probs),  # noqa: ARG005
    "ContinuousBernoulli": lambda obj, probs: ours.ContinuousBernoulli(probs),  # noqa: ARG005
    "Binomial": lambda obj, probs: ours.Binomial(attribute(obj, "total_count"), probs),
    "Multinomial": lambda obj, probs: ours.Multinomial(attribute(obj, "total_count"), probs),
}


def read(obj: Any) -> Distribution:
    """Read a numpyro or TFP distribution by the name of its class."""
    name = type(obj).__name__.lstrip("_")
    name = name.removesuffix("Probs").removesuffix("Logits")
    if name in CLASSES:
        return CLASSES[name](obj)
    if name in BY_PROBS:
        return BY_PROBS[name](obj, _probs(obj))
    raise InputError(
        f"the {type(obj).__module__.partition('.')[0]} distribution {type(obj).__name__} has no "
        f"reader; known are {', '.join(sorted((*CLASSES, *BY_PROBS)))}. "
        f"Give a Density(log_density, (low, high))"
    )
