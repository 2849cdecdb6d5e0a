"""PyMC random variables: the name of the random operator and its constant parameters.

The variable's graph is read, and nothing is imported; parameters that are not constants must
be given by the user.
"""

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
        return family(*reader(*values))
    family, reader = placed[str(name)]
    law = family(*reader(*values[1:]))
    return law if np.all(values[0] == 0) else Affine(law, values[0], 1.0)


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
