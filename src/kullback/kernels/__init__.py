"""The hot loops: native where a compiler built them, else their NumPy twins.

``KULLBACK_KERNELS=reference`` in the environment chooses the twins.
"""

import os
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from numpy import ndarray

from kullback.errors import InputError
from kullback.kernels import (
    logits_reference,
    neighbours_reference,
    pairs_reference,
    reference,
    token_reference,
)
from kullback.kernels.gpu.choice import gpu_kernels
from kullback.kernels.logits_reference import SUMMARY
from kullback.kernels.namespaces import namespace
from kullback.kernels.reference import (
    chi_square,
    hartley,
    jensen_shannon_mixture,
    kl_terms,
    largest,
    log_power_sum,
    min_entropy,
    renyi_entropy,
    renyi_infinity,
    renyi_zero,
    root,
)
from kullback.kernels.row_state import kl_of_states, merge_states
from kullback.kernels.token_reference import STORED

BACKEND = "reference"
_compiled: ModuleType | None = None

_CHOICES = {
    "KULLBACK_KERNELS": ("native", "reference"),
    "KULLBACK_INSTRUCTIONS": ("baseline", "avx2", "avx512"),
}


def _asked(name: str) -> str:
    """Return what a variable of the environment asks for; nothing where it is empty."""
    text = os.environ.get(name, "")
    if text and text not in _CHOICES[name]:
        raise InputError(
            f"{name}={text!r:.60} is none of {', '.join(_CHOICES[name])}; unset it for the fastest"
        )
    return text


_asked("KULLBACK_INSTRUCTIONS")  # which the native module reads when it loads
if _asked("KULLBACK_KERNELS") != "reference":
    try:
        _compiled = import_module("kullback.kernels._native")
        BACKEND = "native"
    except ImportError:
        pass

Kernel = Callable[..., Any]


def _fastest(readable: Kernel) -> Kernel:
    """Return the native kernel for NumPy arrays; other libraries' go through the twin."""
    native = getattr(_compiled, readable.__name__, None)  # an old build lacks some
    if native is None:
        return readable

    def kernel(p: Any, *others: Any) -> Any:
        return native(p, *others) if type(p) is ndarray else readable(p, *others)

    kernel.__doc__ = readable.__doc__
    return kernel


def _of_logits(readable: Kernel, sides: int = 2) -> Kernel:
    """Return the kernel of logits for NumPy arrays, a GPU's tensors, and all others."""
    name = readable.__name__
    elsewhere = _fastest(readable) if hasattr(_compiled, name) else readable

    def kernel(p: Any, *others: Any) -> Any:
        on_gpu = None if type(p) is ndarray else gpu_kernels(p, *others[: sides - 1])
        return getattr(on_gpu, name)(p, *others) if on_gpu else elsewhere(p, *others)

    kernel.__doc__ = readable.__doc__
    return kernel


kl = _fastest(reference.kl)
jensen_shannon = _fastest(reference.jensen_shannon)
entropy = _fastest(reference.entropy)
cross_entropy = _fastest(reference.cross_entropy)
hellinger = _fastest(reference.hellinger)
total_variation = _fastest(reference.total_variation)
tsallis = _fastest(reference.tsallis)
renyi = _fastest(reference.renyi)
pairwise_cross_entropy = _fastest(pairs_reference.pairwise_cross_entropy)
pairwise_hellinger = _fastest(pairs_reference.pairwise_hellinger)
pairwise_jensen_shannon = _fastest(pairs_reference.pairwise_jensen_shannon)
pairwise_kl = _fastest(pairs_reference.pairwise_kl)
pairwise_total_variation = _fastest(pairs_reference.pairwise_total_variation)
logits_kl = _of_logits(logits_reference.logits_kl)
logits_cross_entropy = _of_logits(logits_reference.logits_cross_entropy)
logits_entropy = _of_logits(logits_reference.logits_entropy, sides=1)
logits_jensen_shannon = _of_logits(logits_reference.logits_jensen_shannon)
logits_state = _of_logits(logits_reference.logits_state)
logits_summary = _of_logits(logits_reference.logits_summary)
logits_total_variation = _of_logits(logits_reference.logits_total_variation)
# (family, parameters, out) → (largest finite value, whether all are finite): the closed forms of
# distributions for large batches. Its twins are the formulas of `kullback.distributions`.
divergences: Kernel | None = getattr(_compiled, "divergences", None)
# Losses on a processor: (p, q, scale, beta) → what is known of a row (both normalisers, the shift
# of the log-ratio, the divergence, the mixture's means), and from that the gradient of one side,
# written into an array. Twins: the formulas of `kullback.torch`.
loss_facts: Kernel | None = getattr(_compiled, "loss_facts", None)
loss_gradient: Kernel | None = getattr(_compiled, "loss_gradient", None)
# The rows of a column by cell: (values, absent, level) or (values, absent, edges) → numbers, rows,
# least and greatest values. Twins: what `kullback.tables.counting.held` and its statements answer.
grid_cells: Kernel | None = getattr(_compiled, "grid_cells", None)
bin_cells: Kernel | None = getattr(_compiled, "bin_cells", None)
stored_measures = _fastest(token_reference.stored_measures)
normalizers = _fastest(token_reference.normalizers)
top_k = _fastest(token_reference.top_k)
PointTree: Any = getattr(_compiled, "PointTree", neighbours_reference.PointTree)

__all__ = [
    "BACKEND",
    "STORED",
    "SUMMARY",
    "PointTree",
    "bin_cells",
    "chi_square",
    "cross_entropy",
    "divergences",
    "entropy",
    "gpu_kernels",
    "grid_cells",
    "hartley",
    "hellinger",
    "jensen_shannon",
    "jensen_shannon_mixture",
    "kl",
    "kl_of_states",
    "kl_terms",
    "largest",
    "log_power_sum",
    "logits_cross_entropy",
    "logits_entropy",
    "logits_jensen_shannon",
    "logits_kl",
    "logits_state",
    "logits_summary",
    "logits_total_variation",
    "loss_facts",
    "loss_gradient",
    "merge_states",
    "min_entropy",
    "namespace",
    "normalizers",
    "pairwise_cross_entropy",
    "pairwise_hellinger",
    "pairwise_jensen_shannon",
    "pairwise_kl",
    "pairwise_total_variation",
    "renyi",
    "renyi_entropy",
    "renyi_infinity",
    "renyi_zero",
    "root",
    "stored_measures",
    "top_k",
    "total_variation",
    "tsallis",
]
