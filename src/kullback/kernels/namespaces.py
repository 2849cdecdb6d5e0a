"""Which library an array belongs to: the formulas of the twins are written for all of them."""

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

OF_NUMPY = (np.ndarray, np.generic)


def namespace(*arrays: Any) -> Any:
    """Return the array-API namespace of the arrays; NumPy's own for NumPy arrays."""
    if all(isinstance(array, OF_NUMPY) for array in arrays):
        return np
    torch = sys.modules.get("torch")
    if torch is not None and all(isinstance(array, torch.Tensor) for array in arrays):
        from array_api_compat import torch as torch_namespace  # as a graph can hold it

        return torch_namespace
    from array_api_compat import array_namespace

    return array_namespace(*arrays)


def item_size(array: Any) -> int:
    """Return the bytes of one of the floating-point numbers of an array of any library."""
    size = getattr(array.dtype, "itemsize", None)
    return int(size if size is not None else namespace(array).finfo(array.dtype).bits // 8)


def silent(array: Any) -> AbstractContextManager[Any]:
    """Keep NumPy from warning of 0·∞ and the like; other libraries do not warn."""
    return np.errstate(all="ignore") if isinstance(array, OF_NUMPY) else nullcontext()


def constant(array: Any) -> Any:
    """Return the array without its gradient."""
    if hasattr(array, "detach"):
        return array.detach()
    jax = sys.modules.get("jax")
    return jax.lax.stop_gradient(array) if jax and isinstance(array, jax.Array) else array
