"""Whether arrays lie where Triton's kernels reach them; nothing is imported to find out."""

import importlib
import os
import sys
from types import ModuleType
from typing import Any

DEVICES = ("cuda",)
_loaded: dict[str, ModuleType | None] = {}


def gpu_kernels(*arrays: Any) -> ModuleType | None:
    """Return the module of kernels for some arrays, or None where the readable twins answer.

    They answer for tensors that want a gradient (the kernels have none), under transforms, for
    other devices, where Triton is not installed, and with ``KULLBACK_KERNELS=reference``.
    """
    torch = sys.modules.get("torch")
    if torch is None or os.environ.get("KULLBACK_KERNELS") == "reference":
        return None
    if not all(_reachable(torch, array) for array in arrays):
        return None
    if "rows" not in _loaded:
        try:
            _loaded["rows"] = importlib.import_module("kullback.kernels.gpu.rows")
        except ImportError:
            _loaded["rows"] = None
    return _loaded["rows"]


def _reachable(torch: ModuleType, array: Any) -> bool:
    if not isinstance(array, torch.Tensor) or array.device.type not in DEVICES:
        return False
    if torch.compiler.is_compiling() or torch._C._functorch.is_functorch_wrapped_tensor(array):
        return False
    return bool(array.numel()) and not (array.requires_grad and torch.is_grad_enabled())
