"""PyMC random variables: the name of the random operator and its constant parameters.

The variable's graph is read, and nothing is imported; parameters that are not constants must
be given by the user.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from kullback.distributions import families as ours
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError

# Name of the random operator → its parameters, in the operator's order, as ours.
OPERATORS: dict[str, Callable[..., Distribution]] = {
    "normal": ours.Normal,
    "laplace": ours.Laplace,
    "cauchy": ours.Cauchy,
    "logistic": ours.Logistic,
    "gumbel": ours.Gumbel,
    "halfnormal": lambda loc, scale: _at_zero(loc, ours.HalfNormal(scale)),
    "halfcauchy": lambda loc, scale: _at_zero(loc, ours.HalfCauchy(scale)),
    "lognormal": ours.LogNormal,
    "exponential": lambda scale: ours.Exponential(1 / scale),
    "gamma": lambda shape, scale: ours.Gamma(shape, 1 / scale),
    "invgamma": ours.InverseGamma,
    "beta": ours.Beta,
    "uniform": ours.Uniform,
    "t": ours.StudentT,
    "vonmises": ours.VonMises,
    "bernoulli": ours.Bernoulli,
    "binomial": ours.Binomial,
    "poisson": ours.Poisson,
    "categorical": ours.Categorical,
    "dirichlet": ours.Dirichlet,
    "multivariate_normal": ours.MultivariateNormal,
}


def _at_zero(loc: Any, law: Distribution) -> Distribution:
    from kullback.distributions.model.composite import Affine

    return law if np.all(loc == 0) else Affine(law, loc, 1.0)


def read(obj: Any) -> Distribution:
    """Read a PyMC random variable, as made by ``pm.Normal.dist(0, 1)``."""
    owner = getattr(obj, "owner", None)
    name = getattr(getattr(owner, "op", None), "name", None)
    if owner is None or name not in OPERATORS:
        raise InputError(
            f"the PyMC variable {obj} has the operator {name!r}, which has no reader; known are "
            f"{', '.join(OPERATORS)}. Give a Density(log_density, (low, high))"
        )
    values = [_constant(x) for x in owner.op.dist_params(owner)]
    return OPERATORS[str(name)](*values)


def _constant(variable: Any) -> Any:
    data = getattr(variable, "data", None)
    if data is None:
        try:
            data = variable.eval()
        except Exception as error:  # noqa: BLE001  # a graph may fail in any way
            raise InputError(f"the parameter {variable} of a PyMC variable is not a constant: "
                             f"{error}") from None  # fmt: skip
    array = np.asarray(data, dtype=np.float64)
    return float(array) if array.ndim == 0 else array
