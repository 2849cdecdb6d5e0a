"""PyMC random variables: the name of the random operator and its constant parameters.

The variable's graph is read, and nothing is imported; parameters that are not constants must
be given by the user.
"""

from inspect import signature
from typing import Any

import numpy as np

from kullback.distributions.families import named_in
from kullback.distributions.model.composite import Affine
from kullback.distributions.model.distribution import Distribution
from kullback.errors import InputError


def read(obj: Any) -> Distribution:
    """Read a PyMC random variable, as made by ``pm.Normal.dist(0, 1)``."""
    owner = getattr(obj, "owner", None)
    name = getattr(getattr(owner, "op", None), "name", None)
    operators, placed = named_in("_PYMC"), named_in("_PYMC_PLACED")
    if owner is None or name not in operators | placed:
        raise InputError(
            f"the PyMC variable {obj} has the operator {name!r}, which has no reader; known are "
            f"{', '.join(operators | placed)}. Give a Density(log_density, (low, high))"
        )
    values = [_constant(x) for x in owner.op.dist_params(owner)]
    if name in operators:
        family, reader = operators[str(name)]
        made = reader(*values)
        return made if isinstance(made, Distribution) else family(*made)
    family, reader = placed[str(name)]
    held = len(signature(reader).parameters)  # newer versions place neither
    law, loc = family(*reader(*values[-held:])), values[:-held]
    return Affine(law, loc[0], 1.0) if loc and np.any(loc[0] != 0) else law


def _random(variable: Any) -> Any:
    """Return a random variable that this one depends on; None where there is none."""
    waiting, seen = [variable], set()
    while waiting:
        owner = getattr(waiting.pop(), "owner", None)
        if owner is None or id(owner) in seen:
            continue
        if hasattr(owner.op, "dist_params"):
            return owner.outputs[-1]
        seen.add(id(owner))
        waiting += owner.inputs
    return None


def _constant(variable: Any) -> Any:
    random = _random(variable)
    if random is not None:
        raise InputError(
            f"a parameter of a PyMC variable depends on the random variable {random}, so that the "
            f"variable has a law only given that; give the parameter a value, or draws to "
            f"kullback.samples"
        )
    data = getattr(variable, "data", None)
    if data is None:
        try:
            data = variable.eval()
        except Exception as error:  # noqa: BLE001  # a graph may fail in any way
            raise InputError(f"the parameter {variable} of a PyMC variable is not a constant: "
                             f"{error}") from None  # fmt: skip
    array = np.asarray(data, dtype=np.float64)
    return float(array) if array.ndim == 0 else array
