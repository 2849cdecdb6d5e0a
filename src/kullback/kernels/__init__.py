"""The hot loops: native where a compiler built them, else their NumPy twins.

``KULLBACK_KERNELS=reference`` in the environment chooses the twins.
"""

import os

from kullback.kernels import logits_reference, reference
from kullback.kernels.logits_reference import SUMMARY
from kullback.kernels.reference import (
    chi_square,
    hellinger,
    jensen_shannon_mixture,
    kl_terms,
    log_power_sum,
    min_entropy,
    renyi,
    renyi_entropy,
    renyi_infinity,
    renyi_zero,
    total_variation,
)

BACKEND = "reference"
kl, jensen_shannon = reference.kl, reference.jensen_shannon
entropy, cross_entropy = reference.entropy, reference.cross_entropy
logits_kl, logits_entropy = logits_reference.logits_kl, logits_reference.logits_entropy
logits_state, logits_summary = logits_reference.logits_state, logits_reference.logits_summary

if os.environ.get("KULLBACK_KERNELS") != "reference":
    try:
        from kullback.kernels import _native
    except ImportError:
        pass
    else:
        BACKEND = "native"
        kl, jensen_shannon = _native.kl, _native.jensen_shannon
        entropy, cross_entropy = _native.entropy, _native.cross_entropy
        logits_kl, logits_entropy = _native.logits_kl, _native.logits_entropy
        logits_state, logits_summary = _native.logits_state, _native.logits_summary

__all__ = [
    "BACKEND",
    "SUMMARY",
    "chi_square",
    "cross_entropy",
    "entropy",
    "hellinger",
    "jensen_shannon",
    "jensen_shannon_mixture",
    "kl",
    "kl_terms",
    "log_power_sum",
    "logits_entropy",
    "logits_kl",
    "logits_state",
    "logits_summary",
    "min_entropy",
    "renyi",
    "renyi_entropy",
    "renyi_infinity",
    "renyi_zero",
    "total_variation",
]
