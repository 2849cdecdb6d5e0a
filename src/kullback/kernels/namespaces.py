"""Which library an array belongs to: the formulas of the twins are written for all of them."""

import sys
from typing import Any

import numpy as np


def namespace(*arrays: Any) -> Any:
    """Return the array-API namespace of the arrays; NumPy's own for NumPy arrays."""
    if all(isinstance(array, np.ndarray | np.generic) for array in arrays):
        return np
    from array_api_compat import array_namespace

    return array_namespace(*arrays)


def constant(array: Any) -> Any:
    """Return the array without its gradient."""
    if hasattr(array, "detach"):
        return array.detach()
    jax = sys.modules.get("jax")
    return jax.lax.stop_gradient(array) if jax and isinstance(array, jax.Array) else array
