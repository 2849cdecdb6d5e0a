"""numpyro and TensorFlow Probability: distributions read by the name of their class.

Nothing is imported: a class name, and the attributes that hold its parameters. Values become
NumPy arrays.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import expit, softmax

from kullback.distributions.adapters.library_class import library_class
from kullback.distributions.families import (
    Bernoulli,
    Categorical,
    Deterministic,
    LogLogistic,
    MultivariateNormal,
    NegativeBinomial,
    named_in,
)
from kullback.distributions.model.composite import independent, mixture
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError

OF_CLASSES = ("Categorical", "Multinomial")  # whose logits are of classes that exclude each other
SURE = 8.0  # nats: a logit from which on 1 − probs keeps 12 digits or fewer


def number(value: Any) -> Any:
    """A float or a float64 array from an array of any library."""
    array = np.asarray(value, dtype=np.float64)
    return float(array) if array.ndim == 0 else array


def attribute(obj: Any, *names: str) -> Any:
    """The first of the attributes that the object has, called where it is a method."""
    if names == ("probs",):
        return _probs(obj)
    for name in names:
        value = getattr(obj, name, None)
        if value is not None:
            return number(value() if callable(value) else value)
    raise InputError(f"{type(obj).__name__} has none of the attributes {', '.join(names)}")


def _own_logits(obj: Any) -> Any:
    """The logits, where they are the parameter: probabilities of single precision round them."""
    named = type(obj).__name__.endswith("Logits") or getattr(obj, "probs", None) is None
    logits = getattr(obj, "logits", None) if named else None
    return None if logits is None or callable(logits) else np.asarray(logits, dtype=np.float64)


def _probs(obj: Any) -> Any:
    """Probabilities, from logits where those are the parameter."""
    logits = _own_logits(obj)
    if logits is None:
        probs = getattr(obj, "probs", None)
        known = probs is not None and not callable(probs)
        return number(probs) if known else attribute(obj, "probs_parameter")
    of_classes = any(name in type(obj).__name__ for name in OF_CLASSES)
    return number(softmax(logits, axis=-1) if of_classes else expit(logits))


def _bernoulli(obj: Any) -> Distribution:
    """Both masses from the logits, where 1 − probs would lose its digits."""
    logits = _own_logits(obj)
    if logits is None or not (logits > SURE).any():
        return Bernoulli(_probs(obj))
    return Categorical(np.stack([expit(-logits), expit(logits)], axis=-1))


def _independent(obj: Any) -> Distribution:
    base = read(getattr(obj, "base_dist", None) or obj.distribution)
    return independent(base, int(getattr(obj, "reinterpreted_batch_ndims", 1)))


def _mixture(obj: Any) -> Distribution:
    weights = _probs(getattr(obj, "mixing_distribution", None) or obj.mixture_distribution)
    parts = read(getattr(obj, "component_distribution", None) or obj.components_distribution)
    return mixture(parts, weights)


def _normal(obj: Any) -> Distribution:
    """A normal vector by what it was given: a covariance, a precision, or a factor."""
    held = vars(obj)
    if "cov_factor" in held:
        own = [number(x) for x in (held["cov_factor"], np.sqrt(number(held["cov_diag"])))]
        factor = np.concatenate([own[0], own[1][..., None] * np.eye(own[1].shape[-1])], axis=-1)
        return MultivariateNormal.from_factor(number(obj.loc), factor)
    if "precision_matrix" in held:
        return MultivariateNormal.from_precision(number(obj.loc), number(held["precision_matrix"]))
    if "scale_tril" in held and "covariance_matrix" not in held:
        return MultivariateNormal.from_factor(number(obj.loc), number(held["scale_tril"]))
    return MultivariateNormal(
        attribute(obj, "loc"), attribute(obj, "covariance_matrix", "covariance")
    )


def _delta(obj: Any) -> Distribution:
    held = np.asarray(obj.log_density, dtype=np.float64)
    if held.any():
        raise InputError(
            f"Delta has log_density {held.ravel()[np.argmax(held != 0)]:g}: its mass is not 1; "
            f"give Delta(v) or Deterministic(v)"
        )
    axes = int(obj.event_dim)
    atom = Deterministic(number(obj.v))
    return independent(atom, axes) if axes else atom


def _negative_binomial(obj: Any) -> Distribution:
    return NegativeBinomial(attribute(obj, "total_count"), 1 - _probs(obj))


def _log_logistic(obj: Any) -> Distribution:
    return LogLogistic(np.exp(number(obj.loc)), 1 / number(obj.scale))


STRUCTURES: dict[str, Callable[[Any], Distribution]] = {
    "LowRankMultivariateNormal": _normal,
    "MultivariateNormal": _normal,
    "Bernoulli": _bernoulli,
    "Delta": _delta,
    "Independent": _independent,
    "LogLogistic": _log_logistic,
    "MixtureSameFamily": _mixture,
    "NegativeBinomial": _negative_binomial,
    "MixtureSameFamilyDistribution": _mixture,
}


def read(obj: Any) -> Distribution:
    """Read a numpyro or TFP distribution by the name of its class."""
    name = library_class(obj, "numpyro", "tensorflow_probability").lstrip("_")
    name = name.removesuffix("Probs").removesuffix("Logits")
    if name in STRUCTURES:
        return STRUCTURES[name](obj)
    classes = named_in("_NAMED")
    if name in classes:
        family, attributes = classes[name]
        return family(*(attribute(obj, *each.split("|")) for each in attributes))
    raise InputError(
        f"the {type(obj).__module__.partition('.')[0]} distribution {type(obj).__name__} has no "
        f"reader; known are {', '.join(sorted((*classes, *STRUCTURES)))}. "
        f"Give a Density(log_density, (low, high))"
    )
