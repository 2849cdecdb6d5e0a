"""torch.distributions: parameters stay tensors, so that closed forms keep their autograd."""

import sys
from collections.abc import Callable
from typing import Any

from kullback.distributions import families as ours
from kullback.distributions.adapters.library_class import library_class
from kullback.distributions.families import named_in
from kullback.distributions.model.composite import Affine, independent, mixture
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError

SURE = 8.0  # nats: a logit from which on 1 − probs keeps 12 digits or fewer


def read(obj: Any) -> Distribution:
    """Read a torch distribution.

    Independent becomes `Independent` parts, a mixture a `Mixture`, and affine, exp and sigmoid
    transforms are stripped into ours.
    """
    classes = named_in("_TORCH")
    name = library_class(obj, "torch", known={*classes, *STRUCTURES})
    structured = STRUCTURES.get(name)
    if structured is not None:
        return structured(obj)
    if name not in classes:
        raise InputError(
            f"the torch distribution {name} has no reader; known are "
            f"{', '.join(sorted({*classes, *STRUCTURES}))}. "
            f"Give a Density(log_density, (low, high))"
        )
    family, reader = classes[name]
    made = reader(InDouble(obj))
    return made if isinstance(made, Distribution) else family(*made)


class InDouble:
    """A torch distribution whose parameters are read in double, from what it was given.

    Logits stay exact: probabilities of single precision would round 1 − 1e-8 to 1. Factors of a
    covariance are multiplied out here, where their small ends are not lost.
    """

    def __init__(self, obj: Any) -> None:
        self._obj = obj

    def __getattr__(self, name: str) -> Any:
        obj, given = self._obj, vars(self._obj)
        if name == "probs" and getattr(obj, "_param", None) is given.get("logits", obj):
            wide = given["logits"].double()
            of_classes = any(cls.__name__ in SOFTMAX for cls in type(obj).__mro__)
            return wide.softmax(-1) if of_classes else wide.sigmoid()
        if name == "covariance_matrix" and _scaled(obj):
            wide = given["_unbroadcasted_scale_tril"].double()
            return (wide @ wide.mT).expand(*obj.batch_shape, *wide.shape[-2:])
        if name in {"factor", "precision"}:
            return _given(obj, name)
        value = getattr(obj, name)
        return value.double() if getattr(value, "is_floating_point", bool)() else value


def _scaled(obj: Any) -> bool:
    """Whether a law is held by a triangle that is not the root of a covariance it was given."""
    given = vars(obj)
    return "_unbroadcasted_scale_tril" in given and _given(obj, "factor") is not None


def _given(obj: Any, name: str) -> Any:
    """The factor or the precision of a normal, where that is what it was given.

    torch factors a covariance or a precision that it was given and keeps the two; what it found
    itself is not read but of a precision, whose inverse doubles may not hold.
    """
    given = vars(obj)
    own = next((k for k in GIVEN if k in given and "cov_factor" not in given), "scale_tril")
    if name == "precision":
        return given[own].double() if own == "precision_matrix" else None
    return None if own == "covariance_matrix" else _factor(obj)


def _factor(obj: Any) -> Any:
    """The factor of a covariance that a normal was given or has found, in double."""
    given, shape = vars(obj), (*obj.batch_shape, *obj.event_shape)
    if "cov_factor" in dir(obj) and "_unbroadcasted_cov_factor" in given:
        wide = given["_unbroadcasted_cov_factor"].double()
        own = given["_unbroadcasted_cov_diag"].double().sqrt().diag_embed()
        parts = [x.expand(*shape, x.shape[-1]) for x in (wide, own)]
        return sys.modules["torch"].cat(parts, -1)
    wide = given["_unbroadcasted_scale_tril"].double()
    return wide.expand(*shape, wide.shape[-1])


def _independent(obj: Any) -> Distribution:
    return independent(read(obj.base_dist), obj.reinterpreted_batch_ndims)


def _bernoulli(obj: Any) -> Distribution:
    """Read both masses from the logits where 1 − probs would lose its digits."""
    wide, given = InDouble(obj), vars(obj).get("logits")
    if given is None or given.requires_grad or not bool((given > SURE).any()):
        return ours.Bernoulli(wide.probs)
    logits = given.double()
    masses = sys.modules["torch"].stack([(-logits).sigmoid(), logits.sigmoid()], -1)
    return ours.Categorical(masses)


def _mixture(obj: Any) -> Distribution:
    parts = read(obj.component_distribution)
    weights = obj.mixture_distribution.probs.detach().double().numpy()
    return mixture(parts, weights)


def _transformed(obj: Any) -> Distribution:
    law = read(obj.base_dist)
    for transform in obj.transforms:
        step = TRANSFORMS.get(type(transform).__name__)
        moved = step(law, transform) if step is not None else None
        if moved is None:
            raise InputError(
                f"the transform {type(transform).__name__} of a {type(law).__name__} is not "
                f"read: {_why_not(transform)}"
            )
        law = moved
    return law


def _why_not(transform: Any) -> str:
    if not getattr(transform, "bijective", False):
        return "it is not injective, and KL of an image can then be smaller than that of the bases"
    return "give a Density(log_density, (low, high))"


def _affine(law: Distribution, transform: Any) -> Distribution | None:
    loc, scale = transform.loc, transform.scale
    if isinstance(law, ours.Normal):
        return ours.Normal(law.loc * scale + loc, law.scale * abs(scale))
    if isinstance(law, ours.Uniform) and scale > 0:
        return ours.Uniform(law.low * scale + loc, law.high * scale + loc)
    return Affine(law, float(loc), float(scale)) if float(scale) > 0 else None


def _exp(law: Distribution, transform: Any) -> Distribution | None:  # noqa: ARG001
    return ours.LogNormal(law.loc, law.scale) if isinstance(law, ours.Normal) else None


def _sigmoid(law: Distribution, transform: Any) -> Distribution | None:  # noqa: ARG001
    return ours.LogitNormal(law.loc, law.scale) if isinstance(law, ours.Normal) else None


GIVEN = ("scale_tril", "covariance_matrix", "precision_matrix")
SOFTMAX = {"Categorical", "OneHotCategorical"}
TRANSFORMS: dict[str, Callable[[Distribution, Any], Distribution | None]] = {
    "AffineTransform": _affine,
    "ExpTransform": _exp,
    "SigmoidTransform": _sigmoid,
}
STRUCTURES: dict[str, Callable[[Any], Distribution]] = {
    "Bernoulli": _bernoulli,
    "Independent": _independent,
    "MixtureSameFamily": _mixture,
    "TransformedDistribution": _transformed,
}
